"""How good the layers are over time: decibels of the recomposed clip, as the job reports them.

Painted here: a plot library's widget takes twice the time that the window may wait for it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app import theme

HEIGHT = 104
LEFT, TOP, RIGHT, FOOT = 38, 8, 8, 18
"""Room around the curve, for its scales."""
STEPS = (1.0, 2.0, 5.0)
MOST_TICKS = 4
Points = Sequence[tuple[float, float]]
"""(seconds, dB), ascending in time."""


def ticks(low: float, high: float, most: int = MOST_TICKS) -> list[float]:
    """Round numbers from `low` to `high`, ascending, at most `most` + 1 of them; one when there is no span."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low]
    ten = 10.0 ** math.floor(math.log10((high - low) / most))
    step = next(ten * by for by in (*STEPS, 10.0) if (high - low) / (ten * by) <= most)
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


class QualityPlot(QWidget):
    """Hidden while there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: Points = ()
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("Quality over time"))
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def show_points(self, points: Points) -> None:
        """Draw these; fewer than two are no curve and hide the plot."""
        self.points = points
        self.setVisible(len(points) > 1)
        if len(points) < 2:
            return
        last = points[-1]
        self.setAccessibleDescription(
            self.tr("{0} dB after {1} s").format(f"{last[1]:.1f}", f"{last[0]:.0f}")
        )
        self.setToolTip(self.tr("How close the layers put together come to the clip, in dB, over seconds"))
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the curve lies, in pixels of the widget."""
        wide, high = self.width() - LEFT - RIGHT, self.height() - TOP - FOOT
        return QRectF(LEFT, TOP, max(1, wide), max(1, high))

    def place(self, seconds: float, decibels: float) -> QPointF:
        """Where a value is drawn: the points fill `area`, ascending to the right and to the top."""
        area, (low, high), last = self.area, self._range(), self.points[-1][0]
        first = self.points[0][0]
        x = (seconds - first) / (last - first) if last > first else 0.0
        return QPointF(
            area.left() + x * area.width(), area.bottom() - (decibels - low) / (high - low) * area.height()
        )

    def _range(self) -> tuple[float, float]:
        """Lowest and highest value on the scale, at least one decibel apart."""
        values = [value for _, value in self.points]
        low, high = min(values), max(values)
        room = max(0.0, 1.0 - (high - low)) / 2
        return low - room, high + room

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self.points) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._scales(painter)
        painter.setPen(QPen(theme.colours().accent, 2.0))
        painter.drawPolyline(QPolygonF([self.place(*point) for point in self.points]))

    def _scales(self, painter: QPainter) -> None:
        colours, area = theme.colours(), self.area
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for value in ticks(*self._range()):
            y = self.place(self.points[0][0], value).y()
            painter.setPen(QPen(colours.grid, 1))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            painter.setPen(colours.dim_text)
            painter.drawText(QRectF(0, y - 7, LEFT - 5, 14), right, f"{value:.4g}")
        foot = QRectF(area.left(), area.bottom() + 2, area.width(), FOOT - 2)
        painter.setPen(colours.dim_text)
        painter.drawText(QRectF(0, foot.top(), LEFT - 5, foot.height()), right, self.tr("dB"))
        for align, point in (
            (Qt.AlignmentFlag.AlignLeft, self.points[0]),
            (Qt.AlignmentFlag.AlignRight, self.points[-1]),
        ):
            at = int(align | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(foot, at, self.tr("{0} s").format(f"{point[0]:.0f}"))
