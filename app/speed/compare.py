"""Even against adaptive speed, side by side in the viewer: two films that differ in one clip, at the same time.

Nothing of it is in the document. It ends when the clip goes, when another clip is taken in hand, or by hand.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.editor import Editor
from app.speed.adaptive import Planned
from core.errors import EditError
from core.project.project import Project
from core.timeline import edits


class Comparison(QObject):
    """Signals: changed(): it began, ended, or shows another plan."""

    changed = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self.clip = ""
        """Id of the clip that is compared; empty for none."""
        self.plan: Planned | None = None
        editor.document.changed.connect(self._edited)

    def show(self, clip_id: str, plan: Planned) -> None:
        """Compare a plan with the even speed of the same length."""
        self.clip, self.plan = clip_id, plan
        self._refresh()
        self.changed.emit()

    def stop(self) -> None:
        """Show the film as it is."""
        if self.clip:
            self.clip, self.plan = "", None
            self._view(None)
            self.changed.emit()

    def _edited(self, before: Project, after: Project) -> None:
        if self.clip and before.sequence is not after.sequence:
            self._refresh()

    def _refresh(self) -> None:
        pair = compared(self._editor.document.project, self.clip, self.plan)
        if pair is None:
            self.stop()
        else:
            self._view(pair)

    def _view(self, pair: tuple[Project, Project] | None) -> None:
        player = self._editor.player
        player.set_viewing(replace(player.viewing, compared=pair))


def compared(project: Project, clip_id: str, plan: Planned | None) -> tuple[Project, Project] | None:
    """The project with the even and with the adaptive speed on the clip; None when that is not possible."""
    sequence = project.sequence
    if sequence is None or plan is None:
        return None
    try:
        even, adaptive = (
            edits.set_curve(sequence, clip_id, time_map, plan.duration)
            for time_map in (plan.even, plan.curve)
        )
    except EditError:
        return None
    return project.with_sequence(even), project.with_sequence(adaptive)


def comparison_of(editor: Editor) -> Comparison:
    """The session's one `Comparison`, made when first asked for."""
    return editor.one(Comparison)
