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
from core.masks.background_memory import BackgroundMemory
from core.masks.encoding import Encoding, encode, encode_next
from core.masks.features import Grid, make_grid
from core.masks.fineness import FEWEST_ROWS, STEP, STRIDE
from core.masks.memory_frame import MemoryFrame, memory_frame_of, nearest_numbers
from core.masks.run import Run
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
    seen: dict[tuple[int, int], MemoryFrame] = field(default_factory=dict)

    def tracker_from(self, start: int, grid: Grid) -> Tracker:
        """One that tracks away from a known frame."""
        run = self.run
        near = tuple(self._key(number, grid) for number in nearest_numbers(run.masks, start))
        return Tracker(grid, run.net, near, [self._key(start, grid)], run.every, asking=run.asking)

    def refitted(self, tracker: Tracker, start: int, step: int) -> Tracker:
        """The same tracker on the grid that is wanted now. start, step: of its pass."""
        grid = wanted(self.run, tracker)
        if grid == tracker.grid:
            return tracker
        other = self.tracker_from(start, grid)
        other.history = [self._again(known, grid, step) for known in tracker.history]
        background, finer = tracker.background, grid.shape[0] / tracker.grid.shape[0]
        other.background = (
            None
            if background is None
            else BackgroundMemory(
                ((background.places + 0.5) * finer - 0.5).astype(np.float32), background.keys
            )
        )
        return other

    def _key(self, number: int, grid: Grid) -> MemoryFrame:
        at = number, grid.shape[0]
        if at not in self.seen:
            run = self.run
            frame = picture(run.source, number)
            self.seen[at] = memory_frame_of(number, frame, run.masks[number], run.labels, grid, run.net)
        return self.seen[at]

    def _again(self, known: MemoryFrame, grid: Grid, step: int) -> MemoryFrame:
        """A frame of the history on another grid."""
        rides = None if known.rides is None else ridden(known.rides, grid.shape)
        encoding = encoding_of(self.run, known.number, known.encoding.age, grid, step)
        straying = known.straying
        straying = None if straying is None else straying.on(ridden(straying.far, grid.shape))
        return MemoryFrame(
            known.number, encoding, _resized(known.masks, (grid.height, grid.width)), rides, straying
        )


def remembered(run: Run, number: int, age: int, masks: Array32, step: int) -> MemoryFrame:
    """A frame of the history again, seen anew, on the grid of its masks, float32 (height, width, K). age, step: as of
    `encoding_of`."""
    height, width = masks.shape[:2]
    return MemoryFrame(number, encoding_of(run, number, age, Grid(width, height, STRIDE), step), masks)


def encoding_of(run: Run, number: int, age: int, grid: Grid, step: int) -> Encoding:
    """A frame seen as the network, which saw the frame `age` frames before it in a pass of this
    `step`, let it be seen."""
    encoding = encode(picture(run.source, number - age * step), grid, run.net)
    for each in range(number - (age - 1) * step, number + step, step) if age else ():
        encoding = encode_next(picture(run.source, each), grid, run.net, encoding)[0]
    return encoding


def ridden(far: Array32, shape: tuple[int, int]) -> Array32:
    """What `core.masks.riding.rides` says, in tokens, on a grid of another shape, (rows, columns, K)."""
    return _resized(far, shape) * np.float32(shape[0] / far.shape[0])


def _resized(values: Array32, shape: tuple[int, int]) -> Array32:
    """(h, w, K) as (rows, columns, K)."""
    how = cv2.INTER_AREA if shape[0] < values.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, shape[::-1], interpolation=how), np.float32).reshape(*shape, -1)
