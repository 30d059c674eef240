"""What was seen of the scene where an object came to stand before it, and where the camera shows that place now.

The tokens beside the objects keep what they looked like when the surroundings of an object take them in; from then on
they go with the camera (a homography fitted to the flow beside the objects). They are asked like any other memory: what
looks as this very place of the scene did is not the object, however much it resembles it. So a mask does not leak onto
ground of the object's colour that was once seen beside it. What no frame showed beside the object stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.masks.areas import Area, dilated
from core.masks.features import Array32, Grid
from core.masks.known import Known
from core.masks.sight import Flow
from core.motion.homography import FEWEST_POINTS, Matrix, apply, sane
from core.nn.recall import Bank

SURE, MARGIN = 0.05, 2
"""Beside objects is where hardly anything of them is, and so many tokens away."""
ZONE = 8
"""Places are remembered up to so many tokens away from objects."""
REACH = 1.5
"""How far in tokens a place is looked for: the camera's motion is not known better."""
TRUST = -1.0
"""Nats that it counts beside recent frames. Where more than that, thin parts of objects are taken for the ground that
shows around them."""
EVERY, RANSAC_PIXELS, TRIES = 4, 1.0, 200
"""Of the fit: pixels between two points of the flow, how far a point may be off, and how often it is tried."""


@dataclass(frozen=True)
class Ground:
    """places: float32 (N, 2), row and column in tokens of the latest frame. keys: (N, C)."""

    places: Array32
    keys: Tensor

    def moved(self, latest: Known, guided: Array32, flow: Flow, grid: Grid) -> Ground:
        """On the next frame; nothing when it is not known how the camera moved.

        Args:
            latest: the frame before. guided: (rows, columns, K), where the objects are guessed to be in the next.
            flow: from the next frame to the one before.
        """
        camera = camera_step(flow, guided, grid)
        if camera is None:
            return Ground(self.places[:0], self.keys[:0])
        onward, zone = np.asarray(np.linalg.inv(camera), np.float64), dilated(guided.max(axis=2) > SURE, ZONE)
        clear = _beside(latest.objects)
        seen = np.argwhere(clear)  # places that are clear are remembered as they are now
        old, new = (_through(places, onward, grid) for places in (self.places, seen.astype(np.float32)))
        stays, comes = _inside(old, zone) & ~_inside(self.places, clear), _inside(new, zone)
        index = torch.from_numpy(np.ravel_multi_index((seen[comes, 0], seen[comes, 1]), clear.shape))
        keys = torch.cat((self.keys[torch.from_numpy(stays)], latest.sight.keys[index]))
        return Ground(np.concatenate((old[stays], new[comes])), keys)

    def bank(self, count: int) -> Bank:
        """As memory that none of `count` objects is there."""
        some = len(self.keys)
        trust = torch.full((some,), TRUST)
        known = torch.zeros(some, count)
        return Bank(self.keys, torch.from_numpy(self.places), known, torch.tensor(REACH), trust=trust)


def nothing(keys: Tensor) -> Ground:
    """What is known before the first frame. keys: (tokens, C) of any frame."""
    return Ground(np.zeros((0, 2), np.float32), keys[:0])


def camera_step(flow: Flow, guided: Array32, grid: Grid) -> Matrix | None:
    """From pixels of a frame, at the grid's size, to those of the frame before it, by the flow beside the objects; None
    when it is none that a camera could make."""
    size = grid.width, grid.height
    beside = cv2.resize(_beside(guided).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    points = np.argwhere(beside[EVERY // 2 :: EVERY, EVERY // 2 :: EVERY]) * EVERY + EVERY // 2
    if len(points) < FEWEST_POINTS:
        return None
    here = points[:, ::-1].astype(np.float64)
    there = here + flow[points[:, 0], points[:, 1]]
    found, _ = cv2.findHomography(here, there, cv2.RANSAC, RANSAC_PIXELS, maxIters=TRIES)
    if found is None:
        return None
    matrix = np.asarray(found, np.float64)
    return matrix if sane(matrix, size) else None


def _beside(objects: Array32) -> Area:
    return ~dilated(objects.max(axis=2) > SURE, MARGIN)


def _through(places: Array32, matrix: Matrix, grid: Grid) -> Array32:
    """Places (N, 2) in tokens, through a homography of pixels."""
    pixels = (places[:, ::-1].astype(np.float64) + 0.5) * grid.stride - 0.5
    moved = (apply(matrix, pixels) + 0.5) / grid.stride - 0.5
    return np.asarray(moved[:, ::-1], np.float32)


def _inside(places: Array32, area: Area) -> npt.NDArray[np.bool_]:
    """Which places (N, 2) lie on an area."""
    at = np.rint(places).astype(np.int64)
    near = np.clip(at, 0, np.array(area.shape) - 1)
    return np.asarray((at == near).all(axis=1) & area[near[:, 0], near[:, 1]])
