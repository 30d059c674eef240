"""Where the picture of a clip stands on the raster that is made, and the picture put there: scaled, turned and cut.

Clips that stand still snap to whole pixels; animated or turned ones are placed to a fraction of a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.media.info import Frame
from core.render import corner_pin, pixels
from core.render.plan import Layer
from core.timeline.model import Keys

Point = npt.NDArray[np.float64]
LARGEST = 4
"""A whole clip is scaled up to at most this many rasters."""


@dataclass(frozen=True)
class Raster:
    """The picture that is made. scale: its pixels for one pixel of the sequence."""

    width: int
    height: int
    scale: float

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


@dataclass(frozen=True)
class Piece:
    """Premultiplied pixels, uint8 (h, w, 3|4), wholly on the raster with the top left corner at (left, top); their
    opacity is still to be applied."""

    pixels: Frame
    left: int
    top: int
    opacity: float = 1.0

    def covers(self, raster: Raster) -> bool:
        height, width = self.pixels.shape[:2]
        return (self.left, self.top, width, height) == (0, 0, raster.width, raster.height)


@dataclass(frozen=True)
class Box:
    """Where a picture stands when nothing about it is fractional: whole pixels of the raster."""

    left: int
    top: int
    width: int
    height: int

    def covers(self, raster: Raster) -> bool:
        right, bottom = self.left + self.width, self.top + self.height
        return self.left <= 0 and self.top <= 0 and right >= raster.width and bottom >= raster.height


def fitted(size: tuple[int, int], raster: Raster) -> tuple[int, int]:
    """`size` scaled to just fit the raster; a pixel or a thousandth of it missing to fill it is not left black."""
    factor = min(raster.width / size[0], raster.height / size[1])
    width, height = max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
    return (
        raster.width if abs(width - raster.width) <= 1 + raster.width // 1000 else width,
        raster.height if abs(height - raster.height) <= 1 + raster.height // 1000 else height,
    )


def scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def fixed_box(layer: Layer, size: tuple[int, int], raster: Raster) -> Box | None:
    """Where a picture of `size` stands in whole pixels; None when it is animated, turned or drawn between corners."""
    clip = layer.clip
    if corner_pin.pin_of(clip) is not None:
        return None
    animated = any(isinstance(value, Keys) for value in (clip.x, clip.y, clip.scale, clip.rotation))
    if animated or layer.rotation % 360 != 0:
        return None
    width, height = scaled(fitted(size, raster), layer.scale)
    left = int(np.floor((raster.width - width) / 2 + layer.x * raster.scale + 0.5))
    top = int(np.floor((raster.height - height) / 2 + layer.y * raster.scale + 0.5))
    return Box(left, top, width, height)


def whole_box(layer: Layer, picture: Frame, raster: Raster) -> Box | None:
    return fixed_box(layer, (picture.shape[1], picture.shape[0]), raster)


def placed(picture: Frame, layer: Layer, raster: Raster) -> Piece | None:
    """A premultiplied picture scaled, turned, moved and faded, cut to the raster."""
    if corner_pin.pin_of(layer.clip) is not None:
        drawn = corner_pin.drawn(picture, layer, raster.size, raster.scale)
        return Piece(*drawn, layer.opacity) if drawn is not None else None
    box = whole_box(layer, picture, raster)
    huge = box is not None and box.width * box.height > LARGEST * raster.width * raster.height
    if box is None or huge:  # of a strong magnification only the visible part is drawn
        return _turned(picture, layer, raster)
    if (
        box.left >= raster.width
        or box.top >= raster.height
        or box.left + box.width <= 0
        or box.top + box.height <= 0
    ):
        return None
    return cut(
        Piece(pixels.resized(picture, (box.width, box.height)), box.left, box.top, layer.opacity), raster
    )


def _turned(picture: Frame, layer: Layer, raster: Raster) -> Piece | None:
    """Placed to a fraction of a pixel, drawn only where it can be seen."""
    width, height = fitted((picture.shape[1], picture.shape[0]), raster)
    size = width * layer.scale, scaled((width, height), layer.scale)
    return warped(picture, layer, raster, size, centre_of(layer, raster))


def warped(
    picture: Frame, layer: Layer, raster: Raster, size: tuple[float, tuple[int, int]], centre: Point
) -> Piece | None:
    """A premultiplied picture of some size, turned as the clip is, around `centre`.

    Args:
        size: the width that it shows at, and (width, height) in whole pixels.
    """
    exact, whole = size
    if whole[0] < picture.shape[1] or whole[1] < picture.shape[0]:
        picture = pixels.resized(picture, whole)
    high, wide = picture.shape[:2]
    matrix = pixels.affine(wide, high, exact / wide, layer.rotation, (float(centre[0]), float(centre[1])))
    corners = matrix[:, :2] @ np.array([[0, wide, wide, 0], [0, 0, high, high]]) + matrix[:, 2:]
    left, top = np.maximum(np.floor(corners.min(axis=1)).astype(int) - 1, 0)
    right, bottom = np.minimum(np.ceil(corners.max(axis=1)).astype(int) + 1, raster.size)
    if left >= right or top >= bottom:
        return None
    matrix[:, 2] -= (left, top)
    drawn = pixels.warped(picture, matrix, (int(right - left), int(bottom - top)))
    return Piece(drawn, int(left), int(top), layer.opacity)


def cut(piece: Piece, raster: Raster) -> Piece | None:
    """What of a piece lies on the raster; None for nothing."""
    high, wide = piece.pixels.shape[:2]
    left, top = max(0, piece.left), max(0, piece.top)
    right, bottom = min(raster.width, piece.left + wide), min(raster.height, piece.top + high)
    if left >= right or top >= bottom:
        return None
    if (left, top, right - left, bottom - top) == (piece.left, piece.top, wide, high):
        return piece
    here = piece.pixels[top - piece.top : bottom - piece.top, left - piece.left : right - piece.left]
    return Piece(np.ascontiguousarray(here), left, top, piece.opacity)


def centre_of(layer: Layer, raster: Raster) -> Point:
    """Where the middle of a clip's picture is on the raster, (2,)."""
    return np.array((raster.width / 2 + layer.x * raster.scale, raster.height / 2 + layer.y * raster.scale))


def turn_of(layer: Layer) -> Point:
    """The matrix that turns columns as the clip is turned, clockwise, (2, 2)."""
    angle = np.deg2rad(layer.rotation)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
