"""Drawn clips with exact motion: a textured ground, a red disc, letters that stand still."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
SIZE = 240, 176
"""Width and height."""
RADIUS = 22
LETTERS = (slice(140, 164), slice(20, 150))


def texture(seed: int, size: tuple[int, int] = (400, 400)) -> Picture:
    """Soft random patches, uint8 (h, w, 3), none of them red."""
    rng = np.random.default_rng(seed)
    out = np.zeros((size[1], size[0], 3), np.float32)
    for grain, weight in ((24, 0.6), (8, 0.4)):
        coarse = rng.random((size[1] // grain + 2, size[0] // grain + 2, 3), np.float32)
        out += weight * cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(out * np.array((70, 170, 170)) + 40, 0, 255).astype(np.uint8)


def frame(
    time: float,
    start: tuple[float, float] = (70, 80),
    speed: tuple[float, float] = (12, 3),
    bend: float = 0.0,
    pan: float = 0.0,
    letters: bool = False,
) -> Picture:
    """The clip at a time in frames. The disc goes `speed` pixels a frame and gains `bend` of x a frame; the ground goes
    `pan` pixels a frame to the left."""
    ground = texture(1)
    matrix = np.array([[1, 0, -60 - pan * time], [0, 1, -60]], np.float64)
    out = cv2.warpAffine(ground, matrix, SIZE, flags=cv2.INTER_LINEAR).astype(np.float32)
    x, y = where(time, start, speed, bend)
    across, down = np.meshgrid(np.arange(SIZE[0]) - x, np.arange(SIZE[1]) - y)
    cover = np.clip(RADIUS + 0.5 - np.hypot(across, down), 0, 1)[..., None]
    stripes = 200 + 40 * np.sin(across * 0.5) * np.cos(down * 0.4)
    disc = np.stack([stripes, stripes * 0.1, stripes * 0.1], -1)
    out = out * (1 - cover) + disc * cover
    drawn = np.clip(out + 0.5, 0, 255).astype(np.uint8)
    if letters:
        cv2.putText(drawn, "LAMINAR", (24, 160), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (255, 255, 255), 3)
    return drawn


def where(
    time: float,
    start: tuple[float, float] = (70, 80),
    speed: tuple[float, float] = (12, 3),
    bend: float = 0.0,
) -> tuple[float, float]:
    """x, y of the disc's middle."""
    return start[0] + speed[0] * time + bend * time * time / 2, start[1] + speed[1] * time


def found(picture: Picture) -> tuple[float, float]:
    """x, y of the middle of what is red."""
    colours = picture[..., :3].astype(np.float32)
    red = np.clip((colours[..., 0] - colours[..., 1] - 60) / 60, 0, 1)
    across, down = np.meshgrid(np.arange(red.shape[1]), np.arange(red.shape[0]))
    return float((red * across).sum() / red.sum()), float((red * down).sum() / red.sum())
