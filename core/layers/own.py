"""Where a film shows its own background: the frame itself, away from its objects and from what they throw.

A canvas, or what neighbours say, is a mean of many frames: softer than each of them, without their grain, and without
whatever moves and has no mask. So it is shown only where something hides the background. There it is led into the
frame's light, as the difference around it says, so that no seam is seen.

Colours are float32 (H, W, 3) in [0, 1].
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.layers.channels import largest
from core.layers.fill import fill
from core.layers.plane import believed
from core.media.matte import Labels

JOIN = 0.008
"""Of the height: what is finer than this of a difference is no light."""
SOFT = 0.01
"""Of the height: over how much of it frame and canvas are mixed."""


def outside(labels: Labels, margin: float) -> Array32:
    """1 away from the masks, 0 within `margin` pixels of them, and soft between, float32 (H, W)."""
    if not labels.any():
        return np.ones(labels.shape, np.float32)
    away = cv2.distanceTransform((labels == 0).astype(np.uint8), cv2.DIST_L2, 5)
    soft = max(1.0, SOFT * labels.shape[0])
    return np.clip((away - np.float32(margin)) / np.float32(soft), 0, 1).astype(np.float32)


def in_frames_light(frame: Array32, clean: Array32, own: Array32, alike: float) -> Array32:
    """`clean` with what the frame differs by around it, smoothly.

    Args:
        own: (H, W), how much of each pixel is surely bare background in the frame.
        alike: differences from which on two pictures do not show one thing, so that nothing is led over.
    """
    off = frame - clean
    share = own * believed(largest(np.abs(cv2.blur(off, (5, 5)))), alike)
    light = fill(off, np.asarray(share, np.float32))
    return np.asarray(clean + cv2.GaussianBlur(light, (0, 0), JOIN * len(frame)), np.float32)


def mixed(frame: Array32, ground: Array32, own: Array32) -> Array32:
    """The frame where it is its own background, and what lies under its objects: (H, W, 3) each, own (H, W) in [0, 1]."""
    return np.asarray(ground + own[..., None] * (frame - ground), np.float32)
