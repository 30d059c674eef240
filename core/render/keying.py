"""Colour key: what has the colour of a screen behind becomes transparent, and its light on the rest is taken back."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from core.media.info import Frame
from core.render import pixels
from core.render.pixels import Floats

FAINTEST = 0.02
"""Chroma, of 1, below which a pixel has no hue."""


def keyed(picture: Frame, values: Mapping[str, float]) -> Frame:
    """A straight picture without the screen, uint8 (H, W, 4); the picture itself when nothing has the key's hue.

    values: hue of the screen in degrees (120 is green, 240 blue); reach, how far from it a hue may be, and softness,
    over how many more degrees it fades out; chroma, from which colours count, of 0 to 1; spill, how much of the
    screen's light is taken out of what is left, of 0 to 1.
    """
    chroma = _chroma(picture)
    key = _direction(values["hue"])
    strength = np.linalg.norm(chroma, axis=2)
    along = chroma @ key
    angle = np.degrees(np.arccos(np.clip(along / np.maximum(strength, FAINTEST), -1, 1)))
    near = np.clip((values["reach"] + values["softness"] - angle) / max(values["softness"], 1e-3), 0, 1)
    screen = near * np.clip((strength - values["chroma"]) / max(values["chroma"], FAINTEST) + 0.5, 0, 1)
    if screen.max() < 1 / 255:
        return picture
    clean = _without(picture, np.maximum(along, 0) * values["spill"] * (near > 0), key)
    return pixels.scaled_alpha(clean, np.asarray(1 - screen, np.float32))


def _chroma(picture: Frame) -> Floats:
    """Cr and Cb about 0, float32 (H, W, 2) in [-.5, .5]."""
    split = cv2.cvtColor(np.ascontiguousarray(picture[..., :3]), cv2.COLOR_RGB2YCrCb)
    return np.asarray((split[..., 1:].astype(np.float32) - 128) / 255, np.float32)


def _direction(hue: float) -> Floats:
    """The unit vector in Cr, Cb of a pure hue."""
    pure = cv2.cvtColor(np.array([[[hue % 360, 1, 1]]], np.float32), cv2.COLOR_HSV2RGB)
    chroma = _chroma(np.rint(pure * 255).astype(np.uint8))[0, 0]
    return np.asarray(chroma / np.linalg.norm(chroma), np.float32)


def _without(picture: Frame, amount: Floats, key: Floats) -> Frame:
    """The picture with so much chroma along the key's direction taken out; luma and alpha stay."""
    split = cv2.cvtColor(np.ascontiguousarray(picture[..., :3]), cv2.COLOR_RGB2YCrCb).astype(np.float32)
    split[..., 1:] -= 255 * amount[..., None] * key
    colours = cv2.cvtColor(np.rint(np.clip(split, 0, 255)).astype(np.uint8), cv2.COLOR_YCrCb2RGB)
    return np.asarray(colours if picture.shape[2] == 3 else np.dstack([colours, picture[..., 3]]), np.uint8)
