"""Straight and premultiplied alpha of pictures that are mixed as floats; bytes have core.render.pixels.

What is smoothed, fetched between pixels or added up must be premultiplied, else the colour of
what is not there bleeds in.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.arrays import Array32

_LEAST = 1e-6


def premultiplied(picture: npt.NDArray[np.uint8]) -> Array32:
    """uint8 (H, W, 4) RGBA with straight alpha as float32 in [0, 255], colours times alpha."""
    out = picture.astype(np.float32)
    out[..., :3] *= out[..., 3:] / np.float32(255)
    return out


def straight(picture: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Premultiplied float (H, W, 4) in [0, 255] as uint8 with straight alpha; what lies outside of bytes is cut off."""
    alpha = np.maximum(picture[..., 3:], _LEAST) / 255
    mixed = np.dstack([picture[..., :3] / alpha, picture[..., 3:]])
    return np.asarray(np.clip(mixed + 0.5, 0, 255), np.uint8)
