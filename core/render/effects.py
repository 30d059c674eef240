"""A clip's effect stack on a picture, before the clip is placed on the raster.

Each effect maps a straight picture, uint8 (H, W, 3|4), to one of the same height and width. A matte (float32
(H, W), 1 inside) limits it: colour is mixed in by the matte; blur gathers only from inside the matte, so that an
object does not bleed into its blurred background; a transform takes the part inside out of the picture and puts it
back moved; a cut-out makes the rest transparent. Pixel amounts scale with the picture, so a small preview looks
like the full film.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from core.media.info import Frame
from core.render import pixels
from core.render.pixels import Floats

REFERENCE_HEIGHT = 1080
"""Blur radii are given for a picture of this height."""
GAMMA = 2.2
LUMA = (0.2126, 0.7152, 0.0722)
NARROW = 4.0
"""Blurs wider than this many pixels run on a smaller picture."""
WARMTH = 0.3
"""Gain of red, and loss of blue, in stops of display value at temperature 1."""


def apply(
    kind: str, picture: Frame, values: Mapping[str, float], matte: Floats | None, pixel_scale: float
) -> Frame:
    """One effect on a straight picture.

    Args:
        kind: a key of core.timeline.effects.EFFECT_KINDS.
        values: its parameters, all present.
        matte: float32 (H, W) in [0, 1], or None for the whole picture.
        pixel_scale: pixels of this picture for one pixel of the sequence.
    """
    match kind:
        case "colour":
            graded = colour(picture, values)
            return graded if matte is None or graded is picture else pixels.lerp(picture, graded, matte)
        case "blur":
            return blur(picture, values["radius"] * picture.shape[0] / REFERENCE_HEIGHT, matte)
        case "cutout":
            return cut_out(picture, values["amount"], matte)
        case "transform":
            return transform(picture, values, matte, pixel_scale)
        case _:
            raise ValueError(f"unknown effect {kind}")


def keeps_opaque(kind: str) -> bool:
    """Whether an opaque picture stays opaque under the effect."""
    return kind in ("colour", "blur")


def colour(picture: Frame, values: Mapping[str, float]) -> Frame:
    """Exposure (stops, in linear light), temperature, contrast about middle grey, then saturation about luma."""
    table = _colour_table(values["exposure"], values["temperature"], values["contrast"])
    saturation = values["saturation"]
    if table is None and saturation == 1:
        return picture
    colours = np.ascontiguousarray(picture[..., :3])
    if table is not None:
        colours = cv2.LUT(colours, table)
    if saturation != 1:
        colours = cv2.transform(colours, _saturation_matrix(saturation))
    return np.asarray(colours if picture.shape[2] == 3 else np.dstack([colours, picture[..., 3]]), np.uint8)


def _colour_table(exposure: float, temperature: float, contrast: float) -> Frame | None:
    """A look-up table a channel, uint8 (1, 256, 3); None when it would change nothing."""
    if exposure == 0 and temperature == 0 and contrast == 1:
        return None
    stops = exposure / GAMMA + WARMTH * temperature * np.array([1.0, 0.0, -1.0])
    levels = np.linspace(0, 1, 256)[:, None] * np.exp2(stops)
    levels = (levels - 0.5) * contrast + 0.5
    return np.rint(np.clip(levels, 0, 1) * 255).astype(np.uint8)[None]


def _saturation_matrix(saturation: float) -> Floats:
    grey = np.tile(np.array(LUMA, np.float32), (3, 1))
    return np.asarray(grey + saturation * (np.eye(3, dtype=np.float32) - grey), np.float32)


def blur(picture: Frame, sigma: float, matte: Floats | None = None) -> Frame:
    """Gaussian blur of `sigma` pixels, weighted by alpha and matte; edges go on outside the frame."""
    if sigma < 0.05:
        return picture
    flat = pixels.premultiply(picture)
    if matte is None:
        small, left = _reduced(flat, sigma)
        return pixels.unpremultiply(_enlarged(_gaussian(small, left), picture))
    weights = cv2.merge([matte] * flat.shape[2])
    small, left = _reduced(cv2.multiply(flat, weights, dtype=cv2.CV_32F), sigma)
    small_matte = cv2.resize(matte, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    gathered = _gaussian(small, left) / np.maximum(_gaussian(small_matte, left), 1e-4)[..., None]
    inside = _enlarged(np.rint(np.clip(gathered, 0, 255)).astype(np.uint8), picture)
    return pixels.lerp(picture, pixels.unpremultiply(inside), matte)


def _reduced(picture: Frame | Floats, sigma: float) -> tuple[Frame | Floats, float]:
    """Wide blurs run on a smaller picture, so the time does not grow with sigma: the picture and the sigma left."""
    height, width = picture.shape[:2]
    factor = 1
    while sigma / factor > NARROW and min(height, width) // (2 * factor) >= 8:
        factor *= 2
    if factor == 1:
        return picture, sigma
    small = (-(-width // factor), -(-height // factor))
    return cv2.resize(picture, small, interpolation=cv2.INTER_AREA), sigma / factor


def _enlarged(small: Frame, like: Frame) -> Frame:
    if small.shape[:2] == like.shape[:2]:
        return small
    size = (like.shape[1], like.shape[0])
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _gaussian(picture: Any, sigma: float) -> Any:
    return cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)


def cut_out(picture: Frame, amount: float, matte: Floats | None) -> Frame:
    """Alpha times the matte, as far as `amount` goes; without a matte nothing changes."""
    if matte is None or amount <= 0:
        return picture
    return pixels.scaled_alpha(picture, 1 - np.float32(amount) * (1 - matte))


def transform(picture: Frame, values: Mapping[str, float], matte: Floats | None, pixel_scale: float) -> Frame:
    """Move (pixels of the sequence), scale, turn and fade the picture, or only the part inside the matte."""
    height, width = picture.shape[:2]
    scale = values["scale"]
    centre = (width / 2 + values["x"] * pixel_scale, height / 2 + values["y"] * pixel_scale)
    part = picture if matte is None else pixels.scaled_alpha(picture, matte)
    moved = pixels.premultiply(part)
    if scale < 1:
        small = (max(1, round(width * scale)), max(1, round(height * scale)))
        moved, scale = pixels.resized(moved, small), 1.0
    matrix = pixels.affine(moved.shape[1], moved.shape[0], scale, values["rotation"], centre)
    moved = pixels.faded(pixels.warped(moved, matrix, (width, height)), values["opacity"])
    if matte is not None:
        moved = pixels.over(pixels.premultiply(pixels.scaled_alpha(picture, 1 - matte)), moved)
    return pixels.unpremultiply(moved)
