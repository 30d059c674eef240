"""From token probabilities to masks at the clip's size: the edge is brought onto that of the picture.

Runs in a box around each object, so its time follows the object's size and not the frame's.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.masks.edges import guided_filter
from core.masks.features import Array32
from core.media import matte as storage
from core.media.matte import Labels, Matte

RADIUS = 0.02
"""Window of the edge step, in frame heights."""
EPSILON = 1e-4


def full_size(
    frame: npt.NDArray[np.uint8], objects: Array32, labels: Sequence[int]
) -> tuple[Labels, list[Matte]]:
    """Masks at the frame's size.

    Args:
        frame: uint8 (H, W, 3) RGB.
        objects: float32 (rows, columns, K) probabilities on tokens.
        labels: the K labels.

    Returns:
        labels (H, W), and K mattes float32 (H, W).
    """
    height, width = frame.shape[:2]
    mattes = [_refined(frame, objects[..., k]) for k in range(len(labels))]
    best = np.full((height, width), 0.5, np.float32)
    result = np.zeros((height, width), np.uint8)
    for label, matte in zip(labels, mattes, strict=True):
        wins = matte > best
        result[wins] = label
        best = np.maximum(best, matte)
    return result, mattes


def _refined(frame: npt.NDArray[np.uint8], tokens: Array32) -> Matte:
    """One object's matte: upsampled and guided by the frame inside the box where it may be."""
    height, width = frame.shape[:2]
    matte = np.zeros((height, width), np.float32)
    rows, columns = np.flatnonzero((tokens > 0.02).any(axis=1)), np.flatnonzero((tokens > 0.02).any(axis=0))
    if rows.size == 0:
        return matte
    y, x = height / tokens.shape[0], width / tokens.shape[1]
    top, bottom = max(0, int((rows[0] - 3) * y)), min(height, int((rows[-1] + 4) * y))
    left, right = max(0, int((columns[0] - 3) * x)), min(width, int((columns[-1] + 4) * x))
    coarse = np.clip(cv2.resize(tokens, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
    guide = frame[top:bottom, left:right].astype(np.float32) / np.float32(255)
    radius = max(2, round(RADIUS * height))
    reduce = 2 if height >= 240 else 1
    matte[top:bottom, left:right] = guided_filter(
        guide, coarse[top:bottom, left:right], radius, EPSILON, reduce * max(1, height // 720)
    )
    return matte


def hard_edges(labels: Labels, label: int) -> Matte:
    """The matte of a drawn object: its mask with an edge as soft as a pixel."""
    return storage.blur((labels == label).astype(np.float32), 0.7)
