"""Colour wheels: a colour picked by dragging a spot away from grey, for shadows, midtones and highlights."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPen

from app import theme
from app.widgets.drag_pad import DragPad

SIDE = 84
RIM = 6.0
SPOT = 4.5
STEP = 0.02


class ColourWheel(DragPad):
    """Red lies to the right, green to the upper left, blue to the lower left; grey is the middle.

    Dragging moves the spot by as much as the mouse, so a small colour is easily made; arrow keys move it by steps; a
    double click, Home or Delete brings it back to grey.

    Signals: changed(red, green, fold id): in [-1, 1]; changes with the same id belong together.
    """

    changed = Signal(float, float, str)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.red = self.green = 0.0
        self.setAccessibleName(title)
        self.setToolTip(
            self.tr("{0}: drag for a colour, Shift for fine steps, double click for none").format(title)
        )
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
        self.changed.emit(self.red, self.green, self.fold.id())

    def dragged(self, right: float, up: float) -> None:
        self._move_by(right / self.radius, up / self.radius)

    def reset(self) -> None:
        self.show_colour(0.0, 0.0)
        self.changed.emit(0.0, 0.0, self.fold.id())

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
