"""What media looks and sounds like, drawn along a clip: thumbnails, and the waveform.

A band is (top, height): the pixels of the row that are drawn on. What is missing yet is added to the scene's wishes.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.timeline.clip_times import source_times
from app.timeline.layout import HEADER
from app.timeline.pictures import PEAKS_PER_SECOND, Peaks
from app.timeline.scene import Scene
from app.timeline.strips import faded
from core.project.project import Media
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline.model import Clip, value_at

Band = tuple[float, int]
LEAST = 14
"""Pixels below which a thumbnail shows nothing."""


def thumbnails(
    painter: QPainter, scene: Scene, band: Band, where: TimeRange, clip: Clip, media: Media
) -> None:
    """Pictures side by side, each of the time in its middle; paler where the clip is off. The media has a picture."""
    video, (top, height) = media.info.video, band
    assert video is not None
    if height < LEAST:
        return
    slot = max(12, round(height * video.width / max(1, video.height)))
    layout = scene.layout
    start = layout.x_of(where.start)
    first = max(0, int((HEADER - start) // slot))
    last = int((min(layout.width, layout.x_of(where.end)) - start) // slot)
    for index in range(first, last + 1):
        clip_time = min(where.duration - 1, layout.ticks((index + 0.5) * slot))
        time = picture_time(clip.time_map.at(clip_time), layout.ticks(slot), media)
        image = scene.pictures.thumbnail(media, time)
        target = QRectF(start + index * slot, top, slot, height)
        if image is None:
            scene.wishes.append(scene.pictures.wish(media, time))
            image = scene.pictures.nearest(media, time)
        if image is not None:
            painter.drawImage(target, image)
    if not clip.enabled:
        shade = faded(scene.colours.raised, 170)
        painter.fillRect(QRectF(start, top, where.duration / layout.scale, height), shade)


def picture_time(source_time: int, spacing: int, media: Media) -> int:
    """A source time near the wanted one that other zooms will ask for as well: spacings are powers of two."""
    if media.info.kind == "image":
        return 0
    step = TICKS_PER_SECOND // 8
    while step * 2 <= spacing:
        step *= 2
    last = max(0, media.info.duration - 1)
    return min(max(0, source_time // step * step), last // step * step)


def waveform(
    painter: QPainter, scene: Scene, band: Band, where: TimeRange, clip: Clip, media: Media, seen: QRectF
) -> None:
    """Lowest and highest samples of each column of `seen`, at the clip's volume."""
    peaks = scene.pictures.peaks(media)
    if peaks is None or bool(np.isnan(peaks[-1]).any()):
        scene.wishes.append(scene.pictures.wish(media, None))
    columns = int(seen.width())
    if peaks is None or columns < 1:
        return
    top, height = band
    offset = scene.layout.time_at(seen.left()) - where.start
    edges = np.linspace(offset, offset + columns * scene.layout.scale, columns + 1)
    source = source_times(clip, edges) * (PEAKS_PER_SECOND / TICKS_PER_SECOND)
    gain = 10 ** (value_at(clip.gain, clip.time_map.at(0)) / 20)
    image = waveform_image(peaks, source, gain, height, scene.colours.waveform)
    painter.drawImage(QPointF(round(seen.left()), top), image)


def waveform_image(peaks: Peaks, edges: np.ndarray, gain: float, height: int, colour: QColor) -> QImage:
    """A picture of the stretch of `peaks` between consecutive `edges` (float indices): one column each."""
    low_edge = np.floor(np.minimum(edges[:-1], edges[1:])).astype(np.int64)
    high_edge = np.ceil(np.maximum(edges[:-1], edges[1:])).astype(np.int64)
    inside = (high_edge > 0) & (low_edge < len(peaks))
    starts = np.clip(low_edge, 0, len(peaks) - 1)
    ends = np.clip(np.maximum(high_edge, starts + 1), 1, len(peaks))
    pairs = np.stack([starts, np.minimum(ends, len(peaks))], 1).ravel()
    known = np.nan_to_num(np.concatenate([peaks, np.zeros((1, 2), np.float32)]))
    low = np.minimum.reduceat(known[:, 0], pairs)[::2] * gain * inside
    high = np.maximum.reduceat(known[:, 1], pairs)[::2] * gain * inside
    centre = (height - 1) / 2
    rows = np.arange(height)[:, None]
    top = centre - np.clip(high, 0, 1) * centre
    bottom = centre - np.clip(low, -1, 0) * centre
    filled = (rows >= np.floor(top)) & (rows <= np.ceil(bottom)) & inside
    clipped = (np.maximum(high, -low) > 1.0) & filled
    pixels = np.zeros((height, len(starts)), np.uint32)
    pixels[filled] = colour.rgba()
    pixels[clipped] = QColor("#e05050").rgba()
    image = QImage(pixels.data, len(starts), height, len(starts) * 4, QImage.Format.Format_ARGB32)
    return image.copy()
