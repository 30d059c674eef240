"""A clean background for scenes that are no plane: each frame's is put together from its own neighbours.

A neighbour is brought into a frame's view by the camera's homography and then by dense flow, which is known around the
objects and carried on under them. What the neighbours agree on, weighted by how far each of them is in time and from
its own objects, is the background; far from the objects it is the frame itself. So trees and posts at several depths
stay sharp where one canvas would smear them. The canvas fills what no neighbour shows.

Colours are float32 in [0, 1] while they are worked on; the finished backgrounds are uint8 in one file without a name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.job import require_disk
from core.layers.channels import largest, mean
from core.layers.fill import fill
from core.layers.footage import Footage
from core.layers.plane import NOISE_FLOOR, Plane, believed, certainty, grey_of, grid_of, to_bytes, trusted
from core.layers.showing import Show, hidden
from core.media.info import Frame
from core.motion.camera import Camera, working_size
from core.motion.flow import SMALLEST, Array32, flow_between
from core.motion.homography import Matrix, sane

OFFSETS = (2, 4, 7, 11, 16, 22, 30, 40)
"""Frames on either side whose pictures are used."""
FADE = 14.0
"""Frames after which a neighbour counts a third."""
OWN = 0.5
"""How far a pixel must be trusted to be taken from the frame itself."""
SCALES = (0.15, 0.08, 0.05)
LEAST_WEIGHT = 0.002
NOISE_UNIT = 1000
MISPLACED = 0.5
"""Pixels that an edge may lie beside its place."""


@dataclass
class Warped:
    """As `Plane`, by `render`, `noise`, `known` and `picture`. plane: the canvas, which was not good enough alone."""

    plane: Plane
    plates: npt.NDArray[np.uint8]
    sigmas: npt.NDArray[np.uint8]
    shown: npt.NDArray[np.uint8]
    notes: list[str]

    @property
    def camera(self) -> Camera:
        return self.plane.camera

    @property
    def size(self) -> tuple[int, int]:
        return self.plane.size

    def render(self, n: int) -> Array32:
        """The clean background of frame n, float32 (H, W, 3) in [0, 1]."""
        return self.plates[n].astype(np.float32) / np.float32(255)

    def noise(self, n: int) -> Array32:
        """The standard deviation around `render`, float32 (H, W); more at edges, which may lie beside their place."""
        grey = cv2.cvtColor(self.plates[n], cv2.COLOR_RGB2GRAY).astype(np.float32) / np.float32(255)
        slopes = [cv2.Sobel(grey, cv2.CV_32F, x, y, scale=0.125) for x, y in ((1, 0), (0, 1))]
        steep = cv2.blur(np.abs(slopes[0]) + np.abs(slopes[1]), (5, 5))
        spread = self._large(self.sigmas[n]) / np.float32(NOISE_UNIT) + np.float32(MISPLACED) * steep
        return np.asarray(spread + np.float32(NOISE_FLOOR), np.float32)

    def known(self, n: int) -> Array32:
        """0 where the background at a pixel is guessed from around, float32 (H, W)."""
        return self._large(self.shown[n]) / np.float32(255)

    def picture(self) -> Frame:
        """The whole canvas, uint8 RGB."""
        return self.plane.picture()

    def _large(self, small: npt.NDArray[np.uint8]) -> Array32:
        return np.asarray(cv2.resize(small.astype(np.float32), self.size), np.float32)


@dataclass(frozen=True)
class Local:
    """One frame's background, without the frame itself: clean (H, W, 3), sigma (H, W), weight (H, W)."""

    clean: Array32
    sigma: Array32
    weight: Array32


def paint_warped(
    footage: Footage, plane: Plane, folder: Path | None, show: Show = hidden
) -> Generator[float, None, Warped]:
    """The background of every frame; yields how much is done, 0 to 1.

    Args:
        folder: where the finished backgrounds lie while they are needed; None for the system's own.

    Raises:
        OutOfDisk: when they do not fit.
    """
    wide, tall = footage.size
    half = (tall + 1) // 2, (wide + 1) // 2
    if folder is not None:
        require_disk(folder, 3 * footage.count * wide * tall)
    with tempfile.TemporaryFile(dir=folder) as file:
        plates = np.memmap(file, np.uint8, "w+", shape=(footage.count, tall, wide, 3))
    sigmas, shown = (np.zeros((footage.count, *half), np.uint8) for _ in range(2))
    for n in range(footage.count):
        local = put_together(footage, plane, n)
        clean = to_bytes(with_own(footage, plane, n, local))
        plates[n] = clean
        show(partial(np.asarray, clean))
        small = cv2.resize(local.sigma, half[::-1], interpolation=cv2.INTER_AREA)
        sigmas[n] = np.minimum(small * NOISE_UNIT, 255).astype(np.uint8)
        seen = cv2.resize(
            np.minimum(1, local.weight / LEAST_WEIGHT), half[::-1], interpolation=cv2.INTER_AREA
        )
        shown[n] = (seen * 255).astype(np.uint8)
        yield (n + 1) / footage.count
    return Warped(plane, plates, sigmas, shown, list(plane.notes))


def with_own(footage: Footage, plane: Plane, n: int, local: Local) -> Array32:
    """The frame itself far from its objects, its neighbours near them, the canvas where those show nothing."""
    frame, near = _frame(footage, n), with_canvas(plane, n, local)
    if not footage.known(n):
        return np.asarray(near, np.float32)
    own = np.clip((trusted(footage.labels(n)) - OWN) / (1 - OWN), 0, 1)[..., None]
    return np.asarray(own * frame + (1 - own) * near, np.float32)


def with_canvas(plane: Plane, n: int, local: Local) -> Array32:
    """The neighbours' background, and the canvas where they show nothing."""
    some = np.clip(local.weight / LEAST_WEIGHT, 0, 1)[..., None]
    return np.asarray(some * local.clean + (1 - some) * plane.render(n), np.float32)


def put_together(footage: Footage, plane: Plane, n: int) -> Local:
    """What the neighbours of frame n say of its background."""
    frame, around = _frame(footage, n), trusted(footage.labels(n))
    pictures, weights = [], []
    for m, to_m in neighbours(footage, plane.camera, n).items():
        picture, weight = _brought(footage, m, to_m, frame, around)
        pictures.append(picture)
        weights.append(weight * np.float32(np.exp(-abs(m - n) / FADE)))
    if not pictures:
        return Local(plane.render(n), plane.noise(n), np.zeros(around.shape, np.float32))
    return _agreed(pictures, weights)


def neighbours(footage: Footage, camera: Camera, n: int) -> dict[int, Matrix]:
    """Frames that see the place in about the same way, the nearest first, and the homography from frame n to each."""
    views = camera.views_of(camera.shot_of(n))
    near = [m for off in OFFSETS for m in (n - off, n + off) if m in views]
    near = near or [m for m in (n - 1, n + 1) if m in views]
    found = {m: camera.between(n, views[m]) for m in near if footage.known(m)}
    return {m: matrix for m, matrix in found.items() if sane(matrix, camera.size, apart=0.6)}


def _frame(footage: Footage, n: int) -> Array32:
    return footage.frame(n).astype(np.float32) / np.float32(255)


def _brought(
    footage: Footage, m: int, matrix: Matrix, frame: Array32, around: Array32
) -> tuple[Array32, Array32]:
    """Frame m in the view of `frame`, and how much each pixel is to be believed."""
    size = footage.size
    there = trusted(footage.labels(m))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    rough = cv2.warpPerspective(footage.frame(m), matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    open_ = cv2.warpPerspective(there, matrix, size, flags=flags)
    rest = rest_flow(frame, rough.astype(np.float32) / np.float32(255), np.minimum(around, open_))
    where = cv2.perspectiveTransform((grid_of(size) + rest).reshape(-1, 1, 2), matrix).reshape(rest.shape)
    border = cv2.BORDER_REPLICATE
    picture = cv2.remap(footage.frame(m), where, None, cv2.INTER_CUBIC, borderMode=border)
    weight = cv2.remap(there, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    moved = picture.astype(np.float32) / np.float32(255)
    used = around * weight
    gain = ((frame * used[..., None]).sum((0, 1)) + 1e-3) / ((moved * used[..., None]).sum((0, 1)) + 1e-3)
    moved = moved * np.clip(gain, 0.6, 1.6).astype(np.float32)
    off = largest(np.abs(cv2.blur(frame - moved, (5, 5))))
    seen = np.clip(around * 8, 0, 1)
    agrees = fill(believed(off), np.asarray(seen, np.float32)) * seen + (1 - seen)
    return moved, np.asarray(weight * agrees, np.float32)


def rest_flow(frame: Array32, view: Array32, free: Array32) -> Array32:
    """Flow from `frame` to `view` where `free` shows background in both, carried on smoothly elsewhere."""
    tall, wide = frame.shape[:2]
    size = working_size((wide, tall))
    if min(size) < 2 * SMALLEST:
        return np.zeros((tall, wide, 2), np.float32)
    a, b = grey_of(frame, size), grey_of(view, size)
    flow = flow_between(a, b) * np.float32(wide / size[0])
    share = cv2.resize(free, size, interpolation=cv2.INTER_AREA)
    known = np.clip((share - 0.06) * 4, 0, 1) * (0.02 + certainty(a)) * (largest(np.abs(flow)) < 0.1 * wide)
    smooth = fill(flow, np.asarray(np.minimum(1, known * 3), np.float32))
    return np.asarray(cv2.resize(smooth, (wide, tall), interpolation=cv2.INTER_LINEAR), np.float32)


def _agreed(pictures: list[Array32], weights: list[Array32]) -> Local:
    """The robust mean, with what does not agree left out more and more."""
    clean, total = _mean(pictures, weights)
    noise = np.zeros(total.shape, np.float32)
    for scale in SCALES:
        kept, squares = [], np.zeros(total.shape, np.float32)
        for picture, weight in zip(pictures, weights, strict=True):
            off = picture - clean
            kept.append(weight * believed(largest(np.abs(off)), scale))
            squares += kept[-1] * mean(off * off)
        clean, total = _mean(pictures, kept)
        noise = np.sqrt(squares / np.maximum(total, 1e-6))
    return Local(clean, np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.5), np.float32), total)


def _mean(pictures: list[Array32], weights: list[Array32]) -> tuple[Array32, Array32]:
    total = np.zeros_like(weights[0])
    for weight in weights:
        total += weight
    mixed = sum(weight[..., None] * picture for picture, weight in zip(pictures, weights, strict=True))
    return np.asarray(mixed / np.maximum(total, 1e-6)[..., None], np.float32), total
