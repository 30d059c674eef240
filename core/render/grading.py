"""Light and colour of a picture: look-up tables, colour matrices, and a vignette.

Pictures are straight, uint8 (H, W, 3|4); alpha stays as it is. A neutral setting returns the very picture it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import Frame
from core.render.pixels import Floats, colours_of, recoloured
from core.timeline.effects import CURVE_CHANNELS, TONES, ZONES, tone

GAMMA = 2.2
LUMA = (0.2126, 0.7152, 0.0722)
WARMTH = 0.3
"""Gain of red, and loss of blue, in stops of display value at temperature 1; of red and blue
against green at tint 1."""
WHEEL = np.array([[2.0, -1.0, -1.0], [0.0, np.sqrt(3), -np.sqrt(3)]]) / 2
"""What one unit towards red, and one towards green, adds to red, green and blue: the plane of colours without grey."""
TINGE = 0.2
"""How much of the whole range a colour wheel adds at its rim."""
LIFT = 0.4
"""How much of the whole range its brightness adds at 1."""
REACH = 0.14
"""How far shadows or highlights move at most, of the whole range; with less than 4/27 the order of tones is kept."""


def graded(kind: str, picture: Frame, values: Mapping[str, float]) -> Frame:
    """The picture in another light.

    Args:
        kind: "colour", "levels", "curves", "wheels", "hue" or "vignette" of core.timeline.effects.EFFECT_KINDS.
        picture: uint8 (H, W, 3 or 4), straight alpha.
        values: its parameters, all present.

    Raises:
        ValueError: for another kind.
    """
    match kind:
        case "colour":
            return colour(picture, values)
        case "levels":
            return _through(picture, _levels_table(values))
        case "curves":
            return _through(picture, _curves_table(values))
        case "wheels":
            return wheels(picture, values)
        case "hue":
            return _turned(picture, values["turn"], values["tint"])
        case "vignette":
            return vignette(picture, values["amount"], values["size"], values["softness"])
        case _:
            raise ValueError(f"unknown grade {kind}")


def colour(picture: Frame, values: Mapping[str, float]) -> Frame:
    """Exposure (stops, in linear light), temperature, contrast about middle grey, then saturation about luma."""
    table = _colour_table(values["exposure"], values["temperature"], values["contrast"])
    saturation = values["saturation"]
    return _through(picture, table, None if saturation == 1 else _saturation_matrix(saturation))


def _through(picture: Frame, table: Frame | None, matrix: Floats | None = None) -> Frame:
    """The picture's colours through a table, uint8 (1, 256, 3), then a matrix, float32 (3, 3)."""
    if table is None and matrix is None:
        return picture
    colours = colours_of(picture)
    if table is not None:
        colours = cv2.LUT(colours, table)
    if matrix is not None:
        colours = cv2.transform(colours, matrix)
    return recoloured(picture, np.asarray(colours, np.uint8))


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


def to_grey(red: float, green: float, blue: float) -> tuple[float, float]:
    """How much "temperature" of Colour and "tint" of Hue make grey of a colour, each channel above 0."""
    temperature = np.log2(blue / red) / (2 * WARMTH)
    tint = np.log2(green / np.sqrt(red * blue)) / (1.5 * WARMTH)
    return float(temperature), float(tint)


def _levels_table(values: Mapping[str, float]) -> Frame | None:
    """Black point and white point of the picture, gamma of what is between, then shadows and highlights."""
    black, white, gamma = values["black"], values["white"], values["gamma"]
    shadows, highlights = values["shadows"], values["highlights"]
    if (black, white, gamma, shadows, highlights) == (0, 1, 1, 0, 0):
        return None
    x = np.clip((np.linspace(0, 1, 256) - black) / max(white - black, 1 / 255), 0, 1) ** (1 / gamma)
    x = x + REACH * 27 / 4 * x * (1 - x) * (shadows * (1 - x) + highlights * x)
    table = np.rint(np.clip(x, 0, 1) * 255).astype(np.uint8)
    return np.repeat(table[None, :, None], 3, axis=2)


def _curves_table(values: Mapping[str, float]) -> Frame | None:
    """The curve of all channels, then each channel's own; None when all are straight."""
    every, *own = (
        np.array([values[tone(channel, n)] for n in range(TONES)], np.float64) for channel in CURVE_CHANNELS
    )
    straight = np.linspace(0, 1, TONES)
    if all(np.array_equal(curve, straight) for curve in (every, *own)):
        return None
    first = through_points(every, np.linspace(0, 1, 256))
    table = np.stack([through_points(curve, first) for curve in own], axis=-1)
    return np.rint(table * 255).astype(np.uint8)[None]


def through_points(heights: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A smooth curve through points at even distances from 0 to 1, which goes beyond none of them (Fritsch and Carlson
    1980).

    Args:
        heights: (N,) in [0, 1], at least two.
        at: (M,) in [0, 1]. Returns (M,).
    """
    width = 1 / (len(heights) - 1)
    rise = np.diff(heights) / width
    before, after = rise[:-1], rise[1:]
    same_way = before * after > 0
    inner = np.where(same_way, 2 * before * after / np.where(same_way, before + after, 1), 0)
    slope = np.concatenate([rise[:1], inner, rise[-1:]])
    cell = np.clip((at / width).astype(int), 0, len(rise) - 1)
    part = at / width - cell
    square, cube = part**2, part**3
    found = (
        (2 * cube - 3 * square + 1) * heights[cell]
        + (cube - 2 * square + part) * width * slope[cell]
        + (3 * square - 2 * cube) * heights[cell + 1]
        + (cube - square) * width * slope[cell + 1]
    )
    return np.asarray(np.clip(found, 0, 1), np.float64)


def wheels(picture: Frame, values: Mapping[str, float]) -> Frame:
    """Colour and light added to shadows, midtones and highlights, each by its share in a pixel's luma l: (1 - l)^2,
    2 l (1 - l), l^2. Colours alone keep the luma."""
    settings = np.array([[values[f"{zone}_{what}"] for what in ("red", "green", "light")] for zone in ZONES])
    if not settings.any():
        return picture
    colours = settings[:, :2] @ WHEEL
    added = TINGE * (colours - (colours @ LUMA)[:, None]) + LIFT * settings[:, 2:]
    luma = np.linspace(0, 1, 256)[:, None]
    shares = np.hstack([(1 - luma) ** 2, 2 * luma * (1 - luma), luma**2])
    table = np.rint(255 * shares @ added).astype(np.int16)[None]
    opaque = colours_of(picture)
    grey = cv2.transform(opaque, np.array([LUMA], np.float32))
    changed = cv2.add(opaque, cv2.LUT(cv2.merge([grey] * 3), table), dtype=cv2.CV_8U)
    return recoloured(picture, np.asarray(changed, np.uint8))


def _turned(picture: Frame, degrees: float, tint: float) -> Frame:
    """Hues turned about the axis of greys at equal luma, then green against red and blue (tint 1 is magenta)."""
    table = None
    if tint != 0:
        gain = np.exp2(WARMTH * tint * np.array([0.5, -1.0, 0.5]))
        table = np.rint(np.clip(np.arange(256)[:, None] * gain, 0, 255)).astype(np.uint8)[None]
    return _through(picture, table, None if degrees % 360 == 0 else _hue_matrix(degrees))


def _hue_matrix(degrees: float) -> Floats:
    """Chroma, which is a colour less its luma in all channels, turned about the axis of greys; luma put back after."""
    grey = np.tile(np.array(LUMA), (3, 1))
    turn, _ = cv2.Rodrigues(np.full(3, np.radians(degrees) / np.sqrt(3)))
    matrix = turn @ (np.eye(3) - grey)
    return np.asarray(matrix - grey @ matrix + grey, np.float32)


def vignette(picture: Frame, amount: float, size: float, softness: float) -> Frame:
    """Darker towards the corners, brighter with an amount below 0. size: radius of what stays, 1 being the corner."""
    if amount == 0:
        return picture
    height, width = picture.shape[:2]
    light = _vignette_light(height, width, amount, size, softness)
    return recoloured(
        picture, np.asarray(cv2.multiply(colours_of(picture), light, dtype=cv2.CV_8U), np.uint8)
    )


@lru_cache(maxsize=2)
def _vignette_light(height: int, width: int, amount: float, size: float, softness: float) -> Floats:
    """What each colour is multiplied by, float32 (height, width, 3): the same for every frame."""
    y, x = (np.linspace(-1, 1, many, dtype=np.float32) for many in (height, width))
    radius = np.sqrt((x[None, :] ** 2 + y[:, None] ** 2) / 2)
    ramp = np.clip((radius - size * (1 - softness)) / max(size * softness, 1e-3), 0, 1)
    light = 1 - np.float32(amount) * ramp * ramp * (3 - 2 * ramp)
    return np.asarray(cv2.merge([light] * 3), np.float32)
