"""Strokes on their way into an edit: laid on what is painted already, or taken away from it. Runs off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from app.atlas_brush import inked
from core.media.info import Frame
from core.project.atlas_pictures import read_picture, write_picture
from core.project.project import Media
from core.render import pixels
from core.render.atlas_source import Atlases
from core.render.atlas_stack import fitted

Surface = Literal["atlas", "frame"]


@dataclass(frozen=True, eq=False)
class Stroke:
    """A finished stroke.

    cover: uint8 (H, W) of the atlas's size, of its page's, or of the frame's. number: the source frame it was painted on.
    page: the atlas's surface is this page, counted from 1; 0: the atlas itself.
    base: file of the paint it goes to; empty for a new one. edit: id of the edit.
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
        size = clip.entry(stroke.label).size
        paint = inked(stroke.cover, stroke.colour, stroke.opacity)
        if stroke.surface == "frame":
            paint = clip.push(stroke.label, stroke.number - clip.index.first, paint)
        elif stroke.page:
            paint = clip.push_page(stroke.label, stroke.page, paint)
        before = fitted(read_picture(stroke.data, base), size) if base else np.zeros_like(paint)
        after = without(before, paint[..., 3]) if stroke.erases else laid_on(before, paint)
        changed = not np.array_equal(before, after)
        name = write_picture(stroke.data, after) if changed else base
        self._last[key] = (base, name)
        return name


def laid_on(below: Frame, above: Frame) -> Frame:
    """Straight RGBA over straight RGBA of the same size."""
    return pixels.unpremultiply(pixels.over(pixels.premultiply(below), pixels.premultiply(above)))


def without(paint: Frame, cover: Frame) -> Frame:
    """Straight RGBA less what a rubber covers, uint8 (H, W)."""
    out = paint.copy()
    out[..., 3] = np.rint(paint[..., 3] * (1 - cover.astype(np.float32) / 255)).astype(np.uint8)
    return out
