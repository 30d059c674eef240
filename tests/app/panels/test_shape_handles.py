"""The shape of an effect dragged on the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, perform
from app.editor import Editor
from app.panels.inspector import InspectorPanel
from app.panels.placing import FLAT, Drag, Placement, Plane
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from app.viewer.shape_handles import dragged, shape_on
from core.errors import EditError
from core.media.probe import probe
from core.motion.planar import onto
from core.project.project import Media
from core.render.corner_pin import values_of
from core.timeline import edits, freeform
from core.timeline.effects import CORNER_PIN, SHAPE_PARAMETERS, corner, new_effect
from core.timeline.model import Clip, Keys, MediaUse, Title, Track
from tests.app.film import FRAMES, HEIGHT, RATE, WIDTH
from tests.app.panels.drawn import drag
from tests.app.panels.test_corner_handles import PACE, write_wall

USUAL = {one.name: one.default for one in SHAPE_PARAMETERS}
part = st.floats(10, 90)


@pytest.fixture
def shaped(viewer: ViewerPanel, editor: Editor) -> Editor:
    blur = replace(new_effect("blur"), shape="ellipse")
    editor.document.edit_sequence("x", edits.set_clip, "clip", effects=(blur,))
    editor.state.set("selection", frozenset({"clip"}))
    return editor


def clip(editor: Editor) -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find("clip")[2]


def test_a_drag_moves_the_shape_and_not_the_clip(viewer: ViewerPanel, shaped: Editor) -> None:
    steps = shaped.document.undo_stack.count()
    drag(viewer, (WIDTH / 2, HEIGHT / 2), (WIDTH * 0.7, HEIGHT * 0.4))
    params = clip(shaped).effects[0].params
    assert params["shape_x"] == pytest.approx(70, abs=1) and params["shape_y"] == pytest.approx(40, abs=1)
    assert clip(shaped).x == 0 and shaped.document.undo_stack.count() == steps + 1


def test_a_corner_sets_width_and_height(viewer: ViewerPanel, shaped: Editor) -> None:
    drag(viewer, (WIDTH * 0.75, HEIGHT * 0.75), (WIDTH * 0.9, HEIGHT * 0.6))
    params = clip(shaped).effects[0].params
    assert params["shape_width"] == pytest.approx(80, abs=2) and params["shape_height"] == pytest.approx(
        20, abs=3
    )


def test_beside_the_shape_the_clip_is_dragged(viewer: ViewerPanel, shaped: Editor) -> None:
    before = clip(shaped).effects
    drag(viewer, (WIDTH * 0.1, HEIGHT * 0.5), (WIDTH * 0.3, HEIGHT * 0.5))
    assert clip(shaped).x == pytest.approx(WIDTH * 0.2, abs=2) and clip(shaped).effects == before


@given(part, part, st.floats(-170, 170), st.floats(0.3, 3), st.floats(-60, 60), st.floats(-60, 60))
def test_what_is_dragged_by_so_much_lies_there(
    x: float, y: float, rotation: float, scale: float, dx: float, dy: float
) -> None:
    picture = Placement(50, 40, 200 * scale, 100 * scale, rotation)
    values = USUAL | {"shape_x": x, "shape_y": y}
    at = shape_on(picture, values)
    moved = shape_on(
        picture, values | dragged(Drag("move", (at.x, at.y), at), picture, (at.x + dx, at.y + dy), False)
    )
    assert (moved.x, moved.y) == pytest.approx((at.x + dx, at.y + dy), abs=0.05 * scale + 0.01)
    corner = at.corners()[2]
    sized = shape_on(picture, values | dragged(Drag("scale", corner, at), picture, corner, False))
    assert (sized.width, sized.height) == pytest.approx((at.width, at.height), abs=0.05 * scale + 0.01)


def test_the_shape_goes_along_with_what_it_holds(
    viewer: ViewerPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    info = probe(write_wall(tmp_path / "wall.mkv"))
    blur = replace(new_effect("blur"), shape="ellipse")
    wall = Clip("clip", "Wall", MediaUse("wall", info.available), RATE.time_of(FRAMES), effects=(blur,))
    project = editor.document.project.with_media(Media("wall", "Wall", str(tmp_path / "wall.mkv"), info))
    assert project.sequence is not None
    film = replace(project.sequence, tracks=(Track("v1", "video", "V1", (wall,)),))
    editor.document.reset(project.with_sequence(film), None, editor.document.data)
    editor.state.set("selection", frozenset({"clip"}))
    steps = editor.document.undo_stack.count()
    panel = InspectorPanel(editor)
    qtbot.addWidget(panel)
    panel.show()
    words = find_action("effects.follow_shape").help

    def button() -> QAbstractButton | None:
        return next((one for one in panel.findChildren(QAbstractButton) if one.toolTip() == words), None)

    qtbot.waitUntil(lambda: button() is not None)
    found = button()
    assert found is not None
    found.click()
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)
    keys = clip(editor).effects[0].params["shape_x"]
    assert isinstance(keys, Keys) and editor.document.undo_stack.count() == steps + 1
    for frame in (0, 20, FRAMES - 1):
        assert keys.at(RATE.time_of(frame)) == pytest.approx(50 - 100 * PACE * frame / WIDTH, abs=0.7)
    assert not editor.notify.waiting


def test_following_needs_a_shape_under_the_playhead(viewer: ViewerPanel, shaped: Editor) -> None:
    shaped.document.edit_sequence("Trim", edits.trim_start, "clip", RATE.time_of(5))
    shaped.state.set("playhead", 0)
    with pytest.raises(EditError, match="not at the playhead"):
        find_action("effects.follow_shape").run(shaped)
    shaped.document.edit_sequence("x", edits.set_clip, "clip", effects=())
    with pytest.raises(EditError, match="no effect inside a shape"):
        find_action("effects.follow_shape").run(shaped)


PINNED = np.array([[10.0, 20.0], [80.0, 5.0], [95.0, 70.0], [5.0, 90.0]])
"""Corners in per cent of the film."""


def pinned(editor: Editor) -> None:
    pin = replace(new_effect(CORNER_PIN), params={**values_of(PINNED)})
    blur = replace(new_effect("blur"), shape="ellipse")
    editor.document.edit_sequence("x", edits.set_clip, "clip", effects=(blur, pin))
    editor.state.set("selection", frozenset({"clip"}))


def seen(x: float, y: float) -> tuple[float, float]:
    """Where a part of the pinned picture is on the film."""
    at = onto((1, 1), PINNED / 100 * (WIDTH, HEIGHT)) @ (x, y, 1)
    return float(at[0] / at[2]), float(at[1] / at[2])


def test_a_shape_is_dragged_on_a_clip_between_corners(viewer: ViewerPanel, editor: Editor) -> None:
    pinned(editor)
    steps = editor.document.undo_stack.count()
    before = clip(editor).effects[1]
    drag(viewer, seen(0.5, 0.5), seen(0.65, 0.3))
    params = clip(editor).effects[0].params
    assert params["shape_x"] == pytest.approx(65, abs=2) and params["shape_y"] == pytest.approx(30, abs=2)
    assert clip(editor).effects[1] == before and editor.document.undo_stack.count() == steps + 1
    drag(viewer, seen(0.9, 0.55), seen(0.8, 0.5))
    params = clip(editor).effects[0].params
    assert params["shape_width"] == pytest.approx(30, abs=3) and params["shape_height"] == pytest.approx(
        40, abs=3
    )


def test_corners_of_the_pin_are_not_taken_by_a_large_shape(viewer: ViewerPanel, editor: Editor) -> None:
    pinned(editor)
    effect = clip(editor).effects[0]
    whole = {"shape_width": 150.0, "shape_height": 150.0}
    editor.document.edit_sequence(
        "x", edits.change_effect, "clip", effect.id, lambda one: replace(one, params=whole)
    )
    drag(viewer, seen(0, 0), (WIDTH * 0.2, HEIGHT * 0.3))
    shape, pin = clip(editor).effects
    assert shape.params == whole and pin.params[corner(0, "x")] == pytest.approx(20, abs=1)


def test_a_freeform_shape_is_drawn_and_dragged_on_a_clip_between_corners(
    viewer: ViewerPanel, editor: Editor
) -> None:
    pinned(editor)
    perform(editor, "effects.draw_shape")
    parts = ((0.3, 0.3), (0.7, 0.3), (0.7, 0.8), (0.3, 0.8))
    for part_ in (*parts, parts[0]):
        drag(viewer, seen(*part_), seen(*part_))
    effect = clip(editor).effects[0]

    def places() -> list[tuple[float, float]]:
        one = clip(editor).effects[0]
        x, y, wide, high = (float(one.params[f"shape_{name}"]) for name in ("x", "y", "width", "height"))  # type: ignore[arg-type]
        return [
            ((x + p.x / 200 * wide) / 100, (y + p.y / 200 * high) / 100) for p in freeform.points_at(one, 0)
        ]

    assert effect.shape == "freeform"
    np.testing.assert_allclose(places(), parts, atol=0.02)
    drag(viewer, seen(0.7, 0.8), seen(0.8, 0.7))
    np.testing.assert_allclose(places(), (*parts[:2], (0.8, 0.7), parts[3]), atol=0.02)


def test_a_shape_is_dragged_on_a_title(viewer: ViewerPanel, editor: Editor) -> None:
    blur = replace(new_effect("blur"), shape="rectangle")
    editor.document.edit_sequence(
        "x", edits.set_clip, "clip", content=Title("Words"), effects=(blur,), x=20.0, y=0.0
    )
    editor.state.set("selection", frozenset({"clip"}))
    drag(viewer, (WIDTH / 2 + 20, HEIGHT / 2), (WIDTH * 0.7 + 20, HEIGHT * 0.4))
    params = clip(editor).effects[0].params
    assert params["shape_x"] == pytest.approx(70, abs=1) and params["shape_y"] == pytest.approx(40, abs=1)
    assert clip(editor).content == Title("Words") and clip(editor).x == 20


@given(part, part)
def test_a_plane_leads_there_and_back(x: float, y: float) -> None:
    plane = Plane(onto((100, 100), PINNED / 100 * (WIDTH, HEIGHT)))
    assert plane.off(*plane.on(x, y)) == pytest.approx((x, y), abs=1e-6)
    assert FLAT.on(x, y) == FLAT.off(x, y) == (x, y) and FLAT.zoom(x, y) == pytest.approx(1)


def test_what_lies_beyond_the_horizon_is_far_away() -> None:
    leaning = Plane(onto((100, 100), np.array([[40.0, 0.0], [60.0, 0.0], [100.0, 100.0], [0.0, 100.0]])))
    assert leaning.off(50, -1000)[1] < -1000
