"""Looking at a clip through a window: which part of it a training sample shows, and cutting that out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array64

_SMALLEST = 80.0
_FOLLOW_BELOW = 0.13


@dataclass(frozen=True)
class Window:
    """A turned rectangle in a frame.

    x, y: its centre; height in pixels of the frame (the width follows from the sample's shape); angle in
        radians; flip: mirrored left to right.
    """

    x: float
    y: float
    height: float
    angle: float = 0.0
    flip: bool = False

    def matrix(self, size: tuple[int, int]) -> Array64:
        """(2, 3): from a pixel (x, y) of the sample, `size` (height, width), to one of the frame."""
        factor, side = self.height / size[0], -1.0 if self.flip else 1.0
        cos, sin = np.cos(self.angle) * factor, np.sin(self.angle) * factor
        turn = np.array([[cos * side, -sin], [sin * side, cos]])
        middle = turn @ ((size[1] - 1) / 2, (size[0] - 1) / 2)
        return np.column_stack([turn, np.array((self.x, self.y)) - middle])


def look(picture: npt.NDArray[np.uint8], window: Window, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """What the window shows of a uint8 (h, w) or (h, w, 3) picture, as uint8 (*size, …); mirrored beyond its edge."""
    part, matrix = _part(picture, window, size)
    if part.size == 0:
        return np.zeros((*size, *picture.shape[2:]), np.uint8)
    factor = window.height / size[0]
    if factor > 1.3:
        small = (max(1, round(part.shape[1] / factor)), max(1, round(part.shape[0] / factor)))
        shrunk = np.array((small[0] / part.shape[1], small[1] / part.shape[0]))
        part = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
        matrix = matrix * shrunk[:, None]
        matrix[:, 2] += (shrunk - 1) / 2
    return _warp(part, matrix, size)


def look_at_bit(
    labels: npt.NDArray[np.uint8], bit: int, window: Window, size: tuple[int, int], least: float = 0.5
) -> npt.NDArray[np.bool_]:
    """Where at least the part `least` of a pixel has the bit; bool (*size)."""
    plane = (labels & np.uint8(bit)).astype(bool).astype(np.uint8) * np.uint8(255)
    return look(plane, window, size) >= least * 255


def frame_window(
    rng: np.random.Generator, frame: tuple[int, int], size: tuple[int, int], smallest: float
) -> Window:
    """A window anywhere inside a frame (height, width), at least the part `smallest` as high as would fit."""
    largest = min(frame[0], frame[1] * size[0] / size[1])
    height = largest * rng.uniform(smallest, 1)
    width = height * size[1] / size[0]
    x, y = rng.uniform(width / 2, frame[1] - width / 2), rng.uniform(height / 2, frame[0] - height / 2)
    return Window(x, y, height, _angle(rng), bool(rng.random() < 0.5))


def object_windows(
    rng: np.random.Generator,
    boxes: npt.NDArray[np.int32],
    area: float,
    frame: tuple[int, int],
    size: tuple[int, int],
) -> list[Window]:
    """The windows of a sample that shows an object: one for all frames unless the object leaves it.

    Args:
        boxes: (T, 4) left, top, right, bottom of the object; zeros where it is unseen. The first is seen.
        area: pixels of the object in the first frame; its root becomes 0.15 to 0.6 of the sample's side, if the
            frame is large enough.
    """
    aspect = size[1] / size[0]
    seen = boxes[boxes[:, 2] > 0]
    left, top = seen[:, 0].min(), seen[:, 1].min()
    right, bottom = seen[:, 2].max(), seen[:, 3].max()
    needed = 1.08 * max(bottom - top, (right - left) / aspect)
    side = np.sqrt(area / aspect)
    height = max(side / np.exp(rng.uniform(np.log(0.15), np.log(0.6))), _SMALLEST)
    largest = min(frame[0], frame[1] / aspect)
    angle, flip = _angle(rng), bool(rng.random() < 0.5)
    if needed <= max(height, side / _FOLLOW_BELOW):
        height = min(max(height, needed), largest)
        x = _between(rng, right - height * aspect / 2, left + height * aspect / 2)
        y = _between(rng, bottom - height / 2, top + height / 2)
        x, y = _inside(x, y, height, aspect, frame)
        return [Window(x, y, height, angle, flip)] * len(boxes)
    height = min(
        max(height, 1.3 * max(boxes[0, 3] - boxes[0, 1], (boxes[0, 2] - boxes[0, 0]) / aspect)), largest
    )
    centres = _followed(boxes) + rng.uniform(-0.1, 0.1, 2) * height
    placed = (_inside(x, y, height, aspect, frame) for x, y in centres)
    return [Window(x, y, height, angle, flip) for x, y in placed]


def _part(picture: npt.NDArray[np.uint8], window: Window, size: tuple[int, int]) -> tuple[Any, Array64]:
    """The part of the picture that the window needs, and the matrix into that part."""
    matrix = window.matrix(size)
    corners = np.array([(x, y, 1) for x in (0, size[1] - 1) for y in (0, size[0] - 1)]) @ matrix.T
    left, top = np.maximum(np.floor(corners.min(0)).astype(int) - 2, 0)
    right, bottom = np.ceil(corners.max(0)).astype(int) + 3
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    return part, matrix - np.array([[0, 0, left], [0, 0, top]])


def _warp(part: npt.NDArray[np.uint8], matrix: Array64, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(part, matrix, (size[1], size[0]), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(warped, np.uint8)


def _angle(rng: np.random.Generator) -> float:
    return float(rng.normal(0, 0.07)) if rng.random() < 0.5 else 0.0


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    """Anywhere between the two, the middle likelier."""
    return float(low + (high - low) * (rng.random() + rng.random()) / 2)


def _inside(x: float, y: float, height: float, aspect: float, frame: tuple[int, int]) -> tuple[float, float]:
    width = height * aspect
    return (
        float(min(max(x, width / 2), max(width / 2, frame[1] - width / 2))),
        float(min(max(y, height / 2), max(height / 2, frame[0] - height / 2))),
    )


def _followed(boxes: npt.NDArray[np.int32]) -> Array64:
    """The centres of the boxes (T, 2); between the seen ones where the object is unseen."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    seen, times = np.flatnonzero(boxes[:, 2] > 0), np.arange(len(boxes))
    return np.column_stack([np.interp(times, seen, centres[seen, axis]) for axis in (0, 1)])
