"""The beats of music: where one would clap.

The rise of loudness in four bands makes an envelope; its autocorrelation, weighed by how usual a tempo is, gives
the tempo; beats are then the places on which the envelope rises most while they stay a tempo's step apart, found
exactly by dynamic programming (Ellis, "Beat tracking by dynamic programming", 2007). Numpy only.
"""

from __future__ import annotations

import numpy as np

from core.media.activity import HOP, Sound, Values, rises

USUAL = 120.0
"""Beats a minute that most music has."""
SPREAD = 0.9
"""Octaves around that."""
SLOWEST = 50.0
"""Beats a minute at least."""
FASTEST = 220.0
"""Beats a minute at most."""
STRICT = 100.0
"""How much more a step that is off the tempo must bring."""
FEWEST = 4
CLEAR = 0.12
"""How much of the envelope's power must come back after a beat."""


def beats(sound: Sound) -> Values:
    """Seconds at which the beats of mono sound at RATE fall, rising; empty where there is no regular beat.

    Args:
        sound: float32 (n,).
    """
    bands = rises(sound)
    if bands is None:
        return np.zeros(0)
    envelope = np.maximum(bands.mean(0), 0)
    period = _period(envelope)
    if period is None:
        return np.zeros(0)
    places = _followed(envelope, period)
    return (places + 2) * HOP if len(places) >= FEWEST else np.zeros(0)


def _period(envelope: Values) -> float | None:
    """Hops from beat to beat; None where nothing comes back."""
    shortest, longest = round(60 / FASTEST / HOP), round(60 / SLOWEST / HOP)
    if len(envelope) < 4 * longest:
        return None
    level = envelope - envelope.mean()
    size = 1 << (2 * len(level)).bit_length()
    back = np.fft.irfft(np.abs(np.fft.rfft(level, size)) ** 2)[: 2 * longest + 1] / (level @ level + 1e-12)
    lags = np.arange(shortest, longest + 1)
    octaves = np.log2(60 / (lags * HOP) / USUAL) / SPREAD
    likely = (back[lags] + 0.5 * back[2 * lags]) * np.exp(-0.5 * octaves**2)
    best = int(likely.argmax())
    if back[lags[best]] < CLEAR:
        return None
    near = likely[max(0, best - 1) : best + 2]
    if len(near) == 3 and near[0] - 2 * near[1] + near[2] < 0:  # the top of the parabola through three
        return float(lags[best] + 0.5 * (near[0] - near[2]) / (near[0] - 2 * near[1] + near[2]))
    return float(lags[best])


def _followed(envelope: Values, period: float) -> Values:
    """Places of the beats, hops."""
    smooth = np.exp(-0.5 * (np.arange(-round(period), round(period) + 1) * 32 / period) ** 2)
    local = np.convolve(envelope / (envelope.std() + 1e-12), smooth, "same")
    steps = np.arange(round(period / 2), round(2 * period) + 1)
    cost = -STRICT * np.log(steps / period) ** 2
    score, before = local.copy(), np.full(len(local), -1)
    for n in range(steps[0], len(local)):
        reach = steps[steps <= n]
        came = score[n - reach] + cost[: len(reach)]
        best = int(came.argmax())
        if came[best] > 0:
            score[n], before[n] = local[n] + came[best], n - reach[best]
    last = len(local) - 1 - int(score[::-1][: round(period)].argmax())
    places = [last]
    while before[places[-1]] >= 0:
        places.append(int(before[places[-1]]))
    return np.array(places[::-1], np.float64)
