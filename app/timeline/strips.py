"""A strip per object of a clip's media at the foot of the clip: tracked range, confidence, key masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.timeline.clip_times import record_times, source_times
from app.timeline.layout import HEADER, STRIP, Row
from app.timeline.scene import Scene
from app.widgets.strip_art import calm, columns_of, diamond, levels_of, strip_image
from core.project.project import Media
from core.time import TimeRange
from core.timeline.model import Clip

MAX_STRIPS = 4


def faded(colour: QColor, alpha: int) -> QColor:
    """A copy of `colour` with that opacity, 0 to 255."""
    return QColor(colour.red(), colour.green(), colour.blue(), alpha)


def strips_height(media: Media | None) -> int:
    """Pixels that the strips of a media's objects take at the foot of its clips."""
    return 0 if media is None else min(MAX_STRIPS, len(media.objects)) * STRIP


def draw_strips(
    painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip, media: Media
) -> None:
    """A thin bar per object, fuller the surer the track is (`app.widgets.strip_art`), a diamond per key mask."""
    if not media.objects or media.info.video is None or row.height < 40:
        return
    layout = scene.layout
    shown = media.objects[:MAX_STRIPS]
    left = max(layout.x_of(where.start), HEADER - 1.0)
    right = min(layout.x_of(where.end), layout.width + 1.0)
    columns = int(right - left)
    if columns < 1:
        return
    height = len(shown) * STRIP
    top = row.bottom - 1 - height
    painter.fillRect(QRectF(left, top, columns, height), scene.colours.background)
    offset = layout.time_at(left) - where.start
    edges = _frames(clip, media, offset + np.arange(columns + 1) * layout.scale)
    record = scene.records.of(media)
    of = scene.colours
    for index, thing in enumerate(shown):
        levels = np.zeros(columns, np.uint8)
        if media.track is not None:
            tracked = (media.track.first, media.track.last)
            levels = calm(columns_of(levels_of(record, thing.label, tracked), media.track.first, edges))
        image = strip_image(levels, STRIP - 1, QColor(thing.colour), of.warning, of.dim_text, thing.visible)
        painter.drawImage(QPointF(round(left), top + index * STRIP + 1), image)
    _key_masks(painter, scene, top + height / 2, where, clip, media)


def _frames(clip: Clip, media: Media, clip_times: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    video = media.info.video
    assert video is not None
    ticks = source_times(clip, clip_times)
    frames: npt.NDArray[np.int64] = np.floor(ticks / video.rate.time_of(1)).astype(np.int64)
    return frames


def _key_masks(painter: QPainter, scene: Scene, y: float, where: TimeRange, clip: Clip, media: Media) -> None:
    video = media.info.video
    assert video is not None
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(scene.colours.background, 1))
    painter.setBrush(QColor("#ffffff"))
    for mask in media.key_masks:
        for time in record_times(clip, video.rate.time_of(mask.frame)):
            diamond(painter, scene.layout.x_of(where.start + time), y, 4.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
