"""Keyframes on clips dragged, copied, taken away and eased on the timeline, and by the commands."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.actions.registry import find_action, perform
from app.timeline import menus
from app.timeline.layout import KEYS as DOWN
from core.errors import EditError
from core.timeline import edits
from core.timeline.model import Key, Keys
from tests.app.timeline.test_mouse import KEYS, Hand
from tests.app.timeline.test_mouse import hand as hand  # a fixture
from tests.cuts import FRAME, SECOND

FADE = Keys((Key(6 * SECOND, 0.0), Key(8 * SECOND, 1.0)))
"""Of clip c, which shows seconds 6 to 10 of its media from second 10 of the film on."""


@pytest.fixture
def keyed(hand: Hand) -> Hand:
    hand.editor.document.edit_sequence("Fade", edits.set_clip, "c", opacity=FADE)
    hand.editor.document.undo_stack.clear()
    return hand


def spot(hand: Hand, seconds: float) -> QPoint:
    return hand.point(seconds, "V1", DOWN)


def times(hand: Hand) -> list[float]:
    opacity = hand.clip("c").opacity
    assert isinstance(opacity, Keys)
    return [key.time / SECOND for key in opacity.keys]


def test_a_keyframe_is_dragged_in_one_step_and_the_clip_stays(keyed: Hand) -> None:
    keyed.drag_pixels(spot(keyed, 12), spot(keyed, 13))
    assert times(keyed) == [6, 9] and keyed.steps == 1
    assert keyed.editor.document.undo_stack.undoText() == "Move keyframe"
    sequence = keyed.editor.document.sequence
    assert sequence is not None and sequence.find("c")[1].start == 10 * SECOND
    assert keyed.editor.state.keyframe == ("c", 9 * SECOND) and "c" in keyed.editor.state.selection
    keyed.editor.document.undo_stack.undo()
    assert keyed.clip("c").opacity == FADE


def test_it_stays_within_its_clip_and_on_frames(keyed: Hand) -> None:
    keyed.drag_pixels(spot(keyed, 12), spot(keyed, 19))
    assert times(keyed)[1] == pytest.approx(10, abs=0.01)
    keyed.editor.document.undo_stack.undo()
    keyed.view.editor.state.set("snapping", False)
    keyed.drag_pixels(spot(keyed, 12), spot(keyed, 12.33))
    assert times(keyed)[1] * SECOND % FRAME == 0


def test_alt_copies_it(keyed: Hand) -> None:
    keyed.drag_pixels(spot(keyed, 12), spot(keyed, 13), KEYS.AltModifier)
    assert times(keyed) == [6, 8, 9]


def test_beside_a_keyframe_the_clip_is_moved(keyed: Hand) -> None:
    keyed.drag_pixels(keyed.point(12, "V1", 50), keyed.point(13, "V1", 50))
    assert times(keyed) == [6, 8]
    sequence = keyed.editor.document.sequence
    assert sequence is not None and sequence.find("c")[1].start == 11 * SECOND


def test_del_takes_the_keyframe_in_hand_away_and_then_the_clip(keyed: Hand) -> None:
    QTest.mouseClick(keyed.view.viewport(), Qt.MouseButton.LeftButton, KEYS.NoModifier, spot(keyed, 12))
    assert keyed.steps == 0 and keyed.editor.state.keyframe == ("c", 8 * SECOND)
    QTest.keyClick(keyed.view, Qt.Key.Key_Delete)
    assert times(keyed) == [6] and keyed.editor.state.keyframe is None
    QTest.mouseClick(
        keyed.view.viewport(), Qt.MouseButton.LeftButton, KEYS.NoModifier, keyed.point(12, "V1", 50)
    )
    assert keyed.editor.state.keyframe is None


def test_escape_and_another_selection_let_go(keyed: Hand) -> None:
    for leave in (
        lambda: QTest.keyClick(keyed.view, Qt.Key.Key_Escape),
        lambda: keyed.editor.state.set("selection", frozenset({"a"})),
    ):
        QTest.mouseClick(keyed.view.viewport(), Qt.MouseButton.LeftButton, KEYS.NoModifier, spot(keyed, 12))
        assert keyed.editor.state.keyframe is not None
        leave()
        assert keyed.editor.state.keyframe is None
    assert "a" in keyed.editor.state.selection


def test_a_double_click_brings_the_playhead_there(keyed: Hand) -> None:
    QTest.mouseDClick(keyed.view.viewport(), Qt.MouseButton.LeftButton, KEYS.NoModifier, spot(keyed, 12))
    assert keyed.editor.state.playhead == 12 * SECOND


def test_the_menu_of_a_keyframe_eases_it(keyed: Hand) -> None:
    menu = menus.build(keyed.view, keyed.view.mouse.hit(spot(keyed, 12).toPointF()))
    words = [action.text() for action in menu.actions() if action.text()]
    assert len(words) == 4
    next(action for action in menu.actions() if "moothly" in action.text()).trigger()
    opacity = keyed.clip("c").opacity
    assert isinstance(opacity, Keys) and [key.easing for key in opacity.keys] == ["linear", "smooth"]
    menu.deleteLater()


def test_commands_go_from_keyframe_to_keyframe_and_act_on_those_at_the_playhead(keyed: Hand) -> None:
    editor = keyed.editor
    editor.state.set("selection", frozenset({"c"}))
    editor.state.set("playhead", 0)
    perform(editor, "keys.next")
    assert editor.state.playhead == 10 * SECOND
    perform(editor, "keys.next")
    assert editor.state.playhead == 12 * SECOND
    with pytest.raises(EditError, match="no keyframe further on"):
        find_action("keys.next").run(editor)
    perform(editor, "keys.hold")
    opacity = keyed.clip("c").opacity
    assert isinstance(opacity, Keys) and opacity.keys[1].easing == "hold"
    perform(editor, "keys.remove")
    assert times(keyed) == [6]
    with pytest.raises(EditError, match="no keyframe here"):
        find_action("keys.remove").run(editor)
    perform(editor, "keys.previous")
    assert editor.state.playhead == 10 * SECOND


def test_a_locked_track_keeps_its_keyframes(keyed: Hand) -> None:
    keyed.editor.document.edit_sequence("Lock", edits.set_track, "V1", locked=True)
    keyed.drag_pixels(spot(keyed, 12), spot(keyed, 13))
    assert times(keyed) == [6, 8]
