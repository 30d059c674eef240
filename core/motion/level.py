"""How bright two frames are to each other: fades, flashes and lamps that flicker.

Motion is told by pictures that look alike. Of two frames of a fade, second = gain first + offset in each colour,
little does; what moves is lost, and a fast fade looks like a cut. So both are brought to the level of the one with
more contrast, looked at there, and what is made of them goes to the level that lies between theirs at its time.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.motion.splat import Picture

Colours = npt.NDArray[np.float32]

SLIGHT_GAIN = 0.03
"""A gain that differs by less from 1 needs no notice,"""
SLIGHT_STEP = 3.0
"""where the means differ by fewer grey levels than this as well."""
FARTHEST_GAIN = 4.0
"""The greatest gain that is believed."""
LEAST_CONTRAST = 2.0
"""Standard deviation of a frame, in grey levels, below which its contrast tells nothing."""
_EVERY = 4


@dataclass(frozen=True, eq=False)
class Level:
    """second = gain * first + offset, (3,) each, one for each colour."""

    gain: Colours
    offset: Colours

    def even(self, first: Picture, second: Picture) -> tuple[Picture, Picture]:
        """Both uint8 (H, W, 3) at the level of the one with more contrast."""
        if self._rises:
            return _changed(first, self.gain, self.offset), second
        return first, _changed(second, np.float32(1) / self.gain, -self.offset / self.gain)

    def at(self, even: Picture, t: float) -> Picture:
        """A picture, uint8 (H, W, 3), at the level of `even` brought to that at time t, 0 at the
        first frame and 1 at the second."""
        part = np.float32(min(max(t, 0.0), 1.0))
        if self._rises:
            return _changed(even, part + (1 - part) / self.gain, -(1 - part) * self.offset / self.gain)
        return _changed(even, 1 - part + part * self.gain, part * self.offset)

    @property
    def _rises(self) -> bool:
        return float(self.gain.mean()) > 1


def level_between(first: Picture, second: Picture) -> Level | None:
    """The level of two frames uint8 (H, W, 3), from mean and contrast; None when they hardly differ, when it cannot
    be told, and of frames with alpha."""
    if first.shape[2] != 3:
        return None
    (mean0, spread0), (mean1, spread1) = (_statistics(frame) for frame in (first, second))
    if min(spread0.min(), spread1.min()) < LEAST_CONTRAST:
        return None
    gain = spread1 / spread0
    if np.abs(gain - 1).max() < SLIGHT_GAIN and np.abs(mean1 - mean0).max() < SLIGHT_STEP:
        return None
    if max(gain.max(), 1 / gain.min()) > FARTHEST_GAIN:
        return None
    return Level(gain, mean1 - gain * mean0)


def _statistics(frame: Picture) -> tuple[Colours, Colours]:
    """Mean and standard deviation of each colour, (3,)."""
    mean, spread = cv2.meanStdDev(np.ascontiguousarray(frame[::_EVERY, ::_EVERY]))
    return mean[:, 0].astype(np.float32), spread[:, 0].astype(np.float32)


def _changed(picture: Picture, gain: Colours, offset: Colours) -> Picture:
    values = np.arange(256, dtype=np.float32)[:, None] * gain + offset
    table = np.clip(values + np.float32(0.5), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table[None]), np.uint8)
