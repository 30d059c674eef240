"""Edits brought from one set of atlases to another: when a clip is unrolled anew, paint stays where it is on the object.

Both atlases know where the pixels of a frame lie. With the same key frame one is the other moved and scaled; else
paint goes through the earlier key frame, where it lies on the object as it was seen there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from core.media.atlas_files import AtlasObject
from core.media.atlases import AtlasClip
from core.media.info import Frame
from core.project.atlas_kinds import AtlasEdit, edit_numbers
from core.project.atlas_pictures import read_picture, write_picture
from core.render import pixels


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
    old, new = entries
    if old is None or new is None or _same_place(old, new, before, after):
        return edit
    if edit.kind == "paint" and edit.file:
        paint = read_picture(data, edit.file)
        return replace(edit, file=write_picture(data, _paint(paint, old, new, before, after)))
    numbers = edit_numbers(edit)
    if "x" not in numbers:
        return edit
    x, y = _point(numbers["x"], numbers["y"], old, new, before, after)
    moved = {"x": round(x, 1), "y": round(y, 1)}
    for name in ("scale", "size"):
        if name in numbers:
            moved[name] = round(numbers[name] * new.scale / old.scale, 3)
    return replace(edit, numbers={**edit.numbers, **moved})


def _key(entry: AtlasObject, clip: AtlasClip) -> int:
    """The source frame that maps to itself."""
    return entry.key + clip.index.first


def _same_place(old: AtlasObject, new: AtlasObject, before: AtlasClip, after: AtlasClip) -> bool:
    same = (old.size, old.scale, tuple(old.origin)) == (new.size, new.scale, tuple(new.origin))
    return same and _key(old, before) == _key(new, after)


def _to_new(old: AtlasObject, new: AtlasObject) -> np.ndarray:
    """The map of atlas points, corner of the first pixel at 0, float64 (2, 3): scaled about the frame's corner."""
    part = new.scale / old.scale
    shift = (np.array(old.origin, float) - np.array(new.origin, float)) * new.scale
    return np.array([[part, 0, shift[0]], [0, part, shift[1]]])


def _paint(paint: Frame, old: AtlasObject, new: AtlasObject, before: AtlasClip, after: AtlasClip) -> Frame:
    number = _key(old, before) - after.index.first
    if _key(old, before) == _key(new, after) or not 0 <= number < after.index.frames:
        return pixels.unpremultiply(pixels.warped(pixels.premultiply(paint), _to_new(old, new), new.size))
    width, height = after.size
    frame = AtlasObject(0, "", "", "", (width, height), 1.0, (0, 0))
    seen = pixels.warped(pixels.premultiply(paint), _to_new(old, frame), (width, height))
    return after.push(new.label, number, pixels.unpremultiply(seen))


def _point(
    x: float, y: float, old: AtlasObject, new: AtlasObject, before: AtlasClip, after: AtlasClip
) -> tuple[float, float]:
    number = _key(old, before) - after.index.first
    if _key(old, before) == _key(new, after) or not 0 <= number < after.index.frames:
        placed = _to_new(old, new) @ np.array([x, y, 1.0])
        return float(placed[0]), float(placed[1])
    at = np.array([x, y]) / old.scale + np.array(old.origin, float)
    width, height = after.size
    column, row = (
        int(np.clip(np.floor(value), 0, side - 1)) for value, side in zip(at, (width, height), strict=True)
    )
    found = after.uv(new.label, number)[row, column]
    if found.min() < -1e5:
        return x, y
    return float(found[0]) + 0.5, float(found[1]) + 0.5
