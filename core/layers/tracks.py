"""Where each object is in each frame: its box, its area, how it moves; and which of two objects is in front.

Of what is partly hidden the box says little. How it moves is then taken from how it went over the ground
around that time, and how large it is from frames that show more of it.

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
from core.layers.world import world_of
from core.media.matte import Labels
from core.motion.camera import Camera

LEAST_PIXELS = 4
SAME_SIZE = 0.15
"""Part of its width and height by which a box may change in a frame if its lower edge is to tell how it
moves."""
SAME_PIXELS = 2.0
"""The same in pixels, for small boxes."""
STEPS = 12
"""Steps, the nearest in time, from which the way of a partly hidden object is taken."""
FEWEST_STEPS = 3
"""How many steps there must be for that."""
LONG = 50
"""Frames on either side that tell how large something is that is partly hidden."""


@dataclass(frozen=True)
class Tracks:
    """Where each object is in each frame, N frames and K objects.

    labels: ascending.
    anchors: float32 (N, K, 2), the middle of each object's lower edge, x first, in half-size pixels; NaN where
        it is not seen.
    boxes: float32 (N, K, 2), width and height.
    areas: float32 (N, K).
    way: float32 (N, K, 2), how the object would come from the frame before, going over the ground as it does
        around then; NaN where that is not known.
    whole: float32 (N, K), its largest area around then.
    reach: float32 (N, K), the largest diagonal of its box.
    """

    labels: tuple[int, ...]
    anchors: Array32
    boxes: Array32
    areas: Array32
    way: Array32
    whole: Array32
    reach: Array32

    def motion(self, n: int, m: int, k: int) -> tuple[float, float]:
        """How object k (a position in `labels`) moves from frame n to m, its neighbour; (0, 0)
        when nothing tells it."""
        step = self.anchors[m, k] - self.anchors[n, k]
        if not _alike(self.boxes[n, k], self.boxes[m, k]):
            step = self.way[m, k] if m > n else -self.way[n, k]
        return (float(step[0]), float(step[1])) if np.isfinite(step).all() else (0.0, 0.0)


def _alike(a: Array32, b: Array32) -> bool:
    """Whether two boxes show as much of an object."""
    seen = a.any() and b.any()
    return bool(seen and (np.abs(a - b) <= np.maximum(SAME_PIXELS, SAME_SIZE * np.maximum(a, b))).all())


def halved(labels: Labels) -> Labels:
    """Labels uint8 (H, W) in half size, rounded up: the middle pixel of each two by two."""
    size = (labels.shape[1] + 1) // 2, (labels.shape[0] + 1) // 2
    return np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def doubled(labels: Labels, size: tuple[int, int]) -> Labels:
    """Half-size labels for frames of `size`, uint8 (H, W)."""
    large = np.repeat(np.repeat(labels, 2, 0), 2, 1)
    return np.ascontiguousarray(large[: size[1], : size[0]])


def measure(halves: Stack, camera: Camera | None = None) -> Tracks:
    """The tracks of all objects in labels uint8 (N, h, w), half size. camera: it stands still when not given."""
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
    world, takes = (np.tile(np.eye(3), (len(halves), 1, 1)), (0,)) if camera is None else world_of(camera)
    way = np.full_like(anchors, np.nan)
    for first, after in zip(takes, (*takes[1:], len(halves)), strict=True):
        part = np.s_[first:after]
        for k in range(len(known)):
            way[part, k] = _way(anchors[part, k], boxes[part, k], world[part])
    diagonals = np.asarray(np.hypot(boxes[..., 0], boxes[..., 1]), np.float32)
    return Tracks(known, anchors, boxes, areas, way, _largest(areas), _largest(diagonals))


def _largest(values: Array32) -> Array32:
    """Of (N, K), the largest within LONG frames."""
    made = values.copy()
    for n in range(len(values)):
        made[n] = values[max(0, n - LONG) : n + LONG + 1].max(0)
    return made


def _way(anchors: Array32, boxes: Array32, world: npt.NDArray[np.float64]) -> Array32:
    """How one object would come from the frame before, (N, 2); NaN where that is not known.

    Args:
        anchors, boxes: (N, 2), of a take.
        world: (N, 3, 3), frame pixels to the ground.
    """
    way = np.full_like(anchors, np.nan)
    seen = np.flatnonzero(np.isfinite(anchors[:, 0]))
    if len(seen) == 0:
        return way
    ground = np.stack([_mapped(world[n], 2.0 * anchors[n]) for n in seen])
    told = [
        i
        for i in range(1, len(seen))
        if seen[i] - seen[i - 1] == 1 and _alike(boxes[seen[i - 1]], boxes[seen[i]])
    ]
    if len(told) < FEWEST_STEPS:
        return way
    steps, at = ground[told] - ground[[i - 1 for i in told]], seen[told]
    for n in range(1, len(anchors)):
        i = int(np.searchsorted(at, n))
        near = np.arange(max(0, i - STEPS), min(len(at), i + STEPS))
        nearest = near[np.argsort(np.abs(at[near] - n), kind="stable")[:STEPS]]
        before = np.array([np.interp(n - 1, seen, ground[:, axis]) for axis in (0, 1)])
        there = [
            _mapped(np.linalg.inv(world[m]), point)
            for m, point in ((n, before + np.median(steps[nearest], 0)), (n - 1, before))
        ]
        way[n] = (there[0] - there[1]) / 2
    return way


def _mapped(matrix: npt.NDArray[np.float64], point: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """A point (2,) by a homography."""
    x, y, w = matrix @ np.array([point[0], point[1], 1.0])
    return np.array([x / w, y / w])


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
