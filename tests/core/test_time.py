"""Ticks, rates and ranges are exact."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.time import TICKS_PER_SECOND, FrameRate, TimeRange, from_timecode, reduced, rescale, timecode

USUAL = [(24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1), (120, 1)]


@pytest.mark.parametrize(("num", "den"), USUAL)
def test_a_frame_of_a_usual_rate_is_a_whole_number_of_ticks(num: int, den: int) -> None:
    assert Fraction(FrameRate(num, den).frame_ticks, TICKS_PER_SECOND) == Fraction(den, num)


@given(st.integers(1, 240_000), st.integers(1, 2000), st.integers(-(10**6), 10**7))
def test_frame_at_inverts_time_of_for_any_rate(num: int, den: int, frame: int) -> None:
    rate = FrameRate(num, den)
    assert rate.frame_at(rate.time_of(frame)) == frame
    assert rate.frame_at(rate.time_of(frame) - 1) == frame - 1


@given(st.integers(1, 240_000), st.integers(1, 2000), st.integers(-(10**6), 10**7))
def test_frames_before_a_frame_are_its_number(num: int, den: int, frame: int) -> None:
    rate = FrameRate(num, den)
    assert rate.frames_before(rate.time_of(frame)) == frame
    assert rate.frames_before(rate.time_of(frame) + 1) == frame + 1


@given(st.sampled_from(USUAL), st.integers(0, 10**6))
def test_timecode_round_trip(rate: tuple[int, int], frame: int) -> None:
    at = FrameRate(*rate)
    assert from_timecode(timecode(at.time_of(frame), at), at) == at.time_of(frame)


def test_ranges_are_half_open() -> None:
    whole = TimeRange(10, 5)
    assert 10 in whole
    assert 15 not in whole
    assert [whole.nearest(time) for time in (3, 12, 14, 15)] == [10, 12, 14, 14]
    assert not whole.overlaps(TimeRange(15, 1))
    assert whole.intersection(TimeRange(12, 100)) == TimeRange(12, 3)
    assert whole.intersection(TimeRange(50, 1)).duration == 0
    with pytest.raises(ValueError, match="does not end before"):
        TimeRange(0, -1)


def test_rescale_and_reduced() -> None:
    assert rescale(90_000, Fraction(1, 90_000)) == TICKS_PER_SECOND
    assert reduced(2, -4) == (-1, 2)
    with pytest.raises(ValueError, match="denominator"):
        reduced(1, 0)


@given(st.sampled_from(USUAL), st.integers(0, 10**12))
def test_snapping_goes_to_the_nearest_frame(rate: tuple[int, int], ticks: int) -> None:
    at = FrameRate(*rate)
    starts = [at.time_of(at.frame_at(ticks) + n) for n in range(-1, 3)]
    assert at.snap(ticks) in starts
    assert abs(at.snap(ticks) - ticks) == min(abs(start - ticks) for start in starts)
