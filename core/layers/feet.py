"""Places seen from an object's feet, float32 (2h + 1, 2w + 1): the middle is where it stands. In half size."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.tracks import Tracks

SOFT = 1.5


def often_at(
    masks: Iterable[tuple[int, npt.NDArray[np.bool_]]], tracks: Tracks, k: int, shape: tuple[int, ...]
) -> Array32:
    """In what part of the given frames' masks, bool (h, w), there is something at each place seen from object k's feet.

    Args:
        shape: (N, h, w) of the clip in half size.
    """
    tall, wide = shape[1], shape[2]
    total, seen = np.zeros((2 * tall + 1, 2 * wide + 1), np.float32), 0
    for n, mask in masks:
        x, y = (round(float(v)) for v in tracks.anchors[n, k])
        top, left = tall - min(max(y, 0), tall), wide - min(max(x, 0), wide)
        total[top : top + tall, left : left + wide] += mask
        seen += 1
    return np.asarray(cv2.GaussianBlur(total / np.float32(max(1, seen)), (0, 0), SOFT), np.float32)


def look_up(
    usual: Array32, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], anchor: Array32
) -> Array32:
    """What `often_at` says, (M,), of pixels (M,) of a frame in which the feet are at `anchor` (2,), x first."""
    tall, wide = (usual.shape[0] - 1) // 2, (usual.shape[1] - 1) // 2
    y = np.clip(rows - round(float(anchor[1])) + tall, 0, 2 * tall)
    x = np.clip(columns - round(float(anchor[0])) + wide, 0, 2 * wide)
    return usual[y, x]


def seen_from(usual: Array32, anchor: Array32) -> Array32:
    """What `often_at` says of all pixels of a frame, float32 (h, w); the feet are in it."""
    tall, wide = (usual.shape[0] - 1) // 2, (usual.shape[1] - 1) // 2
    top, left = tall - round(float(anchor[1])), wide - round(float(anchor[0]))
    return usual[top : top + tall, left : left + wide]
