"""The sound of a clip at its speed: read along its time map, so that it never leaves its picture.

Two ways, chosen by `Clip.keep_pitch`:

- The pitch follows the speed, as on a tape. A constant speed is read at the film's rate divided by it, so that sample
  follows sample without a seam; a curve is read at the fractional positions that it leads to, from a band that is
  narrow enough for the speed. Backwards it is the same, turned around.
- The pitch stays. Short windows of natural sound (20 ms, every 5 ms) are laid where the map says, each moved by up to
  5 ms to where it continues the one before best (waveform similarity overlap-add: Verhelst and Roelands, 1993).
  As every window is anchored to the map anew, nothing adds up; every two seconds the chain begins anew, so that a
  seek need not start at the head of the clip, and pieces give the samples that the whole does.

Freezes are silent, and so is what runs faster than sixteen times.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.render.pixels import Floats
from core.render.samples import SampleRange
from core.render.sources import Sound
from core.render.time_curve import Row, source_times, speeds
from core.time import TICKS_PER_SECOND
from core.timeline.time_map import Curve, Linear, TimeMap

FASTEST = 16.0
"""Beyond this speed sound is noise: it is left out."""
SLOWEST = 0.02
"""Below this speed it is a rumble: it fades into the silence of a freeze."""
PIECE = 1024
"""Film samples that are read from one band along a curve."""
BANDS = tuple(Fraction(n, 4) for n in (4, 5, 6, 8, 12, 16, 24, 32, 48, 64))
"""Speeds up to which a band is narrow enough."""
WINDOWS = 200
"""A second."""
GRAINS = 400
"""Windows from one fresh start of the chain to the next."""


def sound_along(
    audio: Sound, time_map: TimeMap, clip_start: int, samples: SampleRange, keep_pitch: bool
) -> Floats | None:
    """Samples of the film from a clip's source, float32 (count, 2); None where all is silent.

    Args:
        clip_start: record time of clip time 0, ticks.
        keep_pitch: else it follows the speed.
    """
    if isinstance(time_map, Linear):
        speed = Fraction(abs(time_map.num), time_map.den)
        if not 0 < speed <= FASTEST:
            return None
        if not keep_pitch or speed == 1:
            return _constant(audio, time_map, clip_start, samples)
    if keep_pitch:
        return _at_pitch(audio, time_map, clip_start, samples)
    assert isinstance(time_map, Curve)
    return _on_tape(audio, time_map, clip_start, samples)


def _constant(audio: Sound, time_map: Linear, clip_start: int, samples: SampleRange) -> Floats:
    # At rate / speed, one sample of the source lasts as long as one of the film: only an offset remains.
    first, count, rate = samples
    read_rate = rate * Fraction(time_map.den, abs(time_map.num))
    head = time_map.start * read_rate / TICKS_PER_SECOND
    film_head = Fraction(clip_start * rate, TICKS_PER_SECOND)
    if time_map.num > 0:
        return audio.read(round(head - film_head) + first, count, read_rate)
    last = round(head + film_head) - first
    return np.ascontiguousarray(audio.read(last - count + 1, count, read_rate)[::-1])


def _loudness(speed: Row) -> Row:
    """1 where sound of that speed is heard, falling to 0 for freezes and for speeds beyond hearing."""
    pace = np.abs(speed)
    return np.asarray(np.clip(pace / SLOWEST - 1, 0, 1) * np.clip(2 - 2 * pace / FASTEST, 0, 1), np.float64)


# As on a tape


def _on_tape(audio: Sound, curve: Curve, clip_start: int, samples: SampleRange) -> Floats | None:
    first, count, rate = samples
    out = np.zeros((count, 2), np.float32)
    heard = False
    start = first // PIECE * PIECE  # pieces lie on a grid of their own, so that chunks do not show
    for piece in range(start, samples.end, PIECE):
        low, high = max(piece, first), min(piece + PIECE, samples.end)
        times = SampleRange(piece, PIECE, rate).times - clip_start
        pace = speeds(curve, times)
        loudness = _loudness(pace)
        if loudness.any():
            sound = _piece(audio, source_times(curve, times), pace, loudness, rate)
            out[low - first : high - first] = sound[low - piece : high - piece]
            heard = True
    return out if heard else None


def _piece(audio: Sound, ticks: Row, pace: Row, loudness: Row, rate: int) -> Floats:
    """The source at fractional positions, Catmull-Rom between samples of a band that the speed does not fold."""
    fastest = float(np.abs(pace[loudness > 0]).max())
    band = next((band for band in BANDS if fastest <= band), BANDS[-1])
    positions = ticks * (float(rate / band) / TICKS_PER_SECOND)
    out = np.zeros((len(ticks), 2))
    for part in _together(np.floor(positions).astype(np.int64), loudness > 0):
        whole = np.floor(positions[part]).astype(np.int64)
        low = int(whole.min()) - 1
        block = audio.read(low, int(whole.max()) + 3 - low, rate / band)
        t = (positions[part] - whole)[:, None]
        a, b, c, d = (block[whole - low + step] for step in (-1, 0, 1, 2))
        out[part] = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.asarray(out * loudness[:, None], np.float32)


def _together(whole: npt.NDArray[np.int64], heard: npt.NDArray[np.bool_]) -> list[slice]:
    """Stretches of heard samples without a jump in the source."""
    leaps = np.abs(np.diff(whole)) > 4 * FASTEST
    edges = np.flatnonzero(leaps | (heard[1:] != heard[:-1])) + 1
    bounds = [0, *edges.tolist(), len(whole)]
    return [slice(a, b) for a, b in itertools.pairwise(bounds) if b > a and heard[a]]


# At its pitch


def _at_pitch(audio: Sound, time_map: TimeMap, clip_start: int, samples: SampleRange) -> Floats | None:
    first, count, rate = samples
    head = round(Fraction(clip_start * rate, TICKS_PER_SECOND))
    length = GRAINS * (rate // WINDOWS)
    out = np.zeros((count, 2), np.float32)
    for number in range((first - head) // length, -(-(samples.end - head) // length)):
        low, high = max(first, head + number * length), min(samples.end, head + (number + 1) * length)
        block = _block(audio, time_map, rate, number)
        offset = head + number * length
        out[low - first : high - first] = block[low - offset : high - offset]
    return out if out.any() else None


@lru_cache(maxsize=16)
def _block(audio: Sound, time_map: TimeMap, rate: int, number: int) -> Floats:
    """Two seconds of the clip from its head on, float32 (GRAINS · hop, 2)."""
    hop = rate // WINDOWS
    half, run_in = 2 * hop, 2
    times = (number * GRAINS + np.arange(-run_in, GRAINS + run_in)) * (hop * TICKS_PER_SECOND / rate)
    centres = np.round(source_times(time_map, times) * (rate / TICKS_PER_SECOND)).astype(np.int64)
    pace = speeds(time_map, times)
    loudness = _loudness(pace)
    sound = _near(audio, centres[loudness > 0], half + 2 * hop, rate)
    window = np.asarray(0.25 - 0.25 * np.cos(np.arange(2 * half) * (np.pi / half)), np.float32)[:, None]
    out = np.zeros(((GRAINS + 4 * run_in) * hop, 2), np.float32)
    natural: Floats | None = None
    for index, centre in enumerate(centres.tolist()):
        if not loudness[index]:
            natural = None
            continue
        backwards = bool(pace[index] < 0)
        turned = index > 0 and backwards != bool(pace[index - 1] < 0)
        around = _around(sound, centre, half + 2 * hop, rate, backwards)
        fresh = natural is None or turned or not 2 * run_in <= index < len(centres) - 2 * run_in
        moved = 0 if fresh or natural is None else _best(around, natural, hop)
        at = hop + moved
        out[index * hop : index * hop + 2 * half] += around[hop + at : hop + at + 2 * half] * (
            window * np.float32(loudness[index])
        )
        natural = around[2 * hop + at : 2 * hop + at + 2 * half]
    return out[2 * run_in * hop : -2 * run_in * hop]


class _Piece:
    """A stretch of a source that was read at once."""

    def __init__(self, low: int, samples: Floats) -> None:
        self._low, self._samples = low, samples

    def read(self, start_sample: int, count: int, rate: int | Fraction) -> Floats:
        return self._samples[start_sample - self._low : start_sample - self._low + count]


def _near(audio: Sound, centres: npt.NDArray[np.int64], half: int, rate: int) -> Sound:
    """The source around all windows, read at once where they lie close together."""
    if not len(centres):
        return audio
    low, high = int(centres.min()) - half, int(centres.max()) + half + 1
    if high - low > 4 * half * len(centres):
        return audio
    return _Piece(low, audio.read(low, high - low, rate))


def _around(audio: Sound, centre: int, half: int, rate: int, backwards: bool) -> Floats:
    """`2 · half` samples of the source around one, in the order in which they will sound."""
    if not backwards:
        return audio.read(centre - half, 2 * half, rate)
    return np.ascontiguousarray(audio.read(centre - half + 1, 2 * half, rate)[::-1])


def _best(around: Floats, natural: Floats, hop: int) -> int:
    """By how much to move a window, up to `hop`, so that it sounds most like what would naturally follow."""
    length = len(natural)
    mono = around.sum(axis=1)[hop : 3 * hop + length].astype(np.float64)
    likeness = np.correlate(mono, natural.sum(axis=1).astype(np.float64), "valid")
    energy = np.cumsum(np.concatenate([[0.0], mono * mono]))
    score = likeness / np.sqrt(np.maximum(energy[length:] - energy[:-length], 1e-9))
    return int(np.argmax(score)) - hop if score.max() > 1e-6 else 0
