"""Where two frames, each fetched along the motion, do not show one thing, their blend is two half ghosts.

Motion is not believed there: it went too far, or something turned. A blend in equal parts is the safest guess for half
way, but earlier and later the frame that is nearer in time is a better picture than both: so there the share turns more
steeply with time. What the two agree on, and half way, is as it was.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32

Picture = npt.NDArray[np.uint8]

APART = 35.0, 60.0
"""Grey levels of the colour that differs most, in the mean around a place: where doubt begins and where it is whole."""
AROUND = 0.0125
"""Sigma of that mean, in heights of the smaller picture."""
LEAST = 1.5
"""Sigma of that mean in pixels, at least; a thin edge is no ghost."""
STEEPER = 8.0
"""How much steeper the share is with time where doubt is whole, as log odds: at a quarter, 7 times for the nearer."""
SMALLER = 4
"""How many times smaller the surroundings are looked at."""


def decided(share: Array32, seen0: Picture, seen1: Picture, t: float) -> Array32:
    """How much the second frame shows, with less of a ghost.

    Args:
        share: (H, W) in [0, 1], how much it shows of a blend.
        seen0, seen1: uint8 (H, W, 3) both frames along the motion to time t.

    Returns:
        float32 (H, W) in [0, 1]; `share` itself half way, and where no motion is in doubt.
    """
    steeper = STEEPER * (min(max(t, 0.0), 1.0) - 0.5)
    if not steeper:
        return share
    doubt = _doubt(seen0, seen1)
    if not doubt.any():
        return share
    odds = cv2.resize(np.exp(doubt * np.float32(steeper)), share.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(share * odds / (1 - share + share * odds), np.float32)


def _doubt(seen0: Picture, seen1: Picture) -> Array32:
    """0 to 1, float32, at a smaller size."""
    height, width = seen0.shape[:2]
    size = max(1, width // SMALLER), max(1, height // SMALLER)
    apart = cv2.resize(cv2.absdiff(seen0, seen1), size, interpolation=cv2.INTER_AREA).max(2)
    around = cv2.GaussianBlur(apart.astype(np.float32), (0, 0), max(AROUND * size[1], LEAST))
    return np.asarray(np.clip((around - APART[0]) / (APART[1] - APART[0]), 0, 1), np.float32)
