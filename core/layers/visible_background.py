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
from core.layers.plane import NEARBY, believed
from core.media.matte import Labels

JOIN = 0.008
"""In heights of the frame: what is finer than this in a difference is not taken for light."""
SOFT = 0.01
"""In heights of the frame: the sigma over which frame and canvas are mixed."""
DEEP = 0.03
"""In heights of the frame: how far under an object the light right beside it counts, which may be a trace
of that object. Further in it is the light of all around."""
NOTHING = 9.0
"""As a multiple of DEEP: how far in nothing is left of it."""
WIDE = 0.12
"""In heights of the frame: sigma over which the light of all around is averaged."""
CELLS = 48
"""Rows of the small picture in which that is done."""
FEW = 1e-3
"""Share of a cell that must be known for it to tell of the light around."""


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
    share = np.asarray(own * believed(largest(np.abs(cv2.blur(off, (5, 5)))), alike), np.float32)
    around = _around(off, share)
    light = around + _beside(own, DEEP * len(frame)) * fill(np.asarray(off - around, np.float32), share)
    return np.asarray(clean + cv2.GaussianBlur(light, (0, 0), JOIN * len(frame)), np.float32)


def _around(off: Array32, share: Array32) -> Array32:
    """What two pictures differ by over a wide neighbourhood, (H, W, 3), where `share` (H, W) is
    known; more of what lies away from the unknown."""
    tall, wide = share.shape
    size = (max(1, round(wide * CELLS / tall)), CELLS)
    away = cv2.distanceTransform((share > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    weight = share * np.minimum(1, away / np.float32(NEARBY * min(share.shape))) ** 2
    known = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    cells = cv2.resize(off * weight[..., None], size, interpolation=cv2.INTER_AREA)
    known, cells = (cv2.GaussianBlur(each, (0, 0), WIDE * CELLS) for each in (known, cells))
    mean = cells / (known + np.float32(FEW))[..., None]
    return np.asarray(cv2.resize(mean, (wide, tall), interpolation=cv2.INTER_LINEAR), np.float32)


def _beside(own: Array32, reach: float) -> Array32:
    """1 where the frame shows its background, falling to 0 under objects over `reach` pixels, (H, W, 1)."""
    deep = cv2.distanceTransform((own < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    fading = np.minimum(deep / np.float32(reach), NOTHING)  # where all is hidden, nothing is near
    return np.exp(-np.square(fading))[..., None].astype(np.float32)


def mixed(frame: Array32, ground: Array32, own: Array32) -> Array32:
    """The frame where it is its own background, and what lies under its objects: (H, W, 3) each,
    own (H, W) in [0, 1]."""
    return np.asarray(ground + own[..., None] * (frame - ground), np.float32)
