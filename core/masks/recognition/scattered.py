"""A mask in pieces that lie farther apart than its object is long shows something else.

When an object goes out of sight while the camera is swung round, tracking may keep scraps of whatever has its colours,
all over the picture. However an object is hidden, what is seen of it lies within its own extent.
"""

from __future__ import annotations

import cv2
import msgspec
import numpy as np

from core.arrays import Array32
from core.masks.recognition.course import DECLINE, WHOLE

SLOW = 0.2
"""Weight of the newest frame in the mean extent."""
WIDER = 1.5
"""Times as wide or as high as the object, from which on what is seen of it lies too far apart."""
KNOWN = 5
"""Frames on which it must have been wholly seen: what comes out from behind something is larger from frame to frame."""
FRAMES = 3
"""On so many frames in a row it says that the object is not there."""


class Extent(msgspec.Struct, frozen=True):
    """How wide and high an object is in the mean, while it is wholly seen, in parts of the picture; 0: not known yet.
    known: on how many frames it was.
    scattered: on how many frames in a row, up to this one, what is seen of it lies too far apart."""

    wide: float = 0.0
    high: float = 0.0
    known: int = 0
    scattered: int = 0

    @property
    def is_elsewhere(self) -> bool:
        """Whether what is seen is something else."""
        return self.scattered >= FRAMES


def extended(extent: Extent, mask: Array32, usual: float) -> Extent:
    """The extent on the next frame.

    Args:
        mask: (h, w), the probability of the object. usual: the part of the picture that it usually covers.
    """
    inside = mask > 0.5
    size, (height, width) = float(inside.mean()), inside.shape
    wide, high = np.divide(cv2.boundingRect(inside.astype(np.uint8))[2:], (width, height)).tolist()
    if size >= WHOLE * usual:
        weight = SLOW if extent.known else 1.0
        mean_wide = extent.wide + weight * (wide - extent.wide)
        return Extent(mean_wide, extent.high + weight * (high - extent.high), extent.known + 1)
    apart = wide > WIDER * extent.wide or high > WIDER * extent.high
    apart = apart and extent.known >= KNOWN and 0 < size < DECLINE * usual
    return Extent(extent.wide, extent.high, extent.known, extent.scattered + 1 if apart else 0)
