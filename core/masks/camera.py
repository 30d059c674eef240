"""How the camera moved from one frame to the next, by the flow beside the objects: a homography at the grid's size."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.masks.areas import Area, dilated
from core.masks.encoding import Flow
from core.masks.features import Grid
from core.motion.flow import places
from core.motion.homography import Matrix, apply, of_flow, scaling

SURE = 0.05
"""Share of a token that objects may have for it to be beside them."""
MARGIN = 2
"""Tokens around objects that are not beside them either."""


def beside(objects: Array32) -> Area:
    """The tokens that are clear of all objects, (rows, columns, K)."""
    return ~dilated(objects.max(axis=2) > SURE, MARGIN)


def camera_step(flow: Flow, guided: Array32, grid: Grid) -> Matrix | None:
    """From tokens of a frame to those of the frame before it, where `flow` leads; None when it is none that a
    camera could make.

    Args:
        flow: in pixels of the grid's size.
        guided: (rows, columns, K), where the objects are.
    """
    size = grid.width, grid.height
    clear = cv2.resize(beside(guided).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    found = of_flow(flow, clear)
    return in_tokens(found[0], grid) if found is not None else None


def through(at: Array32, camera: Matrix) -> Array32:
    """Places (N, 2), row and column in tokens, through a homography of tokens."""
    return np.asarray(apply(camera, at[:, ::-1].astype(np.float64))[:, ::-1], np.float32)


def apart(flow: Flow, camera: Matrix) -> Array32:
    """How far, in tokens a frame, each token goes otherwise than the camera lets it: float32 (rows, columns). flow:
    float32 (rows, columns, 2) in tokens."""
    here = places(*flow.shape[:2])
    still = apply(camera, here.reshape(-1, 2).astype(np.float64)).reshape(flow.shape) - here
    return np.asarray(np.linalg.norm(flow - still, axis=2), np.float32)


def in_tokens(camera: Matrix, grid: Grid) -> Matrix:
    """A homography (3, 3) of pixels of the grid's size as the same one of its tokens, which count from 0 at their
    middles."""
    size = grid.shape[1], grid.shape[0]
    up = scaling(size, (grid.width, grid.height))
    return np.asarray(np.linalg.inv(up) @ camera @ up)
