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
TOKENS_ACROSS = 32
"""Tokens along the side of a square as large as the smallest object, where rows are plenty."""
TOKENS_THICK = 3
"""Tokens across the thickness of the thinnest object."""
FEWEST_ROWS = 48


@dataclass(frozen=True)
class Bounds:
    """usual: rows for TOKENS_ACROSS, at most. across, most: tokens along the side of an object that is small, and rows for
    them and for thin objects, at most: what lies around a small object takes little time."""

    usual: int
    across: int
    most: int


NORMAL = Bounds(120, 32, 120)
FAST = Bounds(76, 24, 112)


def choose_grid(width: int, height: int, masks: Sequence[Labels], bounds: Bounds = NORMAL) -> Grid:
    """The grid for a clip of width x height, by the masks that are drawn: finer for small objects and for thin ones."""
    objects = [labels == label for labels in masks for label in np.unique(labels[labels > 0])]
    side = min((float(inside.sum()) ** 0.5 for inside in objects), default=float(height))
    thin = min((thickness(inside) for inside in objects), default=float(height))
    tokens = height / max(1.0, side)
    rows = max(
        FEWEST_ROWS,
        min(TOKENS_ACROSS * tokens, bounds.usual),
        min(bounds.across * tokens, bounds.most),
        min(TOKENS_THICK * height / max(1.0, thin), bounds.most),
    )
    return make_grid(width, height, min(round(rows), max(1, height // STRIDE)), STRIDE, STEP)


def thickness(inside: npt.NDArray[np.bool_]) -> float:
    """Twice the area by the length of the outline, in pixels: of a long bar, its width."""
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return 2 * float(inside.sum()) / max(1, sum(len(outline) for outline in outlines))
