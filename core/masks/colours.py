"""Is a pixel's colour that of the object or of what lies around it, asked in every neighbourhood anew.

The certain pixels of a frame are gathered in a coarse grid over place and colour, blurred, and read again at the
uncertain ones (the bilateral grid of Chen, Paris, Durand 2007). A neighbourhood in which the certain pixels
themselves are not told apart by colour has no say.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.edges import box_mean
from core.masks.logit import logit, sigmoid

CELL = 16
"""Side of a grid cell in pixels of the working size."""
LIGHT_CELL = 16
"""Width of a grid cell in lightness, 8-bit LAB."""
TINT_CELL = 8
"""Width of a grid cell in a and in b, 8-bit LAB."""
WINDOW = 12
"""Half the window in which the colours are tried on certain pixels."""
MOST_ERROR = 0.3
"""Share of certain pixels that may be told wrong before the colours have no say; a full say needs 0.1 less."""
SAY = 0.6


def with_colours(lab: npt.NDArray[np.uint8], prior: Array32, near: npt.NDArray[np.bool_]) -> Array32:
    """The probabilities with the local colours taken into account.

    Args:
        lab: uint8 (H, W, 3), the picture in OpenCV's LAB.
        prior: float32 (H, W), probability of the object.
        near: bool (H, W), the pixels that vote and are judged; the others keep their prior.

    Returns:
        float32 (H, W).
    """
    result = prior.copy()
    if not near.any():
        return result
    certain = np.abs(2 * prior - 1) + np.float32(1e-3)
    told = np.zeros_like(prior)
    told[near] = _told(lab, near, prior[near], certain[near])
    say = SAY * _trust(told, prior, np.where(near, certain, 0))[near]
    judged = (1 - say) * logit(prior[near]) + say * logit(told[near])
    result[near] = sigmoid(judged)
    return result


def _told(
    lab: npt.NDArray[np.uint8], near: npt.NDArray[np.bool_], prior: Array32, weight: Array32
) -> Array32:
    """What the colours alone say of the N pixels of `near`, float32 (N)."""
    index, shape = _cells(lab, near)
    size = int(np.prod(shape))
    votes = np.stack([np.bincount(index, each, size).astype(np.float32) for each in (weight * prior, weight)])
    of_object, of_all = _blurred(votes.reshape(2, *shape)).reshape(2, size)[:, index]
    return np.asarray(of_object / (of_all + 1e-9), np.float32)


def _cells(
    lab: npt.NDArray[np.uint8], near: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """The cell, counted through, of each of the N pixels of `near`, and the grid's shape: the box that they fill."""
    rows, columns = np.nonzero(near)
    light, *tints = cv2.split(lab)
    places = (
        rows // CELL,
        columns // CELL,
        light[near] // LIGHT_CELL,
        *(tint[near] // TINT_CELL for tint in tints),
    )
    index, shape = np.zeros(len(rows), np.int64), []
    for place in places:
        low = int(place.min())
        shape.append(int(place.max()) - low + 1)
        index = index * shape[-1] + (place - low)
    return index, shape


def _blurred(grids: Array32) -> Array32:
    """Each cell of some grids, (N, …), with its neighbours along every axis, weights 1, 2, 1 (not normalised). Changes
    `grids`."""
    other = np.empty_like(grids)
    for axis in range(1, grids.ndim):
        np.multiply(grids, 2, out=other)
        lines, summed = np.moveaxis(grids, axis, 0), np.moveaxis(other, axis, 0)
        summed[1:] += lines[:-1]
        summed[:-1] += lines[1:]
        grids, other = other, grids
    return grids


def _trust(told: Array32, prior: Array32, certain: Array32) -> Array32:
    """0 to 1: how well the colours tell the certain pixels of each window, object and surroundings apart."""
    wrong = np.zeros_like(prior)
    for side, error in ((prior > 0.5, 1 - told), (prior <= 0.5, told)):
        weight = np.where(side, certain, 0).astype(np.float32)
        mean = box_mean(weight * error, WINDOW) / (box_mean(weight, WINDOW) + 1e-3)
        wrong = np.maximum(wrong, mean)
    return np.clip((MOST_ERROR - wrong) / np.float32(0.1), 0, 1)
