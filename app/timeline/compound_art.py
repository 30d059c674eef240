"""What is inside a compound clip, drawn on it: its film's tracks of the same kind as rows of clips, with pictures and
waveforms where there is room and the film runs at its own speed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.timeline import media_art
from app.timeline.clip_times import source_times
from app.timeline.layout import Row, body_box
from app.timeline.scene import Scene
from app.timeline.strips import faded
from core.time import TimeRange
from core.timeline.model import Clip, Footage, Track
from core.timeline.time_map import Linear, TimeMap

MOST = 8
"""Tracks that are drawn; there is no room for more."""
LEAST = 4
"""Pixels from row to row; on lower ones nothing could be told apart."""
NARROWEST = 12
"""Pixels of an inner clip's width from which on its pictures or waveform are drawn: on hundreds of narrower
ones they tell nothing, and take longer than a frame of the screen."""
STEP = 2
"""Pixels between two looks at what is there."""


def draw(painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip, seen: QRectF) -> None:
    """The rows, top track first, as the clip's time map shows them."""
    film = next((one for one in scene.project.sequences if one.id == clip.sequence_id), None)
    tracks = [track for track in film.tracks if track.kind == row.track.kind and track.items] if film else []
    top, height = body_box(row)
    if row.track.kind == "video":
        tracks.reverse()
    pitch = height / max(1, len(tracks[:MOST]))
    if pitch < LEAST or seen.width() < STEP:
        return
    edges = np.arange(seen.left(), seen.right(), STEP)
    times = source_times(clip, (edges - scene.layout.x_of(where.start) + 0.5) * scene.layout.scale)
    for number, track in enumerate(tracks[:MOST]):
        for run in runs(track, times, edges):
            box = QRectF(run.left, top + number * pitch + 1, max(1.0, run.right - run.left - 1), pitch - 2)
            painter.fillRect(box, _colour(scene, track, run.clip))
            if _runs_on(clip.time_map):
                _content(painter, scene, track, where.start - clip.time_map.at(0) + run.start, run.clip, box)


def _runs_on(time_map: TimeMap) -> bool:
    """Whether the inner film runs at its own speed, so that its clips can be drawn as on a timeline."""
    return isinstance(time_map, Linear) and time_map.num == time_map.den


def _colour(scene: Scene, track: Track, clip: Clip) -> QColor:
    colours = scene.colours
    plain = colours.video_clip if track.kind == "video" else colours.audio_clip
    own = isinstance(clip.content, Footage)
    return faded((plain if own else colours.title_clip).lighter(125), 235 if clip.enabled else 90)


def _content(painter: QPainter, scene: Scene, track: Track, start: int, clip: Clip, box: QRectF) -> None:
    """Pictures or waveform of an inner clip, which begins at record time `start` of the outer film."""
    media = scene.media_of(clip)
    if media is None or media.missing or box.height() < media_art.LEAST or box.width() < NARROWEST:
        return
    where, band = TimeRange(start, clip.duration), (box.top(), int(box.height()))
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    if track.kind == "audio":
        painter.fillRect(box, faded(scene.colours.background, 120))
        media_art.waveform(painter, scene, band, where, clip, media, box)
    elif media.info.video is not None:
        media_art.thumbnails(painter, scene, band, where, clip, media)
    painter.restore()


class Run(NamedTuple):
    """A stretch on which one clip of a track shows.

    left, right: x.
    start: time in the inner film at which the clip begins.
    """

    left: float
    right: float
    start: int
    clip: Clip


def runs(track: Track, times: np.ndarray, edges: np.ndarray) -> list[Run]:
    """The stretches of a track's clips.

    times: source times (N,) of the pixels `edges` (N,).
    """
    ends = np.cumsum([item.duration for item in track.items])
    places = np.searchsorted(ends, times, side="right")
    places[(times < 0) | (places >= len(ends))] = -1
    starts = np.flatnonzero(np.diff(places, prepend=-2))
    found = []
    for first, last in zip(starts, [*starts[1:], len(places)], strict=True):
        item = track.items[places[first]] if places[first] >= 0 else None
        if isinstance(item, Clip):
            begin = int(ends[places[first]]) - item.duration
            found.append(Run(float(edges[first]), float(edges[last - 1]) + STEP, begin, item))
    return found
