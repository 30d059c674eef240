"""How the background moves from frame to frame, also where objects hide it: dense flow, carried on under them.

Flow to the next and to the last frame is found in the view that the camera's homography gives, so that only what is no
plane is left to it. Under an object and right around it, where its shadow moves, it is filled from further away. Steps
are put together into ways over many frames, as flow-guided video completion does (Xu et al., CVPR 2019).

Everything at working size (core.motion.camera): greys uint8 (h, w), places and displacements
float32 (h, w, 2), x first.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.layers.fill import fill
from core.layers.footage import Footage
from core.layers.parting import step
from core.layers.plane import MARGIN, certainty, grid_of, trusted
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.camera import Camera, working_size
from core.motion.flow import SMALLEST, flow_between
from core.motion.homography import Matrix, normal, scaling

FAR = 0.06
"""How far a pixel must be trusted to say how the background around an object moves."""


class GroundFlow:
    """The background's motion in a clip whose camera is known. Steps of frames that are far from the last asked for are
    forgotten, so memory does not grow with the clip."""

    def __init__(self, footage: Footage, camera: Camera, furthest: int) -> None:
        self.size = working_size(footage.size)
        self._footage, self._camera, self._furthest = footage, camera, furthest
        self._up = scaling(self.size, footage.size)
        self._steps: dict[tuple[int, int], Array32 | None] = {}
        self._looks: dict[int, tuple[Frame, Labels, Array32]] = {}

    def places(self, n: int, ahead: int, wanted: tuple[int, ...]) -> dict[int, Array32]:
        """Where the background of frame n is in frames further on (ahead 1) or back (-1), by frame.

        Args:
            wanted: how many frames on, ascending. Those on the far side of a cut are left out.
        """
        self._forget(n)
        where, found = grid_of(self.size), {}
        for off in range(1, wanted[-1] + 1):
            m = n + off * ahead
            moved = self._step(m - ahead, m) if 0 <= m < self._footage.count else None
            if moved is None:
                break
            where = where + cv2.remap(moved, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            if off in wanted:
                found[m] = where
        return found

    def _step(self, n: int, m: int) -> Array32 | None:
        if (n, m) not in self._steps:
            self._steps[n, m] = self._found(n, m)
        return self._steps[n, m]

    def _found(self, n: int, m: int) -> Array32 | None:
        """Displacements from frame n to its neighbour m; None when there is a cut between them."""
        whole = step(self._camera, n, m)
        if whole is None:
            return None
        matrix = normal(np.linalg.inv(self._up) @ whole @ self._up)
        here = grid_of(self.size)
        if min(self.size) < 2 * SMALLEST:
            rest = np.zeros_like(here)
        else:
            rest = self._rest(n, m, matrix)
        moved = cv2.perspectiveTransform((here + rest).reshape(-1, 1, 2), matrix).reshape(here.shape)
        return np.asarray(moved - here, np.float32)

    def _rest(self, n: int, m: int, matrix: Matrix) -> Array32:
        """What flow finds beyond the camera's motion, carried on under the objects."""
        (grey, _, trust), (other, others, _) = self.look(n), self.look(m)
        view = cv2.warpPerspective(
            other,
            matrix,
            self.size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        there = cv2.warpPerspective(others, matrix, self.size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
        rest = flow_between(grey, np.asarray(view, np.uint8))
        sure = (0.02 + certainty(grey)) * (_around(there, self.size[1]) == 0)
        far = np.minimum(1, 3 * sure * np.clip((trust - FAR) * 4, 0, 1))
        return fill(rest, np.asarray(far, np.float32))

    def look(self, n: int) -> tuple[Frame, Labels, Array32]:
        """A frame's grey, its labels, and how far it is trusted, (h, w) each."""
        if n not in self._looks:
            grey = cv2.cvtColor(self._footage.frame(n), cv2.COLOR_RGB2GRAY)
            grey = cv2.resize(grey, self.size, interpolation=cv2.INTER_AREA)
            labels = cv2.resize(self._footage.labels(n), self.size, interpolation=cv2.INTER_NEAREST)
            small = np.asarray(labels, np.uint8)
            self._looks[n] = np.asarray(grey, np.uint8), small, trusted(small)
        return self._looks[n]

    def _forget(self, n: int) -> None:
        reach = self._furthest + 1
        self._steps = {pair: step for pair, step in self._steps.items() if abs(pair[0] - n) <= reach}
        self._looks = {m: look for m, look in self._looks.items() if abs(m - n) <= reach}


def enlarged(where: Array32, size: tuple[int, int]) -> Array32:
    """Places at working size, (h, w, 2), as places in frames of `size` (width, height), one for
    each of their pixels."""
    factor = np.array([size[0] / where.shape[1], size[1] / where.shape[0]], np.float32)
    places = (where + np.float32(0.5)) * factor - np.float32(0.5)
    return np.asarray(cv2.resize(places, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _around(labels: Labels, tall: int) -> Labels:
    radius = 1 + round(MARGIN * tall)
    return np.asarray(cv2.dilate(labels, np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)), np.uint8)
