"""Work on the project's files that is too long for `app.threads.background` and no job of the
catalog: one thing at a time, with progress in the status bar and a stop. The document is changed
by whoever asked, on the GUI thread, at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from app.threads.gui_thread import gui_thread
from core.errors import EditError
from core.job import Report

T = TypeVar("T")


@dataclass(frozen=True)
class _Ended:
    result: Any
    done: Callable[[Any], object]
    error: BaseException | None = None


class LongWork(QObject):
    """Signals: moved(): busy or not any more, or further on."""

    moved = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self.title = ""
        self.part = 0.0
        """How much is done, 0 to 1."""
        self._gui = gui_thread()
        editor.player.closing.connect(self.close)

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def run(self, title: str, work: Callable[[Report], T], done: Callable[[T], object]) -> None:
        """Call `work` on a thread, then `done` with its answer here; errors of both become notices.

        Raises:
            EditError: when something else is under way.
        """
        if self.busy:
            raise EditError(f"{self.title} is not through yet", "Wait until it is, or stop it")
        self.title, self.part = title, 0.0
        self._stop.clear()
        self._thread = threading.Thread(target=self._work, args=(work, done), name="long work", daemon=True)
        self._thread.start()
        self._tell()

    def stop(self) -> None:
        """End it at its next step; nothing is changed."""
        self._stop.set()

    def close(self) -> None:
        """Stop and wait."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _work(self, work: Callable[[Report], Any], done: Callable[[Any], object]) -> None:
        try:
            ended = _Ended(work(self._report), done)
        except Exception as error:  # noqa: BLE001 - the thread's edge: everything is handed to the GUI thread
            ended = _Ended(None, done, error)
        self._gui.call(self._end, ended)

    def _report(self, part: float) -> bool:
        self._gui.call(self._step, part)
        return not self._stop.is_set()

    def _step(self, part: float) -> None:
        if self.busy:
            self.part = part
            self._tell()

    def _tell(self) -> None:
        self._editor.notify.status(f"{self.title}… {self.part:.0%}" if self.busy else "")
        self.moved.emit()

    def _end(self, ended: _Ended) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        self._tell()
        try:
            if ended.error is not None:
                raise ended.error
            ended.done(ended.result)
        except Exception as error:  # noqa: BLE001 - the same edge
            self._editor.notify.failure(error)


def share(report: Report, number: int, count: int, part: float) -> bool:
    """The report of the `number`th of `count` equal parts, of which `part` is done."""
    return report((number + part) / count)


def require_place(editor: Editor, data: Path) -> None:
    """Raises EditError when the project has another data folder by now, so that what was made in `data` is not its."""
    if editor.document.data != data:
        raise EditError("the project was saved elsewhere meanwhile", "Do it again")


def long_work_of(editor: Editor) -> LongWork:
    """The session's one `LongWork`, made when first asked for."""
    return editor.one(LongWork)
