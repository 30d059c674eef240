"""Stretches of the film's sound, counted in its samples: sample n stands at record time n / rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.time import TICKS_PER_SECOND, FrameRate, TimeRange


class SampleRange(NamedTuple):
    """Samples `first` to `first + length` of a film with `rate` samples a second; may lie outside of it."""

    first: int
    length: int
    rate: int

    @property
    def end(self) -> int:
        """The first sample after it."""
        return self.first + self.length

    @property
    def span(self) -> TimeRange:
        """Where it lies, in ticks of record time."""
        clock = FrameRate(self.rate)
        return TimeRange.between(clock.time_of(self.first), clock.time_of(self.end))

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """Record time of each sample in ticks, (length,)."""
        return np.asarray((self.first + np.arange(self.length)) * (TICKS_PER_SECOND / self.rate), np.float64)

    def within(self, span: TimeRange) -> SampleRange:
        """The samples of it that lie in a span of record time; its length is 0 or less where there are none."""
        clock = FrameRate(self.rate)
        first = max(self.first, clock.frames_before(span.start))
        return SampleRange(first, min(self.end, clock.frames_before(span.end)) - first, self.rate)

    def grown(self, more: int) -> SampleRange:
        """With that many samples more on either side; fewer where it is negative."""
        return SampleRange(self.first - more, self.length + 2 * more, self.rate)
