"""Clips fitted into the frame, filling it, and taken back to how they came; the clips at the playhead."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.actions.frame import ZOOM
from app.actions.registry import find_action, trigger
from app.editor import Editor
from core.errors import EditError
from core.media.pool import SourcePool
from core.render.compositor import render_straight
from core.render.resolver import Resolver
from core.timeline import edits
from core.timeline.model import Clip, Sequence, Track, value_at
from core.timeline.time_map import Linear
from tests.app.film import FRAMES, HEIGHT, RATE, WIDTH, open_film


@pytest.fixture
def upright(editor: Editor, tmp_path: Path) -> Editor:
    """The small film, whose frame is as wide as it is high: its clip leaves stripes above and below."""
    project = open_film(editor, tmp_path)
    assert project.sequence is not None
    editor.document.edit(
        "x", lambda known: known.with_sequence(replace(known.sequence, width=HEIGHT, height=HEIGHT))
    )
    editor.state.set("selection", frozenset({"clip"}))
    return editor


def clip(editor: Editor) -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find("clip")[2]


def corner(editor: Editor) -> int:
    """Level of the first pixel of the first frame."""
    document, pool = editor.document, SourcePool(2**20)
    resolver = Resolver(document.project, None, document.data, pool, strict=True)
    try:
        assert document.sequence is not None
        return int(render_straight(document.sequence, 0, resolver)[0, 0, :3].max())
    finally:
        resolver.close()
        pool.close()


def test_a_clip_of_another_shape_fills_the_frame_and_fits_again(upright: Editor) -> None:
    assert corner(upright) == 0
    trigger(upright, find_action("clip.fill_frame"))
    assert clip(upright).scale == pytest.approx(WIDTH / HEIGHT)
    assert corner(upright) > 0
    trigger(upright, find_action("clip.fit_frame"))
    assert clip(upright).scale == 1.0 and corner(upright) == 0
    upright.document.undo_stack.undo()
    assert clip(upright).scale == pytest.approx(WIDTH / HEIGHT)


def test_everything_done_to_a_clip_is_taken_off(upright: Editor) -> None:
    came = clip(upright)
    change = edits.set_clip
    upright.document.edit_sequence(
        "x", change, "clip", x=9.0, scale=2.0, opacity=0.5, blend="screen", gain=-6.0
    )
    upright.document.edit_sequence("x", edits.add_effect, "clip", "blur", radius=9.0)
    trigger(upright, find_action("clip.clear_looks"))
    assert clip(upright) == came
    upright.document.undo_stack.undo()
    assert len(clip(upright).effects) == 1


def test_clips_at_the_playhead_are_selected(upright: Editor) -> None:
    upright.state.set("selection", frozenset())
    upright.state.set("playhead", RATE.time_of(3))
    trigger(upright, find_action("clip.select_here"))
    assert upright.state.selection == {"clip"}
    upright.state.set("playhead", RATE.time_of(FRAMES + 3))
    trigger(upright, find_action("clip.select_here"))
    assert "no clip at the playhead" in upright.notify.waiting[-1].message


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    "name, head, tail", [("clip.zoom_in", 2.0, 2.0 * ZOOM), ("clip.zoom_out", 2.0 * ZOOM, 2.0)]
)
def test_a_slow_zoom_goes_over_the_whole_clip(
    upright: Editor, name: str, head: float, tail: float, backwards: bool
) -> None:
    upright.document.edit_sequence("x", edits.set_clip, "clip", scale=2.0)
    if backwards:
        upright.document.edit_sequence("x", edits.reverse, "clip")
    trigger(upright, find_action(name))
    moved = clip(upright)
    seen = [
        value_at(moved.scale, moved.time_map.at(time))
        for time in (0, moved.duration // 2, moved.duration - 1)
    ]
    assert seen == pytest.approx([head, (head + tail) / 2, tail], rel=1e-6)


def test_a_frozen_frame_cannot_zoom(upright: Editor) -> None:
    upright.document.edit_sequence("x", edits.set_clip, "clip", time_map=Linear(0, 0))
    with pytest.raises(EditError, match="stands still on one frame"):
        find_action("clip.zoom_in").run(upright)


def test_a_picture_goes_round_the_corners(upright: Editor) -> None:
    places = []
    for _ in range(5):
        trigger(upright, find_action("clip.in_corner"))
        places.append((clip(upright).x, clip(upright).y))
    ways = [(x > 0, y > 0) for x, y in places]
    assert ways == [(True, True), (False, True), (False, False), (True, False), (True, True)]
    assert places[4] == places[0] and len(clip(upright).effects) == 1


def test_one_picture_alone_is_not_arranged(upright: Editor) -> None:
    before = clip(upright)
    trigger(upright, find_action("clip.arrange_columns"))
    assert upright.notify.waiting and clip(upright) == before


def test_two_pictures_stand_side_by_side(upright: Editor) -> None:
    def doubled(film: Sequence) -> Sequence:
        top = replace(film.find("clip")[2], id="above", link="")
        return replace(film, tracks=(*film.tracks, Track("V9", "video", "V9", (top,))))

    upright.document.edit_sequence("x", doubled)
    upright.state.set("selection", frozenset({"clip", "above"}))
    trigger(upright, find_action("clip.arrange_columns"))
    sequence = upright.document.sequence
    assert sequence is not None
    assert clip(upright).x == -HEIGHT / 4 and sequence.find("above")[2].x == HEIGHT / 4
    upright.document.undo_stack.undo()
    assert clip(upright).x == 0


@pytest.mark.parametrize("name", ["clip.fit_frame", "clip.fill_frame", "clip.in_corner"])
def test_who_is_put_into_the_frame_lies_between_corners_no_more(upright: Editor, name: str) -> None:
    for kind in ("blur", "corner_pin"):
        upright.document.edit_sequence("x", edits.add_effect, "clip", kind)
    trigger(upright, find_action(name))
    assert [effect.kind for effect in clip(upright).effects if effect.kind != "crop"] == ["blur"]
