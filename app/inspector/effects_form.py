"""The effect stack of a clip: add, switch, reorder, set, and limit to an object."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.actions import limits, picking, shape_following, surfaces
from app.actions.registry import find_action
from app.inspector import animation
from app.inspector.forms import Chosen, ParameterSection, tr
from app.inspector.points_row import PointsRow
from app.inspector.tone_curve import ToneCurve
from app.inspector.wheels import ColourWheel
from app.project import looks
from app.widgets.fields import NumberField, arrow_button, icon_button, let_shrink, narrow
from core.project.project import TrackedObject
from core.timeline import edits, freeform
from core.timeline.effect_kind import Parameter
from core.timeline.effects import (
    CORNER_PIN,
    CURVE_CHANNELS,
    CURVES,
    EFFECT_KINDS,
    LOOK,
    SHAPE_PARAMETERS,
    TONES,
    WHEELS,
    ZONES,
    tone,
)
from core.timeline.model import Effect, LookUse, MatteUse, Sequence

if TYPE_CHECKING:
    from app.editor import Editor

GROW = Parameter("grow", "Grow", 0.0, -100.0, 100.0, 1.0, "px")
FEATHER = Parameter("feather", "Feather", 2.0, 0.0, 200.0, 0.5, "px")
WHOLE = 0


class EffectSection(ParameterSection):
    """One effect with its matte."""

    def __init__(self, chosen: Chosen, effect: Effect, objects: tuple[TrackedObject, ...]) -> None:
        kind = EFFECT_KINDS[effect.kind]
        ids = (chosen.first,)
        super().__init__("", chosen, animation.effect_spots(effect.kind, effect.id), ids)
        self.effect_id = effect.id
        self.setAccessibleName(tr(kind.title))
        self.setToolTip(tr(kind.help))
        self.rows.insertLayout(0, self._header(tr(kind.title)))
        self.wheels: dict[str, ColourWheel] = {}
        self.curve: ToneCurve | None = None
        self.look: QPushButton | None = None
        self._add_own(effect)
        self._make_limits(effect, objects)
        if not kind.whole:
            self._add_shape()
            self._add_matte(bool(objects) or effect.matte is not None)

    def _add_own(self, effect: Effect) -> None:
        """What only some kinds of effect have, above their numbers."""
        if effect.kind == WHEELS:
            self.rows.insertLayout(1, self._wheel_row())
        if effect.kind == CURVES:
            self.curve, self.channels = ToneCurve(), QButtonGroup(self)
            self.rows.insertLayout(1, self._channel_row())
            self.rows.insertWidget(2, self.curve)
            self.curve.changed.connect(self._bend)
        if picking.has_hue(effect.kind):
            pick = QPushButton(tr("Pick in the viewer"))
            pick.setToolTip(tr("Click on the colour that the effect is for"))
            pick.clicked.connect(lambda: self._pick())
            self.rows.insertWidget(1, pick)
        if effect.kind == CORNER_PIN:
            self.rows.insertWidget(
                1, self._follow_row(tr("Follow the surface"), "effects.follow_surface", surfaces.follow)
            )
        if effect.kind == LOOK:
            self.look = self._look_button()
            self.rows.insertWidget(1, self.look)

    def _make_limits(self, effect: Effect, objects: tuple[TrackedObject, ...]) -> None:
        """The fields of the object and of the shape that the effect is limited to."""
        self.object = narrow(QComboBox())
        self.object.setAccessibleName(tr("Object that the effect is limited to"))
        self.object.addItem(tr("Whole picture"), WHOLE)
        for thing in objects:
            self.object.addItem(thing.name, thing.label)
        if effect.matte is not None and self.object.findData(effect.matte.label) < 0:
            self.object.addItem(tr("Object {0}").format(effect.matte.label), effect.matte.label)
        self.outside = QCheckBox(tr("Outside"))
        self.outside.setToolTip(tr("Everything but the object"))
        self._edges = {
            GROW: NumberField(GROW, tr("Grow"), keys=False),
            FEATHER: NumberField(FEATHER, tr("Feather"), keys=False),
        }
        self.shape = narrow(QComboBox())
        self.shape.setAccessibleName(tr("Shape that the effect is limited to"))
        for shape, words in (
            ("", tr("No shape")),
            ("ellipse", tr("Ellipse")),
            ("rectangle", tr("Rectangle")),
            ("freeform", tr("Freeform")),
        ):
            self.shape.addItem(words, shape)
        self.shape.activated.connect(lambda _: self._pick_shape())

    def _wheel_row(self) -> QHBoxLayout:
        """A wheel for each zone, over the numbers that it moves."""
        row = QHBoxLayout()
        for zone in ZONES:
            column, caption = QVBoxLayout(), QLabel(tr(zone.capitalize()))
            caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            wheel = ColourWheel(caption.text())
            wheel.changed.connect(partial(self._turn, zone))
            self.wheels[zone] = wheel
            column.addWidget(wheel)
            column.addWidget(caption)
            row.addLayout(column)
        return row

    def _turn(self, zone: str, red: float, green: float, fold: str) -> None:
        now, spots = self.chosen.editor.state.playhead, {spot.name: spot for spot in self.fields}

        def change(sequence: Sequence) -> Sequence:
            sequence = animation.with_value(sequence, self._ids, spots[f"{zone}_red"], now, red)
            return animation.with_value(sequence, self._ids, spots[f"{zone}_green"], now, green)

        self.chosen.edit(tr(zone.capitalize()), change, fold)

    def _channel_row(self) -> QHBoxLayout:
        """Whose curve is shown, with its numbers below."""
        row = QHBoxLayout()
        for number, title in enumerate(CURVE_CHANNELS.values()):
            button = QPushButton(tr(title))
            button.setCheckable(True)
            button.setAccessibleName(tr("Curve: {0}").format(tr(title)))
            button.setChecked(number == 0)
            let_shrink(button)
            self.channels.addButton(button, number)
            row.addWidget(button)
        self.channels.idClicked.connect(lambda _: self.show_now())
        return row

    @property
    def channel(self) -> str:
        """The channel whose curve is shown."""
        return list(CURVE_CHANNELS)[self.channels.checkedId()]

    def _bend(self, point: int, height: float, fold: str) -> None:
        now, name = self.chosen.editor.state.playhead, tone(self.channel, point)
        spot = next(spot for spot in self.fields if spot.name == name)
        self.chosen.edit(
            tr("Curves"), lambda known: animation.with_value(known, self._ids, spot, now, height), fold
        )

    def _show_curve(self, curve: ToneCurve, shown: dict[str, float]) -> None:
        names = [tone(self.channel, point) for point in range(TONES)]
        curve.show_curve([shown[name] for name in names], self.channel)
        for spot, field in self.fields.items():
            if spot.parameter not in SHAPE_PARAMETERS:
                field.setVisible(spot.name in names)

    def _pick(self) -> None:
        with self.chosen.editor.notify.failures():
            picking.pick_hue(self.chosen.editor, self._ids[0], self.effect_id)

    def _follow_row(
        self, words: str, action: str, follow: Callable[[Editor, tuple[int, ...]], None]
    ) -> QWidget:
        """Following something with the effect: over all of the clip, or one way from the playhead."""
        row = QHBoxLayout(holder := QWidget())
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(words), 1)
        for end, icon, ways in (
            ("_back", "track-back", (-1,)),
            ("", "track-both", (1, -1)),
            ("_on", "track-forward", (1,)),
        ):
            button = icon_button(icon, tr(find_action(action + end).help))
            button.clicked.connect(partial(self._follow, follow, ways))
            row.addWidget(button)
        return holder

    def _follow(self, follow: Callable[[Editor, tuple[int, ...]], None], ways: tuple[int, ...]) -> None:
        with self.chosen.editor.notify.failures():
            follow(self.chosen.editor, ways)

    def _look_button(self) -> QPushButton:
        """What the look is called; it asks for another one."""
        button = QPushButton()
        button.setToolTip(tr("Choose another look, a .cube file"))
        button.clicked.connect(lambda: looks.choose(self.chosen.editor, self._set_look))
        return button

    def _set_look(self, look: LookUse) -> None:
        self.chosen.edit(
            tr("Look {0}").format(look.name),
            lambda known: edits.set_effect(known, self._ids[0], self.effect_id, look=look),
        )

    def _header(self, title: str) -> QHBoxLayout:
        row = QHBoxLayout()
        one = self.chosen.count == 1
        self.switch = QCheckBox(title if one else tr("{0} of {1}").format(title, self.chosen.clip.name))
        self.switch.setAccessibleName(tr("{0} on").format(title))
        font = self.switch.font()
        font.setBold(True)
        self.switch.setFont(font)
        self.switch.clicked.connect(self._enable)
        row.addWidget(self.switch, 1)
        up = arrow_button(Qt.ArrowType.UpArrow, tr("{0} earlier").format(title))
        down = arrow_button(Qt.ArrowType.DownArrow, tr("{0} later").format(title))
        gone = icon_button("remove", tr("Remove {0}").format(title))
        up.clicked.connect(lambda: self.move_by(-1))
        down.clicked.connect(lambda: self.move_by(1))
        gone.clicked.connect(lambda: self.remove())
        for button in (up, down, gone):
            row.addWidget(button)
        return row

    def _add_shape(self) -> None:
        """Which shape, over its numbers, which come last of the fields."""
        self.points = PointsRow(self.chosen, self.effect_id)
        self.following = self._follow_row(
            tr("Follow"),
            "effects.follow_shape",
            partial(shape_following.follow, effect_id=self.effect_id),
        )
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("Inside")))
        row.addWidget(self.shape, 1)
        first = next(field for spot, field in self.fields.items() if spot.parameter in SHAPE_PARAMETERS)
        self.rows.insertLayout(self.rows.indexOf(first), row)
        self.rows.insertWidget(self.rows.indexOf(first), self.points)
        self.rows.insertWidget(self.rows.indexOf(first), self.following)

    def _pick_shape(self) -> None:
        first, one, shape = self.chosen.first, self.effect_id, self.shape.currentData()
        if shape == "freeform" and freeform.count_of(self._effect().params) < freeform.FEWEST:
            self.show_now()  # there is none before it has been drawn
            with self.chosen.editor.notify.failures():
                limits.draw_shape(self.chosen.editor, first, one)
            return
        self.chosen.edit(tr("Limit effect"), lambda known: edits.set_effect(known, first, one, shape=shape))

    def _add_matte(self, useful: bool) -> None:
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("Only on")))
        row.addWidget(self.object, 1)
        row.addWidget(self.outside)
        self.rows.addLayout(row)
        self.object.setEnabled(useful)
        if not useful:
            self.object.setToolTip(tr("Draw and track an object in the mask view first"))
        for parameter, field in self._edges.items():
            self.rows.addWidget(field)
            name = parameter.name
            field.changed.connect(lambda value, fold, name=name: self._set_matte(fold, **{name: value}))
            field.reset.connect(lambda name=name, one=parameter: self._set_matte("", **{name: one.default}))
        self.object.activated.connect(lambda _: self._pick_object())
        self.outside.clicked.connect(lambda on: self._set_matte("", invert=on))

    def _effect(self) -> Effect:
        return next(effect for effect in self.chosen.clip.effects if effect.id == self.effect_id)

    def _enable(self, on: bool) -> None:
        first, one = self.chosen.first, self.effect_id
        name = tr("Switch effect on") if on else tr("Switch effect off")
        self.chosen.edit(name, lambda known: edits.set_effect(known, first, one, enabled=on))

    def move_by(self, by: int) -> None:
        first, one = self.chosen.first, self.effect_id
        self.chosen.edit(tr("Reorder effects"), lambda known: edits.move_effect(known, first, one, by))

    def remove(self) -> None:
        first, one = self.chosen.first, self.effect_id
        self.chosen.edit(tr("Remove effect"), lambda known: edits.remove_effect(known, first, one))

    def _pick_object(self) -> None:
        label = int(self.object.currentData())
        first, one, old = self.chosen.first, self.effect_id, self._effect().matte
        matte = None if label == WHOLE else replace(old, label=label) if old else MatteUse(label)
        self.chosen.edit(tr("Limit effect"), lambda known: edits.set_effect(known, first, one, matte=matte))

    def _set_matte(self, fold: str, **fields: float | bool) -> None:
        old = self._effect().matte
        if old is None:
            return
        first, one = self.chosen.first, self.effect_id
        matte = replace(old, **fields)
        self.chosen.edit(
            tr("Limit effect"), lambda known: edits.set_effect(known, first, one, matte=matte), fold
        )

    def show_now(self) -> None:
        super().show_now()
        effect = self._effect()
        self.switch.setChecked(effect.enabled)
        if self.look is not None:
            self.look.setText(effect.look.name if effect.look is not None else tr("Choose a look…"))
        shown = {spot.name: field.value for spot, field in self.fields.items()}
        for zone, wheel in self.wheels.items():
            wheel.show_colour(shown[f"{zone}_red"], shown[f"{zone}_green"])
        if self.curve is not None:
            self._show_curve(self.curve, shown)
        if EFFECT_KINDS[effect.kind].whole:
            return
        self.shape.setCurrentIndex(self.shape.findData(effect.shape))
        self.points.setVisible(effect.shape == "freeform")
        self.following.setVisible(bool(effect.shape))
        if effect.shape == "freeform":
            self.points.show_now(effect)
        for spot, field in self.fields.items():
            if spot.parameter in SHAPE_PARAMETERS:
                field.setVisible(bool(effect.shape))
        matte = effect.matte
        self.object.setCurrentIndex(self.object.findData(matte.label if matte else WHOLE))
        self.outside.setVisible(matte is not None)
        self.outside.setChecked(matte is not None and matte.invert)
        for parameter, field in self._edges.items():
            field.setVisible(matte is not None)
            if matte is not None:
                field.show_value(getattr(matte, parameter.name))
