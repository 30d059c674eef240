"""A stroke under the brush: how much of each pixel it covers, a patch at each move.

Coverage falls from 1 inside to 0 at the brush's edge, the softer the less hard the brush; where a stroke crosses
itself it does not get denser. A hard brush still has one pixel of softness, so that its edge is clean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from app.masks.live_stroke import Rect, stroke_rect
from core.masks.draw import Point
from core.media.info import Frame


@dataclass
class LiveBrush:
    """The stroke that is being painted.

    size: (width, height) of the surface.
    diameter: its pixels.
    hardness: 0 to 1.
    cover: uint8 (H, W).
    """

    size: tuple[int, int]
    diameter: float
    hardness: float = 0.8
    cover: Frame = field(init=False)
    touched: Rect | None = None
    _last: Point | None = None

    def __post_init__(self) -> None:
        self.cover = np.zeros((self.size[1], self.size[0]), np.uint8)

    def extend(self, x: float, y: float) -> Rect | None:
        """Go on to a point; the pixels that may have changed, None when it is all outside."""
        begin, self._last = self._last or (x, y), (x, y)
        rect = stroke_rect((begin, self._last), self.diameter, self.cover.shape)
        if rect is None:
            return None
        left, top, right, bottom = rect
        drawn = segment_cover(rect, begin, self._last, self.diameter / 2, self.hardness)
        patch = self.cover[top:bottom, left:right]
        np.maximum(patch, drawn, out=patch)
        known = self.touched
        self.touched = rect if known is None else (
            min(known[0], left), min(known[1], top), max(known[2], right), max(known[3], bottom)
        )  # fmt: skip
        return rect


def segment_cover(rect: Rect, begin: Point, end: Point, radius: float, hardness: float) -> Frame:
    """How much a brush that goes from one point to another covers of the pixels of a box, uint8 (h, w)."""
    left, top, right, bottom = rect
    x = np.arange(left, right, dtype=np.float32)[None] + np.float32(0.5) - np.float32(begin[0])
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5) - np.float32(begin[1])
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    length = dx * dx + dy * dy
    along = np.clip((x * dx + y * dy) / length, 0, 1) if length > 0 else np.zeros((1, 1), np.float32)
    distance = np.hypot(x - along * dx, y - along * dy)
    soft = max(1.0, (1 - hardness) * radius)
    part = np.clip((radius + 0.5 - distance) / soft, 0, 1)
    if soft > 1:
        part = part * part * (3 - 2 * part)
    return np.rint(part * 255).astype(np.uint8)


def inked(cover: Frame, colour: tuple[int, int, int], opacity: float = 1.0) -> Frame:
    """Coverage as paint: straight RGBA, uint8 (H, W, 4)."""
    out = np.empty((*cover.shape, 4), np.uint8)
    out[..., :3] = colour
    out[..., 3] = cover if opacity >= 1 else np.rint(cover * opacity).astype(np.uint8)
    return out
