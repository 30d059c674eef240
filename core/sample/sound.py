"""The sample's sound: a quiet chord, the car's hum, a knock at each bounce of the ball."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.sample.scene import BOUNCE

RATE = 48000


def street_sound(seconds: float) -> npt.NDArray[np.float32]:
    """Stereo float32 (samples, 2) in [-1, 1] at 48 kHz."""
    rng = np.random.default_rng(7)
    t = np.arange(round(seconds * RATE)) / RATE
    mono = 0.05 * sum(np.sin(2 * np.pi * f * t) for f in (220.0, 277.18, 329.63))
    mono *= 0.7 + 0.3 * np.sin(2 * np.pi * 0.4 * t)
    hum = 0.10 * np.sin(2 * np.pi * (70 * t + 9 * np.sin(1.3 * t))) * np.exp(-(((t - 1.6) / 0.9) ** 2))
    side = np.clip(t / 2.1 - 0.2, 0, 1)
    knocks = np.zeros_like(t)
    for start in np.arange(0, seconds, BOUNCE):
        first = round(start * RATE)
        length = min(round(0.18 * RATE), len(t) - first)
        local = np.arange(length) / RATE
        burst = np.sin(2 * np.pi * 160 * local) + 0.3 * rng.standard_normal(length)
        knocks[first : first + length] += 0.35 * burst * np.exp(-local * 32)
    left, right = mono + knocks * 0.8 + hum * (1 - side), mono + knocks + hum * side
    return np.clip(np.stack([left, right], 1), -1, 1).astype(np.float32)
