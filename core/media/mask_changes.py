"""What differs between two tracking results: per frame, and as a picture of what was gained and what was lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.media.matte import MASKS, Labels, MaskFolder, mask_name

GAINED = 1
"""Label in a difference: pixels that belong to an object, or to another one, only now."""
LOST = 2
"""Label in a difference: pixels that belong to none any more."""
LEAST = 0.005
"""A change of less of the objects' area is none to speak of."""


@dataclass(frozen=True)
class Change:
    """Of a frame: gained and lost pixels as parts of what the objects cover before or after, 0 to 1."""

    gained: float = 0.0
    lost: float = 0.0

    @property
    def amount(self) -> float:
        return self.gained + self.lost


@dataclass(frozen=True)
class Totals:
    """Of many frames: how many change, by how much in the mean over those, and the one that changes most."""

    frames: int
    mean: float
    most: int


def difference(before: Labels, after: Labels) -> Labels:
    """GAINED, LOST or 0 of each pixel, uint8 (H, W)."""
    changed = before != after
    found = np.zeros(after.shape, np.uint8)
    found[changed & (after > 0)] = GAINED
    found[changed & (after == 0)] = LOST
    return found


def change_of(before: Labels, after: Labels) -> Change:
    counts = np.bincount(difference(before, after).ravel(), minlength=3)
    covered = max(1, int(np.count_nonzero(before | after)))
    return Change(float(counts[GAINED]) / covered, float(counts[LOST]) / covered)


def compare(before: Path, after: Path, frames: Iterable[int]) -> dict[int, Change]:
    """The changes from one result folder to another; a frame that one does not have counts as empty there.

    Raises:
        MediaError: when a mask cannot be read.
    """
    return {frame: _compared(before, after, frame) for frame in frames}


def _compared(before: Path, after: Path, frame: int) -> Change:
    files = [folder / MASKS / mask_name(frame) for folder in (before, after)]
    there = [file.is_file() for file in files]
    if not any(there):
        return Change()
    if all(there):
        if files[0].read_bytes() == files[1].read_bytes():
            return Change()
        old, new = MaskFolder(before).labels(frame), MaskFolder(after).labels(frame)
        return change_of(old, new) if old.shape == new.shape else Change(1.0)
    shown = MaskFolder(after if there[1] else before).labels(frame)
    if not shown.any():
        return Change()
    return Change(gained=1.0) if there[1] else Change(lost=1.0)


def totals(changes: Mapping[int, Change]) -> Totals:
    """Over the frames that change by at least LEAST; most is -1 when there are none."""
    told = {frame: change.amount for frame, change in changes.items() if change.amount >= LEAST}
    if not told:
        return Totals(0, 0.0, -1)
    return Totals(
        len(told), sum(told.values()) / len(told), max(told, key=lambda frame: (told[frame], -frame))
    )
