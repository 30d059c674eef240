"""The project's own file while it is open: written by another window or program, or opened in another window anyway.

What is written over is never lost in silence: whoever saves a file that holds another content than the one read here is
refused (`app.project.disk`). This watch tells so before it comes to that.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer

from app.editor import Editor
from app.project.disk import mark_of
from app.window.notify import Notice
from core.project.holding import Hold, Holder

EVERY = 3000
"""Milliseconds between two looks at the disk."""
Stamp = tuple[int, int, int]
Known = tuple[Path, str]


class _Seen(NamedTuple):
    """How the file looks, None when it is not there, the mark of its content, and who visits the project."""

    stamp: Stamp | None
    mark: str
    visitor: Holder | None


class FileWatch(QObject):
    """Looks beside the window, from `start` on."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._looking = False
        self._seen: tuple[Path, _Seen] | None = None
        self._told = ""
        self._visitor: Holder | None = None
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        """Look only when asked."""
        self._timer.stop()

    def look(self) -> None:
        """Look at the file once, beside the window."""
        desk, known = self._editor.desk, self._editor.desk.known
        if self._looking or desk.saving or known is None or known[0] != self._editor.document.path:
            return
        self._looking = True
        before = self._seen[1] if self._seen is not None and self._seen[0] == known[0] else None
        self._editor.background.run(
            partial(_look, known[0], before, desk.held), partial(self._take, known), self._failed
        )

    def _failed(self, error: BaseException) -> None:
        self._looking = False
        self._editor.notify.failure(error)

    def _take(self, known: Known, seen: _Seen) -> None:
        self._looking = False
        self._seen = known[0], seen
        desk = self._editor.desk
        if desk.saving or desk.known != known:  # what was seen may be what was written here
            return
        if seen.visitor not in (None, self._visitor):
            self._visitor = seen.visitor
            self._tell_visitor(known[0])
        if seen.mark not in ("", known[1], self._told):
            self._told = seen.mark
            words = self.tr("{0} was saved by another window or program: what you see here is older")
            desk.tell_changed(words.format(known[0].name))

    def _tell_visitor(self, path: Path) -> None:
        self._editor.notify.post(
            Notice(
                "warning",
                self.tr("{0} was opened in another window, too").format(path.name),
                self.tr(
                    "Work on it in one of them: whoever saves second is told, and can save under another name"
                ),
                offers=((self.tr("Save as…"), self._editor.desk.save_as),),
            )
        )


def _look(path: Path, before: _Seen | None, held: Hold | None) -> _Seen:
    try:
        status = path.stat()
    except OSError:
        return _Seen(None, "", None)
    stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
    mark = before.mark if before is not None and before.stamp == stamp else mark_of(path)
    return _Seen(stamp, mark, held.visitor() if held is not None else None)


def file_watch_of(editor: Editor) -> FileWatch:
    """The session's one watch, made when first asked for."""
    return editor.one(FileWatch)
