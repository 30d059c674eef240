"""What stands still over a moving picture: letters, logos, bars. It must not be carried along by what moves below.

Two frames alone cannot tell a logo over a moving street from a wall that something flies past between them: both
pixels are equal in both frames and moving things are thrown over both. So a pixel counts as overlay when it stays
the same while most of its surroundings change. With more frames at hand it must stay the same in all of them, and
edges tell more: one that moves changes as much as it is steep, one that stays changes far less, though compressed
video is never quite the same twice. Where many edges stay, they count with what is even between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion.splat import Picture, fill

Mask = npt.NDArray[np.bool_]

AROUND = 0.16
"""Side of the surroundings that are looked at, a part of the frame's height."""
CHANGING = 0.45
"""Part of the surroundings that must change."""
SLIGHT = 5
"""Grey levels of change that compression makes."""
EDGE = 40
"""Grey levels of contrast from which on something is an edge."""
STAYS_CHANGE = 0.25
"""Part of its contrast by which an edge that stays may change."""
SPILLED = 10
"""Grey levels of change beside an edge that stays: compression spills over from what moves."""
EDGE_WINDOW = 9
"""Pixels of the window in which other edges are looked at."""
EDGE_SHARE = 0.3
"""Part of those that must stay for an edge to count."""
FEWEST_EDGES = 8
"""How many must stay, at least."""
STROKE = 5
"""Pixels across an area that is calm."""
ENCLOSED = 0.35
"""Part of a calm area that must lie at edges that stay for the area to belong to them."""
HEMMED = 0.1
"""The same of an area that is as wide as the stroke of a letter."""
GAP = 9
"""Pixels across a gap in what stands still."""
SMALLER = 4
"""How many times smaller the surroundings are looked at."""
_COMPANY = 3
"""Equal pixels among nine, so that none counts by chance."""


def overlay(first: Picture, second: Picture, others: Sequence[Picture] = ()) -> Mask | None:
    """Where something stands still over what moves, bool (H, W); None when there is nothing.

    Args:
        first, second: uint8 (H, W, C).
        others: frames before and after them of the same shot.
    """
    change = _change(first, second)
    for other in others:
        change = cv2.max(change, _change(first, other))
    busy = _busy(change)
    if not busy.any():
        return None
    company = cv2.boxFilter((change == 0).astype(np.uint8), -1, (3, 3), normalize=False)
    still = (change == 0) & (company >= _COMPANY)
    if len(others) > 1:
        edges = _still_edges(first, second, change)
        if edges.any():
            still |= _with_what_they_enclose(edges, change) | _strokes(edges, change)
    still &= cv2.resize(busy, change.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
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


def _still_edges(first: Picture, second: Picture, change: Picture) -> Mask:
    """Edges that stay, among others that do."""
    small = np.ones((3, 3), np.uint8)
    greens = (np.ascontiguousarray(x[..., min(1, x.shape[2] - 1)]) for x in (first, second))
    steep = cv2.min(*(cv2.morphologyEx(x, cv2.MORPH_GRADIENT, small) for x in greens))
    edges = cv2.compare(steep, EDGE, cv2.CMP_GT)
    stays = cv2.compare(change, cv2.convertScaleAbs(steep, alpha=STAYS_CHANGE), cv2.CMP_LE)
    staying = cv2.bitwise_and(edges, stays)
    around = (EDGE_WINDOW, EDGE_WINDOW)
    of, among = (cv2.boxFilter(x // 255, cv2.CV_16U, around, normalize=False) for x in (staying, edges))
    return np.asarray((staying > 0) & (of >= FEWEST_EDGES) & (of >= EDGE_SHARE * among), np.bool_)


def _with_what_they_enclose(edges: Mask, change: Picture) -> Mask:
    """Edges, what hardly changes beside them, and even areas that mostly lie at them."""
    calm = (change <= SPILLED) | edges
    beside = (cv2.dilate(edges.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & calm
    return beside | _at(beside, calm, ENCLOSED)


def _strokes(edges: Mask, change: Picture) -> Mask:
    """What hardly changes, is as wide as the stroke of a letter, and has edges that stay."""
    calm = cv2.compare(change, SPILLED, cv2.CMP_LE)
    square = np.ones((STROKE, STROKE), np.uint8)
    wide = cv2.bitwise_and(cv2.dilate(cv2.morphologyEx(calm, cv2.MORPH_OPEN, square), square), calm) > 0
    near = cv2.dilate(edges.astype(np.uint8), square) > 0
    return _at(near & wide, wide, HEMMED)


def _at(marks: Mask, areas: Mask, part: float) -> Mask:
    """The connected areas of which so much is marked."""
    _, numbers = cv2.connectedComponents(areas.astype(np.uint8), connectivity=4)
    size = np.bincount(numbers.ravel())
    kept = np.bincount(numbers[marks], minlength=len(size)) >= part * size
    kept[0] = False
    return np.asarray(kept[numbers], np.bool_)


def taken_off(picture: Picture, still: Mask) -> Picture:
    """The picture uint8 (H, W, 3) with what stands still, and its rim, filled from around it."""
    covered = rimmed(still)
    free = (~covered).astype(np.float32)
    filled = fill(picture * free[..., None], free)
    out = picture.copy()
    out[covered] = np.clip(filled[covered] + np.float32(0.5), 0, 255).astype(np.uint8)
    return out


def rimmed(still: Mask) -> Mask:
    """What stands still, bool (H, W), with the pixels beside it, which show something of it."""
    return np.asarray(cv2.dilate(still.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0, np.bool_)


def with_gaps(still: Mask, first: Picture, second: Picture) -> Mask:
    """What stands still, bool (H, W), with the gaps in it and the pixels beside it that are about the same in both
    frames, uint8 (H, W, 3)."""
    closed = cv2.morphologyEx(still.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((GAP, GAP), np.uint8)) > 0
    return np.asarray((closed | rimmed(still)) & (_change(first, second) <= 2 * SPILLED), np.bool_)


def moves_around(still: Mask, flow: Array32) -> float:
    """How far, in pixels of the frame, the surroundings of what stands still go; flow: (h, w, 2) at half size."""
    size = flow.shape[1::-1]
    small = cv2.resize(rimmed(still).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    ring = (cv2.dilate(small, np.ones((21, 21), np.uint8)) > 0) & (small == 0)
    return 2 * float(np.median(np.hypot(*flow[ring].T))) if ring.any() else 0.0
