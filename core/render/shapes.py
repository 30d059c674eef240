"""Mattes drawn as a shape that limits an effect, soft at its edge: an ellipse, a rectangle, or one of free form."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Many
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.render.pixels import Floats
from core.timeline.effects import SHAPE_PARAMETERS
from core.timeline.freeform import FEWEST, Point, points_of
from core.timeline.model import Shape

EDGE = 1.5
"""Pixels over which a hard edge goes."""
STEPS = 12
"""Straight pieces that a side of a freeform shape is drawn with."""
SIGMA = 0.224
"""Deviation of a blur, in parts of the width that an edge goes over with it."""
COARSE = 3
"""A shape is drawn smaller when it is blurred by so many pixels even so."""
FINE = 4
"""Parts of a pixel that a freeform shape is drawn to, each way."""

Line = npt.NDArray[np.float64]
"""(N, 2), x and y."""


def shape_matte(shape: Shape, values: Mapping[str, float], size: tuple[int, int]) -> Floats:
    """float32 (H, W) in [0, 1], 1 inside the shape.

    Args:
        shape: "ellipse", "rectangle" or "freeform"; one of free form that has not been drawn is everywhere.
        values: the parameters of core.timeline.effects.SHAPE_PARAMETERS, and of the points of a freeform shape.
        size: (width, height) of the picture.
    """
    points = points_of(values) if shape == "freeform" else ()
    return _drawn(shape, tuple(values[one.name] for one in SHAPE_PARAMETERS), points, size)


def closed_curve(points: Many[Point]) -> tuple[Line, ...]:
    """The sides of a freeform shape, from each point to the next, the last one back to the first: (STEPS + 1, 2) each.

    Sides are cubic Bezier curves. At a round point both go on in the direction from the point before to the one after,
    with handles of a third of their own length, so that they neither break nor overshoot where points lie unevenly.
    """
    at = np.array([(point.x, point.y) for point in points], np.float64)
    ahead, along = np.roll(at, -1, axis=0), np.roll(at, -1, axis=0) - np.roll(at, 1, axis=0)
    lengths = np.linalg.norm(ahead - at, axis=1)
    round_ = np.array([point.round for point in points])[:, None]
    way = round_ * along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9) / 3
    t = np.linspace(0, 1, STEPS + 1)[:, None]
    sides = []
    for n, length in enumerate(lengths):
        after = (n + 1) % len(at)
        handles = at[n] + way[n] * length, ahead[n] - way[after] * length
        sides.append(
            (1 - t) ** 3 * at[n]
            + 3 * (1 - t) ** 2 * t * handles[0]
            + 3 * (1 - t) * t**2 * handles[1]
            + t**3 * ahead[n]
        )
    return tuple(sides)


@dataclass(frozen=True)
class _Frame:
    """Where a shape lies on a picture of `size`, (width, height).

    middle, half: of its frame, pixels.
    turn: radians, clockwise.
    softness: parts of the smaller half.
    """

    size: tuple[int, int]
    middle: tuple[float, float]
    half: tuple[float, float]
    turn: float
    softness: float

    @property
    def axes(self) -> tuple[float, float]:
        """Cosine and sine of the turn."""
        return float(np.cos(self.turn)), float(np.sin(self.turn))


@lru_cache(maxsize=4)
def _drawn(
    shape: Shape, values: tuple[float, ...], points: tuple[Point, ...], size: tuple[int, int]
) -> Floats:
    x, y, across, down, turn, softness, outside = values
    half = max(across / 200 * size[0], 0.5), max(down / 200 * size[1], 0.5)
    middle = x / 100 * size[0], y / 100 * size[1]
    frame = _Frame(size, middle, half, float(np.radians(turn)), softness / 100)
    matte = _freeform(points, frame) if shape == "freeform" else _plain(shape, frame)
    return np.asarray(1 - matte if outside >= 0.5 else matte, np.float32)


def _plain(shape: Shape, frame: _Frame) -> Floats:
    """An ellipse or a rectangle."""
    (width, height), (wide, high) = frame.size, (np.float32(half) for half in frame.half)
    right = np.arange(width, dtype=np.float32)[None] + np.float32(0.5 - frame.middle[0])
    below = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5 - frame.middle[1])
    cos, sin = (np.float32(part) for part in frame.axes)
    along, over = np.abs(right * cos + below * sin), np.abs(below * cos - right * sin)
    least = min(frame.half)
    if shape == "ellipse":
        beyond = np.hypot(along / wide, over / high) - 1
    else:
        beyond = np.maximum(along - wide, over - high) / np.float32(least)
    soft = np.float32(max(frame.softness, EDGE / least))
    part = np.clip(0.5 - np.asarray(beyond, np.float32) / soft, 0, 1)
    return np.asarray(part * part * (3 - 2 * part), np.float32)


def _freeform(points: tuple[Point, ...], frame: _Frame) -> Floats:
    """A shape of free form; everything without enough points."""
    width, height = frame.size
    if len(points) < FEWEST:
        return np.ones((height, width), np.float32)
    sigma = frame.softness * min(frame.half) * SIGMA
    times = max(1, int(sigma // COARSE))
    small = -(-width // times), -(-height // times)
    cos, sin = frame.axes
    own = np.concatenate(closed_curve(points)) / 100 * frame.half
    line = (own @ np.array([[cos, sin], [-sin, cos]]) + frame.middle) / times
    matte = _filled(line, small)
    if sigma > EDGE * SIGMA:
        matte = cv2.GaussianBlur(matte, (0, 0), sigma / times, borderType=cv2.BORDER_REPLICATE)
    if times > 1:
        whole = small[0] * times, small[1] * times
        matte = cv2.resize(matte, whole, interpolation=cv2.INTER_LINEAR)[:height, :width]
    return np.asarray(np.clip(matte, 0, 1), np.float32)


def _filled(line: Line, size: tuple[int, int]) -> Floats:
    """How much of each pixel lies inside of a closed line: drawn finer, as cv2 fills the pixels that a line passes,
    too."""
    fine = np.zeros((size[1] * FINE, size[0] * FINE), np.uint8)
    cv2.fillPoly(fine, [np.rint(line * FINE - 0.5).astype(np.int32)], 255)
    return cv2.resize(fine, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
