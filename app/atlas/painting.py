"""Strokes on their way into an edit: laid on what is painted already, or taken away from it. Runs
off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from app.atlas.brush import inked
from core.errors import MediaError
from core.media.atlases import AtlasClip
from core.media.info import Frame
from core.project import atlas_edits
from core.project.atlas_edits import find_edit, new_edit
from core.project.atlas_pictures import read_picture, write_picture
from core.project.project import Media, Project
from core.render import pixels
from core.render.atlas_source import Atlases
from core.render.atlas_stack import fitted

Surface = Literal["atlas", "frame"]
Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Stroke:
    """A finished stroke.

    cover: uint8 (H, W) of the atlas's size, of its page's, or of the frame's.
    number: the source frame it was painted on.
    page: the atlas's surface is this page, counted from 1; 0: the atlas itself.
    leaf: the page that the edit lies on.
    base: file of the paint it goes to; empty for a new one.
    edit: id of the edit.
    """

    media: Media
    data: Path
    label: int
    edit: str
    base: str
    surface: Surface
    cover: Frame
    number: int
    colour: tuple[int, int, int]
    opacity: float
    erases: bool
    page: int = 0
    leaf: int = 0


class Painter:
    """Works strokes into pictures, one after the other; used by one thread. Knows what it wrote last to each edit, so
    that a stroke that was begun before the one before it was in the document still goes on from that."""

    def __init__(self, atlases: Atlases) -> None:
        self._atlases = atlases
        self._last: dict[tuple[str, str], tuple[str, str]] = {}

    def work_in(self, stroke: Stroke, *, follows: bool) -> str:
        """The name of the picture with the stroke; that of the one before where it changed nothing, empty where there
        was none.

        Args:
            follows: another stroke of the same edit was not in the document yet when this one was made.

        Raises:
            MediaError: when something cannot be read or written.
        """
        key = (stroke.media.id, stroke.edit)
        base = self._last.get(key, ("", stroke.base))[1] if follows else stroke.base
        clip = self._atlases.clip(stroke.data, stroke.media)
        paint = brought(clip, stroke, inked(stroke.cover, stroke.colour, stroke.opacity))
        size = (paint.shape[1], paint.shape[0])
        before = fitted(read_picture(stroke.data, base), size) if base else np.zeros_like(paint)
        after = without(before, paint[..., 3]) if stroke.erases else laid_on(before, paint)
        changed = not np.array_equal(before, after)
        name = write_picture(stroke.data, after) if changed else base
        self._last[key] = (base, name)
        return name


def brought(clip: AtlasClip, stroke: Stroke, paint: Frame) -> Frame:
    """The paint of a stroke from where it was painted to what its edit lies on. Raises MediaError."""
    label, leaf = stroke.label, stroke.leaf
    if stroke.surface == "frame":
        return clip.push(label, stroke.number - clip.index.first, paint, leaf)
    if stroke.page == leaf:
        return paint
    if leaf:
        return clip.onto_page(label, leaf, paint, stroke.page)
    return clip.push_page(label, stroke.page, paint)


def laid_on(below: Frame, above: Frame) -> Frame:
    """Straight RGBA over straight RGBA of the same size."""
    return pixels.unpremultiply(pixels.over(pixels.premultiply(below), pixels.premultiply(above)))


def without(paint: Frame, cover: Frame) -> Frame:
    """Straight RGBA less what a rubber covers, uint8 (H, W)."""
    out = paint.copy()
    out[..., 3] = np.rint(paint[..., 3] * (1 - cover.astype(np.float32) / 255)).astype(np.uint8)
    return out


def with_paint(project: Project, stroke: Stroke, file: str, name: str) -> Project:
    """The stroke's edit with another picture; made on top where it is new, or was undone
    meanwhile. Raises EditError."""
    media_id = stroke.media.id
    media = project.known_media(media_id)
    if media is not None and find_edit(media, stroke.edit) is not None:
        return atlas_edits.change_edit(project, media_id, stroke.edit, file=file)
    edit = new_edit("paint", stroke.label, name, file=file, page=stroke.leaf)
    return atlas_edits.with_edit(project, media_id, msgspec.structs.replace(edit, id=stroke.edit))


def place_on_atlas(
    atlases: Atlases, data: Path, media: Media, label: int, frame: int, page: int, at: Point
) -> Point:
    """The atlas's point that is seen at a point of a page, or of a frame (page 0). Raises MediaError where the object
    is not."""
    clip = atlases.clip(data, media)
    number = frame - clip.index.first
    column, row = (int(np.floor(value)) for value in at)
    width, height = clip.page(label, page).size if page else clip.size
    if 0 <= column < width and 0 <= row < height and (page or 0 <= number < clip.index.frames):
        where = clip.page_map(label, page) if page else clip.uv(label, number)
        u, v = (float(value) for value in where[row, column])
        size = clip.entry(label).size
        if -0.5 <= u < size[0] and -0.5 <= v < size[1]:
            return round(u + 0.5, 1), round(v + 0.5, 1)
    raise MediaError(
        "the object in hand is not there", "Click on the object, or pick another one in the panel"
    )
