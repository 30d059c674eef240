"""The points of a freeform shape in the inspector: keyframes of all of them, round or cornered, drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app import theme
from app.actions import limits
from app.inspector import animation
from app.inspector.animation import Spot
from app.inspector.forms import Chosen, tr
from app.widgets.fields import icon_button
from core.timeline import edits, freeform
from core.timeline.model import Effect, Key, Sequence


class PointsRow(QWidget):
    """What the fields are for single numbers, for all points of a shape at once."""

    def __init__(self, chosen: Chosen, effect_id: str) -> None:
        super().__init__()
        self._chosen, self._effect_id = chosen, effect_id
        self._spot = Spot(freeform.point_parameters(0)[0], effect_id)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(tr("Points")), 1)
        self.before = icon_button("step-back", tr("Previous keyframe: points"))
        self.key = icon_button("keyframe", tr("Keyframe at the playhead: points"))
        self.after = icon_button("step-forward", tr("Next keyframe: points"))
        self.round = QPushButton(tr("Round"))
        self.round.setCheckable(True)
        self.round.setToolTip(
            tr("All points on a smooth curve, or as corners; a double click on the picture changes one")
        )
        self.again = QPushButton(tr("Draw"))
        self.again.setToolTip(tr("Draw the shape anew on the picture"))
        for button in (self.before, self.key, self.after, self.round, self.again):
            row.addWidget(button)
        self.before.clicked.connect(partial(self._jump, -1))
        self.after.clicked.connect(partial(self._jump, 1))
        self.key.clicked.connect(self._toggle)
        self.round.clicked.connect(self._turn_round)
        self.again.clicked.connect(self._draw)

    def show_now(self, effect: Effect) -> None:
        """Show the points of the effect as it is now."""
        points, animated = freeform.points_at(effect, 0), freeform.is_animated(effect)
        self.key.setIcon(theme.icon("keyframe-on" if self._key() is not None else "keyframe"))
        for button in (self.before, self.after):
            button.setVisible(animated)
        self.round.setChecked(bool(points) and all(point.round for point in points))

    def _key(self) -> Key | None:
        chosen = self._chosen
        return animation.key_here(chosen.sequence, chosen.first, self._spot, chosen.editor.state.playhead)

    def _toggle(self) -> None:
        chosen, here = self._chosen, self._key()
        shown = animation.source_time(chosen.sequence, chosen.first, chosen.editor.state.playhead)

        def change(effect: Effect) -> Effect:
            if here is not None:
                return freeform.without_keyframe(effect, here.time)
            return freeform.moved(effect, freeform.points_at(effect, shown), shown)

        self._edit(tr("Keyframe of the points"), change)

    def _turn_round(self) -> None:
        round_ = 1.0 if self.round.isChecked() else 0.0
        self._edit(tr("Points of the shape"), partial(freeform.rounded, round_=round_))

    def _edit(self, name: str, change: Callable[[Effect], Effect]) -> None:
        first, effect_id = self._chosen.first, self._effect_id

        def edited(sequence: Sequence) -> Sequence:
            return edits.change_effect(sequence, first, effect_id, change)

        self._chosen.edit(name, edited)

    def _jump(self, way: int) -> None:
        state = self._chosen.editor.state
        time = animation.key_beside(
            self._chosen.sequence, self._chosen.first, self._spot, state.playhead, way
        )
        if time is not None:
            state.set("playhead", time)

    def _draw(self) -> None:
        with self._chosen.editor.notify.failures():
            limits.draw_shape(self._chosen.editor, self._chosen.first, self._effect_id)
