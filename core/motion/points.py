"""Distinct points of a picture, followed into another one."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32

Grey = npt.NDArray[np.uint8]

AGREE = 1.0
"""Pixels that a point may be off when it is followed there and back."""


def followed(
    first: Grey, second: Grey, most: int, quality: float, apart: float, mask: Grey | None = None
) -> tuple[Array32, Array32]:
    """Corners of one picture (Shi-Tomasi) that lead to another and back again (pyramidal Lucas-Kanade).

    Args:
        first, second: uint8 (h, w).
        most: of the corners.
        quality: of the best one's, at least.
        apart: pixels between two.
        mask: not 0 where they may be; None for everywhere.

    Returns:
        Their places in both, float32 (N, 2) each.
    """
    points = cv2.goodFeaturesToTrack(first, most, quality, apart, mask=mask)
    if points is None:
        return np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    there, found, _ = cv2.calcOpticalFlowPyrLK(first, second, points, None, winSize=(21, 21), maxLevel=4)
    back, again, _ = cv2.calcOpticalFlowPyrLK(second, first, there, None, winSize=(21, 21), maxLevel=4)
    good = (found & again).ravel().astype(bool) & (np.linalg.norm(back - points, axis=2).ravel() < AGREE)
    return np.asarray(points[good, 0], np.float32), np.asarray(there[good, 0], np.float32)
