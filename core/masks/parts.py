"""The parts of a mask: which of them can be of the object, and which are look-alikes in the background."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.fineness import STRIDE

APART = 0.25
"""In diagonals of an object's main part: how far from it a part may lie that was there before."""
NEW = 0.08
"""The same for a part that is new."""
GROWS = 40.0, 0.25
"""From one frame to the next an object grows by so many pixels, or this part of its size."""
MOST_OF_IT = 0.6
"""The main part is at least this share of the object."""


def gap(mask: Array32) -> float:
    """How far the parts of a mask, (H, W), may lie from the largest of them, in pixels: as far as they were drawn
    apart, and a part of the object's extent."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    if count < 2:
        return 0.0
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    away = cv2.distanceTransform((parts != largest).astype(np.uint8), cv2.DIST_L2, 3)
    apart = [float(away[parts == part].min()) for part in range(1, count) if part != largest]
    return max([1.5 * each for each in apart] + [APART * _extent(stats[largest])])


def _extent(stats: npt.NDArray[np.int32]) -> float:
    return float(np.hypot(stats[cv2.CC_STAT_WIDTH], stats[cv2.CC_STAT_HEIGHT]))


def whole(mask: Array32, guided: Array32, apart: float) -> Array32:
    """A mask without parts that cannot be of the object, all (H, W).

    Objects grow at their edges, do not fall apart farther than they were drawn apart, and nothing new appears away
    from where the mask was: such parts are look-alikes in the background. Nothing is taken from an object that is
    seen in pieces.

    Args:
        guided: the mask before, moved by flow.
        apart: how far parts may lie from the main one in pixels, at least.
    """
    before = guided > 0.5
    if not before.any():
        return _without_strays(mask, before, apart)
    grown = max(GROWS[0], GROWS[1] * float(before.sum()) ** 0.5)
    rows, columns = (_reached(np.asarray(before.any(axis=axis)), grown) for axis in (1, 0))
    result, part, before = np.zeros(mask.shape, np.float32), mask[rows, columns], before[rows, columns]
    away = cv2.distanceTransform((~before).astype(np.uint8), cv2.DIST_L2, 3)
    result[rows, columns] = _without_strays(np.where(away <= grown, part, np.float32(0)), before, apart)
    return result


def _reached(seen: npt.NDArray[np.bool_], grown: float) -> slice:
    """The rows, or columns, that lie no farther than `grown` from those where an object is seen, and some more."""
    found, margin = np.flatnonzero(seen), int(1.1 * grown) + 2  # what is measured as 0.955 is a pixel
    return slice(max(0, int(found[0]) - margin), int(found[-1]) + 1 + margin)


def _without_strays(mask: Array32, before: npt.NDArray[np.bool_], apart: float) -> Array32:
    """Without the parts that lie too far from the main one. before: bool (H, W), where the object was."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    if count < 3:
        return np.asarray(mask, np.float32)
    known = np.bincount(parts[before], minlength=count)
    areas = stats[:, cv2.CC_STAT_AREA]
    main = 1 + int((known[1:] + 1e-3 * areas[1:]).argmax())
    if areas[main] < MOST_OF_IT * areas[1:].sum():
        return np.asarray(mask, np.float32)
    away = cv2.distanceTransform((parts != main).astype(np.uint8), cv2.DIST_L2, 3)
    extent = _extent(stats[main])
    reach = [max(apart, (APART if known[part] > areas[part] / 4 else NEW) * extent) for part in range(count)]
    kept = [part for part in range(1, count) if float(away[parts == part].min()) <= reach[part]]
    mine = cv2.dilate(
        np.isin(parts, kept).astype(np.uint8), np.ones((2 * STRIDE + 1, 2 * STRIDE + 1), np.uint8)
    )
    return np.where((mine > 0) | (parts == 0) & (mask < 0.3), mask, np.float32(0)).astype(np.float32)
