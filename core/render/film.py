"""What an export is about: a part of a film, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

from core.render import compositor
from core.render.placed import Raster
from core.render.presets import Preset
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline.model import Sequence


@dataclass(frozen=True)
class Film:
    """What is exported.

    first, last: frame numbers of the sequence, inclusive.
    size: of the picture.
    """

    sequence: Sequence
    preset: Preset
    first: int
    last: int
    size: tuple[int, int]

    @property
    def frames(self) -> int:
        """How many frames are exported."""
        return self.last - self.first + 1

    @property
    def span(self) -> TimeRange:
        """The record range that is exported."""
        rate = self.sequence.rate
        return TimeRange.between(rate.time_of(self.first), rate.time_of(self.last + 1))

    @property
    def raster(self) -> Raster:
        return compositor.raster_of(self.sequence, self.size)

    @property
    def first_sample(self) -> int:
        return self.sample_of(self.first)

    def sample_of(self, frame: int) -> int:
        """Number of the sample nearest to the start of a frame."""
        return round(self.sequence.rate.time_of(frame) * self.sequence.sample_rate / TICKS_PER_SECOND)
