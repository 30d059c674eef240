"""The inspector's sections for a clip: what it is, where it stands in the frame, how fast, how loud, its title."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as replace_values
from functools import cached_property

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from app.actions import clip as commands
from app.editor import Editor
from app.inspector import animation
from app.inspector.animation import Spot
from app.widgets.fields import ColourButton, NumberField, SwitchField, narrow
from core.timeline import edits
from core.timeline.effect_kind import Parameter
from core.timeline.model import BLEND_MODES, MATTE_MODES, Clip, Easing, Keys, Sequence, Solid
from core.timeline.time_map import Curve


def tr(text: str) -> str:
    return QCoreApplication.translate("Inspector", text)


@dataclass(frozen=True)
class Chosen:
    """The clips that the inspector edits. first: the one whose values show."""

    editor: Editor
    first: str
    video: tuple[str, ...]
    audio: tuple[str, ...]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return self.video + self.audio

    @property
    def sequence(self) -> Sequence:
        sequence = self.editor.document.sequence
        assert sequence is not None
        return sequence

    @property
    def clip(self) -> Clip:
        return self.sequence.find(self.first)[2]

    @property
    def heard(self) -> Chosen | None:
        """The same with the first sound's values; None without one."""
        return replace_values(self, first=self.audio[0]) if self.audio else None

    @cached_property
    def count(self) -> int:
        """How many clips the user sees selected: a picture and its sound are one."""
        return len({clip.link or clip.id for _, clip in self.sequence.chosen(frozenset(self.ids))})

    def edit(self, name: str, change: Callable[[Sequence], Sequence], fold: str = "") -> None:
        """One undo step, or a part of the one with the same fold id; a refusal becomes a notice."""
        document = self.editor.document
        if fold:
            document.begin_drag(fold)
        try:
            with self.editor.notify.failures():
                document.edit_sequence(name, change)
        finally:
            document.end_drag()


class Section(QGroupBox):
    """A titled part of the inspector; `show_now` brings it up to date with the document."""

    def __init__(self, title: str, chosen: Chosen) -> None:
        super().__init__(title)
        self.chosen = chosen
        self.setAccessibleName(title)

    def show_now(self) -> None:
        raise NotImplementedError


class ParameterSection(Section):
    """Numbers of the clip or of an effect, each with keyframes."""

    def __init__(self, title: str, chosen: Chosen, spots: tuple[Spot, ...], ids: tuple[str, ...]) -> None:
        super().__init__(title, chosen)
        self._ids = ids
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 8, 0, 0)
        self.rows.setSpacing(3)
        self.fields = {spot: self._field(spot) for spot in spots}
        for field in self.fields.values():
            self.rows.addWidget(field)

    def _field(self, spot: Spot) -> NumberField | SwitchField:
        title = tr(spot.parameter.title)
        if spot.parameter.switch:
            switch = SwitchField(spot.parameter, title)
            switch.changed.connect(lambda value: self._set(spot, title, value, ""))
            return switch
        field = NumberField(spot.parameter, title)
        field.changed.connect(lambda value, fold: self._set(spot, title, value, fold))
        field.reset.connect(
            lambda: self.chosen.edit(title, lambda known: animation.with_default(known, self._ids, spot))
        )
        field.key_toggled.connect(lambda: self._toggle(spot, title))
        field.key_wanted.connect(lambda way: self._jump(spot, way))
        field.easing_wanted.connect(lambda easing: self._ease(spot, easing))
        return field

    def _set(self, spot: Spot, title: str, value: float, fold: str) -> None:
        now = self.chosen.editor.state.playhead
        self.chosen.edit(title, lambda known: animation.with_value(known, self._ids, spot, now, value), fold)

    def _toggle(self, spot: Spot, title: str) -> None:
        now = self.chosen.editor.state.playhead
        name = tr("Keyframe {0}").format(title)
        self.chosen.edit(name, lambda known: animation.toggled_keys(known, self._ids, spot, now))

    def _ease(self, spot: Spot, easing: Easing) -> None:
        now = self.chosen.editor.state.playhead
        self.chosen.edit(
            tr("Keyframe easing"),
            lambda known: animation.with_easing(known, self._ids[0], spot, now, easing),
        )

    def _jump(self, spot: Spot, way: int) -> None:
        state = self.chosen.editor.state
        time = animation.key_beside(self.chosen.sequence, self._ids[0], spot, state.playhead, way)
        if time is not None:
            state.set("playhead", time)

    def show_now(self) -> None:
        sequence, now = self.chosen.sequence, self.chosen.editor.state.playhead
        clip = sequence.find(self._ids[0])[2]
        for spot, field in self.fields.items():
            field.show_value(
                animation.shown(sequence, clip.id, spot, now),
                key=animation.key_here(sequence, clip.id, spot, now) is not None,
                animated=isinstance(animation.animated(clip, spot), Keys),
            )


class ClipSection(Section):
    """Name, on or off, blend mode."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(tr("Clip") if chosen.count == 1 else tr("{0} clips").format(chosen.count), chosen)
        form = QFormLayout(self)
        form.setContentsMargins(0, 8, 0, 0)
        self._name = QLineEdit()
        self._name.setAccessibleName(tr("Name of the clip"))
        self._name.editingFinished.connect(self._rename)
        self._name.returnPressed.connect(self._name.clearFocus)
        self.switch = QCheckBox(tr("Enabled"))
        self.switch.clicked.connect(self._enable)
        form.addRow(tr("Name"), self._name)
        form.addRow("", self.switch)
        self._blend = narrow(QComboBox(self))
        self._blend.setVisible(bool(chosen.video))
        self._blend.setAccessibleName(tr("Blend mode"))
        for mode in BLEND_MODES:
            self._blend.addItem(tr(mode.capitalize()), mode)
        self._blend.insertSeparator(self._blend.count())
        for matte in MATTE_MODES:
            self._blend.addItem(tr(matte.capitalize()), matte)
        self._blend.activated.connect(lambda _: self._set_blend())
        if chosen.video:
            form.addRow(tr("Blend mode"), self._blend)

    def _rename(self) -> None:
        name = self._name.text().strip()
        if name and name != self.chosen.clip.name:
            self._set_all(tr("Rename clip"), name=name)

    def _enable(self, on: bool) -> None:
        self._set_all(tr("Enable clip") if on else tr("Disable clip"), enabled=on)

    def _set_blend(self) -> None:
        mode = self._blend.currentData()
        self.chosen.edit(
            tr("Blend mode"), lambda known: edits.set_clips(known, self.chosen.video, blend=mode)
        )

    def _set_all(self, title: str, **fields: object) -> None:
        self.chosen.edit(title, lambda known: edits.set_clips(known, self.chosen.ids, **fields))

    def show_now(self) -> None:
        clip = self.chosen.clip
        if not self._name.hasFocus():
            self._name.setText(clip.name)
            self._name.setCursorPosition(0)  # a long name is seen from its beginning
        self.switch.setChecked(clip.enabled)
        self._blend.setCurrentIndex(self._blend.findData(clip.blend))


class SpeedSection(Section):
    """Constant speed, backwards, freeze."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(tr("Speed"), chosen)
        self._base = ("", chosen.sequence)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        parameter = Parameter("speed", tr("Speed"), 100.0, -10000.0, 10000.0, 1.0, "%")
        self.field = NumberField(parameter, tr("Speed"), keys=False)
        self.field.changed.connect(lambda value, fold: self._set(value, fold))
        self.field.reset.connect(lambda: self._set(100.0, ""))
        column.addWidget(self.field)
        self.ripple = QCheckBox(tr("What follows moves"))
        self.ripple.setToolTip(
            tr(
                "It makes room or closes up; else a clip that gets longer is cut off where the next one begins"
            )
        )
        self.ripple.clicked.connect(self._set_ripple)
        column.addWidget(self.ripple)
        row = QHBoxLayout()
        self._reverse = _button(tr("Reverse"), lambda: self._run(commands.reverse))
        self._freeze = _button(tr("Freeze frame"), lambda: self._run(commands.freeze))
        row.addWidget(self._reverse)
        row.addWidget(self._freeze)
        column.addLayout(row)

    def _set_ripple(self, on: bool) -> None:
        self.chosen.editor.keep_setting("speed_ripples", on)

    def _run(self, command: Callable[[Editor], None]) -> None:
        with self.chosen.editor.notify.failures():
            command(self.chosen.editor)

    def _set(self, percent: float, fold: str) -> None:
        num = round(percent * 100)
        if num == 0 or isinstance(self.chosen.clip.time_map, Curve):
            return
        if not fold or fold != self._base[0]:
            self._base = (fold, self.chosen.sequence)
        # Always from where the drag began: a clip that was cut off by its neighbour on the way gets its end back.
        start, leaders = self._base[1], commands.leaders(self.chosen.editor)
        ripple = self.ripple.isChecked()
        self.chosen.edit(
            tr("Speed"), lambda _: edits.set_speed(start, leaders, num, 10000, ripple=ripple), fold
        )

    def show_now(self) -> None:
        clip = self.chosen.clip
        self.field.show_value(clip.time_map.speed * 100)
        self.ripple.setChecked(self.chosen.editor.settings.flag("speed_ripples"))
        self.field.setEnabled(not isinstance(clip.time_map, Curve) and clip.available is not None)


class SolidSection(Section):
    """The colour of a colour clip."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(tr("Colour"), chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        self._colour = ColourButton(tr("Colour"))
        self._colour.chosen.connect(self._set)
        column.addWidget(self._colour)

    def _set(self, colour: str) -> None:
        first = self.chosen.first
        self.chosen.edit(tr("Colour"), lambda known: edits.set_clip(known, first, content=Solid(colour)))

    def show_now(self) -> None:
        content = self.chosen.clip.content
        assert isinstance(content, Solid)
        self._colour.show_colour(content.colour)


def _button(text: str, run: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.clicked.connect(lambda: run())
    return button
