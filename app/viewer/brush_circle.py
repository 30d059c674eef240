"""The circle under the mouse: where the brush is and how large."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.viewer.canvas import Canvas
from app.viewer.overlay import twice
from app.viewer.view_map import ViewMap
from core.masks.draw import Point

TOOLS = ("brush", "eraser")
SMALL = 4
"""Logical pixels of radius below which a cross is seen better than the circle."""


class BrushCircle:
    """The layer that shows how large the brush is.

    at: the mouse in picture coordinates; None while it is elsewhere. diameter: of the brush now, picture pixels.
    """

    def __init__(self, canvas: Canvas, diameter: Callable[[], float]) -> None:
        self._canvas, self._diameter = canvas, diameter
        self.at: Point | None = None

    @property
    def radius(self) -> float:
        """Logical pixels."""
        return self._diameter() / 2 * self._canvas.view.zoom

    @property
    def cursor(self) -> Qt.CursorShape:
        """What the mouse itself looks like inside it."""
        return Qt.CursorShape.CrossCursor if self.radius < SMALL else Qt.CursorShape.BlankCursor

    def move(self, point: Point) -> None:
        """Repaint only where it was and is."""
        old, self.at = self.at, point
        reach = self.radius + 4
        for known in (old, point):
            if known is not None:
                x, y = self._canvas.view.to_widget(*known)
                self._canvas.update(QRectF(x - reach, y - reach, 2 * reach, 2 * reach).toAlignedRect())

    def leave(self) -> None:
        self.at = None

    def paint(self, painter: QPainter, view: ViewMap, colour: QColor) -> None:
        if self.at is not None:
            centre, radius = QPointF(*view.to_widget(*self.at)), self.radius
            twice(painter, colour, lambda: painter.drawEllipse(centre, radius, radius))
