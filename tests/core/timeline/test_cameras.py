"""Cutting between cameras, and all of them at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import EditError
from core.time import FrameRate, TimeRange
from core.timeline.cameras import DIM, cameras_at, cut_to, side_by_side
from core.timeline.model import Clip, Gap, MediaUse, Pin, Sequence, Title, Track

LENGTH = 100


def shot(name: str, length: int = LENGTH, **fields: object) -> Clip:
    return replace(Clip(name, name, MediaUse(name, TimeRange(0, 1000)), length), **fields)


def film(*lanes: tuple[Clip | Gap, ...]) -> Sequence:
    """Video tracks from V1 upwards over a sound that is linked to the first picture."""
    sound = Track("a", "audio", "A1", (shot("sound", link="l"),))
    tracks = tuple(Track(f"v{n}", "video", f"V{n}", lane) for n, lane in enumerate(lanes, 1))
    return Sequence("s", "Film", 400, 300, FrameRate(25), tracks=(sound, *tracks))


THREE = film(
    (shot("one", link="l"),), (shot("two"),), (shot("three"),), (Clip("t", "Title", Title("x"), LENGTH),)
)


def seen(sequence: Sequence, time: int) -> list[str]:
    """Media of the cameras that are on at a time."""
    return [clip.media_id or "" for clip in cameras_at(sequence, time).values() if clip.enabled]


@given(st.lists(st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 3)), max_size=8))
@settings(deadline=None)
def test_from_each_cut_on_its_camera_is_seen_alone(cuts: list[tuple[int, int]]) -> None:
    """Against a plain model: a camera for each tick, and the places where something begins."""
    sequence, wanted, edges = THREE, [{"one", "two", "three"}] * LENGTH, {0, LENGTH}
    for time, number in cuts:
        sequence = cut_to(sequence, time, number)
        camera = {["one", "two", "three"][number - 1]}
        if wanted[time] != camera:
            end = min(edge for edge in edges if edge > time)
            wanted = [camera if time <= t < end else was for t, was in enumerate(wanted)]
            edges.add(time)
    assert [set(seen(sequence, t)) for t in range(LENGTH)] == wanted
    assert [item.duration for item in sequence.track("a").items] == [LENGTH], "sound is not cut"
    assert [item.duration for item in sequence.track("v4").items] == [LENGTH], "titles are not cut"


def test_a_cut_to_the_camera_that_is_seen_changes_nothing() -> None:
    once = cut_to(THREE, 40, 2)
    assert cut_to(once, 70, 2) is once


def test_what_is_no_camera_is_told() -> None:
    with pytest.raises(EditError, match="no camera 4"):
        cut_to(THREE, 10, 4)
    with pytest.raises(EditError, match="only one camera"):
        cut_to(film((shot("one"),), (Clip("t", "Title", Title("x"), LENGTH),)), 10, 1)
    still = replace(shot("still"), content=MediaUse("still", None))
    with pytest.raises(EditError, match="only one camera"):
        cut_to(film((shot("one"),), (still,)), 10, 2)


def test_locked_and_muted_tracks_are_left_out() -> None:
    tracks = tuple(replace(track, locked=track.id == "v2") for track in THREE.tracks)
    assert seen(replace(THREE, tracks=tracks), 0) == ["one", "three"]


def test_side_by_side_every_camera_has_a_cell_of_its_own() -> None:
    grid = side_by_side(cut_to(THREE, 0, 2))
    cells = {clip.name: clip for _, _, clip in grid.clips() if clip.media_id and clip.name != "sound"}
    assert {name: (clip.x, clip.y) for name, clip in cells.items()} == {
        "one": (-100, -75), "two": (100, -75), "three": (-100, 75),
    }  # fmt: skip
    assert all(clip.scale == 0.5 and clip.enabled for clip in cells.values())
    assert [cells[name].opacity for name in ("one", "two", "three")] == [DIM, 1.0, DIM]
    assert grid.track("v4") == THREE.track("v4")
    assert side_by_side(film((shot("one"),))).track("v1").items[0].scale == 1  # type: ignore[union-attr]


def test_a_camera_that_sticks_to_a_scene_has_its_cell_all_the_same() -> None:
    pinned = shot("two", pin=Pin("one", 0))
    grid = side_by_side(film((shot("one"),), (pinned,)))
    assert grid.find("two")[2].pin is None
