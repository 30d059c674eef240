"""How loud sound is to the ear (EBU R 128, ITU-R BS.1770), measured by FFmpeg's ebur128 filter."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec
import numpy as np

from core.media.sound_filter import Samples, SoundFilter

SILENCE = -70.0
"""LUFS that the filter tells of silence, and of less than the 0.4 seconds of one measurement."""


class Loudness(msgspec.Struct, frozen=True):
    """How loud a whole film is (EBU R 128).

    integrated: LUFS.
    peak: true peak, dB below full scale.
    """

    integrated: float
    peak: float


class Heard(msgspec.Struct, frozen=True):
    """What a meter says while it listens.

    short_term: LUFS of the last three seconds.
    integrated: LUFS of all. Both -70 of silence.
    peak: the highest true peak, dB below full scale; -inf of silence.
    """

    short_term: float
    integrated: float
    peak: float


class Meter:
    """Listens to sound block by block. Use it in one thread."""

    def __init__(self, rate: int) -> None:
        """rate: samples a second."""
        self._filter = SoundFilter(rate, (("ebur128", "metadata=1:peak=true"),))
        self._peak = 0.0

    def hear(self, block: Samples) -> None:
        """float32 (count, 2) in [-1, 1]."""
        self._peak = max(self._peak, float(np.abs(block).max(initial=0.0)))
        self._filter.feed(block)

    def so_far(self) -> Heard:
        """Of what was heard by now."""
        short, integrated = (
            max(SILENCE, float(self._filter.told.get(f"lavfi.r128.{name}", SILENCE))) for name in "SI"
        )
        peak = self._highest()
        return Heard(short, integrated, 20 * math.log10(peak) if peak > 0 else -math.inf)

    def loudness(self) -> Loudness | None:
        """Of all that was heard; None when it is silent, or shorter than the 0.4 seconds of one measurement."""
        self._filter.end()
        heard = self.so_far()
        if heard.integrated <= SILENCE or heard.peak == -math.inf:
            return None
        return Loudness(heard.integrated, heard.peak)

    def _highest(self) -> float:
        return max(self._peak, float(self._filter.told.get("lavfi.r128.true_peak", 0.0)))


def measure(blocks: Iterable[Samples], rate: int) -> Loudness | None:
    """The loudness of sound that comes in blocks; see Meter."""
    meter = Meter(rate)
    for block in blocks:
        meter.hear(block)
    return meter.loudness()
