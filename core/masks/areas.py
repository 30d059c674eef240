"""Which tokens of a frame are asked about: those near the objects, fewer of them away from edges."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from torch import Tensor

from core.arrays import Array32
from core.masks.fineness import STEP

Area = npt.NDArray[np.bool_]
"""bool (rows, columns): some of the tokens."""
MARGIN = 10
"""An object is looked for so many tokens around where it was."""
DOUBT = 0.02
"""How near to 0 or 1 the mean around a token is when nothing is in doubt there."""
WIDE = 2
"""As a multiple of the band in which all tokens are kept: how far every second one is kept."""


def near(objects: Array32, margin: int) -> Area:
    """The tokens at most `margin` away from any object of (rows, columns, K); all when none is seen."""
    seen = objects.max(axis=2) > 0.1
    return dilated(seen, margin) if seen.any() else np.ones(seen.shape, bool)


def box_around(tokens: Array32) -> tuple[slice, slice]:
    """The box that an object, (rows, columns, 1), may be in next: everywhere when it is not seen. Its sides are
    multiples of STEP."""
    seen = tokens[..., 0] > 0.1
    if not seen.any():
        seen = np.ones_like(seen)
    sides = []
    for axis in (1, 0):
        found = np.flatnonzero(seen.any(axis=axis))
        low = max(0, found[0] - MARGIN) // STEP * STEP
        high = min(seen.shape[1 - axis], -(-(found[-1] + 1 + MARGIN) // STEP) * STEP)
        sides.append(slice(int(low), int(high)))
    return sides[0], sides[1]


def dilated(area: Area, margin: int) -> Area:
    """An area with the tokens up to `margin` away from it, in a round neighbourhood."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.dilate(area.astype(np.uint8), kernel), bool)


def thinned(area: Area, objects: Array32, band: int) -> Area:
    """An area with fewer tokens away from the edges of the objects (rows, columns, K), where
    little is lost by it: all of them up to `band` tokens away, every second along both axes up to
    WIDE times as far, every fourth beyond."""
    kept = np.zeros(area.shape, bool)
    kept[::4, ::4] = True
    for step, margin in ((2, WIDE * band), (1, band)):
        edges = np.zeros(area.shape, bool)
        for k in range(objects.shape[2]):
            inside, touched = objects[..., k] > 0.9, objects[..., k] > 0.1
            edges |= dilated(touched, margin) & ~eroded(inside, margin)
        kept[::step, ::step] |= edges[::step, ::step]
    return area & kept if (area & kept).any() else area


def eroded(area: Area, margin: int) -> Area:
    """An area without the tokens up to `margin` away from its outside; beyond the frame nothing is outside."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.erode(area.astype(np.uint8), kernel), bool)


def spread(values: Tensor, asked: Area) -> Array32:
    """Values (N, D) of the tokens asked for as a map (rows, columns, D); the tokens between every
    second and every fourth one get the value of that one."""
    result = np.zeros((*asked.shape, values.shape[1]), np.float32)
    result[asked] = values.numpy()
    known = asked.copy()
    for step in (2, 4):
        coarse, has = (_repeated(each[::step, ::step], step, asked.shape) for each in (result, known))
        fills = has & ~known
        result[fills] = coarse[fills]
        known |= fills
    return result


def _repeated(coarse: npt.NDArray[Any], step: int, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    return np.repeat(np.repeat(coarse, step, axis=0), step, axis=1)[: shape[0], : shape[1]]


def doubtful(tokens: Array32) -> Area:
    """Tokens around which it is not clear, or changes, what covers them: tokens (rows, columns, K) in [0, 1]."""
    around = cv2.blur(tokens, (5, 5)).reshape(tokens.shape)
    return np.asarray(((around > DOUBT) & (around < 1 - DOUBT)).any(axis=2))
