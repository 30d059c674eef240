"""When something is heard: levels of sound in time, stretches of speech and of silence, and where two recordings of one
event meet. Numpy only; nothing here knows clips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Sound = npt.NDArray[np.float32]
Stretches = list[tuple[int, int]]
"""First step and the first after it, ascending and apart."""

STEP = 0.02
"""Seconds of a level."""
FLOOR = -90.0
"""Decibels below full scale that count as nothing."""
ROOM_PERCENTILE = 10.0
"""Percentile of loudness that stands for the noise of the room."""
VOICE_PERCENTILE = 95.0
"""Percentile of loudness that stands for the voice."""
LEAST_CONTRAST = 10.0
"""Decibels between the two, below which nothing can be told apart."""
BETWEEN = 0.35
"""Where the threshold lies between them."""

HOP = 0.01
"""Seconds of a feature of two recordings that are compared."""
BANDS = ((80, 300), (300, 800), (800, 1800), (1800, 3600))
RATE = 8000
"""Samples a second of recordings that are compared."""
APART = 0.25
"""Seconds around the best place that belong to it."""
CERTAIN = 1.5
"""How many times the best place must be better than any other."""
FINE_SECONDS = 15.0
"""Seconds of sound that are compared to refine the best place."""
FINE_REACH = 0.03
"""Seconds to either side of it that are tried."""


def levels(sound: Sound, rate: int) -> Values:
    """Level of each step in decibels of full scale, float64 (N,); a last part of a step is left out.

    Args:
        sound: float32 (count, channels).
        rate: samples a second.
    """
    step = round(STEP * rate)
    count = len(sound) // step
    blocks = sound[: count * step].reshape(count, step * sound.shape[1]).astype(np.float64)
    power = np.mean(blocks**2, axis=1)
    return np.maximum(10 * np.log10(np.maximum(power, 1e-12)), FLOOR)


def threshold(heard: Values) -> float | None:
    """The level above which something is said, found from the sound itself; None when it is equally loud all along.

    A recording that is silent but for a moment has its threshold above the noise, too.
    """
    audible = heard[heard > FLOOR]
    if not len(audible):
        return None
    quiet = float(np.percentile(heard, ROOM_PERCENTILE))
    loud = float(np.percentile(audible, VOICE_PERCENTILE))
    if loud - quiet < LEAST_CONTRAST:
        return None
    return quiet + BETWEEN * (loud - quiet)


def sounding(heard: Values, limit: float, *, pause: float, burst: float = 0.06) -> Stretches:
    """Where the level is above `limit`: pauses shorter than `pause` seconds are part of it, bursts shorter than
    `burst` no sound."""
    loud = [(a, b) for a, b in _runs(heard > limit) if (b - a) * STEP >= burst]
    out: Stretches = []
    for a, b in loud:
        if out and (a - out[-1][1]) * STEP < pause:
            out[-1] = out[-1][0], b
        else:
            out.append((a, b))
    return out


def silences(heard: Values, limit: float, *, shortest: float, keep: float) -> Stretches:
    """Where nothing is heard for at least `shortest` seconds, less `keep` seconds beside what is heard."""
    margin = round(keep / STEP)
    loud = sounding(heard, limit, pause=shortest)
    ends = [0, *(b + margin for _, b in loud)]
    starts = [*(a - margin for a, _ in loud), len(heard)]
    least = max(1, round(shortest / STEP) - 2 * margin)
    return [(a, b) for a, b in zip(ends, starts, strict=True) if b - a >= least]


def _runs(on: npt.NDArray[np.bool_]) -> Stretches:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


@dataclass(frozen=True)
class Meeting:
    """How two recordings of one event lie to each other in time.

    seconds: the second recording starts so much later than the first (negative: earlier).
    certainty: how many times better that is than any other place.
    """

    seconds: float
    certainty: float

    @property
    def certain(self) -> bool:
        return self.certainty >= CERTAIN


def meeting(first: Sound, second: Sound) -> Meeting | None:
    """Where two mono recordings of the same event, float32 (n,) at RATE, meet; None when one says nothing.

    Coarse by how sudden each band of frequencies gets louder, which is alike in any room and at any distance; then
    within 30 ms by the waveform itself, its spectrum whitened (Knapp and Carter 1976).
    """
    a, b = rises(first), rises(second)
    if a is None or b is None:
        return None
    lags, score = _correlation(a, b)
    best = int(score.argmax())
    others = np.abs(np.arange(len(score)) - best) > round(APART / HOP)
    rival = float(score[others].max(initial=0.0))
    certainty = float(score[best]) / max(rival, 1e-9) if score[best] > 0 else 0.0
    coarse = float(lags[best]) * HOP
    return Meeting(coarse + _refined(first, second, coarse), certainty)


def rises(sound: Sound) -> Values | None:
    """Rise of each band's level, float64 (bands, hops), at mean 0 and spread 1."""
    hop = round(HOP * RATE)
    if len(sound) < 8 * hop or not np.any(sound):
        return None
    window = np.hanning(2 * hop)
    frames = np.lib.stride_tricks.sliding_window_view(sound, 2 * hop)[::hop]
    frequencies = np.fft.rfftfreq(2 * hop, 1 / RATE)
    found = []
    for low, high in BANDS:
        inside = (frequencies >= low) & (frequencies < high)
        power = np.concatenate(
            [_band(part, window, inside) for part in np.array_split(frames, len(frames) // 4096 + 1)]
        )
        rise = np.maximum(np.diff(np.log(power + 1e-7 * max(float(power.max()), 1e-12))), 0.0)
        found.append((rise - rise.mean()) / max(float(rise.std()), 1e-9))
    return np.stack(found)


def _band(frames: Sound, window: Values, inside: npt.NDArray[np.bool_]) -> Values:
    spectrum = np.fft.rfft(frames * window, axis=1)[:, inside]
    return np.asarray((spectrum.real**2 + spectrum.imag**2).sum(1), np.float64)


def _correlation(a: Values, b: Values) -> tuple[npt.NDArray[np.int64], Values]:
    """For each lag of b after a: how alike what overlaps is. Short overlaps count less."""
    size = 1 << (a.shape[1] + b.shape[1]).bit_length()
    both = np.fft.irfft((np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size))).sum(0), size)
    lags = np.arange(-b.shape[1] + 1, a.shape[1])
    overlap = np.minimum(lags + b.shape[1], a.shape[1]) - np.maximum(lags, 0)
    score = both[lags] / np.sqrt(np.maximum(overlap, round(1 / HOP)))
    return lags, score


def _refined(first: Sound, second: Sound, seconds: float) -> float:
    """What is to be added to a coarse answer, at most FINE_REACH either way."""
    lag = round(seconds * RATE)
    start, stop = max(0, lag), min(len(first), lag + len(second))
    if stop - start < RATE // 10:
        return 0.0
    length = min(stop - start, round(FINE_SECONDS * RATE))
    energy = np.cumsum(np.concatenate([[0.0], np.square(first[start:stop], dtype=np.float64)]))
    at = start + int(np.argmax(energy[length:] - energy[:-length]))
    a, b = first[at : at + length], second[at - lag : at - lag + length]
    size = 1 << (2 * length).bit_length()
    cross = np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size))
    likeness = np.fft.irfft(cross / np.maximum(np.abs(cross), 1e-12), size)
    reach = round(FINE_REACH * RATE)
    near = np.concatenate([likeness[-reach:], likeness[: reach + 1]])
    return float(int(near.argmax()) - reach) / RATE
