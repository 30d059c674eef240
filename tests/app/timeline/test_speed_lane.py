"""The speed lane under a clip: points by hand, one undo step a gesture; the rate stretch tool."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.editor import Editor
from app.panels.timeline import TimelinePanel
from app.timeline import speed_mouse
from app.timeline.speed_lane import Box, caught, grip, lane_points, part_of, speed_of, speed_row
from app.window.main_window import MainWindow
from core.timeline import edits
from core.timeline.bent import reach_of
from core.timeline.curve import NATURAL
from core.timeline.model import Clip
from core.timeline.time_map import Curve, Linear
from tests.app.timeline import test_mouse
from tests.app.timeline.test_mouse import KEYS, Hand
from tests.cuts import FRAME, SECOND, clip, lengths, project, sequence

hand = test_mouse.hand
"""The fixture."""


@given(st.floats(-90, 90), st.booleans())
def test_heights_and_speeds_are_inverses(speed: float, backwards: bool) -> None:
    wanted = speed if backwards else max(0.0, speed)
    assert speed_of(part_of(speed, backwards), backwards) == pytest.approx(wanted, abs=1e-6)


def test_round_speeds_catch() -> None:
    assert caught(1.04, 0.02) == 1.0 and caught(0.47, 0.02) == 0.5 and caught(0.371, 0.02) == 0.37
    assert caught(-0.97, 0.02, True) == -1.0 and caught(0.01, 0.02) == 0.0


def test_points_handles_and_jumps_are_found() -> None:
    film = edits.ramp(sequence(), "c", 11 * SECOND, 12 * SECOND, last=2 * NATURAL)
    film = edits.reverse_part(film, "c", 12 * SECOND + 3 * FRAME, 12 * SECOND + 15 * FRAME)
    held = film.find("c")[2]
    near = reach_of(film)
    points = lane_points(held, near)
    assert [round(point.time / FRAME) for point in points][:2] == [0, 25]
    assert points[0].edge and points[-1].edge and sum(point.jump for point in points) == 2
    box = Box(0, 100, 400, 50, held.duration / 400, True)
    assert grip(held, box, box.x_of(SECOND), box.y_of(1.0), near) == ("speed_point", SECOND)
    assert grip(held, box, box.x_of(SECOND * 3 // 2), box.y_of(1.5), near) == ("speed_ease", SECOND * 3 // 2)
    assert grip(held, box, box.x_of(SECOND // 2), box.y_of(1.0) + 3, near) == ("speed_line", SECOND // 2)
    assert grip(held, box, box.x_of(SECOND // 2), box.y_of(0.0), near) is None
    jumps = [point.time for point in points if point.jump]
    shown = speed_row(held, np.array([*range(0, held.duration, FRAME), *jumps]))
    assert np.abs(shown).max() <= 2.01, "a jump is no speed"


def lane(hand: Hand, clip_id: str) -> tuple[Box, Clip, int]:
    """The lane of a clip on V1, with the clip and its start."""
    film = hand.editor.document.sequence
    assert film is not None
    track, where, found = film.find(clip_id)
    x = hand.view.geometry_now.x_of(where.start + where.duration // 2)
    row = hand.view.geometry_now.row_of(track.id)
    assert row is not None
    hit = hand.view.mouse.hit(QPoint(round(x), row.top + 8).toPointF())
    box = speed_mouse.lane_of(hand.view, hit)
    assert box is not None
    return box, found, where.start


def point(box: Box, time: float, speed: float) -> QPoint:
    """time: seconds in the clip."""
    return QPoint(round(box.x_of(round(time * SECOND))), round(box.y_of(speed)))


@pytest.fixture
def lanes(hand: Hand) -> Iterator[Hand]:
    hand.editor.state.set("speed_lanes", True)
    yield hand


def test_a_double_click_adds_a_point_and_a_drag_moves_it_in_one_step(lanes: Hand, qtbot: QtBot) -> None:
    box, _, _ = lane(lanes, "c")
    viewport = lanes.view.viewport()
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, KEYS.NoModifier, point(box, 2, 1.0))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, KEYS.NoModifier, point(box, 2, 1.0))
    assert isinstance(lanes.clip("c").time_map, Curve) and lanes.steps == 1
    assert lanes.editor.state.speed_point == ("c", 12 * SECOND)
    assert lanes.clip("sc").time_map == lanes.clip("c").time_map
    lanes.drag_pixels(point(box, 2, 1.0), point(box, 1.5, 2.0))
    moved = lanes.clip("c")
    assert lanes.steps == 2 and moved.time_map.at(0) == 6 * SECOND
    assert isinstance(moved.time_map, Curve)
    inner = [p for p in lane_points(moved, FRAME) if not p.edge]
    assert [p.time % FRAME for p in inner] == [0], "it snaps to frames"
    assert inner[0].time == pytest.approx(1.5 * SECOND, abs=2 * FRAME) and inner[0].after == 2.0
    assert lengths(lanes.editor.document.sequence, "V1")["c"] < 4
    lanes.editor.document.undo_stack.undo()
    lanes.editor.document.undo_stack.undo()
    assert lanes.editor.document.sequence == sequence()


def test_del_takes_the_point_in_hand_and_not_the_clip(lanes: Hand, qtbot: QtBot) -> None:
    lanes.editor.document.edit_sequence("add", edits.add_speed_point, "c", 12 * SECOND)
    lanes.editor.document.edit_sequence("move", edits.move_speed_point, "c", 12 * SECOND, speed=2 * NATURAL)
    box, _, start = lane(lanes, "c")
    at = point(box, 2, 2.0)
    qtbot.mouseClick(lanes.view.viewport(), Qt.MouseButton.LeftButton, KEYS.NoModifier, at)
    assert lanes.editor.state.speed_point == ("c", start + 2 * SECOND)
    qtbot.keyClick(lanes.view, Qt.Key.Key_Delete)
    assert len(lane_points(lanes.clip("c"), FRAME)) == 2
    assert lanes.editor.state.speed_point is None


def test_the_line_is_dragged_and_escape_puts_it_back(lanes: Hand, qtbot: QtBot) -> None:
    box, _, _ = lane(lanes, "c")
    lanes.drag_pixels(point(box, 1, 1.0), point(box, 1, 2.0))
    assert lanes.clip("c").time_map == Linear(6 * SECOND, 2) and lanes.steps == 1
    box, _, _ = lane(lanes, "c")
    lanes.drag_pixels(point(box, 1, 2.0), point(box, 1, 0.5), release=False)
    assert lanes.clip("c").time_map.speed == 0.5
    qtbot.keyClick(lanes.view, Qt.Key.Key_Escape)
    assert lanes.clip("c").time_map == Linear(6 * SECOND, 2)


def test_alt_makes_a_step_and_a_handle_bends_the_ramp(lanes: Hand) -> None:
    lanes.editor.document.edit_sequence("add", edits.add_speed_point, "c", 12 * SECOND)
    box, _, _ = lane(lanes, "c")
    lanes.drag_pixels(point(box, 2, 1.0), point(box, 2, 0.5), KEYS.AltModifier)
    step = next(p for p in lane_points(lanes.clip("c"), FRAME) if not p.edge)
    assert (step.before, step.after) == (1.0, 0.5)
    box, held, _ = lane(lanes, "c")
    curve = held.time_map
    assert isinstance(curve, Curve)
    last = curve.points[-1].time
    middle = (2 * SECOND + last) / 2 / SECOND
    here = point(box, middle, curve.speed_at(round(middle * SECOND)))
    lanes.drag_pixels(here, here + QPoint(60, 0))
    bent = lanes.clip("c").time_map
    assert isinstance(bent, Curve) and 50 <= bent.points[-2].ease <= 70 and lanes.steps == 3


def test_rate_stretch_by_the_edge(hand: Hand) -> None:
    hand.editor.state.set("tool", "stretch")
    hand.drag((13.9, "V1"), (15.9, "V1"))
    assert lengths(hand.editor.document.sequence, "V1")["c"] == 6
    assert hand.clip("c").time_map.speed == pytest.approx(4 / 6)
    assert hand.clip("sc").time_map == hand.clip("c").time_map
    assert hand.steps == 1 and hand.editor.document.undo_stack.undoText() == "Rate stretch"
    hand.drag((10.2, "V1"), (9.2, "V1"))
    assert lengths(hand.editor.document.sequence, "V1")["c"] == 7


def test_sound_alone_and_still_pictures(lanes: Hand, editor: Editor) -> None:
    lone = clip("lone", "m", 0, 3)
    editor.document.edit_sequence("put", edits.overwrite, 0, {"A2": lone})
    lanes.view.set_height("A2", 90)
    lane(lanes, "lone")
    row = lanes.view.geometry_now.row_of("A1")
    assert row is not None
    lanes.view.set_height("A1", 90)
    hit = lanes.view.mouse.hit(lanes.point(2, "A1").toPointF())
    assert speed_mouse.lane_of(lanes.view, hit) is None, "linked sound follows its picture"


def test_del_means_the_point_also_in_the_whole_window(window: MainWindow, qtbot: QtBot) -> None:
    editor = window.editor
    editor.document.reset(project(), None, None)
    view = editor.panel(TimelinePanel).view
    editor.document.edit_sequence("add", edits.add_speed_point, "c", 12 * SECOND)
    editor.state.set("selection", frozenset({"c", "sc"}))
    editor.state.set("speed_point", ("c", 12 * SECOND))
    window.make_workspace()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert editor.state.speed_point is None
    film = editor.document.sequence
    assert film is not None and len(lane_points(film.find("c")[2], FRAME)) == 2, "the clip is still there"
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert not any(one.id == "c" for _, _, one in editor.document.sequence.clips())  # type: ignore[union-attr]
