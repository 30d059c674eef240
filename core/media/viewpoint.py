"""Where the camera looked on each frame of a take that was taken apart, read from its result folder (torch-free).

A layer shows its object as one frame of the take saw it. When it is shown with the background of another frame, the
camera has moved on meanwhile, and the object belongs where it stood in the scene: `Viewpoints.carry` says by what
homography. Pixel coordinates are those of OpenCV: centres are whole numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from core.files import read_json
from core.motion.homography import moved_corners, normal, steepness

Matrix: TypeAlias = npt.NDArray[np.float64]

LAYERS = "layers.json"
STILL = 0.02
"""Pixels; a picture whose corners move less stays as it is, bit for bit."""
MOST_BYTES = 256 * 2**20


class _Folder(msgspec.Struct, frozen=True):
    """What is needed of core.layers.result.LayersResult."""

    width: int
    height: int
    world: tuple[tuple[float, ...], ...] = ()
    takes: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Viewpoints:
    """Where the camera looked on each of N frames.

    size: (width, height) of the frames.
    world: float64 (N, 3, 3), frame pixels to pixels of the frame's take; what two takes see cannot be compared.
    takes: first frames of the takes, ascending, the first of them 0.
    """

    size: tuple[int, int]
    world: Matrix
    takes: tuple[int, ...]

    def carry(self, shown: float, seen: float) -> Matrix | None:
        """From the pixels of frame `shown` to where frame `seen` sees the same places; parts of frames lie between.

        Returns:
            float64 (3, 3); None when nothing is to be moved: the same frame, a still camera, another take, or frames
            that the take does not have.
        """
        last = len(self.world) - 1
        if shown == seen or not (0 <= shown <= last and 0 <= seen <= last):
            return None
        if self._take(shown) != self._take(seen):
            return None
        found = normal(np.linalg.inv(self._at(seen)) @ self._at(shown))
        own = moved_corners(np.eye(3), self.size)
        if in_view(found, self.size) and np.abs(moved_corners(found, self.size) - own).max() < STILL:
            return None
        return found

    def _take(self, frame: float) -> int:
        return bisect_right(self.takes, frame)

    def _at(self, frame: float) -> Matrix:
        low = int(frame)
        part = frame - low
        if part == 0 or self._take(low) != self._take(low + 1):
            return np.asarray(self.world[low])
        return np.asarray((1 - part) * self.world[low] + part * self.world[low + 1])


def in_view(carry: Matrix, size: tuple[int, int]) -> bool:
    """Whether what a frame of `size` shows can still be before the camera, not behind it."""
    return bool(np.isfinite(carry).all() and np.isfinite(steepness(carry, size)))


def read_viewpoints(folder: Path) -> Viewpoints | None:
    """What a folder of layers says of the camera; None when it says nothing that can be used (results of before this
    was kept, a folder that is still being made, a damaged one)."""
    path = folder / LAYERS
    try:
        if path.stat().st_size > MOST_BYTES:
            return None
    except OSError:
        return None
    said = read_json(path, _Folder)
    if said is None or not said.world or any(len(one) != 9 for one in said.world):
        return None
    world = np.array(said.world, np.float64).reshape(-1, 3, 3)
    takes = said.takes
    if not takes or takes[0] != 0 or list(takes) != sorted(set(takes)) or min(said.width, said.height) < 1:
        return None
    if (
        not np.isfinite(world).all()
        or (np.abs(np.linalg.det(world)) < 1e-9).any()
        or (world[:, 2, 2] == 0).any()
    ):
        return None
    return Viewpoints((said.width, said.height), world / world[:, 2:, 2:], takes)
