"""The canvas that grows while the camera's motion is found: grey means of the frames that are registered so far."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion.homography import Matrix, moved_corners

Picture = npt.NDArray[np.uint8]
"""uint8 (H, W, 3)."""


class GrowingCanvas:
    """The canvas so far at working size, in the key frame's pixels shifted by `origin`."""

    def __init__(self, corners: npt.NDArray[np.float64], size: tuple[int, int]) -> None:
        margin = 0.15 * max(size)
        low, high = corners.min(0) - margin, corners.max(0) + margin
        high = np.minimum(high, low + 5 * np.array(size))
        self.shift = np.array([[1, 0, -np.floor(low[0])], [0, 1, -np.floor(low[1])], [0, 0, 1.0]])
        self.size = int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1
        self.frame = size
        self.total = np.zeros((*self.size[::-1],), np.float32)
        self.weight = np.zeros_like(self.total)

    def add(self, grey: npt.NDArray[np.uint8], free: npt.NDArray[np.uint8], to_key: Matrix) -> None:
        """A frame, uint8 (h, w), where `free` is 1; to_key: from its pixels to the key frame's."""
        matrix = self.shift @ to_key
        corners = moved_corners(matrix, self.frame)
        low = np.clip(np.floor(corners.min(0)).astype(int), 0, np.array(self.size) - 1)
        high = np.clip(np.ceil(corners.max(0)).astype(int) + 1, low + 1, self.size)
        moved = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]]) @ matrix
        wide, tall = int(high[0] - low[0]), int(high[1] - low[1])
        weight = cv2.warpPerspective(free.astype(np.float32), moved, (wide, tall))
        weight[weight < 0.99] = 0
        here = np.s_[low[1] : low[1] + tall, low[0] : low[0] + wide]
        self.total[here] += weight * cv2.warpPerspective(grey.astype(np.float32), moved, (wide, tall))
        self.weight[here] += weight

    def picture(self) -> Picture:
        """The canvas, uint8 (h, w, 3); black where nothing is known."""
        grey = np.clip(self.total / np.maximum(self.weight, 1e-3), 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)

    def view(self, to_key: Matrix) -> tuple[Array32, Array32]:
        """The canvas as a frame there would see it, and where it is known."""
        matrix = self.shift @ to_key
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        total = cv2.warpPerspective(self.total, matrix, self.frame, flags=flags)
        weight = cv2.warpPerspective(self.weight, matrix, self.frame, flags=flags)
        return np.asarray(total / np.maximum(weight, 1e-3), np.float32), np.asarray(weight, np.float32)
