"""Stretches of the film's samples, which are whole also where ticks are not."""

from __future__ import annotations

import numpy as np
import pytest

from core.render.samples import SampleRange
from core.time import TICKS_PER_SECOND, TimeRange

TICK = TICKS_PER_SECOND // 48000


def test_it_lies_where_its_samples_stand() -> None:
    samples = SampleRange(100, 50, 48000)
    assert samples.end == 150
    assert samples.span == TimeRange(100 * TICK, 50 * TICK)
    np.testing.assert_array_equal(samples.times, np.arange(100, 150) * TICK)
    assert samples.grown(20) == SampleRange(80, 90, 48000)
    assert samples.grown(20).grown(-20) == samples


@pytest.mark.parametrize(
    ("start", "end", "first", "length"),
    [
        (0, 1000 * TICK, 100, 50),
        (110 * TICK, 120 * TICK, 110, 10),
        (110 * TICK + 1, 120 * TICK + 1, 111, 10),
        (140 * TICK, 1000 * TICK, 140, 10),
        (0, 110 * TICK, 100, 10),
    ],
)
def test_within_a_span_are_the_samples_that_stand_in_it(
    start: int, end: int, first: int, length: int
) -> None:
    found = SampleRange(100, 50, 48000).within(TimeRange.between(start, end))
    assert found == SampleRange(first, length, 48000)


def test_beside_a_span_there_is_none() -> None:
    samples = SampleRange(100, 50, 48000)
    assert samples.within(TimeRange(150 * TICK, TICK)).length <= 0
    assert samples.within(TimeRange(0, 100 * TICK)).length <= 0
