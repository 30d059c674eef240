"""Freeform shapes drawn on the picture and changed there."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.actions.registry import perform
from app.editor import Editor
from app.inspector.points_row import PointsRow
from app.panels.viewer import ViewerPanel
from app.viewer.freeform import stroked
from core.timeline import edits, freeform
from core.timeline.effects import new_effect
from core.timeline.model import Effect
from tests.app.film import HEIGHT, RATE, WIDTH
from tests.app.panels.drawn import LEFT, drag, spot

CORNERS = ((0.3, 0.3), (0.7, 0.3), (0.7, 0.8), (0.3, 0.8))


@pytest.fixture
def blurred(viewer: ViewerPanel, editor: Editor) -> Editor:
    editor.document.edit_sequence("x", edits.set_clip, "clip", effects=(new_effect("blur"),))
    editor.state.set("selection", frozenset({"clip"}))
    return editor


def effect(editor: Editor) -> Effect:
    assert editor.document.sequence is not None
    return editor.document.sequence.find("clip")[2].effects[0]


def at(part: tuple[float, float]) -> tuple[float, float]:
    return part[0] * WIDTH, part[1] * HEIGHT


def click(viewer: ViewerPanel, part: tuple[float, float], keys: object = None) -> None:
    drag(viewer, at(part), at(part), keys=keys)


def places(editor: Editor) -> np.ndarray:
    """Where the points lie, in parts of the film."""
    one, time = effect(editor), 0
    if editor.document.sequence is not None:
        time = editor.state.playhead
    x, y, width, height = (one.params[f"shape_{name}"] for name in ("x", "y", "width", "height"))
    points = freeform.points_at(one, time)
    return np.array([((x + p.x / 200 * width) / 100, (y + p.y / 200 * height) / 100) for p in points])


@pytest.fixture
def drawn(viewer: ViewerPanel, blurred: Editor) -> Editor:
    perform(blurred, "effects.inside_freeform")
    for corner in CORNERS:
        click(viewer, corner)
    click(viewer, CORNERS[0])
    return blurred


def test_clicks_around_it_and_on_the_first_point_draw_a_shape(viewer: ViewerPanel, drawn: Editor) -> None:
    assert effect(drawn).shape == "freeform" and not viewer.freeform.waiting
    np.testing.assert_allclose(places(drawn), CORNERS, atol=0.02)
    drawn.document.undo_stack.undo()
    assert effect(drawn).shape == ""


def test_a_stroke_around_it_is_a_smooth_shape_of_few_points(viewer: ViewerPanel, blurred: Editor) -> None:
    perform(blurred, "effects.inside_freeform")
    circle = [at((0.5 + 0.2 * np.cos(a), 0.5 + 0.3 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 60)]
    drag(viewer, *circle)
    points = freeform.points_at(effect(blurred), 0)
    assert 5 <= len(points) <= 30 and all(point.round for point in points)
    middle = (places(blurred).min(axis=0) + places(blurred).max(axis=0)) / 2
    np.testing.assert_allclose(middle, (0.5, 0.5), atol=0.03)


def test_a_long_stroke_keeps_within_what_a_shape_may_have() -> None:
    noise = np.random.default_rng(1).normal(0, 30, (4000, 2))
    assert 3 <= len(stroked([(float(x), float(y)) for x, y in noise], 1.0)) <= 40


def test_backspace_takes_a_point_back_enter_closes_and_escape_lets_go(
    viewer: ViewerPanel, blurred: Editor
) -> None:
    perform(blurred, "effects.inside_freeform")
    for corner in (*CORNERS[:3], (0.5, 0.1)):
        click(viewer, corner)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Return)
    assert freeform.count_of(effect(blurred).params) == 3
    perform(blurred, "effects.draw_shape")
    before = effect(blurred)
    click(viewer, (0.1, 0.1))
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert not viewer.freeform.waiting and effect(blurred) == before


def test_two_points_are_no_shape(viewer: ViewerPanel, blurred: Editor) -> None:
    perform(blurred, "effects.inside_freeform")
    for corner in CORNERS[:2]:
        click(viewer, corner)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Return)
    assert viewer.freeform.waiting and effect(blurred).shape == ""
    blurred.state.set("selection", frozenset())
    assert not viewer.freeform.waiting


def test_a_point_is_dragged_in_one_step(viewer: ViewerPanel, drawn: Editor) -> None:
    steps = drawn.document.undo_stack.count()
    drag(viewer, at(CORNERS[1]), at((0.75, 0.2)), at((0.8, 0.1)))
    np.testing.assert_allclose(places(drawn)[1], (0.8, 0.1), atol=0.02)
    np.testing.assert_allclose(np.delete(places(drawn), 1, axis=0), np.delete(CORNERS, 1, axis=0), atol=0.02)
    assert drawn.document.undo_stack.count() == steps + 1


def test_a_press_on_the_line_adds_a_point_and_alt_takes_it_away(viewer: ViewerPanel, drawn: Editor) -> None:
    steps = drawn.document.undo_stack.count()
    drag(viewer, at((0.5, 0.3)), at((0.5, 0.2)), at((0.5, 0.15)))
    np.testing.assert_allclose(places(drawn)[1], (0.5, 0.15), atol=0.02)
    assert freeform.count_of(effect(drawn).params) == 5
    assert drawn.document.undo_stack.count() == steps + 1
    click(viewer, (0.5, 0.15), keys=Qt.KeyboardModifier.AltModifier)
    np.testing.assert_allclose(places(drawn), CORNERS, atol=0.02)


def test_a_double_click_makes_a_corner_round(viewer: ViewerPanel, drawn: Editor) -> None:
    QTest.mouseDClick(viewer.canvas, LEFT, Qt.KeyboardModifier.NoModifier, spot(viewer, *at(CORNERS[2])))
    assert [point.round for point in freeform.points_at(effect(drawn), 0)] == [0, 0, 1, 0]
    perform(drawn, "effects.round_shape")
    assert all(point.round for point in freeform.points_at(effect(drawn), 0))
    perform(drawn, "effects.cornered_shape")
    assert not any(point.round for point in freeform.points_at(effect(drawn), 0))


def test_with_a_keyframe_all_points_are_held_there(viewer: ViewerPanel, drawn: Editor) -> None:
    document = drawn.document
    begin = freeform.moved(effect(drawn), freeform.points_at(effect(drawn), 0), 0)
    document.edit_sequence("x", edits.set_clip, "clip", effects=(begin,))
    drawn.state.set("playhead", RATE.time_of(5))
    drag(viewer, at(CORNERS[0]), at((0.2, 0.2)))
    drawn.state.set("playhead", RATE.time_of(9))
    drag(viewer, at(CORNERS[2]), at((0.9, 0.9)))
    now = effect(drawn)
    times = [key.time for key in now.params["point_3_x"].keys]  # type: ignore[union-attr]
    assert len(times) == 3
    first = freeform.points_at(now, times[1])
    assert first[2] == pytest.approx(freeform.points_at(now, times[0])[2], abs=0.1)
    assert freeform.points_at(now, times[2])[0] == pytest.approx(first[0], abs=0.1)


def test_a_clip_that_is_elsewhere_is_refused(viewer: ViewerPanel, blurred: Editor) -> None:
    blurred.state.set("playhead", RATE.time_of(5000))
    perform(blurred, "effects.draw_shape")
    assert not viewer.freeform.waiting
    assert ["playhead" in notice.message for notice in blurred.notify.waiting] == [True]


def test_the_inspector_sets_keyframes_and_corners(viewer: ViewerPanel, drawn: Editor) -> None:
    from app.inspector.forms import Chosen

    row = PointsRow(Chosen(drawn, "clip", ("clip",), ()), effect(drawn).id)
    row.key.click()
    assert freeform.is_animated(effect(drawn))
    row.show_now(effect(drawn))
    row.key.click()
    assert not freeform.is_animated(effect(drawn))
    row.round.click()
    assert all(point.round for point in freeform.points_at(effect(drawn), 0))
    row.again.click()
    assert viewer.freeform.waiting
    viewer.freeform.let_go()
    assert replace(effect(drawn), params={}).shape == "freeform"
