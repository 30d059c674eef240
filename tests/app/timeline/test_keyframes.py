"""Keyframes on the timeline: where they are drawn, and that many of them do not cost more than the pixels do."""

from __future__ import annotations

import pytest

from app.inspector.animation import Spot, key_here
from app.timeline.clip_times import key_times, keys_near, record_times
from core.time import FrameRate
from core.timeline.effects import CLIP_GAIN
from core.timeline.model import Clip, Key, Keys, MediaUse, Sequence, Track
from core.timeline.time_map import Curve, CurvePoint, Linear, TimeMap

FRAME = FrameRate(25).frame_ticks
LONG = 100 * FRAME
MAPS: dict[str, TimeMap] = {
    "plain": Linear(0),
    "later": Linear(7 * FRAME),
    "slow": Linear(0, 1, 3),
    "fast": Linear(3, 7, 2),
    "backwards": Linear(LONG - 1, -1),
    "frozen": Linear(5 * FRAME, 0),
    "to and fro": Curve((CurvePoint(0, 0), CurvePoint(40 * FRAME, 60 * FRAME), CurvePoint(LONG, 10 * FRAME))),
}
KEYS = Keys(tuple(Key(5 * FRAME + index * 3 * FRAME // 2, index / 100) for index in range(80)))


@pytest.mark.parametrize("time_map", MAPS.values(), ids=MAPS.keys())
@pytest.mark.parametrize("span", [(0, LONG - 1), (20 * FRAME, 31 * FRAME), (50 * FRAME, 50 * FRAME)])
def test_keys_in_sight_are_those_of_the_clip(time_map: TimeMap, span: tuple[int, int]) -> None:
    clip = Clip("c", "c", MediaUse("m"), LONG, time_map, gain=KEYS)
    all_times = {time for key in KEYS.keys for time in record_times(clip, key.time)}
    assert key_times(clip, KEYS, *span, 0) == sorted(time for time in all_times if span[0] <= time <= span[1])


def test_crowded_keys_are_thinned_to_what_can_be_told_apart() -> None:
    keys = Keys(tuple(Key(index * 1000, 0.0) for index in range(100_000)))
    clip = Clip("c", "c", MediaUse("m"), 100_000_000, gain=keys)
    times = key_times(clip, keys, 0, clip.duration - 1, clip.duration // 500)
    assert 400 <= len(times) <= 502
    assert times[0] == 0


@pytest.mark.parametrize("time_map", MAPS.values(), ids=MAPS.keys())
def test_the_key_at_the_playhead_is_found_as_by_looking_at_all(time_map: TimeMap) -> None:
    clip = Clip("c", "c", MediaUse("m"), LONG, time_map, gain=KEYS)
    film = Sequence("s", "s", rate=FrameRate(25), tracks=(Track("t", "audio", items=(clip,)),))
    for playhead in range(0, LONG, FRAME // 3):
        found = key_here(film, "c", Spot(CLIP_GAIN), playhead)
        near = [
            key for key in KEYS.keys
            if any(abs(time - playhead) <= FRAME // 2 for time in record_times(clip, key.time))
        ]  # fmt: skip
        assert found == (near[0] if near else None)


def test_values_between_many_keys_look_at_few_of_them() -> None:
    for time in (0, 5 * FRAME, 6 * FRAME, 77 * FRAME + 11, 500 * FRAME):
        before = [key for key in KEYS.keys if key.time <= time]
        expected = before[-1].value if before else KEYS.keys[0].value
        after = [key for key in KEYS.keys if key.time > time]
        if before and after:
            part = (time - before[-1].time) / (after[0].time - before[-1].time)
            expected += (after[0].value - expected) * part
        assert KEYS.at(time) == pytest.approx(expected)
    clip = Clip("c", "c", MediaUse("m"), LONG, gain=KEYS)
    assert len(keys_near(clip, KEYS, 50 * FRAME, 51 * FRAME)) <= 4
