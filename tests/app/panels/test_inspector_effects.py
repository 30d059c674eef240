"""Effects in the inspector: added, set, kept, limited to a shape or an object, and recipes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMenu,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from app.actions.presets import save as keep
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.inspector.add_effect import AddEffect
from app.inspector.effects_form import EffectSection
from app.panels.inspector import InspectorPanel
from app.widgets.fields import SwitchField
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.model import MatteUse
from tests.app.panels.inspecting import clip, field, part, pick, shown
from tests.cuts import project


@pytest.fixture
def panel(qtbot: QtBot, editor: Editor) -> Iterator[InspectorPanel]:
    yield from shown(qtbot, editor)


def test_sound_has_effects_of_its_own(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a")
    assert len([one for one in panel.parts if isinstance(one, AddEffect)]) == 1
    pick(panel, editor, "a", "sa")
    assert len([one for one in panel.parts if isinstance(one, AddEffect)]) == 2
    trigger(editor, find_action("effects.add_equaliser"))
    trigger(editor, find_action("effects.add_blur"))
    assert [[one.kind for one in clip(editor, name).effects] for name in ("a", "sa")] == [
        ["blur"],
        ["equaliser"],
    ]
    pick(panel, editor, "a", "sa")
    sections = {one.accessibleName(): one for one in panel.parts if isinstance(one, EffectSection)}
    assert set(sections) == {"Blur", "Equaliser"}
    bass = next(field for spot, field in sections["Equaliser"].fields.items() if spot.parameter.name == "low")
    bass.spin.setValue(6.0)
    assert clip(editor, "sa").effects[0].params["low"] == 6.0
    editor.state.set("selection", frozenset({"a"}))
    trigger(editor, find_action("effects.add_compressor"))
    assert editor.notify.waiting and len(clip(editor, "sa").effects) == 1


def test_an_effect_of_one_of_several_clips_says_whose_it_is(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a", "b")
    trigger(editor, find_action("effects.add_blur"))
    pick(panel, editor, "a", "b")
    assert part(panel, EffectSection).switch.text() == "Blur of A"
    pick(panel, editor, "a", "sa")
    assert part(panel, EffectSection).switch.text() == "Blur"


def test_an_effect_on_the_whole_opens_no_window_of_its_own(panel: InspectorPanel, editor: Editor) -> None:
    limited = new_effect("steady", MatteUse(1))  # as a file from elsewhere may have it
    editor.document.edit_sequence("Effect", edits.set_clip, "a", effects=(limited,))
    before = set(QApplication.topLevelWidgets())
    pick(panel, editor, "a")
    shown = [one for one in set(QApplication.topLevelWidgets()) - before if one.isVisible()]
    assert shown == []
    assert "Stabilise" in {one.accessibleName() for one in panel.parts}


def test_a_colour_wheel_sets_two_numbers_in_one_step(
    panel: InspectorPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.document.edit_sequence("Effect", edits.set_clip, "a", effects=(new_effect("wheels"),))
    pick(panel, editor, "a")
    section = next(one for one in panel.parts if isinstance(one, EffectSection))
    wheel, steps = section.wheels["highlights"], editor.document.undo_stack.count()
    middle = wheel.rect().center()
    qtbot.mousePress(wheel, Qt.MouseButton.LeftButton, pos=middle)
    for n in range(1, 9):
        qtbot.mouseMove(wheel, middle + QPoint(2 * n, -n))
    qtbot.mouseRelease(wheel, Qt.MouseButton.LeftButton)
    set_ = clip(editor, "a").effects[0].params
    assert set_["highlights_red"] == pytest.approx(16 / wheel.radius, abs=0.01)
    assert set_["highlights_green"] == pytest.approx(8 / wheel.radius, abs=0.01)
    assert editor.document.undo_stack.count() == steps + 1
    qtbot.keyClick(wheel, Qt.Key.Key_Home)
    assert clip(editor, "a").effects[0].params["highlights_red"] == 0
    qtbot.mousePress(wheel, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(wheel, middle + QPoint(500, 0))
    qtbot.mouseRelease(wheel, Qt.MouseButton.LeftButton)
    assert clip(editor, "a").effects[0].params["highlights_red"] == 1, "it stays inside the rim"


def test_a_tone_curve_is_dragged_channel_by_channel(
    panel: InspectorPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.document.edit_sequence("Effect", edits.set_clip, "a", effects=(new_effect("curves"),))
    pick(panel, editor, "a")
    section = next(one for one in panel.parts if isinstance(one, EffectSection))
    curve, steps = section.curve, editor.document.undo_stack.count()
    assert curve is not None
    shown = {spot.name for spot, field in section.fields.items() if not field.isHidden()}
    assert shown == {f"all_{n}" for n in range(5)}
    section.channels.button(3).click()
    at = curve.spot(3).toPoint()
    qtbot.mousePress(curve, Qt.MouseButton.LeftButton, pos=at)
    for n in range(1, 6):
        qtbot.mouseMove(curve, at + QPoint(0, 4 * n))
    qtbot.mouseRelease(curve, Qt.MouseButton.LeftButton)
    set_ = clip(editor, "a").effects[0].params
    assert set_["blue_3"] == pytest.approx(0.75 - 20 / (curve.height() - 16), abs=0.02)
    assert set_["all_3"] == 0.75 and editor.document.undo_stack.count() == steps + 1
    qtbot.keyClick(curve, Qt.Key.Key_Home)
    assert clip(editor, "a").effects[0].params["blue_3"] == 0.75
    qtbot.keyClick(curve, Qt.Key.Key_Left)
    qtbot.keyClick(curve, Qt.Key.Key_Up)
    assert clip(editor, "a").effects[0].params["blue_2"] == pytest.approx(0.52)


def test_an_effect_is_limited_to_a_shape(panel: InspectorPanel, editor: Editor) -> None:
    editor.document.edit_sequence("Effect", edits.set_clip, "a", effects=(new_effect("blur"),))
    pick(panel, editor, "a")
    section = next(one for one in panel.parts if isinstance(one, EffectSection))

    def shown() -> set[str]:
        return {spot.name for spot, one in section.fields.items() if not one.isHidden()}

    assert shown() == {"radius"}
    section.shape.setCurrentIndex(1)
    section.shape.activated.emit(1)
    panel.show_now()
    assert clip(editor, "a").effects[0].shape == "ellipse"
    assert {"radius", "shape_x", "shape_softness", "shape_outside"} < shown()
    field(panel, "shape_width").spin.setValue(80.0)
    assert clip(editor, "a").effects[0].params["shape_width"] == 80.0
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    panel.show_now()
    assert shown() == {"radius"} and clip(editor, "a").effects[0].shape == ""


def test_effects_are_kept_and_used_again(panel: InspectorPanel, editor: Editor) -> None:
    editor.document.edit_sequence("Effect", edits.set_clip, "a", effects=(new_effect("blur", radius=3.0),))
    pick(panel, editor, "a")
    keep(editor, "Soft & wide")
    editor.state.set("selection", frozenset({"b", "c"}))
    panel.show_now()
    panel.finish()
    button = part(panel, AddEffect).findChild(QPushButton, "presets")  # type: ignore[attr-defined]
    menu = button.menu()
    menu.aboutToShow.emit()
    assert next(one.text() for one in menu.actions() if not one.isSeparator()) == "Soft && wide"
    steps = editor.document.undo_stack.count()
    menu.actions()[0].trigger()
    assert [clip(editor, one).effects[0].params for one in "bc"] == [{"radius": 3.0}] * 2
    assert editor.document.undo_stack.count() == steps + 1


def test_a_mirror_is_two_switches(panel: InspectorPanel, editor: Editor) -> None:
    editor.document.edit_sequence("Effect", edits.set_clip, "a", effects=(new_effect("mirror"),))
    pick(panel, editor, "a")
    section = next(one for one in panel.parts if isinstance(one, EffectSection))
    across, down = (one for one in section.fields.values() if isinstance(one, SwitchField))
    assert across.isChecked() and not down.isChecked()
    down.click()
    assert clip(editor, "a").effects[0].params == {"across": 1.0, "down": 1.0}
    editor.document.undo_stack.undo()
    panel.show_now()
    assert not down.isChecked()


def test_effects_are_added_set_and_limited_to_an_object(panel: InspectorPanel, editor: Editor) -> None:
    pick(panel, editor, "a")
    adder = part(panel, AddEffect)
    assert isinstance(adder, AddEffect)
    next(one for one in adder.findChild(QMenu).actions() if one.text() == "Blur").trigger()
    panel.show_now()
    panel.finish()
    field(panel, "radius").spin.setValue(20)
    section = part(panel, EffectSection)
    assert isinstance(section, EffectSection)
    section.object.setCurrentIndex(section.object.findText("Log"))
    section.object.activated.emit(0)
    panel.show_now()
    panel.finish()
    section = part(panel, EffectSection)
    assert isinstance(section, EffectSection)
    section.outside.click()
    (effect,) = clip(editor, "a").effects
    assert effect.params["radius"] == 20
    assert effect.matte == MatteUse(2, invert=True)


def test_effects_are_reordered_switched_and_removed(panel: InspectorPanel, editor: Editor) -> None:
    for kind in ("colour", "blur"):
        editor.document.edit_sequence("x", edits.add_effect, "a", kind)
    pick(panel, editor, "a")
    sections = [one for one in panel.parts if isinstance(one, EffectSection)]
    sections[0].move_by(1)
    panel.show_now()
    panel.finish()
    assert [effect.kind for effect in clip(editor, "a").effects] == ["blur", "colour"]
    first = next(one for one in panel.parts if isinstance(one, EffectSection))
    first.switch.click()
    assert not clip(editor, "a").effects[0].enabled
    first.remove()
    assert [effect.kind for effect in clip(editor, "a").effects] == ["colour"]


@pytest.mark.parametrize(
    ("title", "kind", "outside"),
    [
        ("Blur background", "blur", True),
        ("Grey but the object", "colour", True),
        ("Cut out object", "cutout", False),
        ("Pixelate object", "pixelate", False),
        ("Outline object", "outline", False),
    ],
)
def test_recipes(panel: InspectorPanel, editor: Editor, title: str, kind: str, outside: bool) -> None:
    pick(panel, editor, "a", "sa")
    editor.state.set("label", 2)
    adder = part(panel, AddEffect)
    assert isinstance(adder, AddEffect)
    button = next(one for one in adder.findChildren(QAbstractButton) if one.text() == title)
    button.click()
    (effect,) = clip(editor, "a").effects
    assert (effect.kind, effect.matte and effect.matte.label) == (kind, 2)
    assert effect.matte is not None
    assert effect.matte.invert is outside
    assert editor.document.undo_stack.count() == 1


def test_a_recipe_without_masks_says_what_to_do(panel: InspectorPanel, editor: Editor) -> None:
    editor.document.reset(project(), None, None)
    pick(panel, editor, "a")
    adder = part(panel, AddEffect)
    assert isinstance(adder, AddEffect)
    next(one for one in adder.findChildren(QAbstractButton) if one.text() == "Cut out object").click()
    assert "mask" in editor.notify.waiting[0].message
    assert editor.notify.waiting[0].hint


def test_an_effect_that_is_added_comes_into_sight(
    panel: InspectorPanel, editor: Editor, qtbot: QtBot
) -> None:
    panel.resize(340, 240)
    pick(panel, editor, "a")
    trigger(editor, find_action("effects.add_blur"))
    panel.show_now()
    panel.finish()
    added = part(panel, EffectSection)
    assert isinstance(added, EffectSection)
    bar = panel.verticalScrollBar()

    def in_sight() -> bool:
        top = added.y()
        return 0 < bar.value() <= top and top + added.height() <= bar.value() + panel.viewport().height()

    qtbot.waitUntil(in_sight)
    bar.setValue(0)
    editor.document.edit_sequence("x", edits.set_clip, "a", opacity=0.5)
    panel.show_now()
    qtbot.wait(20)
    assert bar.value() == 0, "only what is new calls for it"


def test_another_clip_is_shown_from_its_top(panel: InspectorPanel, editor: Editor, qtbot: QtBot) -> None:
    panel.resize(340, 240)
    editor.document.edit_sequence("x", edits.add_effect, "b", "blur")
    pick(panel, editor, "a")
    pick(panel, editor, "b")
    qtbot.wait(20)
    assert panel.verticalScrollBar().value() == 0
