"""A sequence as the source of a clip: it answers with frames and with sound, like a file.

So a compound clip is cut, slowed, masked with effects and faded as footage is, and a sequence may hold others.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from core.media.audio import resampled
from core.media.info import Frame
from core.render import compositor, mixer, pixels
from core.render.pixels import Floats
from core.render.plan import active_tracks
from core.render.sources import Sources
from core.time import FrameRate
from core.timeline.model import Footage, Sequence


@dataclass(frozen=True)
class NestedFilm:
    """The pictures of a sequence: a FrameSource whose frames have straight alpha where anything shows through."""

    sequence: Sequence
    sources: Sources

    @property
    def width(self) -> int:
        return self.sequence.width

    @property
    def height(self) -> int:
        return self.sequence.height

    @property
    def rate(self) -> FrameRate:
        return self.sequence.rate

    @property
    def frame_count(self) -> int:
        return max(1, self.sequence.frame_count)

    @property
    def has_alpha(self) -> bool:
        return True

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        """See FrameSource; frames after the end are empty, so that what was made shorter since shows nothing."""
        if size is None:
            return compositor.render_straight(self.sequence, self.time_of(index), self.sources)
        drawn = compositor.render_layers(self.sequence, self.time_of(index), self.sources, size)
        return pixels.unpremultiply(drawn)

    def index_at(self, time: int) -> int:
        return max(0, self.rate.frame_at(time))

    def time_of(self, index: int) -> int:
        return self.rate.time_of(index)

    def close(self) -> None:
        """Everything belongs to the sources."""


@dataclass(frozen=True, eq=False)
class NestedSound:
    """The mixed sound of a sequence; two are the same only when they are one."""

    sequence: Sequence
    sources: Sources

    def read(self, start_sample: int, count: int, rate: int | Fraction) -> Floats:
        """As AudioSource.read."""
        own = self.sequence.sample_rate
        if rate == own:
            return self._native(start_sample, count)
        return resampled(self._native, own, start_sample, count, Fraction(rate))

    def _native(self, start: int, count: int) -> Floats:
        return mixer.mix(self.sequence, start, count, self.sources)


def sounds(sequence: Sequence) -> bool:
    """Whether there is anything on its audio tracks that could be heard."""
    return any(
        isinstance(clip.content, Footage) and clip.enabled
        for track in active_tracks(sequence, "audio")
        for _, clip in track.clips()
    )
