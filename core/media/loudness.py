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
    """integrated: LUFS. peak: true peak, dB below full scale."""

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

    def loudness(self) -> Loudness | None:
        """Of all that was heard; None when it is silent, or shorter than the 0.4 seconds of one measurement."""
        self._filter.end()
        told = self._filter.told
        integrated = float(told.get("lavfi.r128.I", SILENCE))
        peak = max(self._peak, float(told.get("lavfi.r128.true_peak", 0.0)))
        if integrated <= SILENCE or peak <= 0:
            return None
        return Loudness(integrated, 20 * math.log10(peak))


def measure(blocks: Iterable[Samples], rate: int) -> Loudness | None:
    """The loudness of sound that comes in blocks; see Meter."""
    meter = Meter(rate)
    for block in blocks:
        meter.hear(block)
    return meter.loudness()
