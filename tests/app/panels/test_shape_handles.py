"""The shape of an effect dragged on the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.editor import Editor
from app.panels.placing import Drag, Placement
from app.panels.viewer import ViewerPanel
from app.viewer.shape_handles import dragged, shape_on
from core.timeline import edits
from core.timeline.effects import SHAPE_PARAMETERS, new_effect
from core.timeline.model import Clip
from tests.app.film import HEIGHT, WIDTH
from tests.app.panels.drawn import drag

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
