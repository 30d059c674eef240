"""Draws a speed curve: the line, its points and handles, the speediness of the pictures behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.theme import Colours
from app.timeline.speed_lane import NARROW, Box, lane_handles, lane_points, speed_row
from app.widgets.strip_art import diamond
from core.timeline.model import Clip

Speediness = Callable[[np.ndarray], np.ndarray | None]
"""Clip times -> speediness there, 0 to 1, NaN where it is not known; None when nothing is."""


@dataclass(frozen=True)
class Look:
    """What a drawing of a curve needs besides the clip.

    near: ticks within which a point is at an end of the clip.
    active: clip time of the point in hand, -1 for none.
    dots: radius of a point in pixels.
    """

    colours: Colours
    near: int
    active: int = -1
    dots: float = 3.5
    speediness: Speediness | None = None


def draw_curve(painter: QPainter, clip: Clip, box: Box, seen: QRectF, look: Look) -> None:
    """The lane of a clip, of which `seen` is visible."""
    painter.save()
    painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
    ground = QColor(look.colours.background)
    ground.setAlpha(215)
    painter.fillRect(seen, ground)
    columns = np.arange(int(seen.left()), int(seen.right()) + 2)
    times = np.clip((columns + 0.5 - box.left) * box.scale, 0, clip.duration - 1)
    if look.speediness is not None:
        _speediness(painter, box, columns, look.speediness(times), look.colours)
    _marks(painter, box, seen, look.colours)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _line(painter, box, columns, speed_row(clip, times), look.colours.warning)
    _points(painter, clip, box, look)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.restore()


def _speediness(
    painter: QPainter, box: Box, columns: np.ndarray, values: np.ndarray | None, colours: Colours
) -> None:
    """A soft hill: high where things already go fast."""
    if values is None:
        return
    known = ~np.isnan(values)
    floor = box.top + box.height
    tops = floor - np.nan_to_num(values) * (box.height - 2)
    hill = QColor(colours.success)
    hill.setAlpha(70)
    painter.setPen(QPen(hill, 1))
    painter.drawLines([QLineF(x, top, x, floor) for x, top in zip(columns[known], tops[known], strict=True)])


def _marks(painter: QPainter, box: Box, seen: QRectF, colours: Colours) -> None:
    """Natural speed, and standing still where that is not the floor."""
    faint = QColor(colours.dim_text)
    faint.setAlpha(110)
    painter.setPen(QPen(faint, 1, Qt.PenStyle.DotLine))
    for speed in (1.0, 0.0) if box.backwards else (1.0,):
        y = round(box.y_of(speed)) + 0.5
        painter.drawLine(QLineF(seen.left(), y, seen.right(), y))


def _line(painter: QPainter, box: Box, columns: np.ndarray, values: np.ndarray, colour: QColor) -> None:
    bent = values / (1 + np.abs(values))
    parts = (1 + bent) / 2 if box.backwards else np.maximum(0, bent)
    ys = box.top + (box.height - 1) * (1 - parts)
    painter.setPen(QPen(colour, 1.6))
    painter.drawPolyline(
        QPolygonF([QPointF(x, y) for x, y in zip(columns.tolist(), ys.tolist(), strict=True)])
    )


def _points(painter: QPainter, clip: Clip, box: Box, look: Look) -> None:
    colours = look.colours
    painter.setPen(QPen(colours.warning, 1))
    painter.setBrush(colours.background)
    for handle in lane_handles(clip):
        if handle.length >= NARROW * box.scale:
            diamond(painter, box.x_of(handle.time), box.y_of(handle.speed), look.dots)
    for point in lane_points(clip, look.near):
        x, active = box.x_of(point.time), point.time == look.active
        ys = sorted({box.y_of(point.before), box.y_of(point.after)})
        if point.jump or len(ys) > 1:
            style = Qt.PenStyle.DotLine if point.jump else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colours.warning, 1, style))
            ends = (box.top, box.top + box.height) if point.jump else (ys[0], ys[-1])
            painter.drawLine(QLineF(x, ends[0], x, ends[1]))
        painter.setPen(QPen(colours.background, 1))
        painter.setBrush(colours.selection if active else colours.warning)
        for y in ys:
            radius = look.dots + 1.5 if active else look.dots
            painter.drawEllipse(QPointF(x, y), radius, radius)
