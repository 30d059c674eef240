"""Shadows of what rises and falls: they lie further from their object the higher that is, always in one direction.

Light falls on all of a scene from one side. Seen from the middle of an object, its shadow therefore lies in the same
direction, whatever its height over the ground (in a picture without much perspective), and those of others lie there as
well. What lies there, apart from all objects, is a shadow when it is the same picture in less light and moves over the
ground, across the light, as the object does: what is wrong with the background stays where it is.

Everything in half size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.layers.detached_shadows import LEAST, MOST_UNLIKE, Scene, light_of, travels
from core.layers.paged import Stack
from core.layers.tracks import Tracks
from core.layers.world import world_of

FAR = 4.0
"""In diagonals of the object's box: how far from it its shadow is looked for."""
DIRECTIONS = 72
"""How many directions are tried, evenly around the object."""
SPREAD = np.radians(6)
"""Radians: how far from the best direction a shadow may lie."""
JUMP = 1.0
"""In diagonals of the object's box: how much further away a shadow may be in the next frame."""
LEAST_WAY = 0.15
"""In diagonals of the object: how far across the light it must go while its shadow is seen."""
SAME_WAY = (0.5, 1.5)
"""Least and greatest way of the shadow across the light, as a multiple of the object's."""
CLEARLY = 3.0
"""How many times as often as in other directions something must lie in this one."""
AGREE = 0.6
"""Share of the pixels lying there that must be of parts that plainly are the ground in less light."""
PLAIN_LIMITS = (MOST_UNLIKE, 1.05)
"""Limits of `core.layers.detached_shadows.Light.lacks` (unlike, textures) for parts that plainly are a shadow."""
THIN_LIMITS = (1.5 * MOST_UNLIKE, 1.05)
"""The same limits, wider, for all parts: such shadows are small, and thin ones least like their ground."""


@dataclass(frozen=True)
class Part:
    """A region of evidence.

    middle: x first.
    apart: it touches no object.
    """

    frame: int
    region: int
    middle: tuple[float, float]
    area: int
    apart: bool


@dataclass(frozen=True)
class _Ray:
    """Where a part lies, seen from the middle of an object: radians, and diagonals of its box."""

    part: Part
    angle: float
    far: float


def rising_shadows(
    parts: Sequence[Sequence[Sequence[Part]]],
    tracks: Tracks,
    scene: Scene,
    regions: Stack,
) -> list[tuple[int, Part]]:
    """Objects (positions in `tracks.labels`) and parts that are shadows of theirs and touch no object.

    Args:
        parts: of each object in each frame, those that may be its own.
        regions: (h, w) of each frame.
    """
    going = [k for k in range(len(tracks.labels)) if travels(tracks, scene.camera, k)]
    rays = {k: [ray for n, each in enumerate(parts[k]) for ray in _rays(each, tracks, n, k)] for k in going}
    light = _direction(list(rays.values()))
    if light is None:
        return []
    return [(k, part) for k in going for part in _along(rays[k], light, tracks, k, scene, regions)]


def _along(
    rays: Sequence[_Ray],
    light: float,
    tracks: Tracks,
    k: int,
    scene: Scene,
    regions: Stack,
) -> list[Part]:
    """The shadows of one object, where the light falls in a direction."""
    off = np.abs(_between(np.array([ray.angle for ray in rays]), light))
    lasting = _lasting([ray for ray, away in zip(rays, off.tolist(), strict=True) if away <= SPREAD])
    apart = [ray.part for ray in lasting if ray.part.apart]
    if len(apart) < LEAST or not _goes_along(apart, light, tracks, k, scene):
        return []
    plain = [part for part in apart if _dark(part, scene, regions, PLAIN_LIMITS)]
    if sum(part.area for part in plain) < AGREE * sum(part.area for part in apart):
        return []
    return [part for part in apart if _dark(part, scene, regions, THIN_LIMITS)]


def _rays(parts: Sequence[Part], tracks: Tracks, n: int, k: int) -> list[_Ray]:
    """Of one frame."""
    if tracks.areas[n, k] == 0:
        return []
    x, y = tracks.anchors[n, k]
    y -= tracks.boxes[n, k, 1] / 2
    size, made = float(np.hypot(*tracks.boxes[n, k])), []
    for part in parts:
        right, down = part.middle[0] - x, part.middle[1] - y
        far = float(np.hypot(right, down)) / size
        if 0 < far <= FAR:
            made.append(_Ray(part, float(np.arctan2(down, right)), far))
    return made


def _direction(rays: Sequence[Sequence[_Ray]]) -> float | None:
    """The direction in which something lies in most frames, counted for each object; None when it
    does so in others nearly as often."""
    tried = np.linspace(-np.pi, np.pi, DIRECTIONS, endpoint=False)
    frames = np.zeros(DIRECTIONS)
    for each in rays:
        frames += _frames(each, tried)
    best = float(tried[np.argmax(frames)])
    elsewhere = frames[np.abs(_between(tried, best)) > 2 * SPREAD]
    if frames.max() < max(LEAST, CLEARLY * float(elsewhere.mean())):
        return None
    off = _between(np.array([ray.angle for each in rays for ray in each]), best)
    return best + float(np.median(off[np.abs(off) <= SPREAD]))


def _between(angles: npt.NDArray[np.floating], other: float) -> npt.NDArray[np.floating]:
    """From a direction to others, radians in [-pi, pi]."""
    return np.asarray((angles - other + np.pi) % (2 * np.pi) - np.pi)


def _frames(rays: Sequence[_Ray], tried: npt.NDArray[np.floating]) -> list[int]:
    """In how many frames something lies in each direction."""
    angles, frames = np.array([ray.angle for ray in rays]), np.array([ray.part.frame for ray in rays])
    return [len(np.unique(frames[np.abs(_between(angles, each)) <= SPREAD])) for each in tried]


def _lasting(rays: Sequence[_Ray]) -> list[_Ray]:
    """Those that a frame beside theirs has as well, about as far away."""
    at: dict[int, list[float]] = {}
    for ray in rays:
        at.setdefault(ray.part.frame, []).append(ray.far)
    return [
        ray
        for ray in rays
        if any(
            abs(ray.far - far) <= JUMP
            for n in (ray.part.frame - 1, ray.part.frame + 1)
            for far in at.get(n, ())
        )
    ]


def _goes_along(parts: Sequence[Part], light: float, tracks: Tracks, k: int, scene: Scene) -> bool:
    """Whether parts move over the ground, across the light's direction, as the object does."""
    world, takes = world_of(scene.camera)
    across, at = np.array([-np.sin(light), np.cos(light)]), {part.frame: part for part in parts}
    steps, sizes = [], []
    for n in sorted(set(at) & {n - 1 for n in at} - {first - 1 for first in takes}):
        places = [
            cv2.perspectiveTransform(
                2 * np.array([[at[m].middle, tracks.anchors[m, k]]], np.float64), world[m]
            )
            for m in (n, n + 1)
        ]
        steps.append((places[1] - places[0])[0] @ across)
        sizes.append(2 * float(np.hypot(*tracks.boxes[n, k])))
    if not steps:
        return False
    mine, its = np.transpose(steps)
    far, alike = np.abs(its).sum(), float(mine @ its) / max(1e-6, float(its @ its))
    return bool(far > LEAST_WAY * np.median(sizes) and SAME_WAY[0] <= alike <= SAME_WAY[1])


def _dark(part: Part, scene: Scene, regions: Stack, unlike: tuple[float, float]) -> bool:
    """Whether a part is the ground in less light."""
    here = regions[part.frame]
    light = light_of(scene, part.frame, here.shape)
    rows, columns = np.nonzero(here == part.region)
    return light.lacks(rows, columns, *unlike)
