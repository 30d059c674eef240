"""How long a clip takes to come up and to go down by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from app.inspector.forms import Section, tr
from app.widgets.fields import NumberField
from core.time import from_seconds, seconds
from core.timeline import edits
from core.timeline.effect_kind import Parameter

if TYPE_CHECKING:
    from app.inspector.forms import Chosen

LONGEST = 3600.0


class FadeSection(Section):
    """Fade in and fade out of the selected clips, seconds."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(tr("Fades"), chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(3)
        self.fields: dict[edits.FadeSide, NumberField] = {}
        titles: dict[edits.FadeSide, str] = {"fade_in": tr("Fade in"), "fade_out": tr("Fade out")}
        for side, title in titles.items():
            field = NumberField(Parameter(side, title, 0.0, 0.0, LONGEST, 0.1, "s"), title, keys=False)
            field.changed.connect(partial(self._set, side, title))
            field.reset.connect(partial(self._set, side, title, 0.0, ""))
            column.addWidget(field)
            self.fields[side] = field

    def _set(self, side: edits.FadeSide, title: str, value: float, fold: str) -> None:
        length = self.chosen.sequence.rate.snap(from_seconds(value))
        ids = self.chosen.ids
        self.chosen.edit(title, lambda known: edits.set_fade(known, ids, side, length, linked=False), fold)

    def show_now(self) -> None:
        clip = self.chosen.clip
        self.fields["fade_in"].show_value(seconds(clip.fade_in))
        self.fields["fade_out"].show_value(seconds(clip.fade_out))
