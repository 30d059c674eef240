"""Places where something is thrown for so long that it may be in the canvas.

Ground that is lighter than the canvas is right there, and the canvas is not. Elsewhere, what is lighter lies on
the ground: a part of an object that its mask misses, a ball, a racket.

Everything in half size.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from core.arrays import Array32
from core.layers.effects import expected
from core.layers.paged import Stack
from core.layers.tracks import Tracks
from core.media.matte import Labels
from core.motion.camera import Camera
from core.motion.homography import normal, scaling

SAMPLE = 12
"""Frames of a shot that are asked."""
SELDOM = 0.3
"""Part of the frames seeing a place: what is thrown there in fewer of them is not in the canvas."""
LONG = 0.45
"""Part of the frames seeing a place: what is thrown there in more of them is in the canvas."""


def bare_canvas(owners: Stack, halves: Stack, tracks: Tracks, camera: Camera) -> Callable[[int], Array32]:
    """Frame to how surely the canvas has nothing that is thrown on it, float32 (h, w) in [0, 1].

    Args:
        owners, halves: uint8 (N, h, w), whose effect each pixel is, and the labels.
    """
    thrown, size = expected(owners, tracks), (owners.shape[2], owners.shape[1])
    up = scaling(size, camera.size)
    down = np.linalg.inv(up)
    kept: dict[int, Labels] = {}

    def both(m: int) -> Labels:
        """Where frame m shows the ground, and where something is thrown on that, 1 or 0, uint8 (h, w, 2)."""
        if m not in kept:
            free = halves[m] == 0
            kept[m] = np.dstack([free, free & thrown(m)]).astype(np.uint8)
        return kept[m]

    def of(n: int) -> Array32:
        shot, total = camera.shot_of(n), np.zeros((size[1], size[0], 2), np.float32)
        for other in [m for m in kept if not shot.first <= m <= shot.last]:
            del kept[other]  # memory does not grow with the clip
        for k in range(SAMPLE):
            m = shot.first + k * (shot.last - shot.first) // (SAMPLE - 1)
            to = normal(down @ camera.between(n, m) @ up)
            total += cv2.warpPerspective(both(m), to, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
        part = total[..., 1] / np.maximum(total[..., 0], 1)
        sure = np.clip((LONG - part) / (LONG - SELDOM), 0, 1) * (total[..., 0] > 1)
        return np.asarray(cv2.blur(sure, (5, 5)), np.float32)

    return of
