"""A clean background for scenes that are no plane: each frame's is put together from its own neighbours.

A neighbour is brought into a frame's view along the background's flow (core.layers.ground_flow). What the neighbours
agree on, weighted by how far each of them is in time and from its own objects, is the background. Where it differs from
the frame and that goes with an object, it is a shadow; everywhere else outside of the masks the frame itself is taken,
and what was put under an object is joined to it. So trees and posts at several depths stay sharp where one canvas would
smear them. The canvas fills what no neighbour shows, and where it fits all around it knows the ground under shadows
that move too slowly to be seen between neighbours.

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

from core.layers.channels import largest, mean, total
from core.layers.effects import evidence, link
from core.layers.entering import add_missed
from core.layers.fill import fill
from core.layers.footage import Footage
from core.layers.ground_flow import GroundFlow, enlarged
from core.layers.paged import Stack
from core.layers.plane import (
    NOISE_FLOOR,
    Plane,
    believed,
    beside,
    certainty,
    grey_of,
    grid_of,
    to_bytes,
    trusted,
)
from core.layers.showing import Show, hidden
from core.layers.tracks import Tracks, halved, measure
from core.media.info import Frame
from core.motion.camera import Camera, working_size
from core.motion.flow import SMALLEST, Array32, flow_between

OFFSETS = (2, 4, 7, 11, 16, 22, 30, 40)
"""Frames on either side whose pictures are used."""
FADE = 14.0
"""Frames after which a neighbour counts a third."""
AGREE = 0.03
"""Of the height: the stretch over which two pictures may differ by one light."""
DARKEST, SHADOW, SAME = 0.3, 0.9, 0.5
"""The least light of a shadow, the most, and what part of a difference in it may be something else."""
LIGHTER = 3.0
REST, SMOOTH = 3.0, 6.0
"""Working pixels: how far off a way over many frames may lead, and over what it is corrected."""
ALIKE, JOIN = 0.15, 0.008
"""What may differ in light between a frame and its neighbours, and over what part of the height they are joined."""
SCALES = (0.15, 0.08, 0.05)
LEAST_WEIGHT = 0.002
RING, FITS = (0.03, 0.08), 0.4
"""Of the height: where around a shadow the canvas is judged, and what part of the shadow it may be wrong by there."""
LASTS = 2
"""Frames on either side that are asked whether a slow shadow lasts."""
SMEARED = 2.0
"""Times its noise that the canvas may be wrong where the background is no plane."""
NOISE_UNIT = 1000
MISPLACED = 0.5
"""Pixels that an edge may lie beside its place."""


@dataclass
class Warped:
    """As `Plane`, by `render`, `noise`, `known` and `picture`. plane: the canvas, which was not good enough alone.
    plates: uint8 (N, H, W, 3), what the neighbours say, and the frame itself
    where nothing is thrown on it. sigmas, shown: uint8 (N, h, w), half size."""

    plane: Plane
    plates: Stack
    sigmas: Stack
    shown: Stack
    notes: list[str]

    @property
    def camera(self) -> Camera:
        return self.plane.camera

    @property
    def size(self) -> tuple[int, int]:
        return self.plane.size

    def render(self, n: int) -> Array32:
        """The clean background of frame n, float32 (H, W, 3) in [0, 1]."""
        return np.asarray(self.plates[n].astype(np.float32) / np.float32(255), np.float32)

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
    plates = Stack((footage.count, tall, wide, 3), folder)
    sigmas, shown, surely, halves = (footage.halves(folder) for _ in range(4))
    half = sigmas.shape[2], sigmas.shape[1]
    made = Warped(plane, plates, sigmas, shown, list(plane.notes))
    ground = GroundFlow(footage, plane.camera, OFFSETS[-1])
    for n in range(footage.count):
        local = put_together(footage, plane, n, ground)
        plates[n] = to_bytes(with_canvas(plane, n, local))
        show(partial(np.asarray, plates[n]))
        small = cv2.resize(local.sigma, half, interpolation=cv2.INTER_AREA)
        sigmas[n] = np.minimum(small * NOISE_UNIT, 255).astype(np.uint8)
        seen = np.minimum(1, local.weight / LEAST_WEIGHT)
        shown[n] = (cv2.resize(seen, half, interpolation=cv2.INTER_AREA) * 255).astype(np.uint8)
        surely[n], halves[n] = (
            evidence(_frame(footage, n), made.render(n), made.noise(n)),
            halved(footage.labels(n)),
        )
        yield 0.9 * (n + 1) / footage.count
    add_missed(footage, surely, halves)
    tracks = measure(halves)
    effects = link(surely, halves, tracks)
    slow = yield from _slow_shadows(footage, plane, halves, tracks)
    for n in range(footage.count):
        lasts = slow[n] > 0
        frame, clean = _frame(footage, n), _with_slow(made, n, lasts)
        thrown = ((effects[n] > 0) & _darker(frame, clean)) | lasts
        plates[n] = to_bytes(with_own(footage, n, clean, thrown))
        yield 0.96 + 0.04 * (n + 1) / footage.count
    return made


def _slow_shadows(
    footage: Footage, plane: Plane, halves: Stack, tracks: Tracks
) -> Generator[float, None, Stack]:
    """Where frames are the canvas with less light, in a way that goes with an object; 0 or 1, (N, h, w), half size."""
    surely = halves.like()
    for n in range(footage.count):
        frame, canvas = _frame(footage, n), plane.render(n)
        sigma = np.float32(SMEARED) * plane.noise(n)
        surely[n] = evidence(frame, canvas, sigma) * _darker(frame, canvas)
        yield 0.9 + 0.04 * (n + 1) / footage.count
    slow = link(surely, halves, tracks)
    for n in range(footage.count):
        slow[n] = _fitting(footage, plane, n, slow[n] > 0)
        yield 0.94 + 0.02 * (n + 1) / footage.count
    for n in np.flatnonzero(~_lasting(slow)).tolist():
        slow[n].fill(0)
    return slow


def _fitting(footage: Footage, plane: Plane, n: int, slow: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The regions around which the canvas is what the frame shows; it is no use where it is smeared. bool (h, w)."""
    kept = np.zeros(slow.shape, bool)
    if not slow.any():
        return kept
    off = mean(np.abs(_frame(footage, n) - plane.render(n)))
    off = cv2.resize(off, slow.shape[::-1], interpolation=cv2.INTER_AREA)
    bare = halved((beside(footage.labels(n)) > 0).astype(np.uint8)) > 0
    count, regions = cv2.connectedComponents(slow.astype(np.uint8), connectivity=8)
    inner, outer = (np.ones((2 * round(part * len(slow)) + 1,) * 2, np.uint8) for part in RING)
    for region in range(1, count):
        here = (regions == region).astype(np.uint8)
        ring = (cv2.dilate(here, outer) > 0) & (cv2.dilate(here, inner) == 0) & bare & ~slow
        if ring.any() and np.percentile(off[ring], 75) < FITS * off[here > 0].mean():
            kept |= here > 0
    return kept


def _lasting(slow: Stack) -> npt.NDArray[np.bool_]:
    """Frames in which, as in most of those around them, there is something, bool (N,): a shadow does not flicker."""
    some = np.array([each.any() for each in slow]).astype(int)
    around = np.pad(some, LASTS, mode="edge")
    return np.convolve(around, np.ones(2 * LASTS + 1, int), "valid") > LASTS


def _with_slow(made: Warped, n: int, slow: npt.NDArray[np.bool_]) -> Array32:
    """What the neighbours say, and the canvas under shadows that move too slowly over the ground to be seen between
    neighbours; bool (h, w), half size."""
    clean = made.render(n)
    if not slow.any():
        return clean
    thick = cv2.dilate(slow.astype(np.float32), np.ones((5, 5), np.uint8))
    share = cv2.resize(cv2.GaussianBlur(thick, (0, 0), 1.5), made.size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(clean + share[..., None] * (made.plane.render(n) - clean), np.float32)


def _darker(frame: Array32, clean: Array32) -> npt.NDArray[np.bool_]:
    """Where a frame is the same picture with less light, bool (h, w) in half size; a misplaced edge is not."""
    shade, off = shading(frame, clean, AGREE)
    plain = largest(np.abs(cv2.blur(frame - clean, (5, 5))))
    same = ((shade < SHADOW) & (off < SAME * plain)).astype(np.uint8)
    half = (frame.shape[1] + 1) // 2, (frame.shape[0] + 1) // 2
    whole = cv2.medianBlur(cv2.resize(same, half, interpolation=cv2.INTER_NEAREST), 7)
    return np.asarray(cv2.dilate(whole, np.ones((7, 7), np.uint8)) > 0)


def with_own(footage: Footage, n: int, clean: Array32, effect: npt.NDArray[np.bool_]) -> Array32:
    """The frame itself where it shows bare background, elsewhere what its neighbours say, joined without a seam.

    Args:
        clean: what the neighbours say. effect: bool (h, w), half size, where an object throws something.
    """
    if not footage.known(n):
        return clean
    frame, labels = _frame(footage, n), footage.labels(n)
    thick = cv2.dilate(effect.astype(np.float32), np.ones((5, 5), np.uint8))
    thrown = cv2.resize(cv2.GaussianBlur(thick, (0, 0), 1.5), footage.size, interpolation=cv2.INTER_LINEAR)
    own = np.asarray(
        cv2.GaussianBlur(beside(labels), (0, 0), 1.0) * beside(labels) * (1 - thrown), np.float32
    )
    off = frame - clean
    alike = own * believed(largest(np.abs(cv2.blur(off, (5, 5)))), ALIKE)
    joined = clean + cv2.GaussianBlur(fill(off, np.asarray(alike, np.float32)), (0, 0), JOIN * len(frame))
    return np.asarray(own[..., None] * frame + (1 - own[..., None]) * joined, np.float32)


def with_canvas(plane: Plane, n: int, local: Local) -> Array32:
    """The neighbours' background, and the canvas where they show nothing."""
    some = np.clip(local.weight / LEAST_WEIGHT, 0, 1)[..., None]
    return np.asarray(some * local.clean + (1 - some) * plane.render(n), np.float32)


def put_together(footage: Footage, plane: Plane, n: int, ground: GroundFlow) -> Local:
    """What the neighbours of frame n say of its background."""
    frame, around = _frame(footage, n), trusted(footage.labels(n))
    pictures, weights = [], []
    for ahead in (1, -1):
        for m, places in ground.places(n, ahead, OFFSETS).items():
            if footage.known(m):
                picture, weight = _brought(footage, m, places, frame, around)
                pictures.append(picture)
                weights.append(weight * np.float32(np.exp(-abs(m - n) / FADE)))
    if not pictures:
        return Local(plane.render(n), plane.noise(n), np.zeros(around.shape, np.float32))
    return _agreed(pictures, weights)


def _frame(footage: Footage, n: int) -> Array32:
    return footage.frame(n).astype(np.float32) / np.float32(255)


def _brought(
    footage: Footage, m: int, places: Array32, frame: Array32, around: Array32
) -> tuple[Array32, Array32]:
    """Frame m in the view of `frame`, and how much each pixel is to be believed.

    Args:
        places: where the background of `frame` is in frame m, at working size.
    """
    size, there = footage.size, trusted(footage.labels(m))
    where, border = enlarged(places, size), cv2.BORDER_REPLICATE
    rough = cv2.remap(footage.frame(m), where, None, cv2.INTER_LINEAR, borderMode=border)
    open_ = cv2.remap(there, where, None, cv2.INTER_LINEAR)
    rest = rest_flow(frame, rough.astype(np.float32) / np.float32(255), np.minimum(around, open_))
    where = cv2.remap(where, grid_of(size) + rest, None, cv2.INTER_LINEAR, borderMode=border)
    picture = cv2.remap(footage.frame(m), where, None, cv2.INTER_CUBIC, borderMode=border)
    weight = cv2.remap(there, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    moved = picture.astype(np.float32) / np.float32(255)
    used = around * weight
    gain = ((frame * used[..., None]).sum((0, 1)) + 1e-3) / ((moved * used[..., None]).sum((0, 1)) + 1e-3)
    moved = moved * np.clip(gain, 0.6, 1.6).astype(np.float32)
    return moved, np.asarray(weight * _agreement(frame, moved, around), np.float32)


def _agreement(frame: Array32, moved: Array32, around: Array32) -> Array32:
    """How well two pictures lie on one another, 0 to 1, whatever their light; carried on under the objects.

    Of two neighbours that agree, the lighter one counts more: the other one has a shadow there as well.
    """
    shade, off = shading(frame, moved, AGREE)
    seen = np.clip(around * 8, 0, 1)
    good = fill(believed(off), np.asarray(seen, np.float32))
    lighter = np.clip(1 / shade, 1, 2) ** LIGHTER * seen + (1 - seen)
    return np.asarray(good * lighter, np.float32)


def shading(frame: Array32, clean: Array32, stretch: float) -> tuple[Array32, Array32]:
    """By what light a frame differs from a picture, and by how much more, both (H, W).

    Args:
        stretch: part of the height over which the light is one.
    """
    wide = (2 * round(stretch * len(frame) / 2) + 1,) * 2
    lit, squared = cv2.blur(total(frame * clean), wide), cv2.blur(total(clean * clean), wide)
    shade = np.clip(lit / np.maximum(squared, np.float32(1e-3)), DARKEST, 1 / DARKEST).astype(np.float32)
    off = largest(np.abs(cv2.blur(frame - shade[..., None] * clean, (5, 5))))
    return shade, off


def rest_flow(frame: Array32, view: Array32, free: Array32) -> Array32:
    """Flow from `frame` to `view` where `free` shows background in both: what is left of errors that add up on the way.

    Smooth, and held at none: what lies far off is a shadow that moved on, or a mistake.
    """
    tall, wide = frame.shape[:2]
    size = working_size((wide, tall))
    if min(size) < 2 * SMALLEST:
        return np.zeros((tall, wide, 2), np.float32)
    a, b = grey_of(frame, size), grey_of(view, size)
    flow = flow_between(a, b)
    share = np.clip((cv2.resize(free, size, interpolation=cv2.INTER_AREA) - 0.06) * 4, 0, 1)
    share = share * certainty(a) / (1 + (largest(np.abs(flow)) / REST) ** 4)
    known = cv2.GaussianBlur(share.astype(np.float32), (0, 0), SMOOTH)
    mixed = cv2.GaussianBlur(np.asarray(flow * share[..., None], np.float32), (0, 0), SMOOTH)
    mixed = mixed / (known + np.float32(0.02))[..., None]
    smooth = fill(np.asarray(mixed, np.float32), np.asarray(np.minimum(1, known * 4), np.float32))
    large = cv2.resize(smooth, (wide, tall), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large * np.float32(wide / size[0]), np.float32)


def _agreed(pictures: list[Array32], weights: list[Array32]) -> Local:
    """The robust mean, with what does not agree left out more and more."""
    clean, sure = _mean(pictures, weights)
    noise = np.zeros(sure.shape, np.float32)
    for scale in SCALES:
        kept, squares = [], np.zeros(sure.shape, np.float32)
        for picture, weight in zip(pictures, weights, strict=True):
            off = picture - clean
            kept.append(weight * believed(largest(np.abs(off)), scale))
            squares += kept[-1] * mean(off * off)
        clean, sure = _mean(pictures, kept)
        noise = np.sqrt(squares / np.maximum(sure, 1e-6))
    return Local(clean, np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.5), np.float32), sure)


def _mean(pictures: list[Array32], weights: list[Array32]) -> tuple[Array32, Array32]:
    sure = np.zeros_like(weights[0])
    for weight in weights:
        sure += weight
    mixed = sum(weight[..., None] * picture for picture, weight in zip(pictures, weights, strict=True))
    return np.asarray(mixed / np.maximum(sure, 1e-6)[..., None], np.float32), sure
