"""Scopes: how bright and how coloured a picture is, drawn as a signal. Pure functions, RGB in, RGB out.

Chroma is Rec. 709 Cb and Cr, as a vectorscope has them: Cb to the right, Cr upwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import Frame
from core.render.grading import LUMA
from core.render.pixels import Floats

Places = npt.NDArray[np.int64]
Scope = Literal["waveform", "parade", "vectors", "histogram"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
LEVELS = 256
COLUMNS = 360
"""Columns of a waveform."""
SIDE = 256
"""Of a vectorscope."""
FULL = 0.04
"""Part of a column's pixels on one level that is drawn at full brightness."""
SKIN = (230, 150, 110)
TINTS = np.array([(255, 90, 90), (90, 235, 110), (110, 150, 255)], np.float32)
GREY = np.array([(210, 225, 215)], np.float32)


def drawn(scope: Scope, picture: Frame) -> Frame:
    """A scope of a picture, RGB uint8 of the scope's own size; the picture is uint8 (H, W, 3|4), straight.

    Waveform and parade have the picture's columns from left to right and level 255 at the top; the parade has red,
    green and blue beside one another. The histogram has a curve a channel, levels from left to right.
    """
    draw: dict[Scope, Callable[[Frame], Frame]] = {
        "waveform": waveform,
        "parade": parade,
        "vectors": vectorscope,
        "histogram": histogram,
    }
    return draw[scope](_few(picture))


def _few(picture: Frame) -> Frame:
    """Fewer pixels, none of them mixed: a mix would be a colour that the picture does not have."""
    step = max(1, picture.shape[1] // COLUMNS)
    return np.ascontiguousarray(picture[::step, ::step, :3])


def luma(picture: Frame) -> Frame:
    """Rec. 709 luma, uint8 (H, W)."""
    return np.asarray(
        cv2.transform(picture, np.array([LUMA], np.float32)).reshape(picture.shape[:2]), np.uint8
    )


def waveform(picture: Frame) -> Frame:
    """Luma of every column, (256, COLUMNS, 3)."""
    return _lit([_columns(luma(picture), COLUMNS)], GREY)


def parade(picture: Frame) -> Frame:
    """Red, green and blue of every column beside one another, (256, COLUMNS, 3)."""
    third = COLUMNS // 3
    parts = [_lit([_columns(picture[..., c], third)], TINTS[c : c + 1]) for c in range(3)]
    return np.concatenate(parts, axis=1)


def _columns(channel: Frame, many: int) -> Floats:
    """How much of each column lies on each level, (256, many) from 255 down, 1 being FULL of it."""
    height, width = channel.shape
    place = np.arange(width) * many // width
    flat = (place[None, :] * LEVELS + (LEVELS - 1 - channel.astype(np.int64))).ravel()
    counts = np.bincount(flat, minlength=many * LEVELS).reshape(many, LEVELS).T
    seen = np.bincount(place, minlength=many) * height
    if width < many:  # narrower than the scope: every column takes the nearest one
        nearest = place[np.minimum(np.arange(many) * width // many, width - 1)]
        counts, seen = counts[:, nearest], seen[nearest]
    return np.asarray(counts / np.maximum(seen, 1) / FULL, np.float32)


def _lit(amounts: list[Floats], tints: Floats) -> Frame:
    """Amounts as light, each in its tint, RGB; a little is well seen."""
    light = np.zeros((*amounts[0].shape, 3), np.float32)
    for amount, tint in zip(amounts, tints, strict=True):
        light += np.sqrt(np.minimum(amount, 1))[..., None] * tint
    return np.asarray(np.rint(np.minimum(light, 255)), np.uint8)


def vectorscope(picture: Frame) -> Frame:
    """Chroma, (SIDE, SIDE, 3): grey in the middle, each place in its own colour."""
    colours = picture.reshape(-1, 3).astype(np.float32)
    x, y = _place(colours)
    flat = y * SIDE + x
    counts = np.bincount(flat, minlength=SIDE * SIDE).astype(np.float32)
    light = np.sqrt(np.minimum(counts / max(len(flat), 1) * 1500, 1))[:, None]
    sums = np.stack([np.bincount(flat, colours[:, c], SIDE * SIDE) for c in range(3)], axis=1)
    mean = sums / np.maximum(counts, 1)[:, None]
    bright = mean * (255 / np.maximum(mean.max(axis=1, keepdims=True), 1))
    return np.asarray(np.rint(bright * light).reshape(SIDE, SIDE, 3), np.uint8)


def _place(colours: Floats) -> tuple[Places, Places]:
    """Column and row of colours (N, 3) of 0 to 255 in a vectorscope, int64 (N,) each."""
    y = colours @ np.array(LUMA, np.float32)
    cb = (colours[:, 2] - y) / (2 * (1 - LUMA[2])) / 255
    cr = (colours[:, 0] - y) / (2 * (1 - LUMA[0])) / 255
    across = np.clip(np.rint((cb + 0.5) * (SIDE - 1)), 0, SIDE - 1).astype(np.int64)
    down = np.clip(np.rint((0.5 - cr) * (SIDE - 1)), 0, SIDE - 1).astype(np.int64)
    return across, down


def skin() -> tuple[float, float]:
    """Where the hue of skin, whatever its lightness, leads from the middle: a point as `targets` tells it."""
    x, y = _place(np.array([SKIN], np.float32))
    return x[0] / (SIDE - 1), y[0] / (SIDE - 1)


def targets() -> dict[str, tuple[float, float]]:
    """Where pure colours at 75 % lie in a vectorscope, as parts of its width and height from the top left."""
    names = {"R": (1, 0, 0), "Y": (1, 1, 0), "G": (0, 1, 0), "C": (0, 1, 1), "B": (0, 0, 1), "M": (1, 0, 1)}
    x, y = _place(np.array(list(names.values()), np.float32) * 191)
    return {name: (x[k] / (SIDE - 1), y[k] / (SIDE - 1)) for k, name in enumerate(names)}


def histogram(picture: Frame) -> Frame:
    """How many pixels have each level, (LEVELS, LEVELS, 3): a filled curve a channel, the fullest inner level at the
    top."""
    heights = []
    for c in range(3):
        counts = np.bincount(picture[..., c].ravel(), minlength=LEVELS).astype(np.float32)
        most = max(float(counts[1:-1].max()), 1.0)  # black and white borders hide no curve
        heights.append(np.minimum(counts / most, 1) * LEVELS)
    rows = np.arange(LEVELS, 0, -1)[:, None]
    filled = [np.asarray((rows <= height[None, :]) * 0.36, np.float32) for height in heights]
    return _lit(filled, TINTS)
