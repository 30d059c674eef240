"""How fine the grid of tokens is that a clip is tracked on: finer for small and for thin objects."""

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
"""Times that a small clip is enlarged at most, where its objects are small."""
SMALLEST = 144
"""Pixels along the shorter side of clips that are: what is smaller is a thumbnail, and enlarged all blur."""


@dataclass(frozen=True)
class Bounds:
    """least, most: tokens along the shorter side of a frame. across: tokens along the side of a square as large as the
    smallest object; what lies around a small one takes little time."""

    least: int
    across: int
    most: int


NORMAL = Bounds(96, 32, 120)
FAST = Bounds(76, 24, 112)


def choose_grid(width: int, height: int, masks: Sequence[Labels], bounds: Bounds = NORMAL) -> Grid:
    """The grid for a clip of width x height, by the masks that are drawn: finer for small objects and for thin ones.

    A person 20 pixels wide in a clip of 240 rows would be five tokens wide, too few to follow, so such a clip is looked
    at enlarged.
    """
    objects = [labels == label for labels in masks for label in np.unique(labels[labels > 0])]
    side = min((float(inside.sum()) ** 0.5 for inside in objects), default=float(height))
    thin = min((thickness(inside) for inside in objects), default=float(height))
    short = min(width, height)
    wanted = max(bounds.across / max(1.0, side), TOKENS_THICK / max(1.0, thin)) * short
    own = max(1, short // STRIDE)
    most = ENLARGED * own if short >= SMALLEST else own
    fine = min(max(min(bounds.least, own), wanted), bounds.most, most)
    return make_grid(width, height, round(fine * height / short), STRIDE, STEP)


def thickness(inside: npt.NDArray[np.bool_]) -> float:
    """Twice the area by the length of the outline, in pixels: of a long bar, its width."""
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return 2 * float(inside.sum()) / max(1, sum(len(outline) for outline in outlines))
