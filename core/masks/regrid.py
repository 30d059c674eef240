"""Another grid while a clip is tracked: an object that has shrunk by far needs more tokens, one that has grown needs
fewer, and takes less time with them.

Every few frames the grid is chosen again by how large the objects were lately. Where that makes a difference, what is
remembered is laid on the new grid, and frames are encoded anew (core.masks.trackers). What decides is in the
checkpoint, so a resumed job changes its grid on the same frames.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.masks.background_memory import BackgroundMemory
from core.masks.features import Grid, make_grid
from core.masks.fineness import FEWEST_ROWS, STEP, STRIDE
from core.masks.run import Run
from core.masks.tracker import Tracker

EVERY = 8
"""Frames of a pass between two choices."""


def grid_of(run: Run, rows: int) -> Grid:
    """The clip's grid of so many rows."""
    return make_grid(run.source.width, run.source.height, rows, STRIDE, STEP)


def wanted(run: Run, tracker: Tracker) -> Grid:
    """The grid for objects as large as the latest frames show them."""
    if not tracker.history:
        return tracker.grid
    seen = np.stack([(known.masks > 0.5).mean(axis=(0, 1)) for known in tracker.history]).max(axis=0)
    sides = np.sqrt(seen * tracker.grid.width / tracker.grid.height)
    grid = run.fineness.regrid(tracker.grid, sides.tolist())
    return grid if run.net is None or min(grid.shape) >= FEWEST_ROWS else tracker.grid


def finer_background(background: BackgroundMemory | None, finer: float) -> BackgroundMemory | None:
    """What is remembered of the background, on a grid with `finer` times the rows; its tokens look as they did."""
    if background is None:
        return None
    places = ((background.places + 0.5) * finer - 0.5).astype(np.float32)
    return BackgroundMemory(places, background.keys)


def ridden(far: Array32, shape: tuple[int, int]) -> Array32:
    """What `core.masks.riding.rides` says, in tokens, on a grid of another shape, (rows, columns, K)."""
    return resized(far, shape) * np.float32(shape[0] / far.shape[0])


def resized(values: Array32, shape: tuple[int, int]) -> Array32:
    """(h, w, K) as (rows, columns, K)."""
    how = cv2.INTER_AREA if shape[0] < values.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, shape[::-1], interpolation=how), np.float32).reshape(*shape, -1)
