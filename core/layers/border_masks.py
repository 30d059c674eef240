"""An object that comes in or goes out at the picture's border, in the frames that its mask misses.

Tracking often begins a frame or two late where an object enters, and ends early where it leaves. Such frames are not
trusted to show bare background where the object must be as it moves (`Borders`). What then differs there from the clean
background, and is connected with the border, is the object (`add_missed`).

All in half size: labels and evidence uint8 (N, h, w).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from core.layers.effects import LOW, UNIT
from core.layers.footage import Footage, Pictures
from core.layers.paged import Stack
from core.layers.tracks import LEAST_PIXELS, doubled, halved
from core.media.matte import Labels

LONGEST = 6
"""Frames that a mask may be late."""
DOUBTED = 3
"""Frames before the first mask, and after the last, that are not trusted."""
STEPS = 3
"""Frames from which the motion at the border is taken."""
EDGE = 2
"""Pixels from the border at which an object touches it."""
SURE = 4.0
"""Standard deviations that an object differs from the background by, somewhere."""
LARGER = 1.3
"""How large it may be, as a multiple of its area in the frame before; it gets smaller on the way out."""
Shown = npt.NDArray[np.bool_]


def add_missed(footage: Footage, surely: Stack, halves: Stack) -> None:
    """Let the footage's labels, and `halves`, have what the masks miss at the border."""
    for n, further in missed(surely, halves, footage.known).items():
        halves[n] = np.where(halves[n] == 0, further, halves[n])
        footage.extend(n, doubled(further, footage.size))


def missed(surely: Stack, halves: Stack, known: Callable[[int], bool]) -> dict[int, Labels]:
    """Frame to further labels, uint8 (h, w), for frames in which the masks miss an object at the border.

    Args:
        known: whether a frame has masks at all; others are left alone.
    """
    found: dict[int, Labels] = {}
    labels = set[int]().union(*(np.unique(each).tolist() for each in halves)) - {0}
    for label in sorted(labels):
        shown = np.array([np.count_nonzero(each == label) >= LEAST_PIXELS for each in halves])
        for n in np.flatnonzero(shown).tolist():
            for ahead in (-1, 1):
                after = n + ahead
                if 0 <= after < len(halves) and not shown[after]:
                    _follow(found, surely, halves, label, n, ahead, known)
    return found


def _follow(
    found: dict[int, Labels],
    surely: Stack,
    halves: Stack,
    label: int,
    n: int,
    ahead: int,
    known: Callable[[int], bool],
) -> None:
    """Go on from frame n, the last in which the mask is there."""
    mask = halves[n] == label
    border = _touched(mask)
    if not border.any():
        return
    x, y = _motion(lambda m: halves[m] if 0 <= m < len(halves) else None, label, n, ahead)
    for m in range(n + ahead, n + ahead * (LONGEST + 1), ahead):
        if not (0 <= m < len(halves) and known(m)):
            return
        free = (halves[m] == 0) & (found[m] == 0 if m in found else True)
        mask = _outside_mask(surely[m], free, mask, border, (x, y))
        if not mask.any():
            return
        found.setdefault(m, np.zeros(mask.shape, np.uint8))[mask] = label


def _touched(mask: Shown) -> Shown:
    """The rim of the picture on the sides that the mask touches, bool (h, w)."""
    rim = np.zeros(mask.shape, bool)
    for side in (np.s_[:EDGE], np.s_[-EDGE:], np.s_[:, :EDGE], np.s_[:, -EDGE:]):
        rim[side] |= mask[side].any()
    return rim


def _motion(look: Callable[[int], Labels | None], label: int, n: int, ahead: int) -> tuple[float, float]:
    """How the object goes on from frame n, pixels a frame: as its inner edges moved before. The
    rest of it is cut off by the border, which does not move."""
    boxes, shape = [], (0, 0)
    for m in range(n, n - ahead * (STEPS + 1), -ahead):
        labels = look(m)
        if labels is None or np.count_nonzero(labels == label) < LEAST_PIXELS:
            break
        boxes.append(_box(labels == label))
        shape = labels.shape[:2]
    if len(boxes) < 2:
        return 0.0, 0.0
    step = (np.array(boxes[0]) - np.array(boxes[-1])) / (len(boxes) - 1)
    left, top, right, bottom = boxes[0]
    return _inner(step[[0, 2]], left, right, shape[1]), _inner(step[[1, 3]], top, bottom, shape[0])


def _box(mask: Shown) -> tuple[int, int, int, int]:
    """left, top, right, bottom; half-open."""
    x, y, wide, tall = cv2.boundingRect(mask.astype(np.uint8))
    return x, y, x + wide, y + tall


def _inner(steps: npt.NDArray[np.float64], low: int, high: int, size: int) -> float:
    """The step of the edges that are not at the border."""
    if low < EDGE <= size - EDGE >= high:
        return float(steps[1])
    if high > size - EDGE and low >= EDGE:
        return float(steps[0])
    return float(steps.mean())


def _outside_mask(
    surely: Labels, free: Shown, before: Shown, border: Shown, step: tuple[float, float]
) -> Shown:
    """The object in one frame: what differs, is connected with the border, and lies where the object must be."""
    near = _moved(before, step)
    differs = ((surely > LOW * UNIT) & near & free).astype(np.uint8)
    count, regions = cv2.connectedComponents(differs, connectivity=8)
    mask = np.zeros(before.shape, bool)
    for region in range(1, count):
        here = regions == region
        if (here & border).any() and surely[here].max() > SURE * UNIT:
            mask |= here
    within = LEAST_PIXELS <= np.count_nonzero(mask) <= LARGER * np.count_nonzero(before)
    return mask if within else np.zeros(before.shape, bool)


def _moved(mask: Shown, step: tuple[float, float]) -> Shown:
    """The mask further on, and as much around it as its motion is unsure."""
    shift = np.array([[1, 0, step[0]], [0, 1, step[1]]])
    moved = cv2.warpAffine(mask.astype(np.uint8), shift, mask.shape[::-1], flags=cv2.INTER_NEAREST)
    radius = 2 + round(0.5 * float(np.hypot(*step)))
    return np.asarray(cv2.dilate(moved, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)) > 0)


class Borders:
    """The labels of a clip's frames with what may be an object at the border whose mask is late."""

    def __init__(self, footage: Pictures) -> None:
        self._footage = footage
        self._halves: dict[int, Labels] = {}
        self._there: dict[int, frozenset[int]] = {}

    def labels(self, n: int) -> Labels:
        """The frame's labels, and 255 where it is not trusted to be without an object, uint8 (H, W)."""
        for m in [m for m in self._halves if abs(m - n) > DOUBTED + STEPS + 1]:
            del self._halves[m], self._there[m]
        labels, here = self._footage.labels(n), self._look(n)
        if here is None:
            return labels
        doubted = np.zeros(here.shape, bool)
        for ahead in (1, -1):
            doubted |= self._towards(n, ahead)
        if not doubted.any():
            return labels
        large = doubled(doubted.astype(np.uint8), self._footage.size) > 0
        return np.where((labels == 0) & large, np.uint8(255), labels)

    def _towards(self, n: int, ahead: int) -> Shown:
        """Where objects may be of which masks begin soon (ahead 1), or have just ended (-1)."""
        here = self._look(n)
        assert here is not None, "only frames with masks are looked at"
        doubted, there = np.zeros(here.shape, bool), set(self._there[n])
        for off in range(1, DOUBTED + 1):
            m = n + ahead * off
            labels = self._look(m)
            if labels is None:
                break
            for label in self._there[m] - there:
                mask = labels == label
                if _touched(mask).any():
                    x, y = _motion(self._look, label, m, -ahead)
                    doubted |= _moved(mask, (off * x, off * y))
                there.add(label)
        return doubted

    def _look(self, n: int) -> Labels | None:
        """The frame's labels in half size; None where there is no frame or no mask."""
        if not (0 <= n < self._footage.count and self._footage.known(n)):
            return None
        if n not in self._halves:
            self._halves[n] = halved(self._footage.labels(n))
            self._there[n] = frozenset(np.unique(self._halves[n]).tolist())
        return self._halves[n]
