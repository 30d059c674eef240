"""Which frames a canvas is painted from: all of them, unless its places are seen far more often
than a robust mean needs.

Of a long rest of the camera some frames say as much as all. Frames are taken in an order that spreads them over the
shot ever more closely; one is left out when nearly all that it shows was seen often enough, without an object, in
those taken before it. So what is seldom bare is painted from all frames that show it.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.layers.footage import Pictures
from core.layers.plane import MARGIN, moved_by
from core.motion.camera import Camera, Shot
from core.motion.homography import scaling

ENOUGH = 96
"""How often a place must have been seen bare in a shot for further frames of that shot to say nothing new."""
ENOUGH_BESIDE = 12
"""The same for frames of the shots before and after."""
NEW = 0.03
"""Share of what a frame shows bare that must not have been seen often enough, for the frame to be taken."""
MOST_REDUCED = 16
"""By what factor masks are reduced for this, at most."""
LEAST_LINES = 24
"""Lines that are left of a reduced frame, at least."""


def chosen_views(footage: Pictures, camera: Camera) -> frozenset[int]:
    """The views of the camera that paint its canvas."""
    found: set[int] = set()
    for number, shot in enumerate(camera.shots):
        found |= _of_shot(footage, camera, shot, number)
    return frozenset(found)


def _of_shot(footage: Pictures, camera: Camera, shot: Shot, number: int) -> set[int]:
    rows, by = camera.bands[number], max(1, min(MOST_REDUCED, min(camera.size) // LEAST_LINES))
    seen = np.zeros(((rows.stop - rows.start) // by + 1, camera.canvas[0] // by + 1), np.float32)
    taken, views = set(), camera.views_of(shot)
    own = [(frame, view) for frame, view in sorted(views.items()) if view < len(camera.to_canvas)]
    beside = [(frame, view) for frame, view in sorted(views.items()) if view >= len(camera.to_canvas)]
    for group, enough in ((own, ENOUGH), (beside, ENOUGH_BESIDE)):
        for k in evenly(len(group)):
            frame, view = group[k]
            shown = _shown(footage, camera, (frame, view), rows.start, by, seen.shape)
            if float(shown[seen < enough].sum()) >= NEW * float(shown.sum()):
                seen += shown
                taken.add(view)
    return taken


def _shown(
    footage: Pictures, camera: Camera, seen_by: tuple[int, int], top: int, by: int, shape: tuple[int, ...]
) -> Array32:
    """1 where a frame, as a view, shows a shot's canvas from the row `top` on without an object, float32 (h, w),
    reduced."""
    frame, view = seen_by
    small = max(1, camera.size[0] // by), max(1, camera.size[1] // by)
    taken = cv2.resize((footage.labels(frame) > 0).astype(np.float32), small, interpolation=cv2.INTER_AREA)
    radius = max(1, round(MARGIN * small[1]))
    bare = 1 - cv2.dilate((taken > 0).astype(np.float32), np.ones((2 * radius + 1,) * 2, np.uint8))
    down = np.diag([1 / by, 1 / by, 1.0])
    matrix = down @ moved_by(0, -top) @ camera.matrix(view) @ scaling(small, camera.size)
    moved = cv2.warpPerspective(bare, matrix, (shape[1], shape[0]), flags=cv2.INTER_NEAREST)
    return np.asarray(moved, np.float32)


def evenly(count: int) -> list[int]:
    """0 to count - 1 in an order of which every beginning is spread over all of them."""
    bits = max(1, (count - 1).bit_length())
    turned = (int(f"{k:0{bits}b}"[::-1], 2) for k in range(2**bits))
    return [k for k in turned if k < count]
