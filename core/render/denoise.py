"""Steady noise taken out of sound: hum, hiss, fans, traffic far away.

Spectral subtraction by Wiener gains: in every band of frequencies the noise is what is left in the quietest moments of
the two seconds around (minimum statistics, after Martin 2001), and a band is turned down the more, the nearer it is to
that. All frames and estimates stand on a grid of the film's samples, so any part sounds as it does in the whole. Both
channels have one gain, so nothing moves from side to side.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.render.pixels import Floats

Values = npt.NDArray[np.float64]

HOP_SECONDS = 512 / 48000
OVERLAP = 4
"""Hops that a frame is long."""
AROUND = round(1 / HOP_SECONDS)
"""The noise is estimated from so many hops on either side: a second."""
ESTIMATE_HOPS = 24
"""Hops between two estimates; in between they go over into each other."""
QUIET = 0.2
"""The part of the moments that counts as noise alone."""
MARGIN = 3.2
"""How much stronger noise is taken to be than the mean of those moments, which are its weakest."""
SMOOTH = 5
"""Frames over which power is averaged."""
NOTHING = 1e-12
"""Power below which a frame is digital silence, and tells nothing of the noise."""


def reach(rate: int) -> int:
    """Samples on either side that a sample depends on."""
    return (AROUND + ESTIMATE_HOPS + OVERLAP + SMOOTH + 2) * _hop(rate)


def denoised(sound: Floats, first: int, decibels: float, rate: int) -> Floats:
    """The sound without its steady noise; shorter by `reach` on either side.

    Args:
        sound: float32 (n, 2).
        first: number of its first sample in the film.
        decibels: by how much noise is turned down, 0 and more.
    """
    margin = reach(rate)
    kept = sound[margin : len(sound) - margin]
    if decibels <= 0 or not np.any(sound):
        return kept
    hop = _hop(rate)
    start = -(-first // hop)  # the first whole frame of the grid
    spectra = _spectra(sound, start * hop - first, hop)
    power = _averaged((np.abs(spectra) ** 2).mean(axis=-1))
    low = first + margin
    begin, end = low // hop - OVERLAP + 1 - start, -(-(low + len(kept)) // hop) - start
    noise = _noise(power, start, begin, end)
    gains = np.sqrt(np.maximum(1 - noise / np.maximum(power[begin:end], 1e-30), 0))
    gains = np.maximum(gains, 10 ** (-decibels / 20))
    played = _played(spectra[begin:end] * gains[..., None], hop)
    offset = low - (start + begin) * hop
    return np.asarray(played[offset : offset + len(kept)], np.float32)


def _hop(rate: int) -> int:
    return round(HOP_SECONDS * rate)


def _window(hop: int) -> Values:
    """The root of a Hann window: on the way in and on the way out, frames add up to OVERLAP / 2."""
    return np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(OVERLAP * hop) + 0.5) / (OVERLAP * hop)))


def _spectra(sound: Floats, offset: int, hop: int) -> npt.NDArray[np.complex128]:
    """Of every whole frame from `offset` on, (frames, bands, 2)."""
    frames = np.lib.stride_tricks.sliding_window_view(sound[offset:], OVERLAP * hop, axis=0)[::hop]
    return np.asarray(np.fft.rfft(frames * _window(hop), axis=-1).transpose(0, 2, 1))


def _noise(power: Values, start: int, begin: int, end: int) -> Values:
    """Power of the noise in frames begin to end, (frames, bands).

    Args:
        start: number on the grid of the first frame of `power`.
    """
    marks = (
        np.arange((start + begin) // ESTIMATE_HOPS, -(-(start + end) // ESTIMATE_HOPS) + 1) * ESTIMATE_HOPS
    )
    estimates = np.stack(
        [_quietest(power[max(0, mark - start - AROUND) : mark - start + AROUND + 1]) for mark in marks]
    )
    places = (start + np.arange(begin, end) - marks[0]) / ESTIMATE_HOPS
    before = np.minimum(places.astype(int), len(marks) - 2)
    share = (places - before)[:, None]
    return np.asarray(estimates[before] * (1 - share) + estimates[before + 1] * share)


def _quietest(power: Values) -> Values:
    """Mean of each band's quietest moments, scaled to what noise has on average, (bands,); digital silence left out."""
    heard = power[power.max(axis=1) > NOTHING] if len(power) else power
    if not len(heard):
        return np.zeros(power.shape[1])
    count = max(1, round(QUIET * len(heard)))
    return np.asarray(MARGIN * np.partition(heard, count - 1, axis=0)[:count].mean(axis=0))


def _averaged(power: Values) -> Values:
    """Mean over SMOOTH frames and three bands, so that noise does not turn into tones; ends are repeated."""
    total = np.cumsum(np.pad(power, ((SMOOTH // 2 + 1, SMOOTH // 2), (1, 1)), mode="edge"), axis=0)
    frames = (total[SMOOTH:] - total[:-SMOOTH]) / SMOOTH
    return np.asarray((frames[:, :-2] + frames[:, 1:-1] + frames[:, 2:]) / 3)


def _played(spectra: npt.NDArray[np.complex128], hop: int) -> Values:
    """Frames laid over each other again, float64 (samples, 2)."""
    frames = np.fft.irfft(spectra, OVERLAP * hop, axis=1) * (_window(hop) / (OVERLAP / 2))[:, None]
    out = np.zeros(((len(frames) + OVERLAP - 1) * hop, 2))
    for part in range(OVERLAP):
        lane = out[part * hop : (part + len(frames)) * hop].reshape(len(frames), hop, 2)
        lane += frames[:, part * hop : (part + 1) * hop]
    return out
