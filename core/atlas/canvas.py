"""The picture of an atlas: frames splatted through their maps, and the picture sampled back.

A canvas covers a box of key-frame coordinates at `scale` pixels a frame pixel. Splatting is the exact transpose of
bilinear sampling, so that back-projection (adding what the samples lack) is the gradient step of the least squares that
the texture solves. Colours are float32 RGB in [0, 1]; maps are float32 (h, w, 2) in key-frame pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from core.arrays import Array32
from core.atlas.footage import View
from core.layers.channels import weighed

SPARE = 24
"""Key-frame pixels around what is known when a canvas grows."""
MOST_SIDE = 6000
"""Pixels that a canvas is wide or high at most: a map that runs away must not take the memory."""
KNOWN = 0.05
"""Weight from which on a canvas pixel is known."""


@dataclass(frozen=True, eq=False)
class Target:
    """A canvas blurred for alignment: what a frame is registered to.

    shown: float32 (h, w, 4), colour and how much of it is known.
    across, down: float32 (h, w, 3), slopes a frame pixel.
    """

    origin: tuple[int, int]
    scale: float
    shown: Array32
    across: Array32
    down: Array32

    def look(self, uv: Array32) -> tuple[Array32, Array32, Array32, Array32]:
        """Colour (h, w, 3), known (h, w), slopes across and down (h, w, 3) at a map's places."""
        where = to_canvas(uv, self.origin, self.scale)
        shown, across, down = (_sample(each, where) for each in (self.shown, self.across, self.down))
        return np.ascontiguousarray(shown[..., :3]), shown[..., 3], across, down


class Canvas:
    """Weighted sums of the frames that were splatted.

    Args:
        origin: key-frame pixel at the top left corner.
        size: (width, height) in key-frame pixels.
    """

    def __init__(self, origin: tuple[int, int], size: tuple[int, int], scale: float) -> None:
        self.origin, self.scale = origin, scale
        self.shape = max(2, round(size[1] * scale)), max(2, round(size[0] * scale))
        self.total = np.zeros((*self.shape, 4), np.float32)

    def cover(self, uv: Array32, inside: Array32) -> None:
        """Grow so that the places of a map where `inside` is set fit in."""
        places = uv[inside > 0]
        if not len(places):
            return
        low, high = places.min(0), places.max(0)
        right = self.origin[0] + self.shape[1] / self.scale
        bottom = self.origin[1] + self.shape[0] / self.scale
        grow = [
            self.origin[0] - low[0] + 2,
            self.origin[1] - low[1] + 2,
            high[0] - right + 3,
            high[1] - bottom + 3,
        ]
        if max(grow) <= 0:
            return
        # Whole steps of 2 key-frame pixels keep the pixels of a canvas in place when it grows (scales are halves).
        more = [0 if each <= 0 else 2 * (int(each + SPARE) // 2) for each in grow]
        add = [round(each * self.scale) for each in more]
        if self.shape[0] + add[1] + add[3] > MOST_SIDE or self.shape[1] + add[0] + add[2] > MOST_SIDE:
            return
        self.total = np.pad(self.total, ((add[1], add[3]), (add[0], add[2]), (0, 0)))
        self.origin = self.origin[0] - more[0], self.origin[1] - more[1]
        self.shape = self.total.shape[0], self.total.shape[1]

    def add(self, view: View, uv: Array32, weight: Array32, keep: float = 1.0) -> None:
        """Splat a frame's box, its pixels weighted by `weight` (h, w).

        keep: how much of what lies there counts beside it; what the frame does not show stays as it was.
        """
        self.cover(uv, weight)
        planes = self.planes()
        self.spread(planes, weighed(view.picture, weight), uv)
        new = np.asarray(cv2.merge(list(planes)), np.float32)
        if keep < 1:
            self.total *= 1 - np.float32(1 - keep) * np.minimum(new[..., 3:], 1)
        self.total += new

    def planes(self) -> Array32:
        """Zeros to splat into, (4, canvas height, canvas width)."""
        return np.zeros((4, *self.shape), np.float32)

    def spread(self, planes: Array32, values: Array32, uv: Array32) -> None:
        """Splat values (h, w, 4) into `planes`, where each channel lies by itself; what falls outside is lost."""
        height, width = self.shape
        where = to_canvas(uv, self.origin, self.scale)
        x, y = (torch.from_numpy(np.ascontiguousarray(where[..., k]).ravel()) for k in (0, 1))
        left, top = x.floor(), y.floor()
        right, low = x - left, y - top
        fits = (left >= 0) & (left < width - 1) & (top >= 0) & (top < height - 1)
        whole = bool(fits.all())
        at = ((top if whole else top * fits).int() * width + (left if whole else left * fits).int()).long()
        # Channel by channel it is several times as fast as by rows of four.
        for k, plane in enumerate(planes):
            row, out = (
                torch.from_numpy(np.ascontiguousarray(values[..., k]).ravel()),
                torch.from_numpy(plane.ravel()),
            )
            upper, lower = ((row if whole else row * fits) * share for share in (1 - low, low))
            out.scatter_add_(0, at, upper * (1 - right))
            out[1:].scatter_add_(0, at, upper * right)
            out[width:].scatter_add_(0, at, lower * (1 - right))
            out[width + 1 :].scatter_add_(0, at, lower * right)

    def picture(self) -> tuple[Array32, Array32]:
        """Colour float32 (h, w, 3) with unknown places filled from around, and weight (h, w)."""
        weight = self.total[..., 3]
        return fill(self.total[..., :3], weight), weight

    def target(self, sigma: float, uv: Array32) -> Target:
        """The part of a canvas of scale 1 around a map's places, blurred by `sigma` pixels, for alignment."""
        reach = 4 * sigma + 8
        where = to_canvas(uv.reshape(-1, 2), self.origin, self.scale)
        low = np.clip(np.floor(where.min(0) - reach), 0, np.array(self.shape[::-1]) - 2).astype(int)
        high = np.clip(np.ceil(where.max(0) + reach), low + 2, np.array(self.shape[::-1])).astype(int)
        total = self.total[low[1] : high[1], low[0] : high[0]]
        weight = np.minimum(total[..., 3:], 1.0)
        colour = total[..., :3] / np.maximum(total[..., 3:], 1e-4) * weight
        origin = self.origin[0] + int(low[0]), self.origin[1] + int(low[1])
        return make_target(np.dstack([colour, weight]), origin, self.scale, sigma)


def make_target(premultiplied: Array32, origin: tuple[int, int], scale: float, sigma: float) -> Target:
    """Blur a picture (h, w, 4) of known colours, premultiplied by how much they are known."""
    soft = cv2.GaussianBlur(premultiplied, (0, 0), max(0.3, sigma * scale), borderType=cv2.BORDER_REPLICATE)
    known = soft[..., 3:]
    colour = np.ascontiguousarray(soft[..., :3] / np.maximum(known, 1e-3))
    half = np.float32(0.5 * scale)
    across, down = np.zeros_like(colour), np.zeros_like(colour)
    across[:, 1:-1] = (colour[:, 2:] - colour[:, :-2]) * half
    down[1:-1] = (colour[2:] - colour[:-2]) * half
    return Target(origin, scale, np.dstack([colour, known]), across, down)


def to_canvas(uv: Array32, origin: tuple[int, int], scale: float) -> Array32:
    """Key-frame pixels, (h, w, 2) or (N, 2), as canvas pixels."""
    to = [[scale, 0, (0.5 - origin[0]) * scale - 0.5], [0, scale, (0.5 - origin[1]) * scale - 0.5]]
    shape = uv.shape if uv.ndim == 3 else (-1, 1, 2)
    return np.asarray(cv2.transform(uv.reshape(shape), np.array(to)).reshape(uv.shape), np.float32)


def fill(total: Array32, weight: Array32) -> Array32:
    """Weighted sums (h, w, 3) as colours; places without weight take the colours around them."""
    colour = np.zeros_like(total)
    open_places = np.ones(weight.shape, bool)
    for sigma in (0.0, 1.2, 3.0, 9.0):
        known = open_places & (weight > KNOWN)
        if sigma:
            values = cv2.GaussianBlur(np.dstack([total, weight]), (0, 0), sigma)
            known = open_places & (values[..., 3] > KNOWN / 8)
            found = values[known]
            colour[known] = found[:, :3] / found[:, 3:]
        else:
            colour = np.asarray(total / np.maximum(weight, np.float32(KNOWN))[..., None], np.float32)
            colour[~known] = 0
        open_places &= ~known
        if not open_places.any():
            break
    return colour


def _sample(picture: Array32, where: Array32) -> Array32:
    found = cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(found, np.float32)
