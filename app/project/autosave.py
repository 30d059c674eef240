"""Hands every value of the document to the journal, and offers what a crash left behind.

The journal has a writer thread of its own; the window never waits for the disk. See core.project.journal.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.threads.gui_thread import gui_thread
from core.project import recovery
from core.project.journal import Journal
from core.project.project import Project
from core.project.recovery import Left
from core.settings import folders

if TYPE_CHECKING:
    from app.editor import Editor


def journals_folder() -> Path:
    return folders().config / "journals"


class Autosave(QObject):
    """Signals: found(list[Left]), when `look_for_work` found something that was never saved."""

    found = Signal(object)

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._journal: Journal | None = None
        self._gui = gui_thread()
        editor.document.renamed.connect(self._start)
        editor.document.changed.connect(self._record)
        editor.document.preparations.append(self._prepare)

    def _open(self) -> Journal:
        if self._journal is None:
            interval = self._editor.settings.number("autosave_seconds")
            self._journal = Journal(
                journals_folder(),
                interval,
                lambda error: self._gui.call(self._tell, error.strerror or str(error)),
            )
            self._start()
        return self._journal

    def _start(self) -> None:
        document = self._editor.document
        if document.is_open and not document.read_only:
            if self._journal is None:
                self._open()
            else:
                self._journal.start(
                    document.project, document.path, document.data, saved=not document.unsaved
                )

    def _prepare(self, project: Project) -> None:
        """On any thread."""
        journal = self._journal
        if journal is not None:
            journal.prepare(project)

    def _record(self, _before: Project, after: Project) -> None:
        document = self._editor.document
        if document.is_open and not document.read_only:
            self._open().record(after)

    def take_interval(self) -> None:
        """The setting has a new value."""
        if self._journal is not None:
            self._journal.interval = self._editor.settings.number("autosave_seconds")

    def flush(self) -> bool:
        """Wait until everything is on the disk; for tests and for the way out."""
        return self._journal is None or self._journal.flush()

    def close(self, *, keep: bool = False) -> None:
        """End the journal. keep: unsaved work stays recoverable; else it was saved or given up."""
        if self._journal is not None:
            self._journal.close(keep=keep)
            self._journal = None

    def _tell(self, reason: str) -> None:
        self._editor.notify.warning(
            self.tr("Edits cannot be kept against a crash: {0}").format(reason),
            self.tr("Free some space on the disk, and save the project"),
        )

    def look_for_work(self) -> None:
        """Look beside the window for journals that a crash left."""
        self._editor.background.run(
            partial(recovery.find, journals_folder()), self._offer, self._editor.notify.failure
        )

    def _offer(self, left: list[Left]) -> None:
        if left:
            self.found.emit(left)
