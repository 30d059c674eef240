"""A line around an object: around a matte on the picture, or around the picture's own alpha."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

import cv2
import numpy as np

from core.media.info import Frame
from core.render import pixels
from core.render.pixels import Floats


def outlined(picture: Frame, values: Mapping[str, float], matte: Floats | None, lines: float) -> Frame:
    """A straight picture with an outline, uint8 of its size.

    The line lies outside of what it goes around: over what surrounds the matte, under the picture where there is none.
    Where the picture is opaque and no matte is given, there is nothing to go around.

    Args:
        values: width and softness in pixels at 1080 lines; hue in degrees, saturation and brightness of 0 to 1.
        matte: float32 (H, W) in [0, 1], or None.
        lines: pixels of this picture for one at 1080 lines.
    """
    inside = matte if matte is not None else _alpha(picture)
    if inside is None or values["width"] <= 0 or inside.max() < 0.5:
        return picture
    ring = _around(inside, values["width"] * lines, values["softness"] * lines)
    red, green, blue = colorsys.hsv_to_rgb(
        values["hue"] % 360 / 360, values["saturation"], values["brightness"]
    )
    line = np.empty((*picture.shape[:2], 4), np.uint8)
    line[..., :3] = np.rint(np.array([red, green, blue]) * 255)
    line[..., 3] = np.rint((ring if matte is None else ring * (1 - inside)) * 255)
    line, below = pixels.premultiply(line), pixels.premultiply(picture)
    joined = pixels.over(line, below) if matte is None else pixels.over(below, line)
    return pixels.unpremultiply(joined)


def _alpha(picture: Frame) -> Floats | None:
    if picture.shape[2] == 3 or int(picture[..., 3].min()) == 255:
        return None
    return np.asarray(picture[..., 3] / np.float32(255), np.float32)


def _around(inside: Floats, width: float, softness: float) -> Floats:
    """1 up to `width` pixels from what is inside, then 0 within `softness` pixels, float32 (H, W)."""
    far = cv2.distanceTransform(np.uint8(inside < 0.5), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    soft = max(softness, 1.0)
    return np.asarray(np.clip((width + 0.5 + soft / 2 - far) / soft, 0, 1), np.float32)
