"""The trackers of a job: begun at a known frame, laid on another grid, or of one object alone.

On another grid the key frames, as they were drawn, and the latest frames, with their masks brought to the new size, are
encoded anew; what was seen of the scene keeps its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.arrays import Array32
from core.masks.encoding import Encoding, encode, encode_next
from core.masks.features import Grid
from core.masks.fineness import STRIDE
from core.masks.memory_frame import MemoryFrame, memory_frame_of, nearest_keys, nearest_numbers
from core.masks.regrid import finer_background, resized, ridden, wanted
from core.masks.run import Run
from core.masks.streaming import picture
from core.masks.tracker import Tracker
from core.media.info import Frame
from core.media.matte import Labels


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

    def regridded(self, tracker: Tracker, start: int, step: int) -> Tracker:
        """The same tracker on the grid that is wanted now. start, step: of its pass."""
        grid = wanted(self.run, tracker)
        if grid == tracker.grid:
            return tracker
        other = self.tracker_from(start, grid)
        other.history = [self._again(known, grid, step) for known in tracker.history]
        other.background = finer_background(tracker.background, grid.shape[0] / tracker.grid.shape[0])
        return other

    def alone(self, k: int, number: int, frame: Frame, own: Labels, as_found: bool) -> Tracker:
        """One of object k alone, from a frame with its mask, uint8 (H, W), 1 where it is.

        Args:
            as_found: it knows nothing but that frame.
        """
        run = self.run
        start = memory_frame_of(number, frame, own, (1,), run.grid, run.net)
        if as_found:
            return Tracker(run.grid, run.net, (start,), [start], asking=run.asking)
        keys = [self._key(each, run.grid) for each in run.masks]
        alone = [MemoryFrame(key.number, key.encoding, key.masks[..., k : k + 1]) for key in keys]
        return Tracker(run.grid, run.net, nearest_keys(alone, number), [start], asking=run.asking)

    def _key(self, number: int, grid: Grid) -> MemoryFrame:
        at = number, grid.shape[0]
        if at not in self.seen:
            run = self.run
            frame = picture(run.source, number)
            self.seen[at] = memory_frame_of(number, frame, run.masks[number], run.labels, grid, run.net)
        return self.seen[at]

    def _again(self, known: MemoryFrame, grid: Grid, step: int) -> MemoryFrame:
        """A frame of the history on another grid."""
        straying = known.straying
        return MemoryFrame(
            number=known.number,
            encoding=encoding_of(self.run, known.number, known.encoding.age, grid, step),
            masks=resized(known.masks, (grid.height, grid.width)),
            rides=None if known.rides is None else ridden(known.rides, grid.shape),
            straying=None if straying is None else straying.on(ridden(straying.far, grid.shape)),
        )


def remembered(run: Run, number: int, age: int, masks: Array32, step: int) -> MemoryFrame:
    """A frame of the history again, seen anew, on the grid of its masks, float32 (height, width, K). age, step: as of
    `encoding_of`."""
    height, width = masks.shape[:2]
    return MemoryFrame(number, encoding_of(run, number, age, Grid(width, height, STRIDE), step), masks)


def encoding_of(run: Run, number: int, age: int, grid: Grid, step: int) -> Encoding:
    """A frame as it was encoded in a pass of this `step`, where the network saw the frame `age` frames before it."""
    encoding = encode(picture(run.source, number - age * step), grid, run.net)
    for each in range(number - (age - 1) * step, number + step, step) if age else ():
        encoding = encode_next(picture(run.source, each), grid, run.net, encoding)[0]
    return encoding
