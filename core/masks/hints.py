"""What the selecting network is told beside the picture: box, strokes, and how much each colour is of the box.

All on the network's square picture of SIDE pixels, a view of the frame around the box.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32

Picture = npt.NDArray[np.uint8]

SIDE = 192
MARGINS = (0.12, 0.22)
"""Of the near and of the far view around the box, in sizes of the box: they show what the background looks like."""
LEAST_MARGIN = 6
"""Pixels."""
NARROWEST = 0.4
"""Short side of a view to the long one, where the frame allows it."""
_BINS = 16


@dataclass(frozen=True)
class View:
    """Half-open pixels of the frame."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top


@dataclass(frozen=True, eq=False)
class PromptMaps:
    """How much of each pixel of the network's picture is covered, float32 (SIDE, SIDE) in [0, 1].

    box: by the box around the object.
    inside: by strokes that are surely object.
    outside: by strokes that are surely background.
    """

    box: Array32
    inside: Array32
    outside: Array32


def view_of(shape: tuple[int, ...], box: tuple[float, float, float, float], margin: float) -> View:
    """The part of a frame (H, W) that the network sees for a box (left, top, right, bottom) that meets the frame."""
    width, height = box[2] - box[0], box[3] - box[1]
    least = NARROWEST * (1 + 2 * margin) * max(width, height)
    spans = [
        _span(low, high, max(margin * (high - low), LEAST_MARGIN, (least - (high - low)) / 2), length)
        for low, high, length in ((box[0], box[2], shape[1]), (box[1], box[3], shape[0]))
    ]
    (left, right), (top, bottom) = spans
    return View(left, top, right, bottom)


def _span(low: float, high: float, margin: float, length: int) -> tuple[int, int]:
    first = min(max(0, int(np.floor(low - margin))), length - 1)
    return first, max(first + 1, min(length, int(np.ceil(high + margin))))


def box_map(view: View, box: tuple[float, float, float, float], side: int = SIDE) -> Array32:
    """How much of each pixel of the network's picture the box covers, float32 (side, side)."""
    across = _cover(box[0], box[2], view.left, view.right, side)
    down = _cover(box[1], box[3], view.top, view.bottom, side)
    return np.asarray(down[:, None] * across[None], np.float32)


def area_map(view: View, area: npt.NDArray[np.bool_]) -> Array32:
    """How much of each pixel of the network's picture an area of the frame, bool (H, W), covers, float32 (SIDE, SIDE);
    twice as much up to all of it, so that a stroke that is thin there counts."""
    part = area[view.area]
    if not part.any():
        return np.zeros((SIDE, SIDE), np.float32)
    small = cv2.resize(part.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(np.minimum(small * 2, 1), np.float32)


def _cover(low: float, high: float, first: int, last: int, side: int) -> npt.NDArray[np.float64]:
    edges = np.linspace(first, last, side + 1)
    inside = np.clip(edges, low, high)
    return np.diff(inside) / ((last - first) / side)


def hints(picture: Picture, maps: PromptMaps) -> Array32:
    """The network's further channels, float32 (SIDE, SIDE, 4) in [0, 1].

    Args:
        picture: uint8 (SIDE, SIDE, 3) RGB.
    """
    return np.dstack((maps.box, maps.inside, maps.outside, colour_share(picture, maps)))


def colour_share(picture: Picture, maps: PromptMaps) -> Array32:
    """How much likelier each pixel's colour is in the box than around it, float32 (SIDE, SIDE) in [0, 1].

    Strokes count as much as all the rest of their side. Half where a side is empty.
    """
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    cells = lab // np.uint8(256 // _BINS)
    codes = (cells[:, 0].astype(np.int32) * _BINS + cells[:, 1]) * _BINS + cells[:, 2]
    inside = _density(codes, maps.box * (1 - maps.outside), maps.inside)
    outside = _density(codes, (1 - maps.box) * (1 - maps.inside), maps.outside)
    if inside is None or outside is None:
        return np.full(maps.box.shape, 0.5, np.float32)
    share = (inside + 1e-4) / (inside + outside + 2e-4)
    return np.asarray(share[codes].reshape(maps.box.shape), np.float32)


def _density(codes: npt.NDArray[np.int32], weights: Array32, strokes: Array32) -> Array32 | None:
    """The share of each colour cell, smoothed; None where nothing has weight."""
    counts = [np.bincount(codes, each.ravel(), _BINS**3) for each in (weights, strokes)]
    shares = [count / count.sum() for count in counts if count.sum() > 0.5]
    if not shares:
        return None
    cells = np.mean(shares, axis=0).astype(np.float32).reshape(_BINS, _BINS, _BINS)
    for axis in range(3):
        cells = np.moveaxis(cells, axis, 0)
        cells = np.moveaxis(cells + 0.5 * (_moved(cells, 1) + _moved(cells, -1)), 0, axis)
    return np.asarray(cells.ravel() / 8, np.float32)


def _moved(cells: Array32, by: int) -> Array32:
    """One cell along the first axis, the last one repeated."""
    moved = np.roll(cells, by, axis=0)
    edge = 0 if by > 0 else -1
    moved[edge] = cells[edge]
    return moved
