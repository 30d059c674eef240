"""The verbs that retime people, in frames: every one against the moments written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EditError
from core.retime import people
from core.retime.lanes import BENDS, lane_of, map_of
from core.time import TimeRange
from core.timeline import edits
from core.timeline.curve import Curve, CurvePoint
from core.timeline.model import Clip
from core.timeline.time_map import Linear, TimeMap, constant_speed, freeze
from tests.core.timeline.films import FRAME, film, use

LENGTH = 6
NATURAL = Linear(0)


def shown(time_map: TimeMap, frames: int = LENGTH) -> str:
    """Numbers of the source frames, from 1."""
    return " ".join(str(time_map.at(n * FRAME) // FRAME + 1) for n in range(frames))


def of(
    verb: object, *numbers: int | None, time_map: TimeMap = NATURAL, frames: int = LENGTH, **more: int
) -> str:
    return shown(verb(time_map, frames * FRAME, *numbers, **more), frames)  # type: ignore[operator]


def test_freeze_holds_a_moment_and_goes_on() -> None:
    assert of(people.freeze, 2 * FRAME, 2 * FRAME) == "1 2 3 3 3 4"
    assert of(people.freeze, 2 * FRAME) == "1 2 3 3 3 3"
    assert of(people.freeze, 0, 3 * FRAME) == "1 1 1 1 2 3"


def test_delay_holds_the_first_moment_and_the_contrary_the_last() -> None:
    assert of(people.delay, 2 * FRAME) == "1 1 1 2 3 4"
    assert of(people.delay, -2 * FRAME) == "3 4 5 6 6 6"
    assert people.delay(NATURAL, 6 * FRAME, 0) is NATURAL


def test_slow_stretches_a_part_and_the_rest_waits() -> None:
    assert of(people.slow, 1, 2) == "1 1 2 2 3 3"
    assert of(people.slow, 1, 2, 2 * FRAME) == "1 2 3 3 4 4"
    assert of(people.slow, 1, 2, FRAME, 3 * FRAME) == "1 2 2 3 3 4"
    assert of(people.slow, 2, 1, 0, 4 * FRAME) == "1 3 5 6 6 6"


def test_repeat_shows_a_part_again() -> None:
    assert of(people.repeat, FRAME, 3 * FRAME, 2) == "1 2 3 2 3 4"
    assert of(people.repeat, 0, 2 * FRAME, 3) == "1 2 1 2 1 2"


def test_reverse_turns_a_part_in_its_place() -> None:
    assert of(people.reverse) == "6 5 4 3 2 1"
    assert of(people.reverse, FRAME, 5 * FRAME) == "1 5 4 3 2 6"


def test_align_brings_one_moment_to_another() -> None:
    assert of(people.align, 3 * FRAME, 5 * FRAME) == "1 1 1 2 3 4"
    assert of(people.align, 3 * FRAME, 1 * FRAME) == "3 4 5 6 6 6"


def test_verbs_follow_one_another() -> None:
    late = people.delay(NATURAL, 6 * FRAME, FRAME)
    twice = people.repeat(late, 6 * FRAME, FRAME, 3 * FRAME, 2)
    assert shown(twice) == "1 1 2 1 2 3"
    assert of(people.reverse, time_map=twice) == "3 2 1 2 1 1"


def test_backward_and_slow_clips_are_retimed_too() -> None:
    backward = NATURAL.reversed(6 * FRAME)
    assert of(people.freeze, 2 * FRAME, FRAME, time_map=backward) == "6 5 4 4 3 2"
    assert of(people.delay, 2 * FRAME, time_map=Linear(0, 1, 3), frames=9) == "1 1 1 1 1 2 2 2 3"


@given(
    frames=st.integers(2, 40),
    part=st.tuples(st.integers(0, 39), st.integers(1, 40)),
    speed=st.sampled_from([(1, 1), (1, 2), (1, 3), (1, 7), (2, 1), (-1, 1), (-1, 2)]),
)
def test_reversing_twice_gives_the_same_moments(
    frames: int, part: tuple[int, int], speed: tuple[int, int]
) -> None:
    start, end = min(part[0], frames - 1) * FRAME, min(max(part[1], part[0] + 1), frames) * FRAME
    whole, _ = constant_speed(TimeRange(50 * FRAME, 450 * FRAME), *speed)
    once = people.reverse(whole, frames * FRAME, start, end)
    twice = people.reverse(once, frames * FRAME, start, end)
    assert shown(twice, frames) == shown(whole, frames)


@given(frames=st.integers(2, 30), at=st.integers(0, 29), hold=st.integers(1, 30), speed=st.integers(1, 9))
def test_a_freeze_shows_what_came_before_and_after_unchanged(
    frames: int, at: int, hold: int, speed: int
) -> None:
    at = min(at, frames - 1)
    whole = Linear(0, 1, speed)
    frozen = people.freeze(whole, frames * FRAME, at * FRAME, hold * FRAME)
    for n in range(frames):
        before = n if n < at else at if n < at + hold else n - hold
        assert frozen.at(n * FRAME) // FRAME == whole.at(before * FRAME) // FRAME


def test_a_lane_is_the_map_taken_apart() -> None:
    bent = Curve(
        (
            CurvePoint(0, 0, after=0),
            CurvePoint(4 * FRAME, 2 * FRAME, before=1_000_000),
            CurvePoint(6 * FRAME, 4 * FRAME),
        )
    )
    lane = lane_of(bent, 6 * FRAME)
    assert len(lane) == BENDS + 1
    again = map_of(lane)
    assert all(abs(again.at(t) - bent.at(t)) < FRAME // 50 for t in range(0, 6 * FRAME, FRAME // 3))
    assert map_of(lane_of(NATURAL, 6 * FRAME)) == NATURAL
    assert map_of(lane_of(freeze(7), FRAME)) == freeze(7)


@pytest.mark.parametrize(
    ("verb", "numbers", "words"),
    [
        (people.freeze, (9 * FRAME,), "does not play"),
        (people.freeze, (0, 0), "longer than nothing"),
        (people.delay, (6 * FRAME,), "move any more"),
        (people.slow, (0, 1), "more than nothing"),
        (people.slow, (1, 2, 7 * FRAME), "holds nothing"),
        (people.repeat, (FRAME, FRAME), "holds nothing"),
        (people.repeat, (0, FRAME, 0), "repeated"),
        (people.align, (0, 9 * FRAME), "does not play"),
    ],
)
def test_what_cannot_be_says_what_to_do(verb: object, numbers: tuple[int, ...], words: str) -> None:
    with pytest.raises(EditError, match=words):
        of(verb, *numbers)


def test_a_person_is_retimed_with_its_shadow_and_nobody_else() -> None:
    sequence = film()
    for track, name, link in (("V1", "shadow", "robot"), ("V2", "robot", "robot")):
        sequence = edits.overwrite(sequence, FRAME, {track: Clip(name, name, use(6), 6 * FRAME, link=link)})
    sequence = edits.add_track(sequence, "video", track_id="V3")
    sequence = edits.overwrite(sequence, FRAME, {"V3": Clip("car", "car", use(6), 6 * FRAME)})
    later = people.retimed(
        sequence, "robot", lambda time_map, length: people.delay(time_map, length, 2 * FRAME)
    )
    maps = {clip.id: clip.time_map for _, _, clip in later.clips()}
    assert shown(maps["robot"]) == shown(maps["shadow"]) == "1 1 1 2 3 4"
    assert maps["car"] == NATURAL
    assert [where.start for _, where, _ in later.clips()] == [FRAME] * 3
    uneven = edits.trim_end(sequence, "robot", 5 * FRAME, linked=False)
    with pytest.raises(EditError, match="start and end together"):
        people.retimed(uneven, "robot", people.reverse)
