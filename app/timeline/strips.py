"""A strip per object of a clip's media at the foot of the clip: tracked range, confidence, key masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from app.timeline.clip_times import record_times, source_times
from app.timeline.layout import HEADER, STRIP, Row
from app.timeline.scene import Scene
from core.project.project import Media, TrackedObject
from core.time import TimeRange
from core.timeline.model import Clip

MAX_STRIPS = 4
UNSURE = 0.5
"""Confidence under which a frame is worth a look."""


def faded(colour: QColor, alpha: int) -> QColor:
    """A copy of `colour` with that opacity, 0 to 255."""
    return QColor(colour.red(), colour.green(), colour.blue(), alpha)


def strips_height(media: Media | None) -> int:
    """Pixels that the strips of a media's objects take at the foot of its clips."""
    return 0 if media is None else min(MAX_STRIPS, len(media.objects)) * STRIP


def draw_strips(
    painter: QPainter, scene: Scene, row: Row, where: TimeRange, clip: Clip, media: Media
) -> None:
    """A strip per object: pale over the clip, stronger the surer the track is, a diamond per key mask."""
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
    times = offset + (np.arange(columns) + 0.5) * layout.scale
    frames = _frames(clip, media, times)
    for index, thing in enumerate(shown):
        image = strip_image(thing, frames, media, scene.pictures.confidences(media), scene.colours.error)
        painter.drawImage(QPointF(round(left), top + index * STRIP + 1), image)
    _key_masks(painter, scene, top + height / 2, where, clip, media)


def _frames(clip: Clip, media: Media, clip_times: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    video = media.info.video
    assert video is not None
    ticks = source_times(clip, clip_times)
    frames: npt.NDArray[np.int64] = np.floor(ticks / video.rate.time_of(1)).astype(np.int64)
    return frames


def strip_image(
    thing: TrackedObject,
    frames: npt.NDArray[np.int64],
    media: Media,
    sure: dict[int, npt.NDArray[np.float32]] | None,
    alarm: QColor,
) -> QImage:
    """One pixel a column: source frame numbers in, a picture of STRIP - 1 rows out.

    sure: label to confidence by frame of the tracked range, 0 to 1, NaN where unknown; None when there is none.
    """
    alpha = np.full(len(frames), 45, np.uint32)
    unsure = np.zeros(len(frames), bool)
    if media.track is not None:
        inside = (frames >= media.track.first) & (frames <= media.track.last)
        alpha[inside] = 255
        known = (sure or {}).get(thing.label)
        if known is not None and len(known):
            at = np.clip(frames - media.track.first, 0, len(known) - 1)
            confidence = np.nan_to_num(known[at], nan=1.0)
            alpha[inside] = (90 + 165 * np.clip(confidence, 0, 1))[inside].astype(np.uint32)
            unsure = inside & (confidence < UNSURE)
    if not thing.visible:
        alpha //= 2
    colour = QColor(thing.colour)
    pixels = np.empty((STRIP - 1, len(frames)), np.uint32)
    pixels[:] = (alpha << 24) | np.uint32(colour.rgb() & 0xFFFFFF)
    pixels[-2:, unsure] = alarm.rgba()
    image = QImage(pixels.data, len(frames), STRIP - 1, len(frames) * 4, QImage.Format.Format_ARGB32)
    return image.copy()


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


def diamond(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.drawPolygon(
        QPolygonF([QPointF(x - size, y), QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size)])
    )
