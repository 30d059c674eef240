"""What is inside a compound clip, drawn on it: its film's tracks of the same kind as thin rows of clips."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.timeline.clip_times import source_times
from app.timeline.layout import Row, body_box
from app.timeline.scene import Scene
from app.timeline.strips import faded
from core.time import TimeRange
from core.timeline.model import Clip, Footage, Track

MOST = 8
"""Tracks that are drawn; there is no room for more."""
LEAST = 4
"""Pixels from row to row; on lower ones nothing could be told apart."""
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
    painter.setPen(Qt.PenStyle.NoPen)
    for number, track in enumerate(tracks[:MOST]):
        for left, right, item in runs(track, times, edges):
            colours = scene.colours
            own = isinstance(item.content, Footage)
            plain = colours.video_clip if track.kind == "video" else colours.audio_clip
            painter.setBrush(
                faded((plain if own else colours.title_clip).lighter(125), 235 if item.enabled else 90)
            )
            painter.drawRect(QRectF(left, top + number * pitch + 1, max(1.0, right - left - 1), pitch - 2))


def runs(track: Track, times: np.ndarray, edges: np.ndarray) -> list[tuple[float, float, Clip]]:
    """Stretches on which one clip of a track shows: x from, x to, clip.

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
            found.append((float(edges[first]), float(edges[last - 1]) + STEP, item))
    return found
