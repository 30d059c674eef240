"""Strokes that a person would make to mend a selection: a short line in the middle of the largest wrong region."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.masks.draw import Stroke

Mask = npt.NDArray[np.bool_]
_FREE = 0.6
"""Part of a region's inner radius that a stroke may fill."""
_LEAST = 12
"""Pixels of a region that is worth a stroke."""


def corrective(
    answer: Mask, truth: Mask, known: Mask | None = None, largest: float = 16.0
) -> tuple[Stroke, bool] | None:
    """The stroke on the largest region where an answer is wrong.

    Args:
        answer, truth: bool (H, W).
        known: bool (H, W), where the truth is to be trusted; everywhere when None.
        largest: diameter of the brush in pixels at most.

    Returns:
        The stroke, and whether it belongs to the object; None when nothing worth it is wrong.
    """
    wrong = answer != truth
    if known is not None:
        wrong &= known
    best = max((_largest(wrong & truth), _largest(wrong & ~truth)), key=lambda found: found[1])
    if best[1] < _LEAST:
        return None
    region = best[0]
    inner = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    inner = inner[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(inner)), inner.shape)
    radius = float(inner[row, column]) - 0.5  # to the edge, not to the next pixel's middle
    middle = np.array((column + 0.5, row + 0.5))
    along = _axis(region) * radius * (1 - _FREE)
    ends = tuple((float(x), float(y)) for x, y in (middle - along, middle + along))
    diameter = max(1.0, min(largest, 2 * _FREE * radius - 1))
    return Stroke(ends, diameter), bool(truth[row, column])


def _largest(region: Mask) -> tuple[Mask, int]:
    """The largest connected part, and its pixels."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(region.astype(np.uint8), connectivity=4)
    if count < 2:
        return region, 0
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return parts == best, int(stats[best, cv2.CC_STAT_AREA])


def _axis(region: Mask) -> npt.NDArray[np.float64]:
    """The unit vector (x, y) along which a region is longest."""
    rows, columns = np.nonzero(region)
    points = np.stack((columns - columns.mean(), rows - rows.mean()))
    _, vectors = np.linalg.eigh(points @ points.T)
    return np.asarray(vectors[:, -1], np.float64)
