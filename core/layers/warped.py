"""A clean background for scenes that are no plane: each frame's is put together from its own neighbours.

What the neighbours agree on (core.layers.neighbours) is the background. Where it differs from the frame and that
goes with an object, it is a shadow; everywhere else outside of the masks the frame itself is taken, and what was
put under an object is joined to it. So trees and posts at several depths stay sharp where one canvas would smear
them. The canvas fills what no neighbour shows. Shadows that most neighbours have as well: core.layers.slow_shadows.

Colours are float32 in [0, 1] while they are worked on; the finished backgrounds are uint8 in one file without a name.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_bytes, to_float
from core.layers.border_masks import add_missed
from core.layers.detached_shadows import Scene
from core.layers.effects import evidence, link, slopes
from core.layers.followed_shadows import followed_shadows, without_shadows
from core.layers.footage import Footage
from core.layers.grain import with_grain
from core.layers.ground_flow import GroundFlow
from core.layers.neighbours import OFFSETS, Local, frame_of, put_together
from core.layers.paged import Stack
from core.layers.plane import NOISE_FLOOR, Plane, beside
from core.layers.preview import Show, hidden, part
from core.layers.slow_shadows import darker, known_by_canvas
from core.layers.tracks import halved, measure
from core.layers.visible_background import in_frames_light, mixed
from core.media.info import Frame
from core.motion.camera import Camera

ALIKE = 0.15
"""What may differ in light between a frame and its neighbours."""
LEAST_WEIGHT = 0.002
NOISE_UNIT = 1000
MISPLACED = 0.5
"""Pixels that an edge may lie beside its place."""


@dataclass
class Warped:
    """As `Plane`, by `render`, `noise`, `known` and `picture`.

    plane: the canvas, which was not good enough alone.
    plates: uint8 (N, H, W, 3), what the neighbours say, and the frame itself where nothing is thrown on it.
    sigmas, shown: uint8 (N, h, w), half size.
    errors: float32 (N,), the mean squared error of what the neighbours say alone, outside of the masks.
    """

    plane: Plane
    plates: Stack
    sigmas: Stack
    shown: Stack
    notes: list[str]
    errors: Array32

    @property
    def camera(self) -> Camera:
        """Of the canvas."""
        return self.plane.camera

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the frames."""
        return self.plane.size

    def render(self, n: int) -> Array32:
        """The clean background of frame n, float32 (H, W, 3) in [0, 1]."""
        return to_float(self.plates[n])

    def noise(self, n: int) -> Array32:
        """The standard deviation around `render`, float32 (H, W); more at edges, which may lie beside their place."""
        spread = self._large(self.sigmas[n]) / np.float32(NOISE_UNIT)
        spread = spread + np.float32(MISPLACED) * slopes(self.render(n))
        return np.asarray(spread + np.float32(NOISE_FLOOR), np.float32)

    def known(self, n: int) -> Array32:
        """0 where the background at a pixel is guessed from around, float32 (H, W)."""
        return self._large(self.shown[n]) / np.float32(255)

    def picture(self) -> Frame:
        """The whole canvas, uint8 RGB."""
        return self.plane.picture()

    def _large(self, small: npt.NDArray[np.uint8]) -> Array32:
        return np.asarray(cv2.resize(small.astype(np.float32), self.size), np.float32)


def paint_warped(
    footage: Footage, plane: Plane, folder: Path | None, show: Show = hidden, seed: int = 0
) -> Generator[float, None, Warped]:
    """The background of every frame; yields how much is done, 0 to 1.

    Args:
        folder: where the finished backgrounds lie while they are needed; None for the system's own.
        seed: of the grain.

    Raises:
        OutOfDisk: when they do not fit.
    """
    wide, tall = footage.size
    plates = Stack((footage.count, tall, wide, 3), folder)
    sigmas, shown, surely, halves = (footage.halves(folder) for _ in range(4))
    half = sigmas.shape[2], sigmas.shape[1]
    made = Warped(plane, plates, sigmas, shown, list(plane.notes), np.zeros(footage.count, np.float32))
    ground = GroundFlow(footage, plane.camera, OFFSETS[-1])
    for n in range(footage.count):
        local = put_together(footage, plane, n, ground)
        plates[n] = to_bytes(with_canvas(plane, n, local))
        show(partial(np.asarray, plates[n]))
        small = cv2.resize(local.sigma, half, interpolation=cv2.INTER_AREA)
        sigmas[n] = np.minimum(small * NOISE_UNIT, 255).astype(np.uint8)
        seen = np.minimum(1, local.weight / LEAST_WEIGHT)
        shown[n] = (cv2.resize(seen, half, interpolation=cv2.INTER_AREA) * 255).astype(np.uint8)
        surely[n] = evidence(frame_of(footage, n), made.render(n), made.noise(n))
        halves[n] = halved(footage.labels(n))
        made.errors[n] = _error(footage, n, made.render(n))
        yield 0.9 * (n + 1) / footage.count
    add_missed(footage, surely, halves)
    yield from part(_without_effects(footage, made, surely, halves, seed), 0.9, 1.0)
    return made


def _error(footage: Footage, n: int, clean: Array32) -> float:
    """The mean squared error outside of the masks."""
    bare = footage.labels(n) == 0
    off = (frame_of(footage, n) - clean)[bare]
    return float((off * off).mean()) if bare.any() else 0.0


def _without_effects(
    footage: Footage, made: Warped, surely: Stack, halves: Stack, seed: int
) -> Generator[float, None, None]:
    """Finish the backgrounds: the frames themselves, but for what objects throw on them. Yields how much is done."""
    tracks = measure(halves, made.plane.camera)
    effects = link(
        surely, halves, tracks, Scene(made.camera, lambda n: (frame_of(footage, n), made.render(n)))
    )
    slow = yield from part(known_by_canvas(footage, made.plane, halves, tracks), 0.0, 0.6)
    along = followed_shadows(footage, halves, tracks, made.camera)
    for n in range(footage.count):
        lasts = slow[n] > 0
        frame, clean = frame_of(footage, n), _with_slow(made, n, lasts)
        thrown = ((effects[n] > 0) & darker(frame, clean)) | lasts
        relit = without_shadows(frame, halves[n], along, n)
        bare = with_own(footage, n, clean, thrown | (relit.shadow > 0), np.random.default_rng((seed, n)))
        share = (relit.ground * beside(footage.labels(n)))[..., None]
        made.plates[n] = to_bytes(bare + share * (relit.frame - bare))
        yield 0.6 + 0.4 * (n + 1) / footage.count


def _with_slow(made: Warped, n: int, slow: npt.NDArray[np.bool_]) -> Array32:
    """What the neighbours say, and the canvas under slow shadows, bool (h, w), half size."""
    clean = made.render(n)
    if not slow.any():
        return clean
    thick = cv2.dilate(slow.astype(np.float32), np.ones((5, 5), np.uint8))
    share = cv2.resize(cv2.GaussianBlur(thick, (0, 0), 1.5), made.size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(clean + share[..., None] * (made.plane.render(n) - clean), np.float32)


def with_own(
    footage: Footage, n: int, clean: Array32, effect: npt.NDArray[np.bool_], rng: np.random.Generator
) -> Array32:
    """The frame itself where it shows bare background, elsewhere what its neighbours say, joined
    without a seam and with the frame's grain.

    Args:
        clean: what the neighbours say.
        effect: bool (h, w), half size, where an object throws something.
    """
    if not footage.known(n):
        return clean
    frame, labels = frame_of(footage, n), footage.labels(n)
    thick = cv2.dilate(effect.astype(np.float32), np.ones((5, 5), np.uint8))
    thrown = cv2.resize(cv2.GaussianBlur(thick, (0, 0), 1.5), footage.size, interpolation=cv2.INTER_LINEAR)
    own = np.asarray(
        cv2.GaussianBlur(beside(labels), (0, 0), 1.0) * beside(labels) * (1 - thrown), np.float32
    )
    bare = mixed(frame, in_frames_light(frame, clean, own, ALIKE), own)
    return with_grain(frame, clean, bare, own, beside(labels), rng)


def with_canvas(plane: Plane, n: int, local: Local) -> Array32:
    """The neighbours' background of frame n, float32 (H, W, 3), and the canvas where they show nothing."""
    some = np.clip(local.weight / LEAST_WEIGHT, 0, 1)[..., None]
    return np.asarray(some * local.clean + (1 - some) * plane.render(n), np.float32)
