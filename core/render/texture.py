"""Film grain made anew for every frame: noise of unit strength from one tile, laid at another place each time.

Strongest in the midtones and none in black and white, as on film; the same for all channels.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from core.media.info import Frame
from core.render.pixels import Floats, colours_of, recoloured

TILE = 512
STRONGEST = 40.0
"""Standard deviation, of 255, that grain of amount 1 has in the midtones."""


def grain(picture: Frame, amount: float, size: float, seed: int) -> Frame:
    """A picture, uint8 (H, W, 3|4), with grain of `size` pixels; alpha stays. The same seed gives the same grain.

    amount: 0 none, 1 the strongest.
    """
    if amount == 0:
        return picture
    height, width = picture.shape[:2]
    colours = colours_of(picture)
    noise = _noise(height, width, max(size, 1.0), seed)
    tones = np.arange(256) / 255
    room = np.asarray(4 * tones * (1 - tones) * STRONGEST * amount, np.float32)
    added = cv2.multiply(cv2.LUT(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), room), noise)
    out = cv2.add(colours, cv2.merge([added] * 3), dtype=cv2.CV_8U)
    return recoloured(picture, np.asarray(out, np.uint8))


def _noise(height: int, width: int, size: float, seed: int) -> Floats:
    """float32 (height, width), mean 0, deviation 1: the tile of this size of grain, somewhere else for every seed."""
    tile = _tile(round(size * 4) / 4)
    down, across = np.random.default_rng(abs(seed)).integers(0, TILE, 2)
    begun = np.roll(tile, (-down, -across), (0, 1))
    border = max(0, height - TILE), max(0, width - TILE)
    wide = cv2.copyMakeBorder(begun, 0, border[0], 0, border[1], cv2.BORDER_WRAP)
    return np.asarray(np.ascontiguousarray(wide[:height, :width]), np.float32)


@lru_cache(maxsize=8)
def _tile(size: float) -> Floats:
    """float32 (TILE, TILE) that goes on seamlessly at its borders."""
    noise = np.random.default_rng(0).standard_normal((TILE, TILE))
    if size > 1:
        wave = np.fft.fftfreq(TILE)
        kept = np.exp(-2 * (np.pi * (size / 2.5)) ** 2 * (wave[:, None] ** 2 + wave[None] ** 2))
        noise = np.fft.ifft2(np.fft.fft2(noise) * kept).real
    return np.asarray((noise - noise.mean()) / noise.std(), np.float32)
