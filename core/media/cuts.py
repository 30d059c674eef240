"""Where a clip changes from one shot to the next.

A frame is looked at as a small lightness picture and a coarse colour histogram. Two frames differ by the geometric
mean of the histograms' distance and of one minus the pictures' correlation (its best over small shifts): a change of
light alone or a shake alone is no cut. A cut is a difference that stands out of the motion on both of its sides (so a
fast pan is none) and that stays when a few frames are left out (so a flash is none). After the adaptive comparison of
Yeo and Liu (1995).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import Frame, FrameSource

DIFFERENT = 0.28
"""Two frames of one shot differ less; measured on joined real clips."""
STANDS_OUT = 2.5
"""How many times the difference must be that of its neighbours on either side."""
FLASH = 3
"""Frames; a shorter shot than this counts as a flash."""
AROUND = 6
"""Frames on either side that a decision looks at."""
_PIECE = 32
_SMALL = (64, 36)


@dataclass(frozen=True)
class Look:
    """What a frame looks like, small enough to compare many.

    picture: float32 (18, 32) lightness.
    colours: float32 (bins), sums to 1.
    """

    picture: npt.NDArray[np.float32]
    colours: npt.NDArray[np.float32]


def look_at(frame: Frame) -> Look:
    """What is compared of a frame, uint8 (H, W, 3) RGB."""
    small = cv2.resize(frame[..., :3], _SMALL, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    counted = cv2.calcHist([lab], [0, 1, 2], None, [12, 9, 9], [0, 100.01, -64, 64, -64, 64])
    colours = cv2.GaussianBlur(counted.reshape(12, 9, 9), (3, 3), 0.7).ravel()
    picture = cv2.GaussianBlur(lab[..., 0], (0, 0), 1.2)[::2, ::2]
    total = max(1.0, float(colours.sum()))
    return Look(np.ascontiguousarray(picture), (colours / total).astype(np.float32))


def difference(a: Look, b: Look) -> float:
    """How unlike two frames are, 0 to 1."""
    colours = 0.5 * float(np.abs(a.colours - b.colours).sum())
    return (colours * _unlike(a.picture, b.picture)) ** 0.5 if colours > DIFFERENT**2 else colours


def _unlike(a: npt.NDArray[np.float32], b: npt.NDArray[np.float32]) -> float:
    """One minus the correlation of two pictures, the best over shifts of up to two pixels."""
    rows, columns = a.shape
    middle = a[1:-1, 2:-2] - a[1:-1, 2:-2].mean()
    best = 0.0
    for y in range(3):
        for x in range(5):
            other = b[y : rows - 2 + y, x : columns - 4 + x]
            other = other - other.mean()
            size = float((middle * middle).sum() * (other * other).sum()) ** 0.5
            best = max(best, float((middle * other).sum()) / (size + 30))
    return 1 - best


def is_cut(looks: Sequence[Look], at: int) -> bool:
    """Whether a new shot begins at looks[at]; the looks around it are of neighbouring frames.

    Only AROUND frames on either side count.
    """
    step = difference(looks[at - 1], looks[at])
    if step < DIFFERENT:
        return False
    sides = (range(max(1, at - AROUND + 1), at), range(at + 1, min(len(looks), at + AROUND)))
    for side in sides:
        motion = [difference(looks[n - 1], looks[n]) for n in side]
        if motion and step < STANDS_OUT * float(np.median(motion)):
            return False
    before, after = looks[max(0, at - FLASH) : at], looks[at : at + FLASH]
    return all(difference(a, b) >= DIFFERENT for a in before for b in after)


def find_cuts(frames: Iterable[Frame]) -> Iterator[int]:
    """The first frame of every shot but the first, streaming: only a few small pictures are held."""
    looks: list[Look] = []
    first, asked = 0, 1
    for frame in frames:
        looks.append(look_at(frame))
        while asked + AROUND <= first + len(looks):
            if is_cut(looks, asked - first):
                yield asked
            asked += 1
        drop = max(0, asked - AROUND - first)
        del looks[:drop]
        first += drop
    for number in range(asked, first + len(looks)):
        if is_cut(looks, number - first):
            yield number


class SceneCuts:
    """The cuts of a clip, found when they are asked for, a piece of the clip at a time and in any order.

    Args:
        open_clip: opens the clip anew; the decoder of whoever asks is not disturbed. Closed by `close`.
    """

    def __init__(self, open_clip: Callable[[], FrameSource]) -> None:
        self._open = open_clip
        self._source: FrameSource | None = None
        self._pieces: dict[int, frozenset[int]] = {}

    def __contains__(self, frame: object) -> bool:
        """Whether a shot begins at `frame`. Raises MediaError when the clip cannot be read there."""
        if not isinstance(frame, int):
            return False
        piece = frame // _PIECE
        if piece not in self._pieces:
            self._pieces[piece] = self._look_through(piece * _PIECE)
        return frame in self._pieces[piece]

    def between(self, first: int, last: int) -> tuple[int, ...]:
        """The cuts from `first` to `last`, inclusive. Raises MediaError."""
        return tuple(frame for frame in range(first, last + 1) if frame in self)

    def close(self) -> None:
        """Let go of the clip."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _look_through(self, start: int) -> frozenset[int]:
        if self._source is None:
            self._source = self._open()
        source = self._source
        low, high = max(0, start - AROUND), min(source.frame_count, start + _PIECE + AROUND)
        looks = [look_at(source.frame(number)) for number in range(low, high)]
        asked = range(max(1, start), min(source.frame_count, start + _PIECE))
        return frozenset(number for number in asked if is_cut(looks, number - low))
