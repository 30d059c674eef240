"""What stands still over a moving picture: letters, logos, bars. It must not be carried along by what moves below.

Two frames alone cannot tell a logo over a moving street from a wall that something flies past between them: both pixels
are equal in both frames and moving things are thrown over both. So a pixel counts as overlay when it stays the same
while most of its surroundings change. With more frames at hand it must stay the same in all of them, and may then change a
little, as compressed video does, near edges that stay.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.motion.splat import Picture

Mask = npt.NDArray[np.bool_]

AROUND = 0.16
"""Side of the surroundings that are looked at, a part of the frame's height."""
CHANGING = 0.45
"""Part of the surroundings that must change."""
SLIGHT, EDGE, NEAR = 5, 40, 7
"""Grey levels of change that compression makes; of contrast that an edge has; pixels around an edge."""
SMALLER = 4
"""How many times smaller the surroundings are looked at."""
_COMPANY = 3
"""Equal pixels among nine, so that none counts by chance."""


def overlay(first: Picture, second: Picture, others: Sequence[Picture] = ()) -> Mask | None:
    """Where something stands still over what moves, bool (H, W); None when there is nothing.

    Args:
        first, second: uint8 (H, W, C). others: frames before and after them of the same shot.
    """
    change = _change(first, second)
    for other in others:
        change = cv2.max(change, _change(first, other))
    if not _busy(change).any():
        return None
    company = cv2.boxFilter((change == 0).astype(np.uint8), -1, (3, 3), normalize=False)
    still = (change == 0) & (company >= _COMPANY)
    if len(others) > 1:
        still |= _near_still_edges(first, second, change)
    busy = cv2.resize(_busy(change), change.shape[::-1], interpolation=cv2.INTER_NEAREST)
    still &= busy > 0
    return still if still.any() else None


def _busy(change: Picture) -> Picture:
    """Where most of the surroundings change, uint8 at a quarter of the size."""
    size = -(-change.shape[1] // SMALLER), -(-change.shape[0] // SMALLER)
    share = cv2.resize(cv2.compare(change, 2 * SLIGHT, cv2.CMP_GT), size, interpolation=cv2.INTER_AREA)
    side = 2 * int(size[1] * AROUND / 2) + 1
    return np.asarray(cv2.compare(cv2.blur(share, (side, side)), 255 * CHANGING, cv2.CMP_GT), np.uint8)


def _change(a: Picture, b: Picture) -> Picture:
    planes = cv2.split(cv2.absdiff(a, b))
    most = planes[0]
    for plane in planes[1:]:
        most = cv2.max(most, plane)
    return np.asarray(most, np.uint8)


def _near_still_edges(first: Picture, second: Picture, change: Picture) -> Mask:
    small, wide = np.ones((3, 3), np.uint8), np.ones((NEAR, NEAR), np.uint8)
    greens = (np.ascontiguousarray(x[..., min(1, x.shape[2] - 1)]) for x in (first, second))
    steep = cv2.min(*(cv2.morphologyEx(x, cv2.MORPH_GRADIENT, small) for x in greens))
    calm = cv2.compare(change, SLIGHT, cv2.CMP_LE)
    edges = cv2.bitwise_and(cv2.compare(steep, EDGE, cv2.CMP_GT), cv2.erode(calm, small))
    return np.asarray(cv2.bitwise_and(cv2.dilate(edges, wide), calm) > 0, np.bool_)
