"""A stroke under the pen, on a label image uint8 (H, W) of the media's own size: 0 background, objects from 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from core.masks import draw
from core.media.matte import Labels

Rect = tuple[int, int, int, int]
"""left, top, right, bottom in picture pixels, half-open."""


@dataclass
class LiveStroke:
    """A stroke under the pen: paints into its own copy of the labels, a patch at each move.

    labels: uint8 (H, W), what the frame shows now.
    label: the object; adds to it, or takes away from it.
    protect: what paint leaves alone.
    """

    labels: Labels
    label: int
    diameter: float
    add: bool = True
    protect: draw.Protect = ()
    points: list[draw.Point] = field(default_factory=list)
    _last: draw.Point | None = None

    def __post_init__(self) -> None:
        self.before = self.labels
        self.labels = self.labels.copy()

    def extend(self, x: float, y: float) -> Rect | None:
        """Go on to a point; the pixels that may have changed, None when it is all outside the picture."""
        points = ((x, y),) if self._last is None else (self._last, (x, y))
        self._last = (x, y)
        self.points.append((x, y))
        rect = stroke_rect(points, self.diameter, self.labels.shape)
        if rect is None:
            return None
        left, top, right, bottom = rect
        patch = self.labels[top:bottom, left:right]
        stroke = draw.Stroke(tuple((px - left, py - top) for px, py in points), self.diameter)
        if self.add:
            patch[:] = draw.brush(patch, stroke, self.label, self.protect)
        else:
            patch[:] = draw.erase(patch, stroke, self.label)
        return rect

    @property
    def changed(self) -> bool:
        return not np.array_equal(self.before, self.labels)


def stroke_rect(points: Iterable[draw.Point], diameter: float, shape: tuple[int, ...]) -> Rect | None:
    """The pixels that a stroke can touch inside a picture of `shape` (H, W, ...)."""
    xs, ys = zip(*points, strict=True)
    reach = diameter / 2 + 2
    left, top = max(0, int(min(xs) - reach)), max(0, int(min(ys) - reach))
    right, bottom = min(shape[1], int(max(xs) + reach) + 1), min(shape[0], int(max(ys) + reach) + 1)
    return (left, top, right, bottom) if left < right and top < bottom else None
