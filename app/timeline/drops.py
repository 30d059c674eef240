"""Dropping on the timeline: media from the bin, files from the file manager."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QDropEvent

from app.project.dropped import dropped_files, taken
from app.project.media_import import Use, importer_of
from app.timeline import drags
from app.timeline.area import TimelineArea
from app.timeline.layout import HEADER
from core.files import NOT_JSON
from core.project import placing
from core.project.project import Media, Project
from core.time import TICKS_PER_SECOND, from_seconds
from core.timeline import snapping
from core.timeline.edits import MoveMode
from core.timeline.model import Sequence

MEDIA_MIME = "application/x-laminar-media"
FILE_GHOST = 3 * TICKS_PER_SECOND
"""Length drawn for a file of which nothing is known yet."""


def media_mime(media_ids: list[str]) -> QMimeData:
    data = QMimeData()
    data.setData(MEDIA_MIME, msgspec.json.encode(media_ids))
    return data


def dropped_media(data: QMimeData) -> list[str]:
    """Media ids that the bin put there; empty for anything else."""
    if not data.hasFormat(MEDIA_MIME):
        return []
    try:
        return msgspec.json.decode(data.data(MEDIA_MIME).data(), type=list[str])
    except NOT_JSON:
        return []


class Drops:
    """Of one timeline."""

    def __init__(self, view: TimelineArea) -> None:
        self.view = view

    def enter(self, event: QDropEvent) -> None:
        if dropped_media(event.mimeData()) or dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def move(self, event: QDropEvent) -> None:
        media = self._media(event.mimeData())
        files = dropped_files(event.mimeData())
        if not media and not files:
            event.ignore()
            return
        time, near = self._place(event.position(), media)
        self._show_ghosts(media, len(files), time, near)
        event.acceptProposedAction()

    def leave(self) -> None:
        self.view.ghosts = []
        self.view.guide = None
        self.view.viewport().update()

    def drop(self, event: QDropEvent) -> None:
        media, files = self._media(event.mimeData()), dropped_files(event.mimeData())
        time, near = self._place(event.position(), media)
        insert = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        mode: MoveMode = "insert" if insert else "overwrite"
        self.leave()
        event.acceptProposedAction()
        if media:
            self.put([one.id for one in media], time, near, mode)
        elif files:
            left = list[Path]()
            with self.view.editor.notify.failures():
                left = taken(self.view.editor, files)
            if left:
                placed = Placing(self.view, time, near, mode)
                importer_of(self.view.editor).add(left, placed.select, Use(placed.name, placed.change))

    def put(self, media_ids: list[str], time: int, near: str, mode: MoveMode) -> None:
        """Place media and select the new clips; a refusal becomes a notice."""
        put_on_timeline(self.view, media_ids, time, near, mode)

    def _media(self, data: QMimeData) -> list[Media]:
        known = {media.id: media for media in self.view.editor.document.project.media}
        return [known[one] for one in dropped_media(data) if one in known]

    def _place(self, at: QPointF, media: list[Media]) -> tuple[int, str]:
        view = self.view
        layout = view.geometry_now
        row = layout.row_at(at.y())
        time = max(0, layout.time_at(max(float(HEADER), at.x())))
        length = sum(self._length(one) for one in media)
        edges = (time, time + length) if length else (time,)
        reach = layout.ticks(view.editor.settings.number("snap_pixels")) if view.editor.state.snapping else 0
        marks = snapping.candidates(view.sequence, playhead=view.editor.state.playhead)
        delta, view.guide = drags.snapped_delta(edges, 0, marks, reach, view.sequence.rate)
        return max(0, time + delta), row.track.id if row is not None else ""

    def _length(self, media: Media) -> int:
        return placing.use_of(media, self.view.sequence, still_ticks(self.view))[1].duration

    def _show_ghosts(self, media: list[Media], files: int, time: int, near: str) -> None:
        layout = self.view.geometry_now
        video, audio = placing.targets(self.view.sequence, near)
        self.view.ghosts = []
        shown = [
            (self._length(one), one.name, one.info.video is not None, one.info.audio is not None)
            for one in media
        ]
        shown = shown or [(FILE_GHOST, "", True, True)] * files
        for length, name, has_video, has_audio in shown:
            for track_id, wanted in ((video, has_video), (audio, has_audio)):
                row = layout.row_of(track_id or "")
                if row is not None and wanted:
                    left = layout.x_of(time)
                    box = QRectF(left, row.top, length / layout.scale, row.height)
                    self.view.ghosts.append((box, name))
            time += length
        self.view.viewport().update()


def still_ticks(view: TimelineArea) -> int:
    return from_seconds(view.editor.settings.number("still_seconds"))


def put_on_timeline(view: TimelineArea, media_ids: list[str], time: int, near: str, mode: MoveMode) -> None:
    """One undo step that puts media on the timeline, shaping the first sequence by them."""
    if media_ids:
        placed = Placing(view, time, near, mode)
        with view.editor.notify.failures():
            view.editor.document.edit(placed.name, placed.change, media_ids)
            placed.select(media_ids)


class Placing:
    """Media on their way to a place of the timeline."""

    def __init__(self, view: TimelineArea, time: int, near: str, mode: MoveMode) -> None:
        self._view, self._time, self._near, self._mode = view, time, near, mode
        self._before: Sequence | None = None
        self.name = view.tr("Insert clip") if mode == "insert" else view.tr("Place clip")
        """Of the undo step."""

    def change(self, project: Project, media_ids: list[str]) -> Project:
        """The project with the media on its timeline.

        Raises:
            EditError: when there is no room for them.
        """
        self._before = project.sequence
        media = [project.find_media(one) for one in media_ids]
        project = placing.with_sequence_for(project, media, self._view.tr("Film"))
        project = placing.with_shape_of_first(project, media)
        start = project.sequence.rate.snap(self._time) if project.sequence is not None else self._time
        return placing.place(project, media_ids, start, self._near, self._mode, still_ticks(self._view))

    def select(self, media_ids: list[str]) -> None:
        """Select the new clips, once the change is made."""
        placed = placing.placed_ids(self._before, self._view.editor.document.sequence)
        if placed and media_ids:
            self._view.editor.state.set("selection", placed)
