"""A tone curve to drag: five points at even distances from black to white, over a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF

from app import theme
from app.widgets.drag_pad import DragPad
from core.timeline.effects import TONES

SIDE, MARGIN, SPOT = 168, 8.0, 4.5
STEP = 0.02
LINES = 4
SHADES = {"red": "#e05555", "green": "#4cb05a", "blue": "#5588ee"}


class ToneCurve(DragPad):
    """Dark tones stand to the left; a point further up makes its tones brighter.

    Dragging moves the nearest point up and down by as much as the mouse; Left and Right choose a point, Up and Down
    move it; a double click, Home or Delete puts the chosen point back on the straight line.

    Signals: changed(point, height, fold id): height in [0, 1]; changes with the same id belong together.
    """

    changed = Signal(int, float, str)

    def __init__(self) -> None:
        super().__init__()
        self.heights = [n / (TONES - 1) for n in range(TONES)]
        self.point = TONES // 2
        self._channel = ""
        self.setAccessibleName(self.tr("Tone curve"))
        self.setToolTip(self.tr("Drag a point, Shift for fine steps; double click puts it back"))
        self.setFixedHeight(SIDE)

    def show_curve(self, heights: Sequence[float], channel: str) -> None:
        """How high each point stands, in [0, 1], and whose curve it is; nobody is told."""
        if list(heights) != self.heights or channel != self._channel:
            self.heights, self._channel = list(heights), channel
            self._describe()
            self.update()

    def _describe(self) -> None:
        text = self.tr("point {0} of {1} at {2:.2f}")
        self.setAccessibleDescription(text.format(self.point + 1, TONES, self.heights[self.point]))

    def spot(self, point: int) -> QPointF:
        """Where a point is drawn."""
        area = self._area()
        x = area.left() + area.width() * point / (TONES - 1)
        return QPointF(x, area.bottom() - area.height() * self.heights[point])

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def _set(self, height: float) -> None:
        self.heights[self.point] = min(max(height, 0.0), 1.0)
        self._describe()
        self.update()
        self.changed.emit(self.point, self.heights[self.point], self.fold.id())

    def pressed(self, at: QPointF) -> None:
        part = (at.x() - self._area().left()) / max(self._area().width(), 1)
        self._choose(round(part * (TONES - 1)))

    def dragged(self, right: float, up: float) -> None:
        self._set(self.heights[self.point] + up / self._area().height())

    def reset(self) -> None:
        self._set(self.point / (TONES - 1))

    def _choose(self, point: int) -> None:
        self.point = min(max(point, 0), TONES - 1)
        self._describe()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._choose(self.point + (1 if key == Qt.Key.Key_Right else -1))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._set(self.heights[self.point] + (STEP if key == Qt.Key.Key_Up else -STEP))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, area = theme.colours(), self._area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, colours.field)
        painter.setPen(QPen(colours.border, 1.0))
        for n in range(LINES + 1):
            x, y = area.left() + area.width() * n / LINES, area.top() + area.height() * n / LINES
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.drawLine(area.bottomLeft(), area.topRight())
        shade = QColor(SHADES[self._channel]) if self._channel in SHADES else colours.text
        painter.setPen(QPen(shade, 1.8))
        painter.drawPolyline(self._line(area))
        for point in range(TONES):
            chosen = point == self.point and self.hasFocus()
            painter.setBrush(colours.accent if chosen else shade)
            painter.setPen(QPen(colours.field, 1.0))
            painter.drawEllipse(self.spot(point), SPOT, SPOT)

    def _line(self, area: QRectF) -> QPolygonF:
        from core.render.grading import through_points

        at = np.linspace(0, 1, 65)
        heights = through_points(np.array(self.heights), at)
        return QPolygonF(
            [
                QPointF(area.left() + area.width() * x, area.bottom() - area.height() * y)
                for x, y in zip(at.tolist(), heights.tolist(), strict=True)
            ]
        )
