"""The clean background of a clip with masks: the camera's motion, then the canvas."""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np

from core.layers.footage import Footage
from core.layers.plane import MARGIN, Plane, paint_plane
from core.media.cuts import find_cuts
from core.motion.camera import Camera, follow, working_size


def find_camera(footage: Footage) -> Generator[float, None, Camera]:
    """Follow the camera with the objects left out; yields how much is done, 0 to 1."""
    size = working_size(footage.size)
    greys = np.empty((footage.count, size[1], size[0]), np.uint8)
    free = np.empty_like(greys)
    radius = max(1, round(1.5 * MARGIN * size[1]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    for n in range(footage.count):
        grey = cv2.cvtColor(footage.frame(n), cv2.COLOR_RGB2GRAY)
        greys[n] = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        mask = cv2.resize((footage.labels(n) > 0).astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA)
        free[n] = 1 - cv2.dilate((mask > 0).astype(np.uint8), kernel)
        yield 0.3 * (n + 1) / footage.count
    cuts = set(find_cuts(footage.frame(n) for n in range(footage.count)))
    steps = follow(greys, free, footage.size, cuts)
    while True:
        try:
            yield 0.3 + 0.7 * next(steps)
        except StopIteration as done:
            camera: Camera = done.value
            return camera


def find_background(footage: Footage) -> Generator[float, None, Plane]:
    """The clean background; yields how much is done, 0 to 1."""
    camera = yield from find_camera(footage)
    return (yield from paint_plane(footage, camera))
