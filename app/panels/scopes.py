"""Scopes of the picture in the viewer: waveform, RGB parade, vectorscope, histogram."""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.editor import Editor
from app.playing.preview import Picture
from app.threads.latest import LatestWorker
from core.media.info import Frame
from core.render import scopes
from core.render.scopes import SCOPES, Scope

EDGE = theme.grown(22)
"""Pixels beside a scope for its numbers."""


def scope_of(asked: tuple[Scope, Frame]) -> tuple[Scope, QImage]:
    """The scope drawn, of a picture that is BGRA uint8 (H, W, 4)."""
    scope, pixels = asked
    seen = np.ascontiguousarray(scopes.drawn(scope, pixels[..., 2::-1]))
    height, width = seen.shape[:2]
    return scope, QImage(seen.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class ScopesPanel(QWidget):
    """Draws while it can be seen, the newest picture only, on a thread of its own."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._picture: Frame | None = None
        self.choice = QComboBox(self)
        self.shown = ScopeScreen(self)
        self._worker: LatestWorker[tuple[Scope, Frame], tuple[Scope, QImage]] = LatestWorker(
            "scopes", scope_of, self
        )
        self._build()
        self._worker.done.connect(self.shown.show_scope)
        self.choice.currentIndexChanged.connect(lambda _: self._ask())
        editor.player.frame_ready.connect(self._take)
        editor.player.closing.connect(self._worker.close)

    def _build(self) -> None:
        tr = self.tr
        names = {
            "waveform": tr("Waveform"),
            "parade": tr("RGB parade"),
            "vectors": tr("Vectorscope"),
            "histogram": tr("Histogram"),
        }
        for scope in SCOPES:
            self.choice.addItem(names[scope], scope)
        self.choice.setAccessibleName(tr("Scope"))
        self.setAccessibleName(tr("Scopes"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.choice)
        column.addWidget(self.shown, 1)

    def sizeHint(self) -> QSize:
        return QSize(300, 280)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def _take(self, picture: Picture, time: int) -> None:
        self._picture = picture.pixels
        self._ask()

    def _ask(self) -> None:
        if self._picture is not None and self.isVisible():
            self._worker.ask((cast(Scope, self.choice.currentData()), self._picture))


class ScopeScreen(QWidget):
    """A drawn scope with its scale."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.scope: Scope = "waveform"
        self.picture: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)

    def show_scope(self, seen: tuple[Scope, QImage]) -> None:
        self.scope, self.picture = seen
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        painter.fillRect(place, theme.colours().viewer)
        if self.picture is not None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
            painter.drawImage(place, self.picture)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        font = self.font()
        font.setPointSizeF(theme.points(7))
        painter.setFont(font)
        if self.scope == "vectors":
            self._paint_targets(painter, place)
        else:
            self._paint_levels(painter, place, upright=self.scope != "histogram")

    def _place(self) -> QRectF:
        whole = QRectF(self.rect())
        if self.scope != "vectors":
            return whole.adjusted(EDGE, 6, -14, -14)
        side = min(whole.width(), whole.height())
        return QRectF(whole.center().x() - side / 2, whole.center().y() - side / 2, side, side)

    def _paint_levels(self, painter: QPainter, place: QRectF, *, upright: bool) -> None:
        """Lines at every quarter of full light, with per cent."""
        colours = theme.colours()
        for percent in (0, 25, 50, 75, 100):
            painter.setPen(QPen(colours.grid, 1))
            text = str(percent)
            if upright:
                y = place.bottom() - place.height() * percent / 100
                painter.drawLine(int(place.left()), int(y), int(place.right()), int(y))
                box, side = QRectF(0, y - 6, EDGE - 4, 12), Qt.AlignmentFlag.AlignRight
            else:
                x = place.left() + place.width() * percent / 100
                painter.drawLine(int(x), int(place.top()), int(x), int(place.bottom()))
                box, side = QRectF(x - 14, place.bottom() + 1, 28, 12), Qt.AlignmentFlag.AlignHCenter
            painter.setPen(colours.dim_text)
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_targets(self, painter: QPainter, place: QRectF) -> None:
        """The six pure colours at 75 %, the middle, and the line that skin lies on."""
        colours = theme.colours()
        painter.setPen(QPen(colours.grid, 1))
        painter.drawEllipse(place.center(), place.width() / 2, place.height() / 2)
        middle = place.center()
        across, down = scopes.skin()
        towards = QPointF((across - 0.5) * place.width(), (down - 0.5) * place.height())
        far = math.hypot(towards.x(), towards.y())
        painter.drawLine(middle, middle + towards * (place.width() / 2 / max(far, 1.0)))
        painter.setPen(colours.dim_text)
        for name, (across, down) in scopes.targets().items():
            x, y = place.left() + across * place.width(), place.top() + down * place.height()
            painter.drawRect(QRectF(x - 5, y - 5, 10, 10))
            painter.drawText(QRectF(x + 7, y - 6, 14, 12), Qt.AlignmentFlag.AlignVCenter, name)
