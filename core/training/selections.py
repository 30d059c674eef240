"""Samples to train smart select on: a picture around a box, the strokes so far, and which pixels are the object.

The views, real and composed, are those of the tracker's training (core.training.composites) with one frame each. The
box is the object's true one, moved on every side as a hand would; often a few strokes are there from the start.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.draw import Stroke, stroke_area
from core.masks.hints import SIDE, View, box_map, view_of
from core.training.composites import sample
from core.training.footage import Footage

Mask = npt.NDArray[np.bool_]

VIEW = (224, 352)
"""Sides of the views that boxes are drawn on, in pixels."""
VIEW_MARGINS = (0.08, 0.28)
REAL_SHARE = 0.6
_LEAST_BOX = 12
_CRUMB = 0.03
_TRIES = 8


@dataclass(frozen=True, eq=False)
class Example:
    """What the network is asked, and the truth; all SIDE x SIDE.

    Attributes:
        picture: uint8 (H, W, 3) RGB.
        box, add, subtract: float32 (H, W) in [0, 1].
        truth: bool (H, W). known: bool (H, W), where the truth is to be trusted.
    """

    picture: npt.NDArray[np.uint8]
    box: Array32
    add: Array32
    subtract: Array32
    truth: Mask
    known: Mask


def example(
    rng: np.random.Generator, footage: Footage, strokes_share: float = 0.35, side: int = SIDE
) -> Example:
    """A random example of side x side pixels; the same generator state and footage give the same.

    Raises MediaError as `sample`.
    """
    for _ in range(_TRIES):
        size = (int(rng.integers(*VIEW)), int(rng.integers(*VIEW)))
        got = sample(rng, footage, size, 1, REAL_SHARE)
        truth, known = got.masks[0] > 0, ~got.ignore[0]
        bounds = _bounds(truth)
        if bounds is not None and min(bounds[2] - bounds[0], bounds[3] - bounds[1]) >= _LEAST_BOX:
            break
    else:
        bounds = (0, 0, size[1], size[0])
    box = drawn_box(rng, bounds, truth.shape)
    view = _stretched(rng, view_of(truth.shape, box, rng.uniform(*VIEW_MARGINS)), truth.shape)
    seen = _seen(got.frames[0], truth, known, view, side)
    add, subtract = np.zeros((2, side, side), np.float32)
    if rng.random() < strokes_share:
        add, subtract = _some_strokes(rng, seen[1], seen[2])
    return Example(seen[0], box_map(view, box, side), add, subtract, seen[1], seen[2])


def drawn_box(
    rng: np.random.Generator, bounds: tuple[int, int, int, int], shape: tuple[int, ...]
) -> tuple[float, float, float, float]:
    """The box that a hand draws around an object: mostly a little too wide, now and then too narrow."""
    kind = rng.random()
    low, high = (0.0, 0.04) if kind < 0.35 else (-0.04, 0.12) if kind < 0.8 else (0.02, 0.2)
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    left, top, right, bottom = rng.uniform(low, high, 4) + rng.uniform(0, 2, 4) / max(width, height)
    return (
        float(max(0.0, bounds[0] - left * width)),
        float(max(0.0, bounds[1] - top * height)),
        float(min(shape[1], bounds[2] + right * width)),
        float(min(shape[0], bounds[3] + bottom * height)),
    )


def _stretched(rng: np.random.Generator, view: View, shape: tuple[int, ...]) -> View:
    """Now and then more of the surroundings on some side, as at the desk where the box is near the frame's edge."""
    if rng.random() < 0.7:
        return view
    width, height = view.size
    left, top, right, bottom = (rng.uniform(-0.6, 1, 4).clip(0) * 0.11).tolist()
    return View(
        max(0, view.left - int(left * width)),
        max(0, view.top - int(top * height)),
        min(shape[1], view.right + int(right * width)),
        min(shape[0], view.bottom + int(bottom * height)),
    )


def _bounds(truth: Mask) -> tuple[int, int, int, int] | None:
    """The box of an object without its crumbs."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(truth.astype(np.uint8), connectivity=8)
    if count < 2:
        return None
    parts = stats[1:][stats[1:, cv2.CC_STAT_AREA] >= _CRUMB * stats[1:, cv2.CC_STAT_AREA].max()]
    low, high = parts[:, :2].min(0), (parts[:, :2] + parts[:, 2:4]).max(0)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _seen(
    picture: npt.NDArray[np.uint8], truth: Mask, known: Mask, view: View, side: int
) -> tuple[npt.NDArray[np.uint8], Mask, Mask]:
    """The view in the network's size."""
    shrinks = min(view.size) > side
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    planes = [
        cv2.resize(np.ascontiguousarray(plane[view.area]).astype(np.float32), (side, side), interpolation=how)
        for plane in (truth, known)
    ]
    shown = cv2.resize(np.ascontiguousarray(picture[view.area]), (side, side), interpolation=how)
    return np.asarray(shown, np.uint8), planes[0] > 0.5, planes[1] > 0.95


def _some_strokes(rng: np.random.Generator, truth: Mask, known: Mask) -> tuple[Array32, Array32]:
    """One to three strokes on the object or beside it, anywhere."""
    planes = np.zeros((2, *truth.shape), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        beside = int(rng.random() < 0.5)
        where = np.argwhere((truth != bool(beside)) & known)
        if len(where):
            row, column = where[int(rng.integers(len(where)))]
            turn, length = rng.uniform(0, np.pi), rng.uniform(0, 20)
            end = column + length * np.cos(turn) + 0.5, row + length * np.sin(turn) + 0.5
            stroke = Stroke(((column + 0.5, row + 0.5), end), rng.uniform(2, 12))
            planes[beside] += stroke_area(truth.shape, stroke) & (truth != bool(beside))
    return planes[0].clip(0, 1), planes[1].clip(0, 1)
