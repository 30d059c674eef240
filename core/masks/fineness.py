"""How fine the grid of tokens is that a clip is tracked on: finer for small and for thin objects,
and chosen again when they have grown or shrunk by far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.masks.features import Grid, make_grid
from core.media.matte import Labels

STRIDE = 4
"""Pixels of the reduced frame along the side of a token."""
STEP = 4
"""Rows and columns are multiples of this: the network halves its picture that often below a token."""
TOKENS_THICK = 3
"""Tokens across the thickness of the thinnest object."""
FEWEST_ROWS = 48
"""Clips of fewer rows are too small for the network."""
ENLARGED = 2
"""By what factor a small clip is enlarged at most, where its objects are small."""
SMALLEST = 144
"""Pixels along the shorter side of clips that are: what is smaller is a thumbnail, and enlarged all blur."""


@dataclass(frozen=True)
class Bounds:
    """How fine grids may be.

    least, most: tokens along the shorter side of a frame.
    across: tokens along the side of a square as large as the smallest object; what lies around a small one
        takes little time.
    """

    least: int
    across: int
    most: int


NORMAL = Bounds(96, 32, 120)
FAST = Bounds(76, 24, 112)
CHANGED = 1.12
"""By what factor another grid must be finer or coarser to be worth seeing everything anew."""

KEPT = 1.5
"""How many tokens an object that has grown keeps, as a multiple of what it would begin with: masks that
were tracked are coarser than drawn ones."""


@dataclass(frozen=True)
class Fineness:
    """What decides on the grids of a clip of width x height.

    across: of each object, tokens along the side of a square as large as it is; more for thin ones.
    """

    width: int
    height: int
    bounds: Bounds
    across: tuple[float, ...]

    def regrid(self, grid: Grid, sides: Sequence[float]) -> Grid:
        """The grid for objects as large as they are now, or the present one where that would hardly differ.

        Args:
            sides: of squares as large as the objects, in parts of the frame's height; 0 for one that is not seen.
        """
        short = min(self.width, self.height)
        wanted = [
            across * short / (side * self.height)
            for across, side in zip(self.across, sides, strict=True)
            if side > 0
        ]
        if not wanted:
            return grid
        other = _grid_for(self.width, self.height, max(wanted), self.bounds)
        if other.shape[0] < grid.shape[0]:  # what grew keeps more tokens than it would begin with
            coarser = _grid_for(self.width, self.height, KEPT * max(wanted), self.bounds)
            other = coarser if coarser.shape[0] < grid.shape[0] else grid
        change = other.shape[0] / grid.shape[0]
        return other if not 1 / CHANGED < change < CHANGED else grid


def fineness_of(
    size: tuple[int, int], masks: Sequence[Labels], labels: Sequence[int], bounds: Bounds
) -> Fineness:
    """By the drawn masks of a clip.

    Args:
        size: (width, height).
        labels: its objects.
    """
    across = []
    for label in labels:
        drawn = [inside for each in masks if (inside := each == label).any()]
        thin = [TOKENS_THICK * float(inside.sum()) ** 0.5 / max(1.0, thickness(inside)) for inside in drawn]
        across.append(max(float(bounds.across), *thin))
    return Fineness(*size, bounds, tuple(across))


def choose_grid(width: int, height: int, masks: Sequence[Labels], bounds: Bounds = NORMAL) -> Grid:
    """The grid for a clip of width x height, by the masks that are drawn: finer for small objects and for thin ones.

    A person 20 pixels wide in a clip of 240 rows would be five tokens wide, too few to follow, so such a clip is looked
    at enlarged.
    """
    objects = [labels == label for labels in masks for label in np.unique(labels[labels > 0])]
    side = min((float(inside.sum()) ** 0.5 for inside in objects), default=float(height))
    thin = min((thickness(inside) for inside in objects), default=float(height))
    wanted = max(bounds.across / max(1.0, side), TOKENS_THICK / max(1.0, thin)) * min(width, height)
    return _grid_for(width, height, wanted, bounds)


def _grid_for(width: int, height: int, wanted: float, bounds: Bounds) -> Grid:
    """The grid with so many tokens along the shorter side, if the bounds and the clip's pixels let it."""
    short = min(width, height)
    own = max(1, short // STRIDE)
    most = ENLARGED * own if short >= SMALLEST else own
    fine = min(max(min(bounds.least, own), wanted), bounds.most, most)
    return make_grid(width, height, round(fine * height / short), STRIDE, STEP)


def thickness(inside: npt.NDArray[np.bool_]) -> float:
    """Twice the area by the length of the outline, in pixels: of a long bar, its width."""
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return 2 * float(inside.sum()) / max(1, sum(len(outline) for outline in outlines))
