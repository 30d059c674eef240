"""Candidates of one object linked over neighbouring frames, after Seq-NMS (Han et al. 2016).

Boxes of neighbouring frames that overlap by more than half are linked. Dynamic programming finds the path with the
largest sum of scores; the path's score becomes their mean, its boxes and those that overlap them are taken out, and
the next best path is sought.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import msgspec
import numpy as np

from core.arrays import Array32

Place = tuple[float, float, float, float]
"""x, y, width, height as parts of the frame, in [0, 1]."""

OVERLAP = 0.5


class Candidate(msgspec.Struct, frozen=True):
    """Where an object may be on a frame. score: 0 to 1."""

    frame: int
    score: float
    box: Place


class Linked(msgspec.Struct, frozen=True):
    """Linked candidates, one a frame, ascending. score: the mean of the better ones' scores."""

    score: float
    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        """The first of the most confident ones."""
        return max(self.candidates, key=lambda each: (each.score, -each.frame))


def overlap(a: Place, b: Place, slack: float = 0.0) -> float:
    """Intersection over union of two boxes, each made larger by `slack` on every side."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]) + 2 * slack
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]) + 2 * slack
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(box[2] + 2 * slack) * (box[3] + 2 * slack) for box in (a, b)]
    return width * height / (sum(areas) - width * height)


def place_of(mask: Array32) -> Place:
    """The box around a mask, (h, w); nowhere when it is empty."""
    height, width = mask.shape
    x, y, wide, high = cv2.boundingRect((mask > 0.5).astype(np.uint8))
    return x / width, y / height, wide / width, high / height


def beside(one: Place, other: Place | None) -> bool:
    """Whether two boxes touch when each is made larger by half its side."""
    if other is None:
        return True
    wide, high = (one[2] + other[2]) / 4, (one[3] + other[3]) / 4
    x = max(one[0], other[0]) - min(one[0] + one[2], other[0] + other[2])
    y = max(one[1], other[1]) - min(one[1] + one[3], other[1] + other[3])
    return x <= wide and y <= high


def best_paths(
    candidates: Sequence[Candidate], slack: float = 0.0, limits: Sequence[int] = ()
) -> list[Linked]:
    """Link the candidates of one object, best path first.

    Args:
        slack: boxes are made larger by this before they are compared (half a place of a coarse grid).
        limits: frames that start a new shot; nothing is linked over them.
    """
    left = sorted(candidates, key=lambda each: (each.frame, each.box))
    paths = []
    while left:
        path = _best_path(left, slack, frozenset(limits))
        paths.append(Linked(round(sum(c.score for c in path) / len(path), 4), tuple(path)))
        taken = {each.frame: each.box for each in path}
        left = [
            each
            for each in left
            if each.frame not in taken or overlap(each.box, taken[each.frame], slack) <= OVERLAP
        ]
    return sorted(paths, key=lambda path: (-path.score * min(1, len(path.candidates) / 2), path.best.frame))


def chain(candidates: Sequence[Candidate], start: Candidate, slack: float = 0.0) -> set[Candidate]:
    """Every candidate that links of overlapping boxes join to `start`, which need not be one of them."""
    frames: dict[int, list[Candidate]] = {}
    for each in candidates:
        frames.setdefault(each.frame, []).append(each)
    joined = {each for each in frames.get(start.frame, ()) if overlap(each.box, start.box, slack) > 0.3}
    for step in (1, -1):
        edge, frame = [start, *joined], start.frame + step
        while edge and frame in frames:
            edge = [
                each
                for each in frames[frame]
                if any(overlap(each.box, other.box, slack) > OVERLAP for other in edge)
            ]
            joined |= set(edge)
            frame += step
    return joined


def _best_path(candidates: Sequence[Candidate], slack: float, limits: frozenset[int]) -> list[Candidate]:
    """The linked candidates with the largest sum of scores; candidates ascend by frame."""
    totals: list[float] = []
    before: list[int] = []
    start = 0
    for i, each in enumerate(candidates):
        while candidates[start].frame < each.frame - 1:
            start += 1
        total, link = each.score, -1
        for j in range(start, i):
            other = candidates[j]
            if other.frame != each.frame - 1 or each.frame in limits:
                continue
            if overlap(other.box, each.box, slack) > OVERLAP and totals[j] + each.score > total:
                total, link = totals[j] + each.score, j
        totals.append(total)
        before.append(link)
    at = max(range(len(totals)), key=lambda i: (totals[i], -i))
    path = []
    while at >= 0:
        path.append(candidates[at])
        at = before[at]
    return path[::-1]
