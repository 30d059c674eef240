"""Filters of an atlas: its picture drawn anew, softer, sharper, in few tones or as a drawing.

Each takes RGB, uint8 (h, w, 3), and gives the same shape. An atlas ends where nothing is known of the object; what
lies beyond is filled in from its neighbourhood first, so that its black does not bleed into the picture.
Stylisation through OpenCV: edge-preserving filter and pencil sketch (Gastal and Oliveira 2011).
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from core.media.info import Frame
from core.render import pixels
from core.render.effects import blur, sharpen

WIDEST_HOLE = 64.0
"""Sigma in pixels from which a place far outside the atlas still takes its colour."""


def filtered(kind: str, picture: Frame, known: Frame, values: Mapping[str, float]) -> Frame:
    """The picture through a filter.

    Args:
        kind: a filter of core.project.atlas_kinds.EDIT_KINDS.
        picture: RGB of the atlas with what lies on it so far.
        known: uint8 (h, w), the atlas's alpha.
        values: the kind's numbers, all present.

    Raises:
        ValueError: for another kind.
    """
    whole = continued(picture, known)
    match kind:
        case "blur":
            return blur(whole, values["radius"])
        case "sharpen":
            return sharpen(whole, values["radius"], values["amount"])
        case "posterise":
            return posterise(whole, values["levels"])
        case "edges":
            return _mixed(picture, edges(whole), values["amount"])
        case "pencil":
            return _mixed(picture, pencil(whole), values["amount"])
        case "cartoon":
            return _mixed(picture, cartoon(whole, values["levels"]), values["amount"])
        case _:
            raise ValueError(f"unknown filter {kind}")


def continued(picture: Frame, known: Frame) -> Frame:
    """The picture with its unknown parts filled by ever wider means of what is known around them."""
    if int(known.min()) == 255:
        return picture
    flat = pixels.premultiply(np.dstack([picture, known]))
    out, sigma = picture.copy(), 2.0
    empty = known < 255
    while empty.any() and sigma <= WIDEST_HOLE:
        near = cv2.GaussianBlur(flat, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)
        here = empty & (near[..., 3] > 0)
        out[here] = pixels.unpremultiply(near)[..., :3][here]
        empty &= ~here
        sigma *= 4
    return out


def posterise(picture: Frame, levels: float) -> Frame:
    """As many even tones a channel, black and white among them, after a light smoothing that keeps edges."""
    steps = max(2, round(levels)) - 1
    table = np.rint(np.rint(np.arange(256) / 255 * steps) / steps * 255).astype(np.uint8)
    return np.asarray(cv2.LUT(cv2.bilateralFilter(picture, 5, 30, 3), table), np.uint8)


def edges(picture: Frame) -> Frame:
    """Strength of the gradient as grey on black."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order, ksize=3) for order in ((1, 0), (0, 1)))
    strength = np.clip(cv2.magnitude(across, down), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(strength, cv2.COLOR_GRAY2RGB), np.uint8)


def pencil(picture: Frame) -> Frame:
    """A drawing in grey."""
    drawn, _ = cv2.pencilSketch(
        np.ascontiguousarray(picture[..., ::-1]), sigma_s=30, sigma_r=0.08, shade_factor=0.04
    )
    return np.asarray(cv2.cvtColor(drawn, cv2.COLOR_GRAY2RGB), np.uint8)


def cartoon(picture: Frame, levels: float) -> Frame:
    """Flat colours with dark outlines."""
    flat = cv2.edgePreservingFilter(picture, flags=cv2.RECURS_FILTER, sigma_s=20, sigma_r=0.35)
    lines = np.clip(1.2 - edges(picture)[..., :1].astype(np.float32) / 160, 0.15, 1)
    return np.asarray(np.rint(posterise(np.asarray(flat, np.uint8), levels) * lines), np.uint8)


def _mixed(below: Frame, above: Frame, amount: float) -> Frame:
    return np.asarray(cv2.addWeighted(below, 1 - amount, above, amount, 0), np.uint8)
