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
from typing import NamedTuple

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
"""The darkest value that has a logarithm of its own."""
OFTEN = 0.3
"""The part of the frames that must show a place beside an object."""
GROUND_REACH = 0.35
"""In heights of the object: sigma over which the light of the ground is averaged."""
GROUND_ROUNDS = 4
"""Rounds in which that average is taken anew without what was darker than it."""
GROUND_SPREAD = 0.12
"""Logarithm of light: how much darker than the average still counts as ground."""
SHADOW_DEPTH = 0.25
"""Logarithm of light: how much darker than the ground a shadow is at least."""
LEAST_CONTRAST = 2.2
"""A shadow is darker by at least so many times what a place of it varies from frame to frame."""
LEAST_DEPTH = 0.1
"""Logarithm of light: how much darker a shadow is in each of the three colours at least."""
MOST_TINT = 0.5
"""Logarithm of light: by how much the darkening of two colours may differ."""
MOST_WARMTH = 0.1
"""Logarithm of light: by how much red may be darkened less than blue. The sky lights a shadow, and it is
blue: what is warmer is another ground."""
FARTHEST = 1.3
"""In heights of the object: how far from its feet a shadow may lie."""
NEAREST = 0.35
"""In heights of the object: how near to its feet a shadow must begin."""
STRAY = 0.08
"""In heights of the object: how far beyond its place in the mean a shadow may lie in one frame."""
DEEP = 30
"""Percentile of the light inside a shadow that is taken for its full depth: its edges are lighter."""
LEAST_AREA = 0.05
"""How small a shadow may be, as a part of the area of the object's box."""
MOST_AREA = 1.5
"""How large, as a multiple of it."""
TEXTURE = 5
"""Pixels: what is finer is texture."""
TEXTURE_RATIO = (0.4, 2.5)
"""Least and greatest strength of textures inside a shadow, as a multiple of that beside it."""
MOST_STAYING = 0.5
"""Part of the texture that may stay in its place, seen from the feet; the rest passes by."""
SOFT = 0.011
"""In heights of the frame: sigma over which the light of one frame is averaged."""
EDGE_DEPTH = 0.25
"""Part of a shadow's depth at which the shadow begins."""
FULL_DEPTH = 0.8
"""Part of a shadow's depth from which on a pixel lies in it wholly."""
FINE_SOFT = 0.35
"""As a part of SOFT: the finer sigma that decides at a shadow's edge."""
FINE_DEPTH = (0.3, 0.65)
"""Parts of a shadow's depth, averaged that finely, at which a pixel is lit, and at which it lies in the
shadow."""
LIGHT_REACH = 0.08
"""In heights of the frame: how far around a shadow the light of the frame is compared with the mean's."""
SURE_DEPTH = 0.6
"""Part of a shadow's depth from which on a pixel tells how deep it is in this frame."""
DEPTH_RANGE = 1.6
"""By what factor the depth in one frame may differ from the mean's."""
View = npt.NDArray[np.float64]
"""(2, 3), an affine map of half-size pixels."""
Places = npt.NDArray[np.bool_]
"""bool (h, w), half size."""


@dataclass(frozen=True)
class FollowedShadow:
    """A shadow, seen from an object's feet.

    views: frame to how it is moved there.
    near: where the shadow may be, 0 or 1, (h, w).
    ground: the light without it, (h, w, 3).
    loss: (3,), what it takes from each colour, below 0.
    texture: times as strong as on the ground beside it are textures in it, at least 1: the sky's light is not the
        sun's.
    """

    views: dict[int, View]
    near: Array32
    ground: Array32
    loss: Array32
    texture: float


@dataclass(frozen=True)
class Relit:
    """A frame without its followed shadows.

    frame: float32 (H, W, 3) in [0, 1], in full light.
    ground: (H, W) in [0, 1], where that is believed to be the ground.
    shadow: (h, w) in [0, 1], half size, how much of a shadow lies at each pixel.
    """

    frame: Array32
    ground: Array32
    shadow: Array32


def followed_shadows(footage: Footage, halves: Stack, tracks: Tracks, camera: Camera) -> list[FollowedShadow]:
    """Those of all objects. halves: uint8 (N, h, w), the labels."""
    found, takes = [], world_of(camera)[1]
    for first, after in zip(takes, (*takes[1:], len(halves)), strict=True):
        for k in range(len(tracks.labels)):
            frames = [n for n in range(first, after) if tracks.areas[n, k] > 0]
            if len(frames) >= FEWEST:
                shadow = _shadow(footage, halves, tracks, k, frames)
                found += [shadow] if shadow is not None else []
    return found


def without_shadows(
    frame: Array32, labels: npt.NDArray[np.uint8], shadows: list[FollowedShadow], n: int
) -> Relit:
    """Frame n in the light that the shadows take from it.

    Args:
        frame: float32 (H, W, 3) in [0, 1], full size.
        labels: uint8 (h, w), half size.
    """
    size, half = (frame.shape[1], frame.shape[0]), labels.shape
    dark, near, light = np.zeros(half, np.float32), np.zeros(half, np.float32), frame
    free = (labels == 0).astype(np.float32)
    for shadow in (each for each in shadows if n in each.views):
        back = cv2.invertAffineTransform(shadow.views[n])
        place = cv2.warpAffine(shadow.near, back, half[::-1])
        ground = cv2.warpAffine(shadow.ground, back, half[::-1], borderMode=cv2.BORDER_REPLICATE)
        off = _off_ground(_log(frame, half), ground, place, free)
        place = cv2.GaussianBlur(place, (0, 0), SOFT * half[0])
        share, loss = _in_frame(off, free, place, shadow.loss)
        large = cv2.resize(share, size, interpolation=cv2.INTER_LINEAR)[..., None]
        light = light * np.exp(-large * (loss + (1 - 1 / shadow.texture) * _fine(frame)))
        dark, near = np.maximum(dark, share), np.maximum(near, place)
    near = cv2.resize(near, size, interpolation=cv2.INTER_LINEAR)
    return Relit(np.clip(light, 0, 1).astype(np.float32), np.asarray(near, np.float32), dark)


def _off_ground(light: Array32, ground: Array32, place: Array32, free: Array32) -> Array32:
    """How much the light of a frame is off that of the ground, (h, w, 3), where they agree right beside the shadow.

    Args:
        place: (h, w), above 0 where the shadow may be.
        free: (h, w), 1 where no object is.
    """
    off = light - ground
    beside = (cv2.dilate(place, _disc(LIGHT_REACH * len(place))) > 0) & (place == 0) & (free > 0)
    off -= np.median(off[beside], 0) if beside.any() else 0
    return off


def _fine(frame: Array32) -> Array32:
    """Textures of a whole frame, (H, W, 1)."""
    grey = np.log(np.maximum(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.float32(LEAST_LIGHT)))
    return np.asarray(grey - cv2.blur(grey, (2 * TEXTURE + 1,) * 2), np.float32)[..., None]


def _in_frame(off: Array32, free: Array32, place: Array32, loss: Array32) -> tuple[Array32, Array32]:
    """How much of a shadow lies at each pixel, (h, w), and what it takes from each colour in this frame, (3,).

    Args:
        off: how much the light is off that of the ground, (h, w, 3).
        place: (h, w), how surely the shadow may be there.
        loss: what it takes in the mean, (3,).
    """
    soft = SOFT * off.shape[0]
    known = np.maximum(cv2.GaussianBlur(free, (0, 0), soft), np.float32(0.01))
    coarse = cv2.GaussianBlur(off * free[..., None], (0, 0), soft) / known[..., None]
    inside = (coarse.mean(2) < SURE_DEPTH * loss.mean()) & (place > 0.5) & (free > 0)
    if inside.any():
        now = np.median(coarse[inside], 0)
        loss = np.clip(now, DEPTH_RANGE * loss, loss / DEPTH_RANGE).astype(np.float32)
    fine = cv2.GaussianBlur(off.mean(2), (0, 0), FINE_SOFT * soft)
    share = _ramp(coarse.mean(2) / loss.mean(), EDGE_DEPTH, FULL_DEPTH) * np.clip(2 * place, 0, 1)
    edge = _ramp(fine / loss.mean(), *FINE_DEPTH)  # else a rim beside it becomes too light
    return np.asarray(share * edge, np.float32), loss


def _ramp(values: Array32, low: float, high: float) -> Array32:
    """0 up to `low`, 1 from `high` on, straight between."""
    return np.clip((values - low) / (high - low), 0, 1)


def _log(frame: Array32 | Frame, half: tuple[int, ...]) -> Array32:
    """Light of a picture in half size, (h, w, 3)."""
    small = cv2.resize(frame, half[::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.log(np.maximum(small / np.float32(255 if frame.dtype == np.uint8 else 1), LEAST_LIGHT))


@dataclass(frozen=True)
class _Stance:
    """Where an object stands, and how frames are moved to see it there.

    views: frame to the map that lays its feet on `feet`, as tall as `tall`.
    feet: x, y, float32 (2,).
    tall: pixels.
    """

    views: dict[int, View]
    feet: Array32
    tall: float


@dataclass(frozen=True)
class _Mean:
    """All frames seen from the feet.

    light: (h, w, 3).
    varies: (h, w), the standard deviation of the light from frame to frame.
    texture: (h, w), the mean of the squares of textures.
    staying: (h, w), the square of their mean: what stays in its place.
    seen: where enough frames show no object.
    """

    light: Array32
    varies: Array32
    texture: Array32
    staying: Array32
    seen: Places


class _Seen(NamedTuple):
    """A frame seen from the feet: light (h, w, 3), textures (h, w), and 1 where no object is, (h, w)."""

    light: Array32
    texture: Array32
    free: Array32


def _shadow(
    footage: Footage, halves: Stack, tracks: Tracks, k: int, frames: list[int]
) -> FollowedShadow | None:
    """The shadow of object k, if it is one that keeps its place."""
    stance = _stance(tracks, k, frames)
    mean = _mean(footage, halves, stance.views)
    ground, even = _ground(mean.light, mean.seen, GROUND_REACH * stance.tall)
    darker = mean.light.mean(2) < ground.mean(2) - SHADOW_DEPTH
    dark = _at_feet(mean.seen & darker, mean.seen, stance)
    box = float(np.median(tracks.boxes[frames, k].prod(1)))
    if not LEAST_AREA * box <= np.count_nonzero(dark) <= MOST_AREA * box:
        return None
    loss = np.percentile((mean.light - ground)[dark], DEEP, axis=0).astype(np.float32)
    beside = even & (cv2.dilate(dark.astype(np.uint8), _disc(GROUND_REACH * stance.tall)) > 0)
    steady = -loss.mean() >= LEAST_CONTRAST * float(np.median(mean.varies[dark]))
    texture = _texture(mean, dark, beside)
    if _is_coloured(loss) or not steady or texture is None:
        return None
    near = cv2.dilate(dark.astype(np.uint8), _disc(STRAY * stance.tall)).astype(np.float32)
    return FollowedShadow(stance.views, near, ground, loss, max(1.0, texture))


def _is_coloured(loss: Array32) -> bool:
    """Whether what is taken from red, green and blue, (3,), is no loss of the sun's light."""
    return bool(loss.max() > -LEAST_DEPTH or np.ptp(loss) > MOST_TINT or loss[0] > loss[2] + MOST_WARMTH)


def _stance(tracks: Tracks, k: int, frames: list[int]) -> _Stance:
    """Where object k stands in the middle of its frames."""
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
    return _Stance(views, np.array([x, y], np.float32), float(tall))


def _mean(footage: Footage, halves: Stack, views: dict[int, View]) -> _Mean:
    """Light and textures of all frames, each where no object is."""
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
    some = np.maximum(count, 1)
    return _Mean(
        light=np.asarray(light / some[..., None], np.float32),
        varies=np.sqrt(np.maximum(squares / some - (coarse / some) ** 2, 0)),
        texture=np.asarray(fine / some, np.float32),
        staying=np.asarray((stays / some) ** 2, np.float32),
        seen=count > OFTEN * len(views),
    )


def _moved(footage: Footage, halves: Stack, views: dict[int, View]) -> Iterator[_Seen]:
    """Each frame, seen from the feet."""
    shape = halves.shape[1:]
    for n, view in views.items():
        light = _log(footage.frame(n), shape)
        grey = light.mean(2)
        free = cv2.erode((halves[n] == 0).astype(np.float32), np.ones((5, 5), np.uint8))
        planes = light, grey - cv2.blur(grey, (TEXTURE, TEXTURE)), free
        yield _Seen(*(cv2.warpAffine(each, view, shape[::-1], flags=cv2.INTER_NEAREST) for each in planes))


def _ground(light: Array32, seen: Places, wide: float) -> tuple[Array32, Places]:
    """The light of the ground, (h, w, 3), as its surroundings have it; and what it was taken from."""
    used = seen
    for _ in range(GROUND_ROUNDS):
        weight = used.astype(np.float32)
        share = np.maximum(cv2.GaussianBlur(weight, (0, 0), wide), np.float32(1e-3))
        ground = cv2.GaussianBlur(light * weight[..., None], (0, 0), wide) / share[..., None]
        used = seen & (light.mean(2) > ground.mean(2) - GROUND_SPREAD)
    return np.asarray(ground, np.float32), used


def _at_feet(dark: Places, seen: Places, stance: _Stance) -> Places:
    """The parts that begin at the feet, and end: what leads on beyond a shadow's reach is a kerb,
    or the edge of a meadow."""
    feet, tall = stance.feet, stance.tall
    rows, columns = np.ogrid[: dark.shape[0], : dark.shape[1]]
    away = np.hypot(columns - feet[0], rows - feet[1])
    ends = (away > FARTHEST * tall) | (columns == 0) | (columns == dark.shape[1] - 1)
    begins = (away < NEAREST * tall) & (cv2.dilate((~seen).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0)
    _, parts = cv2.connectedComponents((dark & (rows > feet[1] - NEAREST * tall)).astype(np.uint8))
    kept = set(np.unique(parts[begins]).tolist()) - {0} - set(np.unique(parts[ends]).tolist())
    return np.isin(parts, list(kept))


def _texture(mean: _Mean, dark: Places, beside: Places) -> float | None:
    """How strong textures are in the shadow, for each of the ground beside it, where both pass by; None where they
    stay, or are not of one kind: who keeps somebody company has others."""
    inner, outer = (each(dark.astype(np.uint8), _disc(TEXTURE / 2)) > 0 for each in (cv2.erode, cv2.dilate))
    parts = inner, beside & ~outer  # without the shadow's edge, which stays
    if not (inner.any() and parts[1].any()):
        return None
    inside, outside = (float(mean.texture[where].mean()) for where in parts)
    stay, rest = (float(mean.staying[where].mean()) for where in parts)
    ratio = float(np.sqrt(inside / max(outside, 1e-9)))
    passes = stay <= MOST_STAYING * inside and rest <= MOST_STAYING * outside
    return ratio if passes and TEXTURE_RATIO[0] <= ratio <= TEXTURE_RATIO[1] else None


def _disc(radius: float) -> npt.NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
