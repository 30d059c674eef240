"""A clip put at a moment beside everything else: nothing is covered, links keep."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EditError
from core.time import TimeRange
from core.timeline.beside import passed_before, put_beside
from core.timeline.model import Clip, Gap, MatteUse, MediaUse, Sequence, Solid, Track
from tests.core.timeline.films import FRAME, use

LENGTHS = st.lists(st.tuples(st.booleans(), st.integers(1, 30)), min_size=1, max_size=6)


def film(lanes: list[list[tuple[bool, int]]]) -> Sequence:
    tracks = [
        Track(
            f"v{n}",
            "video",
            f"V{n + 1}",
            tuple(
                Clip(f"{n}.{place}", "c", Solid(), length) if is_clip else Gap(length)
                for place, (is_clip, length) in enumerate(lane)
            ),
        )
        for n, lane in enumerate(lanes)
    ]
    return Sequence("s", "film", 64, 48, tracks=tuple(tracks))


@given(st.lists(LENGTHS, min_size=1, max_size=3), st.integers(-40, 120), st.data())
@settings(deadline=None)
def test_nothing_is_covered(lanes: list[list[tuple[bool, int]]], start: int, data: st.DataObject) -> None:
    before = film(lanes)
    known = {clip.id: (where, clip) for _, where, clip in before.clips()}
    if not known:
        return
    moved = data.draw(st.sampled_from(sorted(known)))
    after = put_beside(before, moved, start)
    placed = {clip.id: (where, clip) for _, where, clip in after.clips()}
    assert placed.keys() == known.keys()
    late = max(0, -start)
    assert placed[moved][0].start == start + late
    for clip_id, (where, clip) in known.items():
        assert placed[clip_id][1].duration == clip.duration
        if clip_id != moved:
            assert placed[clip_id][0].start == where.start + late


def test_linked_sound_goes_along() -> None:
    picture, sound = (
        Clip("p", "p", Solid(), 10, link="l"),
        Clip("s", "s", MediaUse("m", TimeRange(0, 10)), 10, link="l"),
    )
    tracks = (Track("a", "audio", "A1", (Gap(20), sound)), Track("v", "video", "V1", (Gap(20), picture)))
    after = put_beside(Sequence("s", "film", 64, 48, tracks=tracks), "p", 5)
    assert [after.find(one)[1].start for one in ("p", "s")] == [5, 5]
    assert [after.find(one)[0].id for one in ("p", "s")] == ["v", "a"]


def clip(name: str, frames: int, **fields: Any) -> Clip:
    return Clip(name, name, use(frames), frames * FRAME, **fields)


def test_an_object_passes_before_a_clip_while_both_are_there() -> None:
    leader = clip("leader", 40, fade_in=5 * FRAME, fade_out=4 * FRAME, link="pair", gain=-3.0)
    title = clip("title", 30)
    film = Sequence(
        "s",
        "",
        tracks=(
            Track("v1", "video", "", (Gap(10 * FRAME), leader)),
            Track("v2", "video", "", (Gap(20 * FRAME), title)),
            Track("v3", "video", "", (Gap(45 * FRAME), clip("other", 10))),
        ),
    )
    after = passed_before(film, "title", "leader", MatteUse(2, feather=1.5), "Dancer")
    assert [track.id for track in after.tracks[:3]] == ["v1", "v2", "v3"]
    assert after.tracks[:3] == film.tracks, "v3 is not free for so long"
    (gap, front) = after.tracks[3].items
    assert isinstance(front, Clip) and gap.duration == 20 * FRAME and front.duration == 30 * FRAME
    assert front.name == "Dancer" and front.link == ""
    assert front.time_map.at(0) == leader.time_map.at(10 * FRAME), "in step with the clip below"
    assert (front.fade_in, front.fade_out) == (0, 4 * FRAME)
    (cut,) = front.effects
    assert cut.kind == "cutout" and cut.matte == MatteUse(2, feather=1.5)


def test_what_is_not_there_at_the_same_time_cannot_pass_before() -> None:
    film = Sequence(
        "s",
        "",
        tracks=(
            Track("v1", "video", "", (clip("leader", 10),)),
            Track("v2", "video", "", (Gap(10 * FRAME), clip("title", 10))),
        ),
    )
    with pytest.raises(EditError, match="leader is not there while title is"):
        passed_before(film, "title", "leader", MatteUse(1))
