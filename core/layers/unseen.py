"""The parts of a canvas that lie in some frame's view, and that no frame shows: filled by example, once for the clip.

Examples are bare background: what was seen well and the same in all frames. Where frames differ much, someone moves who
has no mask. Right beside what hides the background there is often a trace of it, so that a rim is filled as well.
"""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np

from core.arrays import Array32
from core.layers.examples import fill_by_example
from core.layers.footage import Pictures
from core.layers.part_transfer import bring_guess, bring_seen
from core.layers.patches import Seen
from core.layers.plane import SEEN, Plane
from core.layers.rim import keep_beside, traces
from core.motion.homography import moved_corners

SMALLEST = 5
"""Canvas pixels: what is thinner than this was filled well enough from around."""
RIM = 0.016
"""In heights of the frame: how far around what is hidden the canvas is filled as well."""
NOISY = 0.05
"""Noise, a value of pictures in [0, 1], up to which a place may always be an example."""
NOISIER = 3.0
"""Else it may be up to so many times the usual noise of the canvas."""
NOISE_WINDOW = 7
"""Pixels of the window over which noise is averaged for that."""
AROUND = 1.5
"""How far around the hidden parts examples are looked for, as a multiple of their size."""


def complete(plane: Plane, footage: Pictures, seed: int = 0) -> Generator[float, None, None]:
    """Put examples into the canvas where an object hid the background in every frame; yields how much is done."""
    keep_beside(plane, footage)
    bands, rim = plane.camera.bands, round(RIM * plane.size[1])
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    for number in range(len(bands)):
        bring_seen(plane, number)
    for number, rows in enumerate(bands):
        hidden = bring_guess(plane, number, hidden_in(plane, number))
        if hidden.any():
            wide = cv2.dilate(hidden.astype(np.uint8), kernel) > 0
            hidden = traces(plane.canvas[rows], plane.seen[rows] >= SEEN, hidden, wide)
            seen = (plane.seen[rows] >= SEEN) & ~hidden
            for done in _completed(plane.canvas[rows], steady(seen, plane.sigma[rows]), hidden, seed):
                yield (number + done) / len(bands)
        plane.room.let_go()


def steady(seen: Seen, sigma: Array32) -> Seen:
    """What was seen, bool (H, W), without what differed from frame to frame; sigma (H, W), the noise."""
    if not seen.any():
        return seen
    most = max(NOISY, NOISIER * float(np.median(sigma[seen])))
    steady = seen & (cv2.blur(sigma, (NOISE_WINDOW, NOISE_WINDOW)) <= most)
    return np.asarray(steady if 2 * np.count_nonzero(steady) > np.count_nonzero(seen) else seen)


def _completed(canvas: Array32, seen: Seen, hidden: Seen, seed: int) -> Generator[float, None, None]:
    """Change the canvas of a shot; what is taken for an example is of that shot."""
    x, y, wide, tall = cv2.boundingRect(hidden.astype(np.uint8))
    more = round(AROUND * max(wide, tall))
    part = np.s_[max(0, y - more) : y + tall + more, max(0, x - more) : x + wide + more]
    canvas[part] = yield from fill_by_example(canvas[part], seen[part], hidden[part], seed)


def hidden_in(plane: Plane, number: int) -> Seen:
    """Where the rows of a shot are in a frame's view and were not seen, bool (h, Wc)."""
    camera, rows = plane.camera, plane.camera.bands[number]
    seen = plane.seen[rows]
    viewed = np.zeros(seen.shape, np.uint8)
    for view in camera.views_of(camera.shots[number]).values():
        corners = moved_corners(camera.matrix(view), plane.size) - (0, rows.start)
        cv2.fillConvexPoly(viewed, np.rint(corners).astype(np.int32).reshape(-1, 1, 2), 1)
    unseen = viewed & (seen < SEEN).astype(np.uint8)
    kernel = np.ones((SMALLEST, SMALLEST), np.uint8)
    return np.asarray(cv2.morphologyEx(unseen, cv2.MORPH_OPEN, kernel) > 0)
