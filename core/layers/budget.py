"""What is left out when there is little time, by what each step costs and by the pace that other programs leave.

Without time for all of it, shadows are not looked for; then the canvas is painted from smaller pictures, and the camera
followed in smaller ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from core.layers.clock import Clock
from core.layers.footage import Pictures
from core.layers.paged import Room
from core.layers.plane import Plane, bend_shape
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.camera import Camera, working_size
from core.motion.homography import Matrix, normal, scaling

CAMERA = 2.9e-7
"""Processor seconds a pixel of working size: following the camera."""
PASS = 2.0e-7
"""Processor seconds a pixel: one pass over the canvas."""
LAYERS = 8.0e-7
"""Processor seconds a pixel: layers with their shadows."""
BARE = 3.6e-7
"""Processor seconds a pixel: layers without shadows."""
FILM = 0.6e-7
"""Processor seconds a pixel: the film of the background alone."""
WHOLE = 2.6e-7
"""Processor seconds a pixel: the same with the frames themselves where nothing lies on it."""
NEIGHBOURS = 6e-6
"""The same for putting a frame together from its neighbours."""
SMALLEST = 4
"""By what factor pictures are made smaller at most."""


@dataclass
class Budget:
    """What there is time for, by what each step costs and by how long those before it took.

    count, size: of the frames.
    whole, least: processor seconds a pixel of what follows the background, and of the least that can follow it.
    reduced: times smaller than the frames that the canvas was painted.
    """

    clock: Clock
    count: int
    size: tuple[int, int]
    whole: float = 0.0
    least: float = 0.0
    reduced: int = 1

    def small_camera(self) -> bool:
        """Whether the camera must be followed in smaller pictures."""
        camera = CAMERA * self.count * math.prod(working_size(self.size))
        return not self._allows(camera + self._work(2 * PASS / SMALLEST**2 + self.least))

    def reduction(self) -> int:
        """How many times smaller the pictures must be that the canvas is painted from."""
        tried = range(1, SMALLEST)
        fits = (by for by in tried if self._allows(self._work(2 * PASS / by**2 + self.least)))
        self.reduced = next(fits, SMALLEST)
        return self.reduced

    def effects(self) -> bool:
        """Whether there is time to look for shadows; on a canvas from small pictures all edges would be some."""
        return self.reduced == 1 and self._allows(self._work(self.whole))

    def neighbours(self, frames: int) -> bool:
        """Whether there is time to put some frames together from their neighbours."""
        later = self._work(self.least)
        return self.reduced == 1 and self._allows(NEIGHBOURS * frames * math.prod(self.size) + later)

    def _work(self, each: float) -> float:
        return each * self.count * math.prod(self.size)

    def _allows(self, seconds: float) -> bool:
        return self.clock.allows(self.clock.pace * seconds)


class Smaller:
    """Pictures and labels so many times smaller than they are."""

    def __init__(self, pictures: Pictures, by: int) -> None:
        self._whole = pictures
        self.count = pictures.count
        self.size = max(1, pictures.size[0] // by), max(1, pictures.size[1] // by)

    def frame(self, n: int) -> Frame:
        """uint8 RGB (H, W, 3)."""
        return np.asarray(cv2.resize(self._whole.frame(n), self.size, interpolation=cv2.INTER_AREA), np.uint8)

    def known(self, n: int) -> bool:
        """Whether the objects of frame n are known, see core.layers.footage.Footage.known."""
        return self._whole.known(n)

    def labels(self, n: int) -> Labels:
        """uint8 (H, W)."""
        return np.asarray(
            cv2.resize(self._whole.labels(n), self.size, interpolation=cv2.INTER_NEAREST), np.uint8
        )


def smaller_camera(camera: Camera, size: tuple[int, int]) -> Camera:
    """The same motion for frames of another size; the canvas is as much smaller."""
    up = scaling(size, camera.size)
    down = np.linalg.inv(up)
    canvas = tuple(math.ceil(camera.canvas[k] * size[k] / camera.size[k]) for k in (0, 1))
    own, extra = (
        np.array([normal(down @ matrix @ up) for matrix in each]).reshape(-1, 3, 3)
        for each in (camera.to_canvas, camera.extra_to_canvas)
    )
    return Camera(size, (canvas[0], canvas[1]), own, camera.shots, camera.misfit, camera.extra, extra)


def enlarged(plane: Plane, camera: Camera, room: Room) -> Plane:
    """A canvas that was painted with `smaller_camera` for the camera itself."""
    up = scaling(plane.size, camera.size)
    (wide, tall), (rows, columns) = camera.canvas, bend_shape(camera.size)
    bends = [cv2.resize(each, (columns, rows)) * (up[0, 0], up[1, 1]) for each in plane.bends]
    made = Plane(
        camera, room.zeros((tall, wide, 3)), room.zeros((tall, wide)), room.zeros((tall, wide)), plane.gains,
        np.asarray(bends, np.float32).reshape(-1, rows, columns, 2), list(plane.notes), room,
    )  # fmt: skip
    for there, here in zip(plane.camera.bands, camera.bands, strict=True):
        matrix = _moved(-there.start) @ np.linalg.inv(up) @ _moved(here.start)
        size, flags = (wide, here.stop - here.start), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        for name in ("canvas", "seen", "sigma"):
            small = np.ascontiguousarray(getattr(plane, name)[there])
            getattr(made, name)[here] = cv2.warpAffine(
                small, matrix[:2], size, flags=flags, borderMode=cv2.BORDER_REPLICATE
            )
        room.let_go()
    return made


def _moved(down: float) -> Matrix:
    return np.array([[1, 0, 0], [0, 1, down], [0, 0, 1.0]])
