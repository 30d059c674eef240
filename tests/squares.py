"""Results of tracking whose masks are squares, at the size of the drawn film of the window's tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.media.matte import write_labels

WIDTH, HEIGHT = 96, 64


def square(left: int, label: int = 1) -> np.ndarray:
    """Labels with a square of 20 pixels a side, 20 below the top."""
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[20:40, left : left + 20] = label
    return labels


def write_result(folder: Path, lefts: Mapping[int, int]) -> Path:
    """A result's folder with masks: where the square begins, by frame."""
    (folder / "masks").mkdir(parents=True)
    for frame, left in lefts.items():
        write_labels(folder / "masks" / f"{frame:05d}.png", square(left))
    return folder
