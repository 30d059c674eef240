"""Where each object is in each frame: its box, its area, how it moves; and which of two objects is in front.

Frames are looked at in half size. Depth is read from who covers whom: an object that was moving on its way loses the
pixels that another one takes; where nothing overlaps, what stands lower in the picture is nearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.paged import Stack
from core.media.matte import Labels

LEAST_PIXELS = 4


@dataclass(frozen=True)
class Tracks:
    """labels: ascending. anchors: float32 (N, K, 2), the middle of each object's lower edge, x first, in half-size
    pixels; NaN where it is not seen. boxes: float32 (N, K, 2), width and height. areas: float32 (N, K)."""

    labels: tuple[int, ...]
    anchors: Array32
    boxes: Array32
    areas: Array32

    def motion(self, n: int, m: int, k: int) -> tuple[float, float]:
        """How object k (a position in `labels`) moves from frame n to m; (0, 0) when it is missing in one."""
        step = self.anchors[m, k] - self.anchors[n, k]
        return (float(step[0]), float(step[1])) if np.isfinite(step).all() else (0.0, 0.0)

    def reach(self, n: int, k: int) -> float:
        """The diagonal of the object's box, half-size pixels."""
        return float(np.hypot(*self.boxes[n, k]))


def halved(labels: Labels) -> Labels:
    """Labels in half size, rounded up: the middle pixel of each two by two."""
    size = (labels.shape[1] + 1) // 2, (labels.shape[0] + 1) // 2
    return np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def doubled(labels: Labels, size: tuple[int, int]) -> Labels:
    """Half-size labels for frames of `size`, uint8 (H, W)."""
    large = np.repeat(np.repeat(labels, 2, 0), 2, 1)
    return np.ascontiguousarray(large[: size[1], : size[0]])


def measure(halves: Stack) -> Tracks:
    """The tracks of all objects in labels uint8 (N, h, w), half size."""
    seen: set[int] = set()
    for labels in halves:
        counts = np.bincount(labels.ravel(), minlength=256)
        seen |= set(np.flatnonzero(counts >= LEAST_PIXELS).tolist())
    known = tuple(sorted(seen - {0}))
    shape = len(halves), len(known)
    anchors = np.full((*shape, 2), np.nan, np.float32)
    boxes, areas = np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
    for n, labels in enumerate(halves):
        for k, label in enumerate(known):
            inside = (labels == label).astype(np.uint8)
            area = int(np.count_nonzero(inside))
            if area < LEAST_PIXELS:
                continue
            x, y, width, height = cv2.boundingRect(inside)
            anchors[n, k], boxes[n, k], areas[n, k] = (x + width / 2, y + height), (width, height), area
    return Tracks(known, anchors, boxes, areas)


def order_of(halves: Stack, tracks: Tracks, wanted: Sequence[int] = ()) -> tuple[int, ...]:
    """The labels back to front; those in `wanted` stand as they are there.

    Labels that `wanted` does not name are put where the masks say, behind or before all of it.
    """
    count = len(tracks.labels)
    front = np.zeros((count, count))
    for n in range(1, len(halves)):
        for k in range(count):
            for j in range(count):
                if j != k:
                    front[k, j] += _taken(halves, tracks, n, k, j)
    lower = [float(np.nanmean(tracks.anchors[:, k, 1])) for k in range(count)]
    score = [sum(_ahead(front, lower, k, j) for j in range(count) if j != k) for k in range(count)]
    found = [tracks.labels[k] for k in sorted(range(count), key=lambda k: (score[k], lower[k]))]
    given = [label for label in wanted if label in tracks.labels]
    places = iter(given)
    return tuple(next(places) if label in given else label for label in found)


def _ahead(front: npt.NDArray[np.float64], lower: Sequence[float], k: int, j: int) -> int:
    """1 when k is before j, -1 when behind."""
    won, lost = front[k, j], front[j, k]
    if max(won, lost) > 1.3 * min(won, lost) + 8:
        return 1 if won > lost else -1
    return 1 if lower[k] > lower[j] else -1


def _taken(halves: Stack, tracks: Tracks, n: int, k: int, j: int) -> float:
    """How many pixels k takes of j, which would still be there had k not come."""
    if tracks.areas[n, k] == 0 or tracks.areas[n - 1, j] == 0:
        return 0.0
    covers = halves[n] == tracks.labels[k]
    x, y = tracks.motion(n - 1, n, j)
    before = (halves[n - 1] == tracks.labels[j]).astype(np.uint8)
    there = cv2.warpAffine(
        before, np.array([[1, 0, x], [0, 1, y]]), before.shape[::-1], flags=cv2.INTER_NEAREST
    )
    return float(np.count_nonzero(covers & (there > 0)))
