"""Parts of a mask that ride with the camera while their object moves on: the scene, let in where
the object uncovered it.

What comes into sight behind a moving object was never seen beside it, and when it resembles the object it is taken for
it and then remembered as such. It gives itself away by its motion. Such parts are still judged by likeness to what was
drawn, but what was tracked is not remembered of them, so that a mistake does not vouch for itself.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.masks.areas import Area
from core.masks.camera import apart
from core.masks.encoding import Flow
from core.masks.features import Grid
from core.motion.flow import warp
from core.motion.homography import Matrix

SLOWEST = 0.25
"""Pixels a frame at the grid's size: an object that goes slower against the scene is not told from errors
of the flow."""
FASTEST = 2.5
"""Pixels a frame at the grid's size: of one that goes faster, flow sticks to what is behind it."""
WITH_CAMERA = 0.3
"""Part of the object's motion against the scene, below which a place goes with the camera."""
WITH_OBJECT = 0.5
"""Part of it, above which a place goes with the object."""
MOST_TOKENS = 1.5
"""Tokens that a place may have ridden and still be remembered as the object."""
MOST_SIDES = 0.05
"""The same in sides of the object, where that is more: a foot stands for a while."""
CORE_SIDES = 0.1
"""In sides of the object: what rode no farther than this tells the object's motion."""
FEWEST_TOKENS = 12
"""Tokens that must tell it."""


def rides(before: Array32, flow: Flow, camera: Matrix | None, tokens: Array32, grid: Grid) -> Array32:
    """How far each object has gone on, in tokens, while a place of it stayed with the camera: (rows, columns, K).

    Args:
        before: the same of the frame before, where `flow` leads.
        camera: from tokens to those of that frame.
        tokens: (rows, columns, K), the objects now.
    """
    small = cv2.resize(flow, grid.shape[::-1], interpolation=cv2.INTER_AREA)
    small = np.asarray(small / np.float32(grid.stride), np.float32)
    result = warp(before, small)
    if camera is None:
        return result * (tokens > 0.1)
    off = apart(small, camera)
    slow, fast = SLOWEST / grid.stride, FASTEST / grid.stride
    for k in range(tokens.shape[2]):
        core = (tokens[..., k] > 0.9) & (result[..., k] < CORE_SIDES * side(tokens[..., k]))
        goes = float(np.median(off[core])) if core.sum() >= FEWEST_TOKENS else np.inf
        if goes >= fast:
            result[..., k] = 0
        elif goes > slow:
            further = result[..., k] + (off < WITH_CAMERA * goes) * np.float32(goes)
            result[..., k] = np.where(off > WITH_OBJECT * goes, 0, further)
    return result * (tokens > 0.1)


def strange(far: Array32, tokens: Array32) -> Area:
    """The tokens that have ridden too far to be remembered as an object. far, tokens:
    (rows, columns, K), of `rides` and the objects."""
    bounds = [max(MOST_TOKENS, MOST_SIDES * side(tokens[..., k])) for k in range(tokens.shape[2])]
    return np.asarray((far > np.array(bounds, np.float32)).any(axis=2))


def side(tokens: Array32) -> float:
    """Of a square as large as an object, (rows, columns), in tokens."""
    return float((tokens > 0.5).sum()) ** 0.5
