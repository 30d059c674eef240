"""Shadows that keep their place beside somebody whom the camera goes along with.

Their ground is in shadow in all frames around, so no other frame shows it bare, and even its motion is hard to
follow: the edge of the shadow is seen better than the ground. But seen from the feet the ground passes by, and the
shadow stays. In the mean of all frames, each moved to the feet, ground and its textures become one even light; what
is darker in it, hangs at the feet and has the ground's textures passing through it is the shadow. A frame is then
the ground itself, in the light that the shadow leaves, which is given back.

All in half size, light as the logarithm of values, unless a line says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.footage import Footage
from core.layers.paged import Stack
from core.layers.tracks import Tracks
from core.layers.world import world_of
from core.media.info import Frame
from core.motion.camera import Camera

FEWEST = 24
"""Frames of a take in which an object must be seen."""
STEADY = 9
"""Frames over which feet and size are taken: steps are no motion of the shadow."""
LEAST_LIGHT = 4 / 255
OFTEN = 0.3
"""The part of the frames that must show a place beside an object."""
AROUND, TURNS, SPREAD = 0.35, 4, 0.12
"""Times an object's height, over which the light of the ground is taken; in how many turns, each
without what was darker than the last by so much."""
DARK, CLEARLY = 0.25, 2.2
"""How much darker a shadow is, and times how much a place's light varies from frame to frame."""
EACH, COLOURS, WARMER = 0.1, 0.5, 0.1
"""How much darker it is in each colour, by how much colours may differ in that, and red be darkened less than blue:
what is left is the sky's light, and what is warmer is another ground."""
REACH, TOUCHES, MARGIN = 1.3, 0.35, 0.08
"""Times an object's height: how far from its feet a shadow may lie, how near to them it must begin, how far beyond its
mean it may be in a frame."""
DEEP = 30
"""Percentile of its light that is the whole of a shadow: its edges are lighter."""
LEAST, MOST = 0.05, 1.5
"""Of the area of the object's box, how large a shadow may be."""
FINE, LIKE, PASSES = 5, (0.4, 2.5), 0.5
"""Pixels: what is finer is texture. How strong that may be, for each of the ground beside it; and
what part of it may stay."""
SOFT = 0.011
"""Of the height: over what a frame's own light is taken."""
BEGINS, WHOLE = 0.25, 0.8
"""Of the shadow's darkness: where it begins, and from where on it is whole."""
EDGE, LIT = 0.35, (0.3, 0.65)
"""Of that: over what it is taken at the shadow's edge; and the darkness of what is lit, and of what is not, there."""
BESIDE, INSIDE, DEEPER = 0.08, 0.6, 1.6
"""Of the height: how far around a shadow a frame's light is taken; what part of its darkness is
surely in it; and times the mean, what it may take in a frame."""
View = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Carried:
    """A shadow, seen from an object's feet.

    views: frame to how it is moved there, (2, 3). near: where the shadow may be, 0 or 1, (h, w). ground: the light
    without it, (h, w, 3). left: (3,), what it takes from each colour, below 0. rough: times as strong as on the ground
    beside it are textures in it, at least 1: the sky's light is not the sun's.
    """

    views: dict[int, View]
    near: Array32
    ground: Array32
    left: Array32
    rough: float


def carried_shadows(footage: Footage, halves: Stack, tracks: Tracks, camera: Camera) -> list[Carried]:
    """Those of all objects. halves: uint8 (N, h, w), the labels."""
    found, takes = [], world_of(camera)[1]
    for first, after in zip(takes, (*takes[1:], len(halves)), strict=True):
        for k in range(len(tracks.labels)):
            frames = [n for n in range(first, after) if tracks.areas[n, k] > 0]
            if len(frames) >= FEWEST:
                shadow = _shadow(footage, halves, tracks, k, frames)
                found += [shadow] if shadow is not None else []
    return found


def relit(
    frame: Array32, labels: npt.NDArray[np.uint8], shadows: list[Carried], n: int
) -> tuple[Array32, Array32, Array32]:
    """A frame without its carried shadows.

    Args:
        frame: float32 (H, W, 3) in [0, 1], full size. labels: uint8 (h, w), half size.

    Returns:
        The frame in full light, (H, W, 3), where it is believed to be the ground, (H, W) in [0, 1], both full size;
        and how much of a shadow lies at each pixel, (h, w) in [0, 1].
    """
    size, half = (frame.shape[1], frame.shape[0]), labels.shape
    dark, near, light = np.zeros(half, np.float32), np.zeros(half, np.float32), frame
    free = (labels == 0).astype(np.float32)
    for shadow in (each for each in shadows if n in each.views):
        back = cv2.invertAffineTransform(shadow.views[n])
        place = cv2.warpAffine(shadow.near, back, half[::-1])
        ground = cv2.warpAffine(shadow.ground, back, half[::-1], borderMode=cv2.BORDER_REPLICATE)
        off = _log(frame, half) - ground
        beside = (cv2.dilate(place, _disc(BESIDE * half[0])) > 0) & (place == 0) & (free > 0)
        off -= np.median(off[beside], 0) if beside.any() else 0
        place = cv2.GaussianBlur(place, (0, 0), SOFT * half[0])
        mine, left = _parted(off, free, place, shadow.left)
        whole = cv2.resize(mine, size, interpolation=cv2.INTER_LINEAR)[..., None]
        light = light * np.exp(-whole * (left + (1 - 1 / shadow.rough) * _fine(frame)))
        dark, near = np.maximum(dark, mine), np.maximum(near, place)
    near = cv2.resize(near, size, interpolation=cv2.INTER_LINEAR)
    return np.clip(light, 0, 1).astype(np.float32), np.asarray(near, np.float32), dark


def _fine(frame: Array32) -> Array32:
    """Textures of a whole frame, (H, W, 1)."""
    grey = np.log(np.maximum(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.float32(LEAST_LIGHT)))
    return np.asarray(grey - cv2.blur(grey, (2 * FINE + 1,) * 2), np.float32)[..., None]


def _parted(off: Array32, free: Array32, place: Array32, left: Array32) -> tuple[Array32, Array32]:
    """How much of a shadow lies at each pixel, (h, w), and what it takes from each colour in this frame.

    Args:
        off: how much the light is off that of the ground, (h, w, 3). left: what it takes in the mean.
    """
    soft = SOFT * off.shape[0]
    share = np.maximum(cv2.GaussianBlur(free, (0, 0), soft), np.float32(0.01))
    coarse = cv2.GaussianBlur(off * free[..., None], (0, 0), soft) / share[..., None]
    inside = (coarse.mean(2) < INSIDE * left.mean()) & (place > 0.5) & (free > 0)
    if inside.any():
        left = np.clip(np.median(coarse[inside], 0), DEEPER * left, left / DEEPER).astype(np.float32)
    part, fine = (
        each / left.mean() for each in (coarse.mean(2), cv2.GaussianBlur(off.mean(2), (0, 0), EDGE * soft))
    )
    mine = np.clip((part - BEGINS) / (WHOLE - BEGINS), 0, 1) * np.clip(2 * place, 0, 1)
    edge = np.clip((fine - LIT[0]) / (LIT[1] - LIT[0]), 0, 1)  # else a rim beside it becomes too light
    return np.asarray(mine * edge, np.float32), left


def _log(frame: Array32 | Frame, half: tuple[int, ...]) -> Array32:
    """Light of a picture in half size, (h, w, 3)."""
    small = cv2.resize(frame, half[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.log(np.maximum(small / np.float32(255 if frame.dtype == np.uint8 else 1), LEAST_LIGHT))


@dataclass(frozen=True)
class _Mean:
    """All frames seen from the feet, (h, w[, 3]): light, and how it varies; textures, the mean of their squares and of
    themselves; where enough frames see it."""

    light: Array32
    varies: Array32
    fine: Array32
    stays: Array32
    seen: npt.NDArray[np.bool_]


def _shadow(footage: Footage, halves: Stack, tracks: Tracks, k: int, frames: list[int]) -> Carried | None:
    """The shadow of object k, if it is one that keeps its place."""
    views, feet, tall = _views(tracks, k, frames)
    mean = _mean(footage, halves, views)
    grey = mean.light.mean(2)
    ground, even = _ground(mean.light, mean.seen, AROUND * tall)
    dark = _at_feet(mean.seen & (grey < ground.mean(2) - DARK), mean.seen, feet, tall)
    box = float(np.median(tracks.boxes[frames, k].prod(1)))
    if not LEAST * box <= np.count_nonzero(dark) <= MOST * box:
        return None
    left = np.percentile((mean.light - ground)[dark], DEEP, axis=0).astype(np.float32)
    beside = even & (cv2.dilate(dark.astype(np.uint8), _disc(AROUND * tall)) > 0)
    coloured = left.max() > -EACH or np.ptp(left) > COLOURS or left[0] > left[2] + WARMER
    steady = -left.mean() >= CLEARLY * float(np.median(mean.varies[dark]))
    rough = _passes(mean, dark, beside)
    if coloured or not steady or rough is None:
        return None
    near = cv2.dilate(dark.astype(np.uint8), _disc(MARGIN * tall)).astype(np.float32)
    return Carried(views, near, ground, left, max(1.0, rough))


def _views(tracks: Tracks, k: int, frames: list[int]) -> tuple[dict[int, View], Array32, float]:
    """How each frame is moved to where the feet are in the middle; that place, and how tall the object is there."""
    both = np.column_stack([tracks.anchors[frames, k], tracks.boxes[frames, k, 1]])
    side = STEADY // 2
    smooth = np.column_stack([
        np.convolve(np.pad(each, side, mode="edge"), np.ones(STEADY) / STEADY, "valid") for each in both.T
    ])  # fmt: skip
    x, y, tall = np.median(smooth, 0)
    views = {}
    for n, (a, b, size) in zip(frames, smooth, strict=True):
        scale = float(np.clip(tall / size, 0.5, 2))
        views[n] = np.array([[scale, 0, x - scale * a], [0, scale, y - scale * b]])
    return views, np.array([x, y], np.float32), float(tall)


def _mean(footage: Footage, halves: Stack, views: dict[int, View]) -> _Mean:
    shape = halves.shape[1:]
    light = np.zeros((*shape, 3), np.float32)
    coarse, squares, fine, stays, count = (np.zeros(shape, np.float32) for _ in range(5))
    for moved, texture, free in _moved(footage, halves, views):
        light += moved * free[..., None]
        even = moved.mean(2) - texture
        coarse += even * free
        squares += even * even * free
        fine += texture * texture * free
        stays += texture * free
        count += free
    some, seen = np.maximum(count, 1), count > OFTEN * len(views)
    varies = np.sqrt(np.maximum(squares / some - (coarse / some) ** 2, 0))
    parts = light / some[..., None], varies, fine / some, (stays / some) ** 2
    a, b, c, d = (np.asarray(each, np.float32) for each in parts)
    return _Mean(a, b, c, d, seen)


def _moved(
    footage: Footage, halves: Stack, views: dict[int, View]
) -> Iterator[tuple[Array32, Array32, Array32]]:
    """Light, textures and what shows no object, of each frame, seen from the feet."""
    shape = halves.shape[1:]
    for n, view in views.items():
        light = _log(footage.frame(n), shape)
        grey = light.mean(2)
        free = cv2.erode((halves[n] == 0).astype(np.float32), np.ones((5, 5), np.uint8))
        moved, texture, shown = (
            cv2.warpAffine(each, view, shape[::-1], flags=cv2.INTER_NEAREST)
            for each in (light, grey - cv2.blur(grey, (FINE, FINE)), free)
        )
        yield moved, texture, shown


def _ground(
    light: Array32, seen: npt.NDArray[np.bool_], wide: float
) -> tuple[Array32, npt.NDArray[np.bool_]]:
    """The light of the ground, (h, w, 3), as its surroundings have it; and what it was taken from."""
    used = seen
    for _ in range(TURNS):
        weight = used.astype(np.float32)
        share = np.maximum(cv2.GaussianBlur(weight, (0, 0), wide), np.float32(1e-3))
        ground = cv2.GaussianBlur(light * weight[..., None], (0, 0), wide) / share[..., None]
        used = seen & (light.mean(2) > ground.mean(2) - SPREAD)
    return np.asarray(ground, np.float32), used


def _at_feet(
    dark: npt.NDArray[np.bool_], seen: npt.NDArray[np.bool_], feet: Array32, tall: float
) -> npt.NDArray[np.bool_]:
    """The parts that begin at the feet, and end: what leads on beyond a shadow's reach is a kerb,
    or the edge of a meadow."""
    rows, columns = np.ogrid[: dark.shape[0], : dark.shape[1]]
    away = np.hypot(columns - feet[0], rows - feet[1])
    ends = (away > REACH * tall) | (columns == 0) | (columns == dark.shape[1] - 1)
    begins = (away < TOUCHES * tall) & (cv2.dilate((~seen).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)
    _, parts = cv2.connectedComponents((dark & (rows > feet[1] - TOUCHES * tall)).astype(np.uint8))
    kept = set(np.unique(parts[begins]).tolist()) - {0} - set(np.unique(parts[ends]).tolist())
    return np.isin(parts, list(kept))


def _passes(mean: _Mean, dark: npt.NDArray[np.bool_], beside: npt.NDArray[np.bool_]) -> float | None:
    """How strong textures are in the shadow, for each of the ground beside it, where both pass by; None where they
    stay, or are not of one kind: who keeps somebody company has others."""
    inner, outer = (each(dark.astype(np.uint8), _disc(FINE / 2)) > 0 for each in (cv2.erode, cv2.dilate))
    parts = inner, beside & ~outer  # without the shadow's edge, which stays
    if not (inner.any() and parts[1].any()):
        return None
    inside, outside = (float(mean.fine[where].mean()) for where in parts)
    stay, rest = (float(mean.stays[where].mean()) for where in parts)
    alike = float(np.sqrt(inside / max(outside, 1e-9)))
    passes = stay <= PASSES * inside and rest <= PASSES * outside
    return alike if passes and LIKE[0] <= alike <= LIKE[1] else None


def _disc(radius: float) -> npt.NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
