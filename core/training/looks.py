"""How a camera changes a clip: light, colour, blur, noise and compression, the same for all frames but for a drift."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.uint8]


def as_filmed(rng: np.random.Generator, frames: Frames) -> Frames:
    """The frames, uint8 (T, H, W, 3), under another light and another camera."""
    light = _light(rng)
    turn = _saturation(rng)
    blur = float(rng.uniform(0.4, 1.4)) if rng.random() < 0.2 else 0.0
    noise = _noise(rng, frames.shape[1:3]) if rng.random() < 0.35 else None
    quality = int(rng.integers(35, 92)) if rng.random() < 0.3 else 0
    drift = 0.012 if rng.random() < 0.5 else 0.0
    out = np.empty_like(frames)
    for number, picture in enumerate(frames):
        changed = cv2.LUT(picture, _curves(light + drift * rng.standard_normal(light.shape)))
        if turn is not None:
            changed = cv2.transform(changed, turn)
        if blur:
            changed = cv2.GaussianBlur(changed, (0, 0), blur)
        if noise is not None:
            y, x = rng.integers(0, 48, 2)
            changed = cv2.add(
                changed, noise[y : y + changed.shape[0], x : x + changed.shape[1]], dtype=cv2.CV_8U
            )
        if quality:
            coded = cv2.imencode(".jpg", changed, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            changed = cv2.imdecode(coded, cv2.IMREAD_COLOR)
        out[number] = changed
    return out


def _light(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """(3, 3): gain, offset and logarithm of gamma of each channel."""
    strength = 1.0 if rng.random() < 0.8 else 0.0
    common = rng.normal(0, (0.12, 0.04, 0.18)) * strength
    own = rng.normal(0, (0.05, 0.01, 0.03), (3, 3)) * strength
    return np.asarray(common + own + (1, 0, 0), np.float64)


def _curves(light: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """The look-up table (256, 1, 3) of a light."""
    gain, offset, gamma = light[:, 0], light[:, 1], np.exp(light[:, 2])
    values = np.linspace(0, 1, 256)[:, None] ** gamma * gain + offset
    return np.clip(values * 255 + 0.5, 0, 255).astype(np.uint8)[:, None]


def _saturation(rng: np.random.Generator) -> npt.NDArray[np.float32] | None:
    if rng.random() < 0.5:
        return None
    keep = rng.uniform(0.3, 1.4) if rng.random() < 0.9 else 0.0
    grey = np.tile(np.array((0.299, 0.587, 0.114)), (3, 1))
    return (keep * np.eye(3) + (1 - keep) * grey).astype(np.float32)


def _noise(rng: np.random.Generator, shape: tuple[int, ...]) -> npt.NDArray[np.int16]:
    grain = rng.standard_normal((shape[0] + 48, shape[1] + 48, 3), np.float32) * np.float32(rng.uniform(1, 9))
    if rng.random() < 0.4:
        grain = cv2.GaussianBlur(grain, (0, 0), 0.8)
    return np.asarray(grain, np.int16)
