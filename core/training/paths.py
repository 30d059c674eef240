"""Random smooth motion of pasted objects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.arrays import Array64
from core.training.cutouts import Path


def wander(rng: np.random.Generator, count: int, size: tuple[int, int], side: float, scale: float) -> Path:
    """A path of `count` frames that begins in the middle of the picture.

    Args:
        size: (height, width) of the picture.
        side: the object's size in the picture, pixels; it moves up to a quarter of it a frame.
        scale: pixels of the picture a pixel of the cut-out in the first frame.
    """
    height, width = size
    speed = side * np.exp(rng.uniform(np.log(0.008), np.log(0.25)))
    x, y = width * rng.uniform(0.2, 0.8), height * rng.uniform(0.2, 0.8)
    inwards = np.arctan2(height / 2 - y, width / 2 - x)
    heading = inwards + rng.normal(0, 1.2) + np.cumsum(rng.normal(0, 0.35, count))
    pace = speed * np.clip(1 + 0.3 * _smooth(rng, count), 0, 2)
    step = np.column_stack([np.cos(heading) * pace, 0.6 * np.sin(heading) * pace])
    step[0] = 0
    place = np.array((x, y)) + np.cumsum(step, axis=0)
    turning, growing = np.exp(rng.uniform(np.log(0.003), np.log(0.09), 2))
    angle = rng.normal(0, 0.15) + np.cumsum(turning * rng.standard_normal(count))
    size_change = np.cumsum(np.append(0, 0.6 * growing * rng.standard_normal(count - 1)))
    bend = np.cumsum(rng.standard_normal((count, 4, 4, 2)), axis=0) * side * np.exp(rng.uniform(-6.5, -3.7))
    kept = place - place[0]
    shutter = rng.uniform(0.2, 0.7) if rng.random() < 0.45 else 0.0
    blur = np.clip(
        shutter * np.diff(kept, axis=0, append=2 * kept[-1:] - kept[max(0, len(kept) - 2)]), -14, 14
    )
    largest = 0.25 * side
    return Path(
        place[:, 0],
        place[:, 1],
        scale * np.exp(np.clip(size_change, -0.7, 0.5)),
        angle,
        np.clip(bend, -largest, largest).astype(np.float32),
        blur,
    )


def leave(rng: np.random.Generator, path: Path, size: tuple[int, int], side: float) -> Path:
    """The same path, but out of the picture for some frames after the first; it comes back if frames are left."""
    count = len(path.x)
    first = int(rng.integers(1, count))
    last = int(rng.integers(first, count))
    sign = 1 if path.x[0] > size[1] / 2 else -1
    away = (size[1] if sign > 0 else 0) + sign * 1.2 * side
    x = path.x.copy()
    x[first : last + 1] = away
    if last + 1 < count and rng.random() < 0.5:
        x[last + 1 :] += rng.normal(0, 0.5 * side)
    return replace(path, x=x)


def cross(rng: np.random.Generator, target: Array64, reach: float, scale: float) -> Path:
    """A path that lies over the target's in one frame after the first and hurries past it.

    Args:
        target: (T, 2) x, y of what is to be covered.
        reach: the distance from it, in pixels, at which nothing is covered any more.
        scale: as in Path.
    """
    count = len(target)
    meeting = int(rng.integers(1, count))
    heading = rng.choice((0.0, np.pi)) + rng.normal(0, 0.5)
    speed = reach / rng.uniform(0.6, min(2.5, meeting + 0.4))
    times = np.arange(count) - meeting
    place = target[meeting] + times[:, None] * speed * np.array((np.cos(heading), np.sin(heading)))
    angle = np.full(count, rng.normal(0, 0.2)) + np.cumsum(rng.normal(0, 0.02, count))
    still = np.zeros((count, 4, 4, 2), np.float32)
    return Path(place[:, 0], place[:, 1], np.full(count, scale), angle, still, np.zeros((count, 2)))


def stand(rng: np.random.Generator, count: int, size: tuple[int, int], scale: float) -> Path:
    """A path that hardly moves, anywhere in the picture."""
    x, y = size[1] * rng.uniform(0, 1), size[0] * rng.uniform(0.1, 0.9)
    pan = rng.normal(0, 0.008 * size[1], 2)
    times = np.arange(count)
    still = np.zeros((count, 4, 4, 2), np.float32)
    angle = np.full(count, rng.normal(0, 0.25))
    return Path(
        x + pan[0] * times,
        y + 0.4 * pan[1] * times,
        np.full(count, scale),
        angle,
        still,
        np.zeros((count, 2)),
    )


def _smooth(rng: np.random.Generator, count: int) -> Array64:
    knots = rng.standard_normal(max(2, count // 4 + 2))
    return np.asarray(
        np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots), np.float64
    )
