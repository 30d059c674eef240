"""Lines that cling to the edges of a picture: the way along edges from one point to others near it
(intelligent scissors, Mortensen and Barrett 1995, as OpenCV has them)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from core.masks.draw import Point
from core.media.info import Frame

REACH = 160
"""Pixels: how far from its start a way is known. The time to find all ways grows with the square."""
STRAIGHT = 0.75
"""Pixels that a way may be straightened by."""


@dataclass(frozen=True, eq=False)
class Ways:
    """From one point of a picture to all points near it.

    scale: pixels of the picture that was looked at to one of the user's.
    left, top: of the part that was looked at.
    """

    start: Point
    scale: float
    left: int
    top: int
    width: int
    height: int
    scissors: Any

    def to(self, x: float, y: float) -> list[Point] | None:
        """The points after the start on the way to (x, y), which is the last one; None when that is too far."""
        column, row = int(x * self.scale) - self.left, int(y * self.scale) - self.top
        if not (0 <= column < self.width and 0 <= row < self.height):
            return None
        found = np.asarray(self.scissors.getContour((column, row)), np.int32)
        way = cv2.approxPolyDP(found.reshape(-1, 1, 2), STRAIGHT, False).reshape(-1, 2)
        corner = np.array([self.left + 0.5, self.top + 0.5])
        points = (way + corner) / self.scale
        return [*((float(px), float(py)) for px, py in points[1:-1]), (x, y)]


def ways_from(image: Frame, x: float, y: float, scale: float) -> Ways | None:
    """Look for the ways from a point; takes tens of milliseconds.

    Args:
        image: uint8 (H, W, 3 or 4), the picture as it is seen.
        x, y: in the user's pixels, of which `scale` make one of the image.

    Returns:
        None for a point outside the picture.
    """
    column, row = int(x * scale), int(y * scale)
    height, width = image.shape[:2]
    if not (0 <= column < width and 0 <= row < height):
        return None
    left, top = max(0, column - REACH), max(0, row - REACH)
    part = np.ascontiguousarray(image[top : row + REACH + 1, left : column + REACH + 1, :3])
    scissors = cv2.segmentation.IntelligentScissorsMB()
    scissors.setEdgeFeatureCannyParameters(32, 100)
    scissors.setGradientMagnitudeMaxLimit(200)
    scissors.applyImage(part)
    scissors.buildMap((column - left, row - top))
    return Ways((x, y), scale, left, top, part.shape[1], part.shape[0], scissors)
