"""Pointers of the timeline that say which edge they hold: a bracket that is open to the side of its clip."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QGuiApplication, QPainter, QPen, QPixmap, QPolygonF

SIDE = 24
"""Pixels of a pointer's picture; its middle is where it points."""
PLAIN, RIPPLE, AROUND = "#ffffff", "#ffc04d", "#101216"
"""Strokes of a trim that leaves a gap, of one that moves what follows, and the rim around both."""


def edge(part: str, *, ripple: bool) -> QCursor:
    """The pointer over the "head" or "tail" of a clip."""
    return _edge(part == "head", ripple, QGuiApplication.primaryScreen().devicePixelRatio())


@lru_cache(maxsize=16)
def _edge(head: bool, ripple: bool, ratio: float) -> QCursor:
    picture = QPixmap(round(SIDE * ratio), round(SIDE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(SIDE / 2, SIDE / 2)
    painter.scale(1 if head else -1, 1)
    for colour, width in ((AROUND, 5.0), (RIPPLE if ripple else PLAIN, 2.0)):
        pen = QPen(QColor(colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(4, -8), QPointF(0, -8), QPointF(0, 8), QPointF(4, 8)]))
        painter.drawPolyline(QPolygonF([QPointF(6, -3), QPointF(9, 0), QPointF(6, 3)]))
        painter.drawPolyline(QPolygonF([QPointF(-4, -3), QPointF(-7, 0), QPointF(-4, 3)]))
    painter.end()
    return QCursor(picture, SIDE // 2, SIDE // 2)
