"""How good the layers are over time: decibels of the recomposed clip, as the job reports them.

The plot library is loaded when there is first something to draw (app.widgets.plot_library).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import theme
from app.editor import Editor
from app.widgets.plot_library import plot_library

HEIGHT = 104
Points = Sequence[tuple[float, float]]
"""(seconds, dB), ascending in time."""


class QualityPlot(QWidget):
    """Hidden while there is nothing to show."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._points: Points = ()
        self._plot: Any = None
        self._curve: Any = None
        self._loading = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(self.tr("Quality over time"))
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def show_points(self, points: Points) -> None:
        """Draw these; fewer than two are no curve and hide the plot."""
        self._points = points
        self.setVisible(len(points) > 1)
        if len(points) < 2:
            return
        last = points[-1]
        self.setAccessibleDescription(
            self.tr("{0} dB after {1} s").format(f"{last[1]:.1f}", f"{last[0]:.0f}")
        )
        self.setToolTip(self.tr("How close the layers put together come to the clip, in dB, over seconds"))
        if self._plot is not None:
            self._draw()
        elif not self._loading:
            self._loading = True
            plot_library(self._editor).load(self._make)

    def _make(self, library: Any) -> None:
        plot = library.PlotWidget(self, background=None)
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setFrameShape(plot.Shape.NoFrame)
        item = plot.getPlotItem()
        item.setContentsMargins(0, 2, 8, 0)
        item.getAxis("left").setWidth(48)
        for name, text in (("left", self.tr("dB")), ("bottom", self.tr("seconds"))):
            item.setLabel(name, text)
            item.getAxis(name).setStyle(maxTickLevel=0, tickLength=-4)
        item.showGrid(x=False, y=True, alpha=0.25)
        self._plot, self._curve = plot, plot.plot([], [])
        self._column.addWidget(plot)
        self._draw()

    def _draw(self) -> None:
        of = theme.colours()
        pen = QPen(of.accent, 2.0)
        pen.setCosmetic(True)
        self._curve.setPen(pen)
        for name in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(name)
            axis.setPen(of.border)
            axis.setTextPen(of.dim_text)
        self._curve.setSymbol("o" if len(self._points) < 3 else None)
        self._curve.setData([point[0] for point in self._points], [point[1] for point in self._points])
