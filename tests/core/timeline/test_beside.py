"""A clip put at a moment beside everything else: nothing is covered, links keep."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.time import TimeRange
from core.timeline.beside import put_beside
from core.timeline.model import Clip, Gap, MediaUse, Sequence, Solid, Track

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
