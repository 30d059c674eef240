"""A clean background on one canvas, and what each frame sees of it: with the light and the bend of that frame.

How it is painted: core.layers.painting. A large canvas lies in files, so memory does not grow with the clip.

Colours are float32 in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np

from core.arrays import Array32, to_bytes
from core.layers.light import spread_gain
from core.layers.morphing import between
from core.layers.paged import Room
from core.layers.parting import views_at
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.camera import Camera
from core.motion.flow import places
from core.motion.homography import Matrix

TOLERANCE = 0.06
CELL = 26
"""Pixels between nodes of the grid of bends, at least."""
MOST_CELLS = 24
"""Cells of that grid along the longer side, at most."""
NOISE_FLOOR = 0.006
NEARBY = 0.35
"""In shorter sides of the frame: how far from all objects a frame is fully believed."""
LEAST_TRUST = 0.03
"""How much a frame is believed right beside an object."""
SEEN = LEAST_TRUST / 3
"""Sum of trust over the frames from which on a pixel of the canvas counts as seen."""
KEPT = 32
"""Frames after which a canvas that was looked at leaves memory."""
MARGIN = 0.012
"""In heights of the frame: how far around a mask a frame is not trusted to show background."""


@dataclass
class Plane:
    """A clean background on one canvas.

    canvas: float32 (Hc, Wc, 3).
    seen: float32 (Hc, Wc), how often each pixel was seen.
    sigma: float32 (Hc, Wc), the noise around it.
    gains: float32 (V, 4, 7, 3), of every view of the camera.
    bends: float32 (V, rows, columns, 2), pixels, x first: what is at p in frame n is on the canvas where p +
        bend would be without one.
    flat: False when it was seen that the background is no plane.
    room: where arrays of the canvas's size lie.
    """

    camera: Camera
    canvas: Array32
    seen: Array32
    sigma: Array32
    gains: Array32
    bends: Array32
    notes: list[str] = field(default_factory=list)
    room: Room = field(default_factory=Room)
    flat: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frames."""
        return self.camera.size

    def render(self, n: int) -> Array32:
        """The clean background of frame n, float32 (H, W, 3) in [0, 1]."""
        if n % KEPT == 0:
            self.room.let_go()
        (view, _), *further = views_at(self.camera, n).items()
        picture = self.lit(view)
        for other, later in further:
            picture = between(picture, self.lit(other), later)
        return np.clip(picture, 0, 1)

    def noise(self, n: int) -> Array32:
        """The standard deviation of frame n's background around `render`, float32 (H, W)."""
        return np.maximum(self._shared(partial(self.view, self.sigma), n), np.float32(NOISE_FLOOR))

    def known(self, n: int) -> Array32:
        """How often the background at each pixel was seen, float32 (H, W); 0 where it is guessed from around."""
        return self._shared(partial(self.view, self.seen), n)

    def lit(self, view: int) -> Array32:
        """What a view sees of the canvas, in its light, float32 (H, W, 3)."""
        return self.view(self.canvas, view, cv2.INTER_CUBIC) * spread_gain(self.gains[view], self.size)

    def _shared(self, of: Callable[[int], Array32], n: int) -> Array32:
        """What the views of frame n show, by their shares."""
        views = views_at(self.camera, n)
        return of(n) if len(views) == 1 else np.sum([np.float32(views[k]) * of(k) for k in views], axis=0)

    def picture(self) -> Frame:
        """The whole canvas, uint8 RGB."""
        whole = np.empty(self.canvas.shape, np.uint8)
        for rows in self.camera.bands:
            whole[rows] = to_bytes(self.canvas[rows])
            self.room.let_go()
        return whole

    def view(self, canvas: Array32, n: int, how: int = cv2.INTER_LINEAR) -> Array32:
        """What frame n sees of a canvas, float32 (H, W[, K])."""
        shot = self.camera.shot_of(n)
        left, top, right, bottom = self.camera.box(n)
        part = canvas[top:bottom, left:right]
        to_part = moved_by(-left, -top) @ self.camera.matrix(n)
        border = cv2.BORDER_REPLICATE
        if not self.bends[n].any():
            if shot.still:
                x, y = round(to_part[0, 2]), round(to_part[1, 2])
                return part[y : y + self.size[1], x : x + self.size[0]].copy()
            flags = how | cv2.WARP_INVERSE_MAP
            return np.asarray(
                cv2.warpPerspective(part, to_part, self.size, flags=flags, borderMode=border), np.float32
            )
        where = grid_of(self.size) + spread_bend(self.bends[n], self.size)
        where = cv2.perspectiveTransform(where.reshape(-1, 1, 2), to_part).reshape(where.shape)
        return np.asarray(cv2.remap(part, where, None, how, borderMode=border), np.float32)


def grid_of(size: tuple[int, int]) -> Array32:
    """The place of every pixel, float32 (H, W, 2), x first; not to be changed."""
    return places(size[1], size[0])


def bend_shape(size: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of the grid of bends for frames of `size` (width, height)."""
    cell = max(CELL, max(size) / MOST_CELLS)
    return max(1, round(size[1] / cell)), max(1, round(size[0] / cell))


def spread_bend(bend: Array32, size: tuple[int, int]) -> Array32:
    """The grid over a picture of `size`, float32 (H, W, 2)."""
    return np.asarray(cv2.resize(bend, size, interpolation=cv2.INTER_LINEAR), np.float32)


def trusted(labels: Labels) -> Array32:
    """How much a frame is believed to show bare background, float32 (H, W): not inside its masks and a margin, little
    near them, where a shadow falls, fully far from them."""
    if not labels.any():
        return np.ones(labels.shape, np.float32)
    reach = NEARBY * min(labels.shape)
    away = cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 3)
    far = np.minimum(1, away / np.float32(reach)) ** 2
    return np.where(away > MARGIN * labels.shape[0] + 1, LEAST_TRUST + (1 - LEAST_TRUST) * far, 0).astype(
        np.float32
    )


def beside(labels: Labels) -> Array32:
    """1 outside the masks and a margin around them, float32 (H, W)."""
    if not labels.any():
        return np.ones(labels.shape, np.float32)
    away = cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 3)
    return (away > MARGIN * labels.shape[0] + 1).astype(np.float32)


def grey_of(picture: Array32, size: tuple[int, int]) -> Frame:
    """A colour picture as uint8 grey (h, w) of `size`."""
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(to_bytes(small), cv2.COLOR_RGB2GRAY), np.uint8)


def certainty(grey: Frame) -> Array32:
    """How well flow is known at each pixel of uint8 (h, w): from 0 in flat places towards 1 in textured ones."""
    picture = grey.astype(np.float32)
    gx, gy = (
        cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=0.125),
        cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=0.125),
    )
    strength = cv2.blur(gx * gx + gy * gy, (9, 9))
    return np.asarray(strength / (strength + 16), np.float32)


def believed(off: Array32, tolerance: float = TOLERANCE) -> Array32:
    """How much a pixel counts that is `off` by so much, 0 to 1, of the same shape: a half at `tolerance`."""
    doubt = np.square(np.square(off / np.float32(tolerance)))
    return np.asarray(1 / (1 + doubt), np.float32)


def moved_by(x: float, y: float) -> Matrix:
    """Pixels so much further to the right and down."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])
