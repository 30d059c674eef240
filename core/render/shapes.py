"""Mattes drawn as a shape: an ellipse or a rectangle that limits an effect, soft at its edge."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from core.render.pixels import Floats
from core.timeline.effects import SHAPE_PARAMETERS
from core.timeline.model import Shape

EDGE = 1.5
"""Pixels over which a hard edge goes."""


def shape_matte(shape: Shape, values: Mapping[str, float], size: tuple[int, int]) -> Floats:
    """float32 (H, W) in [0, 1], 1 inside the shape.

    Args:
        shape: "ellipse" or "rectangle".
        values: the parameters of core.timeline.effects.SHAPE_PARAMETERS.
        size: (width, height) of the picture.
    """
    return _drawn(shape, tuple(values[one.name] for one in SHAPE_PARAMETERS), size)


@lru_cache(maxsize=4)
def _drawn(shape: Shape, values: tuple[float, ...], size: tuple[int, int]) -> Floats:
    x, y, across, down, turn, softness, outside = values
    width, height = size
    half = max(across / 200 * width, 0.5), max(down / 200 * height, 0.5)
    right = np.arange(width, dtype=np.float32)[None] + np.float32(0.5 - x / 100 * width)
    below = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5 - y / 100 * height)
    cos, sin = np.float32(np.cos(np.radians(turn))), np.float32(np.sin(np.radians(turn)))
    along, over = np.abs(right * cos + below * sin), np.abs(below * cos - right * sin)
    least = min(half)
    if shape == "ellipse":
        beyond = np.hypot(along / np.float32(half[0]), over / np.float32(half[1])) - 1
    else:
        beyond = np.maximum(along - np.float32(half[0]), over - np.float32(half[1])) / np.float32(least)
    soft = np.float32(max(softness / 100, EDGE / least))
    part = np.clip(0.5 - beyond / soft, 0, 1)
    matte = part * part * (3 - 2 * part)
    return np.asarray(1 - matte if outside >= 0.5 else matte, np.float32)
