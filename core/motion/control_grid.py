"""Smooth maps of a picture, held by the displacements of a few control nodes.

A grid covers the box of whole cells that starts at pixel (left, top); between the nodes the displacement is bilinear.
Node (i, j) lies at pixel (left + i * step - 1/2, top + j * step - 1/2), so every cell holds step * step pixels and
nodes are shared by neighbouring cells. Displacement (x first, in pixels) is target minus pixel: the map of pixel p is
p + displacement(p). Beyond the box the displacement of its border goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32


@dataclass(frozen=True, eq=False)
class ControlGrid:
    """A smooth map of a box of pixels, given at nodes and interpolated between them.

    left, top: first pixel of the box.
    step: pixels between nodes, even.
    nodes: float32 (rows, columns, 2).
    """

    left: int
    top: int
    step: int
    nodes: Array32

    @property
    def width(self) -> int:
        """Pixels that the box is wide."""
        return (self.nodes.shape[1] - 1) * self.step

    @property
    def height(self) -> int:
        return (self.nodes.shape[0] - 1) * self.step

    def displacement(self) -> Array32:
        """Of every pixel of the box, float32 (height, width, 2)."""
        return lift(self.nodes, self.step)

    def map(self) -> Array32:
        """Where every pixel of the box lies in the target, float32 (height, width, 2)."""
        return self.displacement() + pixels(self.left, self.top, self.width, self.height)

    def at(self, x: Array32, y: Array32) -> Array32:
        """Displacements at columns x (W,) and rows y (H,), pixels of the full picture, as float32 (H, W, 2)."""
        rows, columns, _ = self.nodes.shape
        down = _hats((y - self.top + 0.5) / self.step, rows)
        across = _hats((x - self.left + 0.5) / self.step, columns)
        between = (down @ self.nodes.reshape(rows, -1)).reshape(len(y), columns, 2)
        return np.stack([between[..., k] @ across.T for k in (0, 1)], -1)

    def at_points(self, points: Array32) -> Array32:
        """Displacements at points (..., 2) of the picture, float32 (..., 2)."""
        where = (points - np.array([self.left, self.top], np.float32) + np.float32(0.5)) / np.float32(
            self.step
        )
        flat = np.ascontiguousarray(where.reshape(-1, 1, 2), np.float32)
        found = remap_rows(self.nodes, flat)
        return found.reshape(points.shape)


def cover(box: tuple[int, int, int, int], step: int) -> tuple[int, int, int, int]:
    """(left, top, columns, rows) of the grid around a box (left, top, right, bottom): whole cells on even ground.

    Cells lie at multiples of `step`, so that the grids of neighbouring frames share their places.
    """
    left, top = box[0] // step * step, box[1] // step * step
    return left, top, max(2, -(-(box[2] - left) // step) + 1), max(2, -(-(box[3] - top) // step) + 1)


def lift(nodes: Array32, step: int) -> Array32:
    """Node values (rows, columns, K) at every pixel between them, float32 ((rows-1)*step, (columns-1)*step, K)."""
    rows, columns = nodes.shape[:2]
    half = step // 2
    big = cv2.resize(nodes, (columns * step, rows * step), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(big[half:-half, half:-half])


def pixels(left: int, top: int, width: int, height: int) -> Array32:
    """The coordinates of a box's pixels, float32 (height, width, 2), x first."""
    here = np.empty((height, width, 2), np.float32)
    here[..., 0] = np.arange(left, left + width, dtype=np.float32)
    here[..., 1] = np.arange(top, top + height, dtype=np.float32)[:, None]
    return here


def remap_rows(picture: Array32, where: Array32) -> Array32:
    """Bilinear samples at (N, 1, 2) places; OpenCV takes no more than 32767 rows at once. Border values go on."""
    parts = [
        cv2.remap(picture, where[k : k + 32000], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for k in range(0, len(where), 32000)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 1, picture.shape[2]), np.float32)


def _hats(places: npt.NDArray[np.floating], count: int) -> Array32:
    """Weights of `count` nodes at `places` (N,), float32 (N, count); rows sum to 1."""
    inside = np.clip(places, 0, count - 1).astype(np.float32)
    return np.maximum(0, 1 - np.abs(inside[:, None] - np.arange(count, dtype=np.float32)))


@lru_cache(maxsize=8)
def cell_weights(step: int) -> Array32:
    """Bilinear weights of a cell's four nodes at its pixels, float32 (step*step, 4).

    Nodes in the order top left, top right, bottom left, bottom right; pixels row by row.
    """
    part = (np.arange(step, dtype=np.float32) + 0.5) / step
    one = np.stack([1 - part, part], 1)
    weights = np.einsum("ya,xb->yxab", one, one).reshape(step * step, 4).astype(np.float32)
    weights.setflags(write=False)
    return weights
