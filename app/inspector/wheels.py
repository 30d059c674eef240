"""Colour wheels: a colour picked by dragging a spot away from grey, for shadows, midtones and highlights."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app import theme
from app.widgets.fields import Folder

SIDE = 84
RIM = 6.0
SPOT = 4.5
FINE = 0.2
"""A drag with Shift moves so much slower."""
STEP = 0.02


class ColourWheel(QWidget):
    """Red lies to the right, green to the upper left, blue to the lower left; grey is the middle.

    Dragging moves the spot by as much as the mouse, so a small colour is easily made; arrow keys move it by steps; a
    double click, Home or Delete brings it back to grey.

    Signals: changed(red, green, fold id): in [-1, 1]; changes with the same id belong together.
    """

    changed = Signal(float, float, str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.red = self.green = 0.0
        self._folder = Folder()
        self._from: QPointF | None = None
        self.setAccessibleName(title)
        self.setToolTip(
            self.tr("{0}: drag for a colour, Shift for fine steps, double click for none").format(title)
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFixedHeight(SIDE)
        self.setMinimumWidth(SIDE - 16)

    def show_colour(self, red: float, green: float) -> None:
        """Where the spot stands, each in [-1, 1]; nobody is told."""
        if (red, green) != (self.red, self.green):
            self.red, self.green = red, green
            self.setAccessibleDescription(self.tr("red {0:.2f}, green {1:.2f}").format(red, green))
            self.update()

    @property
    def radius(self) -> float:
        """Pixels from grey to the rim."""
        return min(self.width(), self.height()) / 2 - RIM

    def _move_by(self, right: float, up: float) -> None:
        """By parts of the radius; the spot stays inside the rim."""
        red, green = self.red + right, self.green + up
        length = max(1.0, math.hypot(red, green))
        self.show_colour(red / length, green / length)
        self.changed.emit(self.red, self.green, self._folder.id())

    def _reset(self) -> None:
        self._folder.end()
        self.show_colour(0.0, 0.0)
        self.changed.emit(0.0, 0.0, self._folder.id())
        self._folder.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._folder.end()
            self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        moved, self._from = event.position() - self._from, event.position()
        pace = (FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0) / self.radius
        self._move_by(moved.x() * pace, -moved.y() * pace)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None
        self._folder.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        key = Qt.Key(event.key())
        if key in ways:
            right, up = ways[key]
            self._move_by(right * STEP, up * STEP)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._reset()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, radius = theme.colours(), self.radius
        centre = QPointF(self.width() / 2, self.height() / 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.drawImage(disc, _disc(round(2 * radius * self.devicePixelRatioF())))
        painter.setPen(QPen(colours.accent if self.hasFocus() else colours.border, 1.5))
        painter.drawEllipse(disc)
        spot = centre + QPointF(self.red, -self.green) * radius
        painter.setPen(QPen(Qt.GlobalColor.black, 3.0))
        painter.drawEllipse(spot, SPOT, SPOT)
        painter.setPen(QPen(Qt.GlobalColor.white, 1.5))
        painter.drawEllipse(spot, SPOT, SPOT)


@lru_cache(maxsize=8)
def _disc(side: int) -> QImage:
    """The colours that a spot would add, around grey, `side` pixels wide; transparent outside the circle."""
    from core.render.grading import LUMA, WHEEL

    line = (np.arange(side) + 0.5) / side * 2 - 1
    x, y = np.meshgrid(line, -line)
    added = np.stack([x, y], axis=-1) @ WHEEL
    colour = 0.45 + 0.42 * (added - (added @ np.array(LUMA))[..., None])
    alpha = np.clip((1 - np.hypot(x, y)) * side / 2, 0, 1)[..., None]
    pixels = np.rint(np.concatenate([np.clip(colour, 0, 1), alpha], axis=-1) * 255).astype(np.uint8)
    return QImage(pixels.tobytes(), side, side, 4 * side, QImage.Format.Format_RGBA8888).copy()
