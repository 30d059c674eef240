"""The transition at the head of a clip: its kind, how long it lasts, its colour or its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtWidgets import QComboBox, QFormLayout

from app.actions.transitions import NAMES
from app.inspector.forms import Section, tr
from app.widgets.fields import ColourButton, NumberField, narrow
from core.time import from_seconds, seconds
from core.timeline import edits
from core.timeline.effect_kind import Parameter
from core.timeline.model import TRANSITIONS, WAYS, Transition

if TYPE_CHECKING:
    from app.inspector.forms import Chosen

LENGTH = Parameter("length", "Length", 1.0, 0.0, 600.0, 0.1, "s")
WAY_NAMES = {"left": "To the left", "right": "To the right", "up": "Up", "down": "Down"}


class TransitionSection(Section):
    """Shown while the first selected clip has a transition; edits those of all selected clips."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(tr("Transition"), chosen)
        form = QFormLayout(self)
        form.setContentsMargins(0, 8, 0, 0)
        self.kind = _choice(tr("Kind"), {kind: tr(NAMES[kind]) for kind in TRANSITIONS})
        self.kind.activated.connect(lambda _: self._set(kind=self.kind.currentData()))
        form.addRow(tr("Kind"), self.kind)
        self.length = NumberField(LENGTH, tr(LENGTH.title), keys=False)
        self.length.changed.connect(self._set_length)
        self.length.reset.connect(lambda: self._set_length(LENGTH.default, ""))
        form.addRow(self.length)
        self.colour = ColourButton(tr("Colour"))
        self.colour.chosen.connect(lambda colour: self._set(colour=colour))
        self.way = _choice(tr("Direction"), {way: tr(WAY_NAMES[way]) for way in WAYS})
        self.way.activated.connect(lambda _: self._set(way=self.way.currentData()))
        kind = self._transition().kind
        if kind == "dip":
            form.addRow(tr("Colour"), self.colour)
        elif kind != "cross-fade":
            form.addRow(tr("Direction"), self.way)

    def _transition(self) -> Transition:
        return self.chosen.clip.transition or Transition()

    def _set(self, **fields: object) -> None:
        self._each(tr("Transition"), lambda there: replace(there, **fields))

    def _set_length(self, value: float, fold: str) -> None:
        """As long as wanted, and as the source allows, with the cut where it was in it."""
        rate = self.chosen.sequence.rate
        length = max(rate.frame_ticks, rate.snap(from_seconds(value)))

        def change(there: Transition) -> Transition:
            before = rate.snap(length * there.before // (there.before + there.after))
            return replace(there, before=before, after=length - before)

        self._each(tr("Transition length"), change, fold)

    def _each(self, name: str, change: Callable[[Transition], Transition], fold: str = "") -> None:
        self.chosen.edit(name, lambda known: edits.each_transition(known, self.chosen.ids, change), fold)

    def show_now(self) -> None:
        there = self._transition()
        self.kind.setCurrentIndex(self.kind.findData(there.kind))
        self.way.setCurrentIndex(self.way.findData(there.way))
        self.length.show_value(seconds(there.before + there.after))
        self.colour.show_colour(there.colour)


def _choice(name: str, entries: dict[str, str]) -> QComboBox:
    box = narrow(QComboBox())
    box.setAccessibleName(name)
    for value, text in entries.items():
        box.addItem(text, value)
    return box
