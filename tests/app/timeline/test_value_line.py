"""The line of volume or opacity over a clip, dragged as a whole and by its keyframes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.timeline.layout import body_box
from app.timeline.value_line import OPACITY, VOLUME, ValueLine, line_of
from core.timeline import edits
from core.timeline.model import Key, Keys
from tests.app.timeline.test_mouse import KEYS, Hand
from tests.app.timeline.test_mouse import hand as hand  # a fixture
from tests.cuts import SECOND, clip

SWELL = Keys((Key(6 * SECOND, -20.0), Key(8 * SECOND, -6.0, "smooth")))
"""Of sc, the sound of clip c: seconds 6 to 10 of its media from second 10 of the film on."""


def at(hand: Hand, seconds: float, value: float, track: str = "A1", line: ValueLine = VOLUME) -> QPoint:
    row = hand.view.geometry_now.row_of(track)
    assert row is not None
    return QPoint(hand.point(seconds, track).x(), round(line.y_of(row, value)))


def gain(hand: Hand) -> Keys:
    value = hand.clip("sc").gain
    assert isinstance(value, Keys)
    return value


@pytest.fixture
def swelling(hand: Hand) -> Hand:
    hand.view.set_height("A1", 160)
    hand.editor.document.edit_sequence("Swell", edits.set_clip, "sc", gain=SWELL)
    hand.editor.document.undo_stack.clear()
    return hand


@pytest.mark.parametrize("line", [VOLUME, OPACITY])
def test_a_height_leads_back_to_its_value(hand: Hand, line: ValueLine) -> None:
    row = hand.view.geometry_now.row_of("V1")
    assert row is not None
    for value in (line.parameter.low, line.parameter.high, 0.5 * (line.parameter.low + line.parameter.high)):
        assert line.value_at(row, line.y_of(row, value)) == pytest.approx(value, abs=0.1)
    top, height = body_box(row)
    assert line.value_at(row, top - 50) == line.parameter.high
    assert line.value_at(row, top + height + 50) == line.parameter.low


def test_a_picture_has_a_line_where_it_is_not_opaque() -> None:
    assert line_of("video", clip("a", "m", 0, 4)) is None and line_of("audio", clip("a", "m", 0, 4)) is VOLUME


def test_ctrl_and_a_press_set_a_keyframe_where_the_line_is(hand: Hand) -> None:
    hand.view.set_height("A1", 160)
    spot = at(hand, 12, 0.0)
    QTest.mouseClick(hand.view.viewport(), Qt.MouseButton.LeftButton, KEYS.ControlModifier, spot)
    assert gain(hand) == Keys((Key(8 * SECOND, 0.0),)) and hand.steps == 1
    hand.drag_pixels(at(hand, 13, 0.0), at(hand, 13.5, -20.0), KEYS.ControlModifier)
    first, second = gain(hand).keys
    assert first == Key(8 * SECOND, 0.0) and second.time == pytest.approx(9.5 * SECOND, abs=SECOND / 25)
    assert second.value == pytest.approx(-20, abs=1) and hand.steps == 2


def test_a_keyframe_is_dragged_in_time_and_value_in_one_step(swelling: Hand) -> None:
    swelling.drag_pixels(at(swelling, 12, -6.0), at(swelling, 13, -30.0))
    first, second = gain(swelling).keys
    assert first == SWELL.keys[0] and swelling.steps == 1
    assert (second.time, second.easing) == (9 * SECOND, "smooth") and second.value == pytest.approx(
        -30, abs=1
    )
    sequence = swelling.editor.document.sequence
    assert sequence is not None and sequence.find("sc")[1].start == 10 * SECOND


def test_shift_keeps_its_time(swelling: Hand) -> None:
    swelling.drag_pixels(at(swelling, 12, -6.0), at(swelling, 13, -30.0), KEYS.ShiftModifier)
    assert gain(swelling).keys[1].time == 8 * SECOND


def test_the_whole_line_is_raised_between_keyframes(swelling: Hand) -> None:
    swelling.drag_pixels(at(swelling, 11, -13.0), at(swelling, 11, -3.0))
    assert [key.value for key in gain(swelling).keys] == pytest.approx([-10, 4], abs=1.1)
    assert [key.time for key in gain(swelling).keys] == [6 * SECOND, 8 * SECOND] and swelling.steps == 1


def test_del_takes_the_keyframe_in_hand_away(swelling: Hand) -> None:
    spot = at(swelling, 12, -6.0)
    QTest.mouseClick(swelling.view.viewport(), Qt.MouseButton.LeftButton, KEYS.NoModifier, spot)
    QTest.keyClick(swelling.view, Qt.Key.Key_Delete)
    assert gain(swelling) == Keys((SWELL.keys[0],))


def test_opacity_is_dragged_where_it_shows(hand: Hand) -> None:
    hand.view.set_height("V1", 160)
    hand.editor.document.edit_sequence("x", edits.set_clip, "c", opacity=0.5)
    hand.drag_pixels(at(hand, 12, 0.5, "V1", OPACITY), at(hand, 12, 0.8, "V1", OPACITY))
    assert hand.clip("c").opacity == pytest.approx(0.8, abs=0.02)
    sequence = hand.editor.document.sequence
    assert sequence is not None and sequence.find("c")[1].start == 10 * SECOND


def test_a_value_that_is_held_is_painted_as_a_step(swelling: Hand) -> None:
    """Half way to the next keyframe the line of one that is held still lies where that keyframe is."""
    keys = {
        easing: Keys((Key(6 * SECOND, -50.0, easing), Key(8 * SECOND, 20.0))) for easing in ("linear", "hold")
    }  # type: ignore[arg-type]
    seen = {}
    for easing, value in keys.items():
        swelling.editor.document.edit_sequence("x", edits.set_clip, "sc", gain=value)
        picture = swelling.view.viewport().grab().toImage()
        spot = at(swelling, 11, -50.0)
        seen[easing] = {picture.pixelColor(spot.x(), spot.y() + dy).name() for dy in (-1, 0, 1)}
    assert seen["linear"] != seen["hold"] and len(seen["linear"]) == 1


def test_the_line_is_painted_with_its_keyframes(swelling: Hand) -> None:
    before = swelling.view.grab().toImage()
    swelling.editor.document.edit_sequence("x", edits.set_clip, "sc", gain=-20.0)
    assert swelling.view.grab().toImage() != before
