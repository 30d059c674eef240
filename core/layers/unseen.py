"""The parts of a canvas that lie in some frame's view, and that no frame shows: filled by example, once for the clip."""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np
import numpy.typing as npt

from core.layers.examples import fill_by_example
from core.layers.plane import LEAST, Plane
from core.motion.homography import moved_corners

SEEN = LEAST / 3
"""How often a pixel must have been seen not to be hidden."""
SMALLEST = 5
"""Canvas pixels: what is thinner than this was filled well enough from around."""
AROUND = 1.5
"""Times the size of the hidden parts, how far around them examples are looked for."""


def complete(plane: Plane, seed: int = 0) -> Generator[float, None, None]:
    """Put examples into the canvas where an object hid the background in every frame; yields how much is done."""
    hidden = hidden_in(plane)
    if not hidden.any():
        return
    x, y, wide, tall = cv2.boundingRect(hidden.astype(np.uint8))
    more = round(AROUND * max(wide, tall))
    part = np.s_[max(0, y - more) : y + tall + more, max(0, x - more) : x + wide + more]
    filled = yield from fill_by_example(plane.canvas[part], plane.seen[part] >= SEEN, hidden[part], seed)
    plane.canvas[part] = filled


def hidden_in(plane: Plane) -> npt.NDArray[np.bool_]:
    """Where the canvas is in a frame's view and was not seen, bool (Hc, Wc)."""
    viewed = np.zeros(plane.seen.shape, np.uint8)
    for view in range(plane.camera.views):
        corners = moved_corners(plane.camera.matrix(view), plane.size)
        cv2.fillConvexPoly(viewed, np.rint(corners).astype(np.int32).reshape(-1, 1, 2), 1)
    unseen = viewed & (plane.seen < SEEN).astype(np.uint8)
    kernel = np.ones((SMALLEST, SMALLEST), np.uint8)
    return np.asarray(cv2.morphologyEx(unseen, cv2.MORPH_OPEN, kernel) > 0)
