"""All cameras side by side in the viewer, to cut from one to another while the film plays.
Nothing of it is in the document."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from core.project.project import Project
from core.timeline.cameras import side_by_side


class CameraView(QObject):
    """Signals: changed(): it was switched on or off."""

    changed = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.on = False
        editor.document.changed.connect(self._edited)

    def switch(self) -> None:
        """Show all cameras, or the film again."""
        self.on = not self.on
        self._refresh()
        self.changed.emit()

    def _edited(self, before: Project, after: Project) -> None:
        if self.on and before is not after:  # media, too, look different once they are found or tracked
            self._refresh()

    def _refresh(self) -> None:
        project, player = self._editor.document.project, self._editor.player
        shown = None
        if self.on and project.sequence is not None:
            shown = project.with_sequence(side_by_side(project.sequence))
        player.set_viewing(replace(player.viewing, instead=shown))
