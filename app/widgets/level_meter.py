"""How loud the film is while it plays: two bars, the loudest of the last moments, and a lamp that stays on after an
overload."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, SignalInstance
from PySide6.QtGui import QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme

FLOOR = -60.0
"""Decibels below full scale at the foot of the bars."""
FALL = 20.0
"""Decibels a second that a bar falls by."""
HOLD = 1.5
"""Seconds that the loudest moment stands."""
MARKS = (0, -6, -12, -24, -36, -48)
EVERY = 33
"""Milliseconds between two looks at the sound."""
LAMP = 6
"""Pixels: height of the lamp that shows an overload."""
GAP = 3
"""Pixels between lamp, bars and numbers."""
NUMBERS = theme.grown(18)
"""Pixels: width of the numbers."""


def decibels(peak: float) -> float:
    """A peak of 0 to 1 below full scale, not lower than FLOOR."""
    return max(FLOOR, 20 * math.log10(peak)) if peak > 0 else FLOOR


@dataclass(frozen=True)
class Channel:
    """One bar.

    level, loudest: dB.
    age: seconds since the loudest moment.
    over: it has reached full scale.
    """

    level: float = FLOOR
    loudest: float = FLOOR
    age: float = 0.0
    over: bool = False

    def after(self, peak: float, seconds: float) -> Channel:
        """The bar so many seconds later, during which the highest sample was `peak` of 0 to 1."""
        now = decibels(peak)
        level = max(now, self.level - FALL * seconds, FLOOR)
        stands = now < self.loudest and self.age + seconds < HOLD
        loudest = self.loudest if stands else level
        return Channel(level, loudest, self.age + seconds if stands else 0.0, self.over or peak >= 1)

    @property
    def still(self) -> bool:
        return self.level <= FLOOR and self.loudest <= FLOOR


class LevelMeter(QWidget):
    """Looks at the sound while the film plays; falls to the floor by itself after that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._peaks: Callable[[], tuple[float, float]] = lambda: (0.0, 0.0)
        self.channels = (Channel(), Channel())
        self._playing = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.look)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Sound level"))
        self.setToolTip(
            self.tr("Sound level in dB below full scale; red: too loud. Click to put the lamp out")
        )

    def follow(self, playing: SignalInstance, peaks: Callable[[], tuple[float, float]]) -> None:
        """Show what is played from now on.

        Args:
            playing: emits the speed, 0 when it stands.
            peaks: the highest samples, left and right, of 0 to 1, of what was played since it was last called.
        """
        self._peaks = peaks
        playing.connect(self.play)

    def sizeHint(self) -> QSize:
        return QSize(44, 120)

    def play(self, speed: float) -> None:
        """The film plays at this speed now; 0 when it stands."""
        self._playing = speed != 0
        if self._playing:
            self._peaks()
            self.channels = (Channel(), Channel())
            self._timer.start()

    def look(self) -> None:
        """Take the sound of the last moments in, and draw."""
        peaks = self._peaks() if self._playing else (0.0, 0.0)
        left, right = (one.after(peak, EVERY / 1000) for one, peak in zip(self.channels, peaks, strict=True))
        if (left, right) != self.channels:
            self.channels = (left, right)
            self.update()
        if not self._playing and left.still and right.still:
            self._timer.stop()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left, right = self.channels
        self.channels = replace(left, over=False), replace(right, over=False)
        self.update()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        wide = (self.width() - NUMBERS - 3 * GAP) / 2
        for number, channel in enumerate(self.channels):
            self._paint_bar(
                painter, QRectF(GAP + number * (wide + GAP), GAP, wide, self.height() - 2 * GAP), channel
            )
        self._paint_marks(painter)

    def _paint_bar(self, painter: QPainter, place: QRectF, channel: Channel) -> None:
        colours = theme.colours()
        painter.fillRect(
            QRectF(place.x(), place.y(), place.width(), LAMP),
            colours.error if channel.over else colours.field,
        )
        top, foot = self._height(0), self._height(FLOOR)
        painter.fillRect(QRectF(place.x(), top, place.width(), foot - top), colours.field)
        shades = QLinearGradient(QPointF(0, foot), QPointF(0, top))
        for part, shade in (
            (0.0, colours.success),
            (0.75, colours.success),
            (0.85, colours.warning),
            (1.0, colours.error),
        ):
            shades.setColorAt(part, shade)
        level = self._height(channel.level)
        painter.fillRect(QRectF(place.x(), level, place.width(), foot - level), shades)
        if channel.loudest > FLOOR:
            painter.fillRect(QRectF(place.x(), self._height(channel.loudest), place.width(), 1.5), shades)

    def _paint_marks(self, painter: QPainter) -> None:
        font = self.font()
        font.setPointSizeF(theme.points(7))
        painter.setFont(font)
        painter.setPen(theme.colours().dim_text)
        for mark in MARKS:
            place = QRectF(
                self.width() - NUMBERS, self._height(mark) - theme.grown(6), NUMBERS - 2, theme.grown(12)
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(-mark))

    def _height(self, level: float) -> float:
        """Where a level stands, pixels from the top."""
        top, foot = GAP + LAMP + GAP + 4, self.height() - GAP
        return top + (foot - top) * level / FLOOR
