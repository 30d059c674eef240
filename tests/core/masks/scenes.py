"""Clips with exact masks: textured shapes that move over a textured ground and pass in front of each other."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.media import matte


def texture(height: int, width: int, colour: tuple[int, int, int], seed: int) -> np.ndarray:
    """Soft noise around a colour, float32 (height, width, 3)."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width, 3)).astype(np.float32)
    coarse = cv2.GaussianBlur(noise, (0, 0), 3)
    return np.asarray(colour, np.float32) + 40 * coarse / coarse.std() * 0.6


def draw(frame: int, width: int = 160, height: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """Frame and labels: disc 1 goes right and passes behind box 2, which goes down slowly."""
    picture = texture(height, width, (90, 120, 90), 1)
    labels = np.zeros((height, width), np.uint8)
    radius = height // 6
    centre = (int(width * 0.2) + 3 * frame, height // 2)
    corner = (int(width * 0.6), height // 5 + frame)
    for label, seed, colour in ((1, 2, (200, 70, 60)), (2, 3, (60, 80, 200))):
        area = np.zeros((height, width), np.uint8)
        if label == 1:
            cv2.circle(area, centre, radius, 1, -1)
            offset = centre
        else:
            cv2.rectangle(area, corner, (corner[0] + height // 4, corner[1] + height // 3), 1, -1)
            offset = corner
        moved = np.roll(texture(height, width, colour, seed), (offset[1], offset[0]), (0, 1))
        picture[area > 0] = moved[area > 0]
        labels[area > 0] = label
    return np.clip(picture, 0, 255).astype(np.uint8), labels


def write_clip(folder: Path, frames: int, width: int = 160, height: int = 96) -> list[np.ndarray]:
    """Write frames 00000.png … and return the true labels."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for frame in range(frames):
        picture, labels = draw(frame, width, height)
        cv2.imwrite(str(folder / f"{frame:05d}.png"), picture[..., ::-1])
        truth.append(labels)
    return truth


def write_key(folder: Path, frame: int, labels: np.ndarray) -> dict[str, str]:
    """A key mask on disk, as `track` takes it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"key-{frame:05d}.png"
    matte.write_labels(path, labels)
    return {str(frame): str(path)}


def overlap(mask: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union; 1 when both are empty."""
    union = np.logical_or(mask, truth).sum()
    return 1.0 if union == 0 else float(np.logical_and(mask, truth).sum() / union)
