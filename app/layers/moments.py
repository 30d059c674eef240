"""The moment that was marked, to bring another person's to it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from core.errors import EditError
from core.project.project import Project


class Moments(QObject):
    """Signals: changed(), when another moment is marked or none any more."""

    changed = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self.time: int | None = None
        """Record time, ticks."""
        editor.document.changed.connect(self._edited)

    def set(self, time: int | None) -> None:
        self.time = time
        self.changed.emit()

    def required(self) -> int:
        """Raises EditError when nothing is marked."""
        if self.time is None:
            raise EditError("no moment is marked", "Put the playhead on a moment and use Mark this moment")
        return self.time

    def _edited(self, before: Project, after: Project) -> None:
        if before.active != after.active and self.time is not None:
            self.set(None)


def moments_of(editor: Editor) -> Moments:
    """The session's one `Moments`, made when first asked for."""
    return editor.one(Moments)
