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

from core.media.cube import Cube
from core.media.info import Frame
from core.render import grading, keying, outlines, pixels, texture
from core.render.pixels import BYTE, Floats

REFERENCE_HEIGHT = 1080
"""Blur radii are given for a picture of this height."""
NARROW = 4.0
"""Blurs wider than this many pixels run on a smaller picture."""


def apply(
    kind: str, picture: Frame, values: Mapping[str, float], matte: Floats | None, pixel_scale: float
) -> Frame:
    """One effect on a straight picture.

    Args:
        kind: a key of core.timeline.effects.EFFECT_KINDS.
        picture: uint8 (H, W, 3 or 4).
        values: its parameters, all present.
        matte: float32 (H, W) in [0, 1], or None for the whole picture.
        pixel_scale: pixels of this picture for one pixel of the sequence.

    Raises:
        ValueError: for a kind that is none.
    """
    lines = picture.shape[0] / REFERENCE_HEIGHT
    match kind:
        case "colour" | "levels" | "curves" | "wheels" | "hue" | "vignette":
            return _within(matte, picture, grading.graded(kind, picture, values))
        case "blur":
            return blur(picture, values["radius"] * lines, matte)
        case "selective":
            return _within(matte, picture, keying.one_colour(picture, values))
        case "glow":
            return _within(matte, picture, glow(picture, values, lines))
        case "sharpen":
            return _within(matte, picture, sharpen(picture, values["radius"] * lines, values["amount"]))
        case "pixelate":
            return _within(matte, picture, pixelate(picture, values["size"] * lines))
        case "crop":
            return _within(matte, picture, crop(picture, values, lines))
        case "outline":
            return outlines.outlined(picture, values, matte, lines)
        case "key":
            return _within(matte, picture, keying.keyed(picture, values))
        case "cutout":
            return cut_out(picture, values["amount"], matte)
        case "transform":
            return transform(picture, values, matte, pixel_scale)
        case _:
            raise ValueError(f"unknown effect {kind}")


def _within(matte: Floats | None, picture: Frame, changed: Frame) -> Frame:
    """The changed picture inside the matte, the picture as it was outside."""
    return changed if matte is None or changed is picture else pixels.lerp(picture, changed, matte)


def looked(picture: Frame, look: Cube, amount: float, matte: Floats | None) -> Frame:
    """The picture mixed with itself in a look by `amount`, inside the matte."""
    if amount == 0:
        return picture
    changed = look.applied(picture)
    if amount < 1:
        changed = np.asarray(cv2.addWeighted(picture, 1 - amount, changed, amount, 0), np.uint8)
    return _within(matte, picture, changed)


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


def glow(picture: Frame, values: Mapping[str, float], lines: float) -> Frame:
    """What is brighter than the threshold, blurred and laid over as light ("screen"); alpha stays."""
    amount, threshold = values["amount"], values["threshold"]
    if amount == 0:
        return picture
    colours = pixels.colours_of(picture)
    light = np.clip((np.arange(256) / 255 - threshold) / max(1 - threshold, BYTE), 0, 1)
    table = np.rint(light * 255).astype(np.uint8)
    bright = cv2.LUT(colours, table)
    if picture.shape[2] == 4:
        bright = pixels.colours_of(pixels.premultiply(pixels.recoloured(picture, bright)))
    spread = blur(bright, values["radius"] * lines)
    rest = cv2.multiply(255 - colours, 255 - cv2.convertScaleAbs(spread, alpha=amount), scale=BYTE)
    return pixels.recoloured(picture, np.asarray(255 - rest, np.uint8))


def grained(
    picture: Frame, values: Mapping[str, float], matte: Floats | None, seed: int, lines: float
) -> Frame:
    """The picture with film grain, the same for the same seed. lines: as for `crop`."""
    return _within(matte, picture, texture.grain(picture, values["amount"], values["size"] * lines, seed))


def mirrored(picture: Any, values: Mapping[str, float]) -> Any:
    """A picture or matte, (H, W, ...), turned over as the values of a Mirror say."""
    if values["across"] >= 0.5:
        picture = picture[:, ::-1]
    if values["down"] >= 0.5:
        picture = picture[::-1]
    return np.ascontiguousarray(picture)


def sharpen(picture: Frame, sigma: float, amount: float) -> Frame:
    """Unsharp mask: what a blur of `sigma` pixels takes away is added `amount` times; alpha stays."""
    if amount == 0 or sigma < 0.05:
        return picture
    out = np.asarray(cv2.addWeighted(picture, 1 + amount, blur(picture, sigma), -amount, 0), np.uint8)
    if picture.shape[2] == 4:
        out[..., 3] = picture[..., 3]
    return out


def pixelate(picture: Frame, size: float) -> Frame:
    """Squares of `size` pixels, each in its mean colour, counted from the middle of the picture."""
    height, width = picture.shape[:2]
    side = round(size)
    if side < 2:
        return picture
    top, left = -(height // 2) % side, -(width // 2) % side
    bottom, right = -(height + top) % side, -(width + left) % side
    whole = cv2.copyMakeBorder(pixels.premultiply(picture), top, bottom, left, right, cv2.BORDER_REPLICATE)
    few = (whole.shape[1] // side, whole.shape[0] // side)
    squares = cv2.resize(
        cv2.resize(whole, few, interpolation=cv2.INTER_AREA),
        whole.shape[1::-1],
        interpolation=cv2.INTER_NEAREST,
    )
    return pixels.unpremultiply(np.ascontiguousarray(squares[top : top + height, left : left + width]))


def crop(picture: Frame, values: Mapping[str, float], lines: float = 1.0) -> Frame:
    """Parts of the picture at its sides made transparent: per cent of its width or height, softly if wished.

    lines: pixels of this picture for one at 1080 lines.
    """
    height, width = picture.shape[:2]
    soft = max(values["feather"] * lines, 1.0)
    across = _kept(width, values["left"], values["right"], soft)
    down = _kept(height, values["top"], values["bottom"], soft)
    if across.min() == 1 and down.min() == 1:
        return picture
    return pixels.scaled_alpha(picture, np.outer(down, across))


def _kept(length: int, before: float, after: float, soft: float) -> Floats:
    """How much of each pixel along a side is kept: a ramp of `soft` pixels inside of each edge that is cut."""
    places = np.arange(length, dtype=np.float32) + 0.5
    kept = np.ones(length, np.float32)
    for part, far in ((before, places), (after, length - places)):
        if part > 0:
            inside = far - np.float32(part / 100 * length + (soft - 1) / 2)
            kept = np.minimum(kept, np.clip(inside / soft + 0.5, 0, 1))
    return kept


def cut_out(picture: Frame, amount: float, matte: Floats | None) -> Frame:
    """Alpha times the matte, as far as `amount` goes; without a matte nothing changes."""
    if matte is None or amount <= 0:
        return picture
    return pixels.scaled_alpha(picture, 1 - np.float32(amount) * (1 - matte))


def moved(picture: Any, way: Floats) -> Any:
    """A straight picture, uint8 (H, W, 3|4), or a matte, float32 (H, W), through an affine map (2, 3) in continuous
    coordinates, on its own place.

    Bicubic, so that it stays sharp; beyond its border the border's pixels go on.
    """
    if picture.ndim == 2:
        return np.clip(_through(picture, way), 0, 1)
    if picture.shape[2] == 3:
        return np.asarray(_through(picture, way), np.uint8)
    flat = _through(pixels.premultiply(picture), way)
    return pixels.unpremultiply(pixels.within_alpha(flat))


def _through(picture: Any, way: Floats) -> Any:
    # OpenCV counts pixels, whose middles then lie at whole numbers.
    indices = np.hstack([way[:, :2], (way[:, 2] + way[:, :2] @ np.array([0.5, 0.5]) - 0.5)[:, None]])
    size = (picture.shape[1], picture.shape[0])
    return cv2.warpAffine(picture, indices, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


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
