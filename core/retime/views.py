"""What there is to see of a made picture: its motion, which frame it shows, what was corrected, where it is unsure."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from core.motion.splat import Array32, Picture
from core.retime.synthesis import Synthesis

BRIGHTEST = 99.0
"""Percentile of motion that gets full colour."""
GAIN = 8
"""How much the correction of colours is raised to be seen."""


def views_of(made: Synthesis) -> dict[str, Picture]:
    """uint8 (H, W, 3) each: motion (hue is direction), selection (blue the first frame, orange the second),
    difference (the correction of colours, around grey), unsure (white where both frames show other things)."""
    return {
        "motion": motion_colours(made.to1 - made.to0),
        "selection": _selection(made.mask),
        "difference": _difference(made.picture[..., :3], made.blend),
        "unsure": _greys(np.minimum(made.doubt * 4, 1)),
    }


def motion_colours(flow: Array32) -> Picture:
    """A flow (H, W, 2) as colours: hue by direction, white where nothing moves."""
    speed, angle = cv2.cartToPolar(flow[..., 0], flow[..., 1], angleInDegrees=True)
    full = max(1.0, float(np.percentile(speed, BRIGHTEST)))
    hsv = np.dstack([angle / 2, np.minimum(speed / full, 1) * 255, np.full_like(speed, 255)])
    return np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB), np.uint8)


def _selection(mask: Array32) -> Picture:
    first, second = np.array((40, 110, 220), np.float32), np.array((245, 150, 40), np.float32)
    return np.asarray(first + (second - first) * mask[..., None], np.uint8)


def _difference(picture: Picture, blend: Picture) -> Picture:
    return np.asarray(np.clip(128 + GAIN * (picture.astype(np.float32) - blend), 0, 255), np.uint8)


def _greys(values: npt.NDArray[np.floating]) -> Picture:
    return np.repeat((values * 255).astype(np.uint8)[..., None], 3, axis=2)
