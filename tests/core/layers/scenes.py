"""Small clips on disk whose layers are known: frames as PNG, masks beside them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.media.matte import mask_name, write_labels
from core.media.writer import write_png
from core.sample.scene import Scene

Stack = npt.NDArray[np.uint8]


def write_clip(folder: Path, frames: Stack, labels: Stack) -> tuple[Path, Path]:
    """Frames uint8 (N, H, W, 3) and labels uint8 (N, H, W) as folders of PNGs."""
    clip, masks = folder / "clip", folder / "masks"
    clip.mkdir(parents=True)
    masks.mkdir()
    for n, (frame, label) in enumerate(zip(frames, labels, strict=True)):
        write_png(clip / mask_name(n), frame)
        write_labels(masks / mask_name(n), label)
    return clip, masks


def street(folder: Path, frames: int = 10, size: tuple[int, int] = (240, 136)) -> tuple[Path, Path, Scene]:
    """The drawn street with all of its objects."""
    scene = Scene(*size, frames=frames)
    pictures = np.stack([scene.frame(3 * n) for n in range(frames)])
    return *write_clip(folder, pictures, np.stack([scene.labels(3 * n) for n in range(frames)])), scene


def wall(size: tuple[int, int] = (200, 120), seed: int = 1) -> npt.NDArray[np.float32]:
    """A textured plane, float32 (H, W, 3) in [0, 1]."""
    rng = np.random.default_rng(seed)
    coarse = rng.random((size[1] // 8 + 2, size[0] // 8 + 2, 3), np.float32)
    fine = rng.random((size[1] // 3 + 2, size[0] // 3 + 2, 3), np.float32)
    big = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(0.25 + 0.35 * big + 0.15 * cv2.resize(fine, size, interpolation=cv2.INTER_CUBIC), 0, 1)


def walker(
    frames: int = 12,
    size: tuple[int, int] = (160, 96),
    pan: float = 0.0,
    shadow: float = 0.4,
    noise: float = 0.0,
    rest: int = 0,
) -> tuple[Stack, Stack, npt.NDArray[np.float32], Stack]:
    """A red box with a soft shadow beside it goes over a wall; the camera pans by `pan` pixels a frame.

    Args:
        rest: frames in which it stands still at first.

    Returns:
        frames uint8 (N, H, W, 3), labels uint8 (N, H, W), shadow alpha float32 (N, H, W), clean plates uint8.
    """
    rng = np.random.default_rng(0)
    width, height = size
    world = wall((width + int(pan * frames) + 8, height))
    pictures, labels, alphas, plates = [], [], [], []
    for n in range(frames):
        move = np.array([[1, 0, -pan * n], [0, 1, 0.0]])
        plate = cv2.warpAffine(world, move, size, flags=cv2.INTER_CUBIC)
        x = 20 + max(0, n - rest) * (width - 80) / max(1, frames - 1 - rest)
        box, dark = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
        left = round(x)
        box[30:62, left : left + 16] = 1
        cv2.ellipse(dark, (left + 22, 66), (22, 7), 0, 0, 360, 1.0, -1)
        dark = shadow * cv2.GaussianBlur(dark, (0, 0), 1.5) * (1 - box)
        picture = plate * (1 - dark[..., None])
        picture = picture * (1 - box[..., None]) + box[..., None] * np.float32([0.8, 0.2, 0.15])
        picture = picture + rng.normal(0, noise, picture.shape) if noise else picture
        pictures.append((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8))
        plates.append((np.clip(plate, 0, 1) * 255 + 0.5).astype(np.uint8))
        labels.append(box.astype(np.uint8))
        alphas.append(dark)
    return np.stack(pictures), np.stack(labels), np.stack(alphas), np.stack(plates)


def two_walkers(frames: int = 14) -> tuple[Stack, Stack, dict[int, npt.NDArray[np.float32]]]:
    """Two boxes with shadows to their right pass one another; the shadows touch on the way.

    Returns:
        frames uint8 (N, 96, 180, 3), labels uint8 (N, 96, 180), shadow alphas float32 (N, 96, 180) by label.
    """
    rng, size = np.random.default_rng(3), (180, 96)
    plate, count = wall(size, seed=4), frames
    pictures, labels = [], np.zeros((count, 96, 180), np.uint8)
    shadows = {label: np.zeros((count, 96, 180), np.float32) for label in (1, 2)}
    for n in range(count):
        part = n / (count - 1)
        lefts = {1: round(10 + 120 * part), 2: round(120 - 105 * part)}
        picture = plate.copy()
        for label, row in ((1, 20), (2, 38)):
            labels[n, row : row + 30, lefts[label] : lefts[label] + 14] = label
            dark = np.zeros((96, 180), np.float32)
            cv2.ellipse(dark, (lefts[label] + 24, row + 32), (16, 5), 0, 0, 360, 1.0, -1)
            shadows[label][n] = 0.4 * cv2.GaussianBlur(dark, (0, 0), 1.2)
        for label, colour in ((1, (0.8, 0.2, 0.15)), (2, (0.1, 0.3, 0.8))):
            shadows[label][n][labels[n] > 0] = 0
            picture = picture * (1 - shadows[label][n][..., None])
            picture[labels[n] == label] = colour
        noisy = picture + rng.normal(0, 0.012, picture.shape)
        pictures.append((np.clip(noisy, 0, 1) * 255 + 0.5).astype(np.uint8))
    return np.stack(pictures), labels, shadows
