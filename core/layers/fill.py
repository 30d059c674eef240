"""Holes filled from around them: a pyramid of weighted means, coarse ones where nothing finer is known."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32


def fill(picture: Array32, weight: Array32) -> Array32:
    """The picture with what is unknown filled smoothly from around.

    Args:
        picture: float32 (H, W[, K]).
        weight: float32 (H, W) in [0, 1], how much is known of each pixel.

    Returns:
        float32 of the same shape; where weight is 1, as it was. Zeros when nothing is known.
    """
    weight = np.clip(weight, 0, 1).astype(np.float32)
    share = weight if picture.ndim == 2 else weight[..., None]
    if min(weight.shape) <= 2:
        total = max(float(weight.sum()), 1e-6)
        mean = (picture * share).sum((0, 1)) / np.float32(total)
        return np.asarray(picture * share + mean * (1 - share), np.float32)
    half = ((weight.shape[1] + 1) // 2, (weight.shape[0] + 1) // 2)
    known = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    below = cv2.resize(picture * share, half, interpolation=cv2.INTER_AREA)
    below = below / np.maximum(known if picture.ndim == 2 else known[..., None], 1e-6)
    coarse = fill(np.asarray(below, np.float32), np.minimum(1, 4 * known))
    up = cv2.resize(coarse, weight.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(picture * share + up * (1 - share), np.float32)
