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
_COMPANY = 3
"""Equal pixels among nine, so that none counts by chance."""


def overlay(first: Picture, second: Picture, others: Sequence[Picture] = ()) -> Mask | None:
    """Where something stands still over what moves, bool (H, W); None when there is nothing.

    Args:
        first, second: uint8 (H, W, C). others: frames before and after them of the same shot.
    """
    change = _change(first, second)
    for other in others:
        change = np.maximum(change, _change(first, other))
    moving = (change > 2 * SLIGHT).astype(np.float32)
    side = 2 * int(change.shape[0] * AROUND / 2) + 1
    busy = cv2.blur(moving, (side, side)) > CHANGING
    if not busy.any():
        return None
    company = cv2.boxFilter((change == 0).astype(np.float32), -1, (3, 3), normalize=False)
    still = (change == 0) & (company >= _COMPANY)
    if len(others) > 1:
        still |= _near_still_edges(first, second, change)
    still &= busy
    return still if still.any() else None


def _change(a: Picture, b: Picture) -> Picture:
    difference = cv2.absdiff(a, b)
    return np.asarray(difference.max(2) if difference.ndim == 3 else difference, np.uint8)


def _near_still_edges(first: Picture, second: Picture, change: Picture) -> Mask:
    both = [cv2.morphologyEx(x[..., :3].max(2), cv2.MORPH_GRADIENT, np.ones((3, 3))) for x in (first, second)]
    calm = cv2.erode((change <= SLIGHT).astype(np.uint8), np.ones((3, 3))) > 0
    edges = (np.minimum(*both) > EDGE) & calm
    near = cv2.dilate(edges.astype(np.uint8), np.ones((NEAR, NEAR))) > 0
    return np.asarray(near & (change <= SLIGHT), np.bool_)
