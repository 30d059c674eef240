"""Parts of masks that plainly show the background: what a tracker let in where an object uncovered it.

Such a part looks just as the clean background does at its place, textures and all, and hangs at the edge of its mask
or lies apart from it. An object of one colour before a wall of the same is no such part: where there is nothing to be
seen, looking the same says nothing. In half size, as evidence is.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.effects import LOW, TEXTURED, UNIT
from core.media.matte import Labels

Places = npt.NDArray[np.bool_]

SMALLEST = 0.0004
"""Share of the picture: smaller parts are left."""
SEEN = 0.3
"""Share of a part that must have textures."""
MOST = 0.4
"""Share of an object that may look like the background: beyond it the object is left as it is, and rather
the background is wrong."""
ALIKE = 0.6
"""Share of a part lying apart that must look like the background."""
REACH = 2
"""Pixels that a part is widened by, for the edges of things that are in it."""


def leaked(surely: Labels, labels: Labels, steep: Array32) -> Places:
    """Where masks show nothing but background, bool (h, w).

    Args:
        surely: uint8 (h, w), the evidence that a pixel is not bare background (core.layers.effects.evidence).
        labels: uint8 (h, w).
        steep: (h, w), how steep the clean background is (core.layers.effects.slopes).
    """
    found = np.zeros(labels.shape, bool)
    for label in np.unique(labels[labels > 0]):
        mask = labels == label
        same = mask & (surely < LOW * UNIT)
        if np.count_nonzero(same) <= MOST * np.count_nonzero(mask):
            gone = _parts(same, mask, steep) | _apart(same, mask)
            found |= gone | _splinters(mask, gone)
    return found


def _parts(same: Places, mask: Places, steep: Array32) -> Places:
    """The parts of a mask that look the same, are large enough, have textures, and are not inside of it."""
    solid = cv2.morphologyEx(same.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, parts, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    at_edge = _wider(~mask)
    kept = np.zeros(mask.shape, bool)
    for part in range(1, count):
        if stats[part, cv2.CC_STAT_AREA] < SMALLEST * mask.size:
            continue
        places = parts == part
        if places[at_edge].any() and (steep[places] > TEXTURED).mean() >= SEEN:
            kept |= places
    return _wider(kept) & mask & (same | _thin(mask & ~kept))


def _apart(same: Places, mask: Places) -> Places:
    """The parts of a mask that lie apart from its largest one and mostly look the same, however thin they are."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    largest = 1 + int(areas[1:].argmax()) if count > 1 else 0
    alike = np.bincount(parts[same], minlength=count) >= ALIKE * areas
    alike[[0, largest]] = False
    return np.asarray(alike[parts])


def _splinters(mask: Places, gone: Places) -> Places:
    """The small pieces of a mask that are left beside what goes."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats((mask & ~gone).astype(np.uint8), connectivity=8)
    beside = np.bincount(parts[_wider(gone)], minlength=count) > 0
    small = beside & (stats[:, cv2.CC_STAT_AREA] < SMALLEST * mask.size)
    small[0] = False
    return np.asarray(small[parts])


def _thin(places: Places) -> Places:
    """Where places have less than half of their neighbourhood."""
    return np.asarray(cv2.blur(places.astype(np.float32), (2 * REACH + 1,) * 2) < 0.5)


def _wider(places: Places) -> Places:
    return np.asarray(cv2.dilate(places.astype(np.uint8), np.ones((2 * REACH + 1,) * 2, np.uint8)) > 0)
