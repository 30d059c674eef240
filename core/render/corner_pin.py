"""A clip drawn between four corners, as a picture on a wall or a film on a screen is seen.

The effect takes the place of fitting the clip into the frame: its corners are parts of the film's frame, in per cent,
and what moves, scales and turns the clip moves, scales and turns them.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from core.media.info import Frame
from core.motion.framing import Values
from core.motion.homography import Matrix
from core.motion.planar import Corners, flat, onto
from core.render import pixels
from core.render.plan import Layer
from core.timeline.effects import CORNER_PIN, corner, effect_values
from core.timeline.model import Adjustment, Clip, Effect

LARGEST = 32768
"""Pixels; a corner farther away is not drawn to."""
_HALF: Matrix = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])


def pin_of(clip: Clip) -> Effect | None:
    """The effect that says where a clip's corners are; None without one."""
    if isinstance(clip.content, Adjustment):
        return None
    return next((one for one in reversed(clip.effects) if one.enabled and one.kind == CORNER_PIN), None)


def corners_of(layer: Layer, size: tuple[float, float]) -> Corners | None:
    """Where the corners of a clip are on a frame of `size` (width, height), continuous coordinates: float64 (4, 2)
    in the order of CORNERS; None for a clip without a corner pin. Its x and y are those of a frame of this size."""
    effect = pin_of(layer.clip)
    if effect is None:
        return None
    middle = np.array(size) / 2
    around = from_values(effect_values(effect, layer.source_time)) / 100 * size - middle
    return np.asarray(around @ _turn(layer) + middle + (layer.x, layer.y))


def values_at(layer: Layer, size: tuple[float, float], corners: Corners) -> dict[str, float]:
    """The effect's parameters under which the clip's corners lie there; the inverse of `corners_of`, for any clip."""
    turn, middle = _turn(layer), np.array(size) / 2
    around = (corners - middle - (layer.x, layer.y)) @ np.linalg.inv(turn)
    return {name: float(value) for name, value in values_of((around + middle) / size * 100).items()}


def fitting(picture: tuple[int, int], film: tuple[int, int]) -> tuple[float, float]:
    """(width, height) of a picture that just fits into a film's frame, both given as such."""
    factor = min(film[0] / picture[0], film[1] / picture[1])
    return picture[0] * factor, picture[1] * factor


def as_it_fits(picture: tuple[int, int], film: tuple[int, int]) -> dict[str, float]:
    """The effect's parameters under which a picture lies as it does without a pin."""
    half = np.array(fitting(picture, film)) / film * 50
    corners = 50 + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return {name: round(float(value), 3) for name, value in values_of(corners).items()}


def from_values(values: Mapping[str, float]) -> Corners:
    """The corners that an effect's parameters name, in per cent."""
    return np.array([[values[corner(n, axis)] for axis in "xy"] for n in range(4)], np.float64)


def values_of(corners: Corners) -> dict[str, Values]:
    """The parameters, float64 (...), that name corners, float64 (..., 4, 2), in per cent."""
    return {corner(n, axis): corners[..., n, k] for n in range(4) for k, axis in enumerate("xy")}


def _turn(layer: Layer) -> Corners:
    """What rows (x, y) from the middle of the frame are multiplied by, (2, 2): the clip's scale and turn."""
    angle = np.deg2rad(layer.rotation)
    return layer.scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def drawn(picture: Frame, layer: Layer, size: tuple[int, int], scale: float) -> tuple[Frame, int, int] | None:
    """A premultiplied picture between the corners of a clip that has a corner pin.

    Args:
        size: of the raster, `scale` of its pixels for one of the film.

    Returns:
        Premultiplied RGBA with the place of its left top corner on the raster; None where nothing of it is to be seen:
        beside the raster, from behind, or edge-on.
    """
    corners = corners_of(layer, (size[0] / scale, size[1] / scale))
    if corners is None or not flat(corners) or np.abs(corners * scale).max() > LARGEST:
        return None
    corners = corners * scale
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, size)
    if left >= right or top >= bottom:
        return None
    picture = _reduced(pixels.with_alpha(picture), corners)
    matrix = onto((picture.shape[1], picture.shape[0]), corners - (left, top))
    indices = np.linalg.inv(_HALF) @ matrix @ _HALF
    here = int(right - left), int(bottom - top)
    out = cv2.warpPerspective(picture, indices, here, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(out, np.uint8), int(left), int(top)


def _reduced(picture: Frame, corners: Corners) -> Frame:
    """The picture no larger than it is shown, so that it does not flicker."""
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    wide, high = max(sides[0], sides[2]), max(sides[1], sides[3])
    size = (
        min(picture.shape[1], max(1, int(np.ceil(wide)))),
        min(picture.shape[0], max(1, int(np.ceil(high)))),
    )
    return np.asarray(pixels.resized(picture, size), np.uint8)
