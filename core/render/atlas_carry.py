"""Edits brought from one set of atlases to another: when a clip is unrolled anew, paint stays
where it is on the object.

Both atlases know where the pixels of a frame lie. With the same key frame one is the other moved and scaled; else
paint goes through the earlier key frame, where it lies on the object as it was seen there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from core.media.atlas_files import AtlasObject, Page
from core.media.atlases import AtlasClip
from core.media.info import Frame
from core.project.atlas_kinds import AtlasEdit, edit_numbers
from core.project.atlas_pictures import read_picture, write_picture
from core.render import pixels

Sheet = AtlasObject | Page
"""What an edit lies on."""


def carried(
    data: Path, edits: Iterable[AtlasEdit], before: AtlasClip, after: AtlasClip
) -> tuple[AtlasEdit, ...]:
    """The edits as they lie on the new atlases; those of an object that either lacks stay as they are.

    Args:
        data: the project's data folder; paint that changes is written there.

    Raises:
        MediaError: when something cannot be read or written.
    """
    return tuple(_carried(data, edit, before, after) for edit in edits)


def _carried(data: Path, edit: AtlasEdit, before: AtlasClip, after: AtlasClip) -> AtlasEdit:
    entries = [{one.label: one for one in clip.objects}.get(edit.label) for clip in (before, after)]
    if entries[0] is None or entries[1] is None or edit.page > len(entries[0].pages):
        return edit
    old = before.page(edit.label, edit.page) if edit.page else entries[0]
    page = after.page_at(edit.label, _key(old, before) - after.index.first) if edit.page else 0
    new = after.page(edit.label, page) if page else entries[1]
    edit, stays = replace(edit, page=page), page > 0 or not edit.page
    if stays and _same_place(old, new, before, after):
        return edit
    way = _Way(old, new, before, after, edit.label, page)
    if edit.kind == "paint" and edit.file:
        return replace(edit, file=write_picture(data, _paint(read_picture(data, edit.file), way)))
    numbers = edit_numbers(edit)
    if "x" not in numbers:
        return edit
    x, y = _point(numbers["x"], numbers["y"], way)
    moved = {"x": round(x, 1), "y": round(y, 1)}
    for name in ("scale", "size"):
        if name in numbers:
            moved[name] = round(numbers[name] * new.scale / old.scale, 3)
    return replace(edit, numbers={**edit.numbers, **moved})


@dataclass(frozen=True, eq=False)
class _Way:
    """From a sheet, an atlas or a page of it, to another.

    label: the object.
    page: that the new sheet is; 0: its atlas.
    """

    old: Sheet
    new: Sheet
    before: AtlasClip
    after: AtlasClip
    label: int
    page: int

    @property
    def number(self) -> int | None:
        """The new atlas's frame through which paint goes; None where one sheet is the other moved and scaled."""
        number = _key(self.old, self.before) - self.after.index.first
        same = _key(self.old, self.before) == _key(self.new, self.after)
        return None if same or not 0 <= number < self.after.index.frames else number


def _key(sheet: Sheet, clip: AtlasClip) -> int:
    """The source frame that maps to itself."""
    return sheet.key + clip.index.first


def _same_place(old: Sheet, new: Sheet, before: AtlasClip, after: AtlasClip) -> bool:
    same = (old.size, old.scale, tuple(old.origin)) == (new.size, new.scale, tuple(new.origin))
    return same and _key(old, before) == _key(new, after)


def _to_new(old: Sheet, new: Sheet) -> np.ndarray:
    """The map of atlas points, corner of the first pixel at 0, float64 (2, 3): scaled about the frame's corner."""
    part = new.scale / old.scale
    shift = (np.array(old.origin, float) - np.array(new.origin, float)) * new.scale
    return np.array([[part, 0, shift[0]], [0, part, shift[1]]])


def _paint(paint: Frame, way: _Way) -> Frame:
    if way.number is None:
        matrix = _to_new(way.old, way.new)
        return pixels.unpremultiply(pixels.warped(pixels.premultiply(paint), matrix, way.new.size))
    width, height = way.after.size
    frame = AtlasObject(
        label=0, name="", picture="", mapping="", size=(width, height), scale=1.0, origin=(0, 0)
    )
    seen = pixels.warped(pixels.premultiply(paint), _to_new(way.old, frame), (width, height))
    return way.after.push(way.label, way.number, pixels.unpremultiply(seen), way.page)


def _point(x: float, y: float, way: _Way) -> tuple[float, float]:
    if way.number is None:
        placed = _to_new(way.old, way.new) @ np.array([x, y, 1.0])
        return float(placed[0]), float(placed[1])
    at = np.array([x, y]) / way.old.scale + np.array(way.old.origin, float)
    width, height = way.after.size
    column, row = (
        int(np.clip(np.floor(value), 0, side - 1)) for value, side in zip(at, (width, height), strict=True)
    )
    found = way.after.uv(way.label, way.number, page=way.page)[row, column]
    if found.min() < -1e5:
        return x, y
    return float(found[0]) + 0.5, float(found[1]) + 0.5
