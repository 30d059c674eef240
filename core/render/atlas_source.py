"""Frames of a media with what was painted on its unrolled objects.

`Atlases` keeps what is dear between frames and between edits: open results, flattened stacks, finished frames. One
belongs to a player or an export and may be used from several threads. `EditedSource` is a frame source like any other,
so preview and export show edits by the same road; a pixel that no edit touches is the original bit for bit.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import msgspec
import numpy as np

from core.errors import MediaError
from core.media.atlases import AtlasClip, open_atlas
from core.media.cache import FrameCache
from core.media.info import Frame, FrameSource
from core.media.sources import WrappedSource
from core.project.atlas_edits import edits_of
from core.project.atlas_kinds import AtlasEdit
from core.project.atlas_pictures import read_picture
from core.project.paths import results_folder
from core.project.project import Media
from core.recent import Recent
from core.render import grading
from core.render.atlas_stack import Grade, Paint, Sheet, Stack, bare, blend_in, with_edit

STACKS_KEPT = 8
CLIPS_KEPT = 3
FRAME_BYTES = 96 * 2**20
"""Finished frames kept: what stands still, or is played again, is not made twice."""


class Atlases:
    """What edits need, by project data folder and result. strict: what cannot be read is an error, not left out."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.frames = FrameCache(FRAME_BYTES)
        self._clips: Recent[Path, AtlasClip] = Recent(CLIPS_KEPT)
        self._stacks: Recent[tuple[Path, int, bytes], Stack] = Recent(STACKS_KEPT)
        self._lock = threading.RLock()

    def clip(self, data: Path, media: Media) -> AtlasClip:
        """The media's unrolled objects. Raises MediaError when there are none, or they cannot be read."""
        if not media.atlas:
            raise MediaError(f"{media.name} is not unrolled yet", "Unroll it in the Atlas panel")
        folder = results_folder(data) / media.atlas
        with self._lock:
            return self._clips.made(folder, partial(open_atlas, folder))

    def stack(self, data: Path, media: Media, label: int) -> Stack:
        """All enabled edits on an object's atlas, flattened. Raises MediaError."""
        return self.flat(data, media, label, tuple(edit for edit in edits_of(media, label) if edit.enabled))

    def flat(self, data: Path, media: Media, label: int, edits: tuple[AtlasEdit, ...]) -> Stack:
        """Some edits on an object's atlas, flattened; all but the last are remembered. Raises MediaError."""
        key = (results_folder(data) / media.atlas, label, msgspec.msgpack.encode(edits))
        with self._lock:  # whoever else wants the same waits for it
            known = self._stacks.get(key)
            if known is None:
                atlas = self.clip(data, media).atlas(label)
                if edits:
                    known = self._with(
                        self.flat(data, media, label, edits[:-1]), atlas, edits[-1], data, media
                    )
                else:
                    known = bare(atlas)
                self._stacks.put(key, known)
            return known

    def _sheet(self, data: Path, media: Media, edit: AtlasEdit) -> Sheet | None:
        """The page that an edit lies on. Raises MediaError when there is none of that number."""
        if not edit.page:
            return None
        clip = self.clip(data, media)
        picture = clip.page_picture(edit.label, edit.page)
        return Sheet(picture, partial(clip.push_page, edit.label, edit.page))

    def _with(self, stack: Stack, atlas: Frame, edit: AtlasEdit, data: Path, media: Media) -> Stack:
        try:
            return with_edit(stack, atlas, edit, partial(read_picture, data), self._sheet(data, media, edit))
        except MediaError:
            if self.strict:
                raise
            return stack

    def edited(self, data: Path | None, media: Media, source: FrameSource) -> FrameSource:
        """The media's frames with its edits; `source` itself where there are none, or, unless `strict`, where the
        result cannot be read. Raises MediaError."""
        if data is None or not media.atlas or not any(edit.enabled for edit in media.atlas_edits):
            return source
        try:
            return EditedSource(source, self, data, media, self.clip(data, media))
        except MediaError:
            if self.strict:
                raise
            return source


@dataclass(frozen=True)
class EditedSource(WrappedSource):
    """A media's frames with its edits. inner: the media or its proxy."""

    inner: FrameSource
    atlases: Atlases
    data: Path
    media: Media
    clip: AtlasClip

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Frame:
        """As FrameSource.frame."""
        number = index - self.clip.index.first
        if not 0 <= number < self.clip.index.frames:
            return self.inner.frame(index, size)
        edits = msgspec.msgpack.encode(self.media.atlas_edits)
        key = (self.data, self.media.id, self.media.atlas, edits, index, size, self.inner.width)
        found = self.atlases.frames.get(key)
        if found is None:
            found = self.with_edits(self.inner.frame(index, size), number).view()
            self.atlases.frames.put(key, found)
        return found

    def with_edits(self, picture: Frame, number: int) -> Frame:
        """A frame, RGB or RGBA of any size, with the edits of all objects, back to front; number: in the atlas."""
        for entry in self.clip.objects:
            for step in self.atlases.stack(self.data, self.media, entry.label).steps:
                picture = applied(self.clip, picture, number, entry.label, step)
        return picture

    def close(self) -> None:
        """The inner source belongs to whoever opened it."""


def applied(clip: AtlasClip, picture: Frame, number: int, label: int, step: Paint | Grade) -> Frame:
    """One step of a stack on a frame, uint8 (H, W, 3 | 4); what it does not touch stays. Raises MediaError."""
    if isinstance(step, Paint):
        if step.leaf is not None:
            return clip.composite(picture, number, {label: step.leaf}, shading=step.lit, page=step.page)
        return clip.composite(picture, number, {label: step.pixels}, shading=step.lit)
    size = (picture.shape[1], picture.shape[0])
    cover = clip.alpha(label, number, size) * np.float32(step.opacity)
    rows, columns = (np.flatnonzero(cover.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return picture
    place = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    cover = np.ascontiguousarray(cover[place])
    below = np.ascontiguousarray(picture[place][..., :3])
    mixed = blend_in(below, grading.colour(below, step.values), cover, step.blend)
    out = picture.copy()
    cv2.copyTo(mixed, (cover > 1 / 512).astype(np.uint8), below)
    out[place][..., :3] = below
    return out
