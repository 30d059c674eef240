"""How sure a track is, as a thin bar: levels of each frame, of each column of pixels, and their picture.

The bar is full where the track is sure and the paler the less sure it is, so that the worst of a long doubtful stretch
is seen; where it is poor it all but goes and a line in the warning colour stands under it, so that the warning is never
painted on the object's own colour. A gap is hatched.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from app.masks.track_records import Sure, TrackRecord

SURE_FROM = 0.75
"""Confidence from which on a frame counts as sure."""
FAIR_FROM = 0.5
"""Confidence from which on it counts as fair."""
STEP = 0.05
"""Of confidence, from level to level."""
UNTRACKED, MISSING, POOR = 0, 1, 2
FAIR, SURE = POOR + 1, POOR + 1 + round((SURE_FROM - FAIR_FROM) / STEP)
"""Levels: all poor frames have one, fair ones a few, from FAIR up to below SURE."""
POOR_ALPHA, FAIR_ALPHA, RISE = 50, 75, 30
"""Of 255: of poor frames, of the least fair ones, and how much more each level above these has."""
JOIN = 5
"""Columns: doubtful stretches that lie nearer to each other are shown as one."""
Levels = npt.NDArray[np.uint8]
Frames = npt.NDArray[np.int64]


def levels_of(
    record: TrackRecord | None, label: int, tracked: tuple[int, int], live: Sure | None = None
) -> Levels:
    """The level of each frame of `tracked` (first, last), uint8 (N,); what nobody doubts is sure.

    live: confidence by frame from 0 on, NaN where unknown, of a tracking that runs now; goes before the record.
    """
    first, last = tracked
    sure = np.ones(last - first + 1, np.float32)
    gaps: tuple[tuple[int, int], ...] = ()
    if record is not None:
        low, high = max(first, record.first), min(last, record.last) + 1
        if label in record.sure and low < high:
            sure[low - first : high - first] = record.sure[label][low - record.first : high - record.first]
        gaps = record.history(label).gaps
    if live is not None:
        fresh = live[first : last + 1]
        sure[: len(fresh)] = np.where(np.isnan(fresh), sure[: len(fresh)], fresh)
    known = np.nan_to_num(sure, nan=1.0)
    steps = np.floor((known - FAIR_FROM) / STEP + 1e-4)  # .55 is not a little less in 32 bits
    levels = np.clip(FAIR + steps, POOR, SURE).astype(np.uint8)
    for start, end in gaps:
        levels[max(0, start - first) : max(0, end + 1 - first)] = MISSING
    return levels


def columns_of(levels: Levels, first: int, edges: Frames) -> Levels:
    """The worst level of each column, uint8 (C,).

    Args:
        levels: of frames `first` and on; frames outside are untracked.
        edges: int64 (C + 1,), the frames at the columns' edges, ascending or descending.
    """
    low, high = np.minimum(edges[:-1], edges[1:]), np.maximum(edges[:-1], edges[1:])
    high = np.maximum(high, low + 1)
    inside = (high > first) & (low < first + len(levels))
    starts = np.clip(low - first, 0, len(levels) - 1)
    ends = np.clip(high - first, 1, len(levels))
    worst = np.minimum.reduceat(np.append(levels, SURE), np.stack((starts, ends), 1).ravel())[::2]
    return np.where(inside, worst, UNTRACKED).astype(np.uint8)


def calm(columns: Levels) -> Levels:
    """Doubtful stretches with short sure ones between them become one stretch."""
    known = columns >= POOR
    filled = np.where(known, columns, SURE).astype(np.uint8)[None]
    joined = cv2.morphologyEx(filled, cv2.MORPH_OPEN, np.ones((1, JOIN), np.uint8))[0]
    return np.where(known, joined, columns).astype(np.uint8)


def strip_image(
    columns: Levels, height: int, colour: QColor, warning: QColor, dim: QColor, visible: bool = True
) -> QImage:
    """A picture of one pixel a column and `height` rows: the bar above, room for the warning at the foot."""
    width = len(columns)
    foot = max(1, height // 4)
    bar = max(2, height - foot - height // 6)
    alpha = np.zeros(256, np.uint32)
    alpha[POOR], alpha[SURE] = POOR_ALPHA, 255
    alpha[FAIR:SURE] = FAIR_ALPHA + RISE * np.arange(SURE - FAIR)
    if not visible:
        alpha //= 3
    pixels = np.zeros((height, width), np.uint32)
    pixels[:bar] = (alpha[columns] << 24) | np.uint32(colour.rgb() & 0xFFFFFF)
    rows, across = np.mgrid[:bar, :width]
    hatch = (columns == MISSING) & ((rows + across) % 4 == 0)
    pixels[:bar][hatch] = dim.rgba()
    pixels[bar // 2, columns == UNTRACKED] = (90 << 24) | (dim.rgb() & 0xFFFFFF)
    pixels[-foot:, columns == POOR] = warning.rgba()
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
    return image.copy()


def diamond(painter: QPainter, x: float, y: float, size: float) -> None:
    painter.drawPolygon(
        QPolygonF([QPointF(x - size, y), QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size)])
    )
