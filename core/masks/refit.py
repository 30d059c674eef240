"""Another grid while a clip is tracked: an object that has shrunk by far needs more tokens, one that has grown needs
fewer, and takes less time with them.

Every few frames the grid is chosen again by how large the objects were lately. Where that makes a
difference the key frames, as they were drawn, and the latest frames, with their masks brought to the
new size, are seen anew; what was seen of the scene keeps its place. What decides is in the
checkpoint, so a resumed job changes its grid on the same frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from core.arrays import Array32
from core.masks.features import Grid, make_grid
from core.masks.fineness import FEWEST_ROWS, STEP, STRIDE
from core.masks.ground import Ground
from core.masks.known import Known, known_frame, nearest_numbers
from core.masks.run import Run
from core.masks.sight import Sight, look, look_on
from core.masks.streaming import picture
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


@dataclass
class Trackers:
    """Makes the trackers of a run. seen: key frames by number and rows."""

    run: Run
    seen: dict[tuple[int, int], Known] = field(default_factory=dict)

    def begun(self, start: int, grid: Grid) -> Tracker:
        """One that tracks away from a known frame."""
        run = self.run
        near = tuple(self._key(number, grid) for number in nearest_numbers(run.masks, start))
        return Tracker(grid, run.net, near, [self._key(start, grid)], run.every, asking=run.asking)

    def refitted(self, tracker: Tracker, start: int, step: int) -> Tracker:
        """The same tracker on the grid that is wanted now. start, step: of its pass."""
        grid = wanted(self.run, tracker)
        if grid == tracker.grid:
            return tracker
        other = self.begun(start, grid)
        other.history = [self._again(known, grid, step) for known in tracker.history]
        ground, finer = tracker.ground, grid.shape[0] / tracker.grid.shape[0]
        other.ground = (
            None
            if ground is None
            else Ground(((ground.places + 0.5) * finer - 0.5).astype(np.float32), ground.keys)
        )
        return other

    def _key(self, number: int, grid: Grid) -> Known:
        at = number, grid.shape[0]
        if at not in self.seen:
            run = self.run
            frame = picture(run.source, number)
            self.seen[at] = known_frame(number, frame, run.masks[number], run.labels, grid, run.net)
        return self.seen[at]

    def _again(self, known: Known, grid: Grid, step: int) -> Known:
        """A frame of the history on another grid."""
        rides = None if known.rides is None else ridden(known.rides, grid.shape)
        sight = sight_of(self.run, known.number, known.sight.age, grid, step)
        straying = known.straying
        straying = None if straying is None else straying.on(ridden(straying.far, grid.shape))
        return Known(known.number, sight, _resized(known.masks, (grid.height, grid.width)), rides, straying)


def remembered(run: Run, number: int, age: int, masks: Array32, step: int) -> Known:
    """A frame of the history again, seen anew, on the grid of its masks, float32 (height, width, K). age, step: as of
    `sight_of`."""
    height, width = masks.shape[:2]
    return Known(number, sight_of(run, number, age, Grid(width, height, STRIDE), step), masks)


def sight_of(run: Run, number: int, age: int, grid: Grid, step: int) -> Sight:
    """A frame seen as the network, which saw the frame `age` frames before it in a pass of this
    `step`, let it be seen."""
    sight = look(picture(run.source, number - age * step), grid, run.net)
    for each in range(number - (age - 1) * step, number + step, step) if age else ():
        sight = look_on(picture(run.source, each), grid, run.net, sight)[0]
    return sight


def ridden(far: Array32, shape: tuple[int, int]) -> Array32:
    """What `core.masks.riding.rides` says, in tokens, on a grid of another shape, (rows, columns, K)."""
    return _resized(far, shape) * np.float32(shape[0] / far.shape[0])


def _resized(values: Array32, shape: tuple[int, int]) -> Array32:
    """(h, w, K) as (rows, columns, K)."""
    how = cv2.INTER_AREA if shape[0] < values.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, shape[::-1], interpolation=how), np.float32).reshape(*shape, -1)
