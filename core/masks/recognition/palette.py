"""What colours an object has, all of it together: a look-alike in another tint has some of its places, but not its
palette.

Places are compared one by one with the likest ones that are known, and something of the same shape whose red is a
little colder is near enough everywhere. Its colours as a whole are not: most of them have no room in the palette, that
is, in a histogram of the tints (a and b of CIE Lab, not how light it is) that the object had where it was drawn. A part
of the object has fewer colours, but no others.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.media.info import Frame

Tints = npt.NDArray[np.int32]
"""(h, w), which of the palette's cells each pixel of a reduced frame is in."""

SHORT = 240
"""Pixels along the shorter side of the reduced frame."""
CELLS, REACH = 32, 128
"""Cells along each axis of a palette, and how much of a and b, in 8-bit Lab, they span."""
SPREAD = 0.6
"""Cells; how far a colour may be from one that was drawn."""
SPARE = 2.0
"""How many times its share a colour may take up: a part of the object is seen, or another side."""
FAIR, FOREIGN = 0.15, 0.3
"""The part of a candidate with other colours, beyond what is usual, up to which it may be the object, and from which
on it is something else."""
FEWEST = 40
"""Pixels; of fewer nothing is told."""


@dataclass
class Palette:
    """shares: by object, float32 (CELLS, CELLS), the parts of its pixels that are in each cell, summed over the drawn
    masks."""

    shares: dict[int, Array32] = field(default_factory=dict)

    def learn(self, k: int, tints: Tints, inside: npt.NDArray[np.bool_]) -> None:
        """Remember a drawn mask of object k, of any size."""
        counts = _counted(tints, _fitted(inside, tints.shape))
        if counts.sum() >= FEWEST:
            self.shares[k] = self.shares.get(k, np.float32(0)) + counts / counts.sum()

    def foreign(self, k: int, tints: Tints, inside: npt.NDArray[np.bool_]) -> float:
        """The part, in [0, 1], of the pixels of a mask that have no room among the colours of object k; 0 where there
        is too little to compare."""
        counts = _counted(tints, _fitted(inside, tints.shape))
        if k not in self.shares or counts.sum() < FEWEST:
            return 0.0
        room = cv2.GaussianBlur(self.shares[k], (0, 0), SPREAD, borderType=cv2.BORDER_CONSTANT)
        return max(0.0, 1 - float(np.minimum(counts / counts.sum(), SPARE * room / room.sum()).sum()))

    def fits(self, k: int, tints: Tints, places: npt.NDArray[np.bool_], usual: float) -> float:
        """How well the colours of some places, of any size, can be object k's, 1 to 0. usual: what is foreign of its
        own."""
        more = self.foreign(k, tints, places) - usual
        return min(1.0, max(0.0, (FOREIGN - more) / (FOREIGN - FAIR)))

    def only(self, k: int) -> Palette:
        """That of object k alone."""
        return Palette({0: self.shares[k]} if k in self.shares else {})


def tints_of(frame: Frame) -> Tints:
    """frame: uint8 (H, W, 3) RGB."""
    height, width = frame.shape[:2]
    finer = min(1.0, SHORT / min(height, width))
    size = max(1, round(width * finer)), max(1, round(height * finer))
    lab = cv2.cvtColor(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
    cell = ((lab[..., 1:].astype(np.int32) - (128 - REACH // 2)) * CELLS // REACH).clip(0, CELLS - 1)
    return np.asarray(cell[..., 0] * CELLS + cell[..., 1], np.int32)


def _counted(tints: Tints, inside: npt.NDArray[np.bool_]) -> Array32:
    counts = np.bincount(tints[inside], minlength=CELLS * CELLS).astype(np.float32)
    return np.asarray(
        cv2.GaussianBlur(counts.reshape(CELLS, CELLS), (0, 0), 0.7, borderType=cv2.BORDER_CONSTANT)
    )


def _fitted(inside: npt.NDArray[np.bool_], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """A mask at the size of tints; without its rim, where colours are mixed, if there is more than a rim."""
    fitted = cv2.resize(inside.astype(np.uint8), shape[1::-1], interpolation=cv2.INTER_NEAREST)
    core = cv2.erode(fitted, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(core if core.sum() >= FEWEST else fitted, bool)
