"""The sound of an export: the mix in step with the pictures, brought to a loudness where one is wanted."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from core.job import Progress
from core.media.limiter import limiter
from core.media.loudness import Loudness, Meter
from core.media.sound_filter import SoundFilter
from core.render import mixer
from core.render.film import Film
from core.render.loudness import HIGHEST
from core.render.pixels import Floats
from core.render.sinks import Sink
from core.render.sources import Sources
from core.time import TICKS_PER_SECOND, timecode

CUT_OFF = 0.005
"""Part of the samples at full scale in a piece that is mixed at once: less, as of any loud music, is hardly heard."""
LISTENED = 10
"""Seconds that are listened to at once."""
ROUNDS = 4
"""How often a film is listened to at most."""
NEAR = 0.2
"""Loudness units by which it may be off."""


class SoundTrack:
    """Hands the sink the mix."""

    def __init__(self, film: Film, sources: Sources, sink: Sink) -> None:
        self._film, self._sources, self._sink = film, sources, sink
        self._written = film.first_sample
        self._gain = 1.0
        self._limiter: SoundFilter | None = None
        self._notes: list[str] = []
        self._cut_off: list[float] = []
        """Seconds of the film with samples that are cut off."""

    def brought_to(self, target: float) -> Iterator[Progress]:
        """Listen to all of it before the first `write_until`, so that it is written at `target` LUFS. Moments that
        would be cut off then are turned down; what that takes away is listened to again and given back."""
        for _ in range(ROUNDS):
            heard = yield from self._listened()
            if heard is None:
                self._notes.append("there is too little sound to bring to a loudness")
                return
            off = target - heard.integrated
            if self._limiter is None and heard.peak + off > HIGHEST:
                self._limiter = limiter(self._film.sequence.sample_rate, HIGHEST)
            elif abs(off) < NEAR:
                return
            self._gain *= 10 ** (off / 20)

    def _listened(self) -> Generator[Progress, None, Loudness | None]:
        rate = self._film.sequence.sample_rate
        first, end = self._film.first_sample, self._film.sample_of(self._film.last + 1)
        meter = Meter(rate)
        held = limiter(rate, HIGHEST) if self._limiter is not None else None
        for start in range(first, end, LISTENED * rate):
            sound = self._mixed(start, min(LISTENED * rate, end - start))
            meter.hear(sound if held is None else held.feed(sound))
            part = (start - first) / (end - first)
            yield Progress(0, self._film.frames, f"Listening to the film: {part:.0%}")
        if held is not None:
            meter.hear(held.end())
        return meter.loudness()

    def write_until(self, frame: int, least: float = 0.0) -> None:
        """The sound up to the start of a frame, when that is at least `least` seconds more."""
        count = self._film.sample_of(frame) - self._written
        if count > least * self._film.sequence.sample_rate:
            sound = self._mixed(self._written, count)
            if self._limiter is not None:
                sound = self._limiter.feed(sound)
            elif np.mean(np.abs(sound) >= 1) >= CUT_OFF:
                self._cut_off.append(self._written / self._film.sequence.sample_rate)
            self._sink.write_sound(sound.clip(-1, 1))
            self._written += count

    def end(self) -> None:
        """Everything was written."""
        if self._limiter is not None:
            self._sink.write_sound(self._limiter.end().clip(-1, 1))

    def notes(self) -> tuple[str, ...]:
        """What the user should know of it, such as where it is too loud."""
        if not self._cut_off:
            return tuple(self._notes)
        first = timecode(round(self._cut_off[0] * TICKS_PER_SECOND), self._film.sequence.rate)
        return (*self._notes, f"the sound is too loud and cut off, first at about {first}: lower it")

    def _mixed(self, first: int, count: int) -> Floats:
        """The sound at the wanted volume, with nothing cut off."""
        sound = mixer.mix(self._film.sequence, first, count, self._sources, limited=False)
        return sound * np.float32(self._gain)
