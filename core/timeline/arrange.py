"""Several pictures in one frame: cells side by side, in a grid, or small ones in the corners, and
how a clip fills a cell.

Sizes and places are pixels of the frame; a clip of scale 1 just fits into the frame and stands in its middle.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from msgspec.structs import replace

from core.timeline.clips import with_fields
from core.timeline.effects import new_effect
from core.timeline.model import Clip

Layout = Literal["columns", "rows", "grid", "corners"]
SMALL = 0.3
"""In widths of the frame: how wide a picture in a corner is."""
MARGIN = 0.04
"""In shorter sides of the frame: how far it is from the border."""
TOO_LITTLE = 0.01
"""Per cent of a picture that need not be cut away."""


class Cell(NamedTuple):
    """A part of the frame."""

    left: float
    top: float
    width: float
    height: float


def cells(layout: Layout, count: int, frame: tuple[int, int]) -> list[Cell]:
    """Where so many pictures stand, the first one first.

    columns: side by side. rows: one above the other. grid: from the upper left on, in as many
    columns as rows or one more. corners: the first fills the frame, others stand small in its
    corners, from the lower right on, round the clock.
    """
    width, height = frame
    if layout == "corners":
        return [Cell(0, 0, width, height), *(_corner(n, frame) for n in range(count - 1))]
    across = {"columns": count, "rows": 1, "grid": math.ceil(math.sqrt(count))}[layout]
    down = math.ceil(count / across)
    each = width / across, height / down
    return [Cell(n % across * each[0], n // across * each[1], *each) for n in range(count)]


def _corner(number: int, frame: tuple[int, int]) -> Cell:
    width, height = SMALL * frame[0], SMALL * frame[1]
    margin = MARGIN * min(frame)
    right, bottom = frame[0] - width - margin, frame[1] - height - margin
    place = ((right, bottom), (margin, bottom), (margin, margin), (right, margin))[number % 4]
    return Cell(*place, width, height)


def put_in(clip: Clip, frame: tuple[int, int], cell: Cell, size: tuple[int, int]) -> Clip:
    """The clip fills a cell of the frame; what reaches beyond is cut away by a Crop, which it gets where it has none.

    frame, size: of the frame and of the clip's picture, (width, height). Keyframes of place, size and crop go.
    """
    fit = min(frame[0] / size[0], frame[1] / size[1])
    shown = size[0] * fit, size[1] * fit
    scale = max(cell.width / shown[0], cell.height / shown[1])
    x = cell.left + (cell.width - frame[0]) / 2
    y = cell.top + (cell.height - frame[1]) / 2
    clip = with_fields(clip, x=x, y=y, scale=scale, rotation=0.0)
    # Half a pixel less than would be exact, or the last row would be half transparent.
    across = max(0.0, 50 * (1 - cell.width / (shown[0] * scale)) - 50 / size[0])
    down = max(0.0, 50 * (1 - cell.height / (shown[1] * scale)) - 50 / size[1])
    return _cropped(clip, across, down)


def _cropped(clip: Clip, across: float, down: float) -> Clip:
    """Per cent of the picture cut away at its left and right, and at its top and bottom."""
    crop = next((effect for effect in clip.effects if effect.kind == "crop" and effect.matte is None), None)
    if crop is None and max(across, down) <= TOO_LITTLE:
        return clip
    sides = {"left": across, "right": across, "top": down, "bottom": down}
    if crop is None:
        return replace(clip, effects=(*clip.effects, new_effect("crop", None, **sides)))
    cropped = replace(crop, params={**crop.params, **sides})
    return replace(clip, effects=tuple(cropped if one is crop else one for one in clip.effects))
