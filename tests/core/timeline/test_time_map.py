"""Time maps are exact: splitting, reversing and growing show the same source."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.time import FrameRate, TimeRange
from core.timeline.curve import NATURAL
from core.timeline.time_map import (
    Curve,
    CurvePoint,
    Linear,
    TimeMap,
    constant_speed,
    freeze,
    head_room,
    source_range,
    tail_room,
)
from tests.core.timeline.films import FRAME

LINEARS = st.builds(
    lambda start, num, den, rest: Linear(start, num, den, rest % den),
    st.integers(0, 10**7),
    st.integers(-9, 9),
    st.integers(1, 9),
    st.integers(0, 8),
)
SPEEDS = st.none() | st.integers(-4_000_000, 4_000_000)
CURVES = st.builds(
    lambda first, steps: Curve(tuple(_walk(first, steps))),
    st.integers(0, 10**5),
    st.lists(
        st.tuples(
            st.integers(1, 5000), st.integers(-9000, 9000), SPEEDS, SPEEDS, st.sampled_from([0, 0, 37, 100])
        ),
        min_size=1,
        max_size=5,
    ),
)
MAPS = LINEARS | CURVES


def _walk(source: int, steps: list[tuple[int, int, int | None, int | None, int]]) -> list[CurvePoint]:
    points, time = [CurvePoint(0, source, 500_000, 1_500_000)], 0
    for wait, by, before, after, ease in steps:
        time, source = time + wait, source + by
        points.append(CurvePoint(time, source, before, after, ease))
    return points


@given(MAPS, st.integers(-5000, 20_000), st.integers(-5000, 20_000), st.integers(-5000, 20_000))
def test_a_split_clip_shows_what_the_whole_showed(time_map: TimeMap, cut: int, again: int, t: int) -> None:
    assert time_map.shifted(cut).at(t) == time_map.at(cut + t)
    assert time_map.shifted(cut).shifted(again).at(t) == time_map.at(cut + again + t)
    assert time_map.shifted(cut).shifted(-cut).at(t) == time_map.at(t)
    assert time_map.slipped(again).at(t) == time_map.at(t) + again


@given(MAPS, st.integers(1, 20_000), st.data())
def test_reverse_shows_every_tick_once_and_twice_is_the_same(
    time_map: TimeMap, duration: int, data: st.DataObject
) -> None:
    back = time_map.reversed(duration)
    t = data.draw(st.integers(0, duration - 1))
    assert back.at(t) == time_map.at(duration - 1 - t)
    assert back.reversed(duration) == time_map


@given(
    st.integers(0, 500), st.integers(1, 60), st.sampled_from([(24000, 1001), (25, 1), (30000, 1001), (50, 1)])
)
def test_reverse_shows_every_frame_once(first: int, count: int, rate: tuple[int, int]) -> None:
    frames = FrameRate(*rate)
    source = TimeRange.between(frames.time_of(first), frames.time_of(first + count))
    time_map, duration = constant_speed(source, -1)
    shown = [frames.frame_at(time_map.at(frames.time_of(n))) for n in range(frames.frame_at(duration))]
    assert shown == list(range(first + count - 1, first - 1, -1))


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 20), st.integers(1, 20), st.booleans())
def test_constant_speed_stays_inside_and_uses_it_all(
    start: int, length: int, num: int, den: int, back: bool
) -> None:
    source = TimeRange(start, length)
    time_map, duration = constant_speed(source, -num if back else num, den)
    assume(duration > 0)
    used = source_range(time_map, duration)
    assert source.covers(used) and used.duration > length - 2 * -(-num // den)


@given(MAPS, st.integers(1, 3000), st.integers(0, 9000), st.integers(0, 9000))
def test_rooms_are_as_large_as_they_can_be(time_map: TimeMap, duration: int, before: int, after: int) -> None:
    used = source_range(time_map, duration)
    available = TimeRange.between(used.start - before, used.end + after)
    head, tail = head_room(time_map, available), tail_room(time_map, duration, available)
    if head is not None:
        assert available.covers(source_range(time_map.shifted(-head), duration + head))
        assert not available.covers(source_range(time_map.shifted(-head - 1), duration + head + 1))
    if tail is not None:
        assert available.covers(source_range(time_map, duration + tail))
        assert not available.covers(source_range(time_map, duration + tail + 1))
    if isinstance(time_map, Linear):
        assert (head is None) == (tail is None) == (time_map.num == 0)


def test_a_freeze_has_no_end() -> None:
    still = freeze(7 * FRAME)
    assert {still.at(t) for t in (0, 1, 10**12)} == {7 * FRAME}
    assert source_range(still, 10**12) == TimeRange(7 * FRAME, 1)
    assert head_room(still, TimeRange(0, 8 * FRAME)) is None


@given(CURVES, st.integers(0, 3000), st.integers(1, 3000))
def test_the_source_range_holds_all_that_is_shown_and_no_more(curve: Curve, start: int, length: int) -> None:
    shown = [curve.at(t) for t in range(start, start + length)]
    assert source_range(curve.shifted(start), length) == TimeRange.between(min(shown), max(shown) + 1)


@given(
    st.integers(1, 10**10),
    st.integers(0, 4_000_000),
    st.integers(0, 4_000_000),
    st.sampled_from([0, 50, 100]),
)
def test_an_eased_ramp_runs_from_speed_to_speed_and_covers_their_mean(
    length: int, first: int, last: int, ease: int
) -> None:
    end = -(-length * (first + last) // (2 * NATURAL))
    ramp = Curve((CurvePoint(0, 0, None, first, ease), CurvePoint(length, end, last)))
    assert ramp.at(0) == 0 and ramp.at(length) == end
    assert ramp.speed_at(0) == pytest.approx(first / NATURAL, abs=1e-9 + 6 / length)
    assert ramp.speed_at(length) == pytest.approx(last / NATURAL, abs=1e-9 + 6 / length)
    low, high = sorted((first, last))
    inside = [ramp.speed_at(length * part // 8) * NATURAL for part in range(9)]
    assert all(
        low - 20 - 10 * NATURAL / length <= speed <= high + 20 + 10 * NATURAL / length for speed in inside
    )
    shown = [ramp.at(length * part // 50) for part in range(51)]
    assert shown == sorted(shown), "speeds that are not negative never go back"


def test_an_ease_bends_the_speed_and_not_where_it_leads() -> None:
    points = (CurvePoint(0, 0, None, 0), CurvePoint(1000 * FRAME, 500 * FRAME, NATURAL))
    even, eased = Curve(points), Curve((replace(points[0], ease=100), points[1]))
    assert even.speed_at(250 * FRAME) == pytest.approx(0.25)
    assert eased.speed_at(250 * FRAME) == pytest.approx(3 / 16 - 2 / 64)
    assert eased.speed_at(500 * FRAME) == pytest.approx(0.5)
    assert even.at(500 * FRAME) == 125 * FRAME
    assert eased.at(500 * FRAME) == 500 * FRAME * 3 // 16
    with pytest.raises(ValueError):
        replace(points[0], ease=101)


def test_a_curve_of_an_older_file_is_read() -> None:
    old = b'{"type": "curve", "points": [{"time": 0, "source": 5}, {"time": 10, "source": 25}]}'
    assert msgspec.json.decode(old, type=TimeMap).at(3) == 11


def test_the_mean_speed_of_a_curve_is_that_between_its_ends_wherever_they_lie() -> None:
    assert Curve((CurvePoint(100, 1000), CurvePoint(200, 1400), CurvePoint(300, 1500))).speed == 2.5
    assert Curve((CurvePoint(-100, 1000), CurvePoint(100, 800))).speed == -1
