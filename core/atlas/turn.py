"""How an object turned between two pictures that are laid over one another: its flow is searched from there.

A turn about the object's middle is tried in steps, the best one is refined by correlation (Evangelidis and Psarakis
2008), and taken only when the pictures agree much better by it: limbs that move each their own way are left to the
flow.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion.control_grid import pixels

Grey = npt.NDArray[np.uint8]
TRIED = (-24.0, -12.0, 12.0, 24.0)
"""Degrees."""
BETTER = 0.9
"""Part of the difference that may be left for a turn to be taken."""
ENDS = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 15, 1e-3)


def turn_between(a: Grey, b: Grey, mask: Grey) -> Array32 | None:
    """The turn and shift, float32 (2, 3), that leads from a to b inside the mask
    (1 in a's object); None when none helps.

    Args:
        a, b, mask: uint8 (h, w).
    """
    inside = mask > 0
    if not inside.any():
        return None
    rows, columns = np.nonzero(inside)
    middle = float(columns.mean()), float(rows.mean())
    stays = np.array([[1, 0, 0], [0, 1, 0]], np.float32)

    def apart(turn: Array32) -> float:
        return float(cv2.absdiff(a, turned_back(b, turn))[inside].mean())

    tried = [stays, *(np.asarray(cv2.getRotationMatrix2D(middle, angle, 1), np.float32) for angle in TRIED)]
    best = min(tried, key=apart)
    try:
        _, exact = cv2.findTransformECC(
            a, b, best.copy(), cv2.MOTION_EUCLIDEAN, ENDS, mask * np.uint8(255), 5
        )
        best = min((best, np.asarray(exact, np.float32)), key=apart)
    except cv2.error:  # no correlation to climb
        pass
    return best if apart(best) < BETTER * apart(stays) else None


def turned_back(b: Grey, turn: Array32) -> Grey:
    """b as a sees it, uint8 (h, w)."""
    size, how = (b.shape[1], b.shape[0]), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(b, turn, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def with_turn(flow: Array32, turn: Array32) -> Array32:
    """Flow from a to b, from that to `turned_back` of b, float32 (h, w, 2)."""
    here = pixels(0, 0, flow.shape[1], flow.shape[0])
    return np.asarray(cv2.transform(here + flow, turn) - here, np.float32)
