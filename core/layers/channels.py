"""The largest, the sum and the mean over a picture's few channels, (H, W, K) to (H, W); and how steep one is.

numpy reduces along a short last axis some twenty times slower than it goes through the channels one by one.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32


def largest(picture: Array32) -> Array32:
    """The largest channel of each pixel; float32 (H, W)."""
    found = picture[..., 0]
    for k in range(1, picture.shape[2]):
        found = np.maximum(found, picture[..., k])
    return found


def total(picture: Array32) -> Array32:
    """The sum of each pixel's channels; float32 (H, W)."""
    return _scaled(picture, 1.0)


def mean(picture: Array32) -> Array32:
    """The mean of each pixel's channels; float32 (H, W)."""
    return _scaled(picture, 1 / picture.shape[2])


def weighed(picture: Array32, weight: Array32) -> Array32:
    """A picture (H, W, 3) times a weight (H, W), and the weight as a fourth channel."""
    return np.asarray(cv2.merge([*(each * weight for each in cv2.split(picture)), weight]), np.float32)


def _scaled(picture: Array32, share: float) -> Array32:
    weights = np.full((1, picture.shape[2]), share, np.float32)
    return np.asarray(cv2.transform(np.asarray(picture, np.float32), weights), np.float32)


def steepness(grey: Array32) -> Array32:
    """How steep a picture (H, W) is at each pixel: its change a pixel, across and down together."""
    across, down = (np.abs(cv2.Sobel(grey, cv2.CV_32F, x, y, scale=0.125)) for x, y in ((1, 0), (0, 1)))
    return np.asarray(across + down, np.float32)
