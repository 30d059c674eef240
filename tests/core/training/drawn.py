"""Footage drawn for the tests: a bright disc that walks over a dark texture, with its mask and a band around it."""

from __future__ import annotations

import cv2
import numpy as np

from core.training.footage import BAND, OBJECT, Clip, Footage, masked_clip, plain_clip


def texture(seed: int, shape: tuple[int, int] = (180, 240), light: int = 60) -> np.ndarray:
    """A smooth random picture, uint8 (H, W, 3)."""
    noise = np.random.default_rng(seed).integers(0, light, (shape[0] // 8, shape[1] // 8, 3), np.uint8)
    return cv2.resize(noise, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def disc_clip(name: str, seed: int, count: int = 12, radius: int = 30, gone: tuple[int, ...] = ()) -> Clip:
    """A disc of light about 200 to 240 moving right; unseen in the frames `gone`."""
    back, front = texture(seed), texture(seed + 1, light=35) + np.uint8(200)
    frames, labels = [], []
    y, x = np.mgrid[:180, :240]
    for number in range(count):
        far = np.hypot(x - 80 - 4 * number, y - 90)
        seen = (far <= radius) & (number not in gone)
        band = (np.abs(far - radius) < 3) & (number not in gone)
        frames.append(np.where(seen[..., None], front, back))
        labels.append(seen * OBJECT + band * BAND)
    return masked_clip(name, np.stack(frames), np.stack(labels).astype(np.uint8))


def footage() -> Footage:
    """Two masked clips and a plain one."""
    plain = plain_clip("plain", np.stack([np.roll(texture(9), n, axis=1) for n in range(10)]))
    return Footage((disc_clip("one", 1), disc_clip("two", 3, radius=24)), (plain,))
