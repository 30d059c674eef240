"""One hue of a picture: as the colour of a screen it becomes transparent, and its light on the
rest is taken back; or it is changed by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import Frame
from core.render import grading, pixels
from core.render.pixels import Floats

FAINTEST = 0.02
"""Chroma, of 1, below which a pixel has no hue."""
FULL = 0.08
"""Chroma from which a colour is changed in full; greyer ones by less, so that nothing tears."""


def keyed(picture: Frame, values: Mapping[str, float]) -> Frame:
    """A straight picture without the screen, uint8 (H, W, 4); the picture itself when nothing has the key's hue.

    values: hue of the screen in degrees (120 is green, 240 blue); reach, how far from it a hue may be, and softness,
    over how many more degrees it fades out; chroma, from which colours count, of 0 to 1; spill, how much of the
    screen's light is taken out of what is left, of 0 to 1.
    """
    key = _direction(values["hue"])
    near = _near(key, values["reach"], values["softness"])
    sure = (_STRENGTH - values["chroma"]) / max(values["chroma"], FAINTEST) + 0.5
    split = _split(picture)
    screen = _looked_up(near * np.clip(sure, 0, 1), split)
    if screen.max() < 1 / 255:
        return picture
    spill = np.maximum(_CHROMA @ key, 0) * values["spill"] * (near > 0)
    clean = np.rint(np.clip(255 * (_CHROMA - spill[..., None] * key) + 128, 0, 255)).astype(np.uint8)
    colours = cv2.cvtColor(
        cv2.merge([split[..., 0], *cv2.split(_looked_up(clean, split))]), cv2.COLOR_YCrCb2RGB
    )
    return pixels.scaled_alpha(pixels.recoloured(picture, np.asarray(colours, np.uint8)), 1 - screen)


def one_colour(picture: Frame, values: Mapping[str, float]) -> Frame:
    """A picture, uint8 (H, W, 3|4), of which one hue is changed; greys and alpha stay.

    values: hue in degrees, reach and softness as for a key; turn in degrees, saturation as a factor, exposure in stops.
    """
    turn, saturation, exposure = values["turn"], values["saturation"], values["exposure"]
    if turn % 360 == 0 and saturation == 1 and exposure == 0:
        return picture
    near = _near(_direction(values["hue"]), values["reach"], values["softness"])
    share = _looked_up(near * np.clip(_STRENGTH / FULL, 0, 1), _split(picture))
    changed = grading.graded("hue", picture, {"turn": turn, "tint": 0.0})
    light = {"exposure": exposure, "temperature": 0.0, "contrast": 1.0, "saturation": saturation}
    return pixels.lerp(picture, grading.graded("colour", changed, light), share)


_CHROMA = (
    np.stack(np.meshgrid(*[np.arange(256)] * 2, indexing="ij"), axis=-1).astype(np.float32) - 128
) / 255
"""Cr and Cb about 0 of all that a picture can have, float32 (256, 256, 2) in [-.5, .5]."""
_STRENGTH = np.linalg.norm(_CHROMA, axis=2)


def _near(key: Floats, reach: float, softness: float) -> Floats:
    """How near each chroma's hue is to that of the key, float32 (256, 256) in [0, 1]."""
    along = _CHROMA @ key
    angle = np.degrees(np.arccos(np.clip(along / np.maximum(_STRENGTH, FAINTEST), -1, 1)))
    return np.asarray(np.clip((reach + softness - angle) / max(softness, 1e-3), 0, 1), np.float32)


def _split(picture: Frame) -> Frame:
    """Luma, Cr, Cb, uint8 (H, W, 3)."""
    return np.asarray(cv2.cvtColor(pixels.colours_of(picture), cv2.COLOR_RGB2YCrCb), np.uint8)


def _looked_up(table: npt.NDArray[Any], split: Frame) -> npt.NDArray[Any]:
    """What a table of chromas, (256, 256, ...), has for each pixel, (H, W, ...)."""
    place = split[..., 1].astype(np.uint16) * 256 + split[..., 2]
    return table.reshape(256 * 256, *table.shape[2:])[place]


def _direction(hue: float) -> Floats:
    """The unit vector in Cr, Cb of a pure hue."""
    pure = cv2.cvtColor(np.array([[[hue % 360, 1, 1]]], np.float32), cv2.COLOR_HSV2RGB)
    cr, cb = _split(np.rint(pure * 255).astype(np.uint8))[0, 0, 1:]
    chroma = _CHROMA[cr, cb]
    return np.asarray(chroma / np.linalg.norm(chroma), np.float32)
