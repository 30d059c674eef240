"""A lane per person of a split clip: which moment of the source shows when, with the film's own time behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.layers.subject import Person
from core.time import TimeRange
from core.timeline.time_map import TimeMap

LANE, GAP, HEAD = 38, 4, 70
STEP = 2
"""Pixels between two points of a drawn curve."""


class LanesView(QWidget):
    """Signals:
    picked(label): a person was clicked.
    sought(time): the playhead is to go there, record ticks.
    """

    picked = Signal(int)
    sought = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self._names: dict[int, tuple[str, str]] = {}
        self._film: tuple[TimeRange, TimeMap] | None = None
        self._span = TimeRange(0, 1)
        self._source = TimeRange(0, 1)
        self._now, self._mark, self._label = 0, -1, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Time of each person"))
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(240, max(1, len(self._people)) * (LANE + GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def show_people(
        self,
        people: Sequence[Person],
        names: dict[int, tuple[str, str]],
        film: tuple[TimeRange, TimeMap] | None,
        source: TimeRange,
    ) -> None:
        """Draw these, nearest first.

        Args:
            names: name and colour of each label.
            film: where the background stands and its time map; None when it is gone.
            source: the range of the layers' own time.
        """
        self._people, self._names, self._film = tuple(reversed(people)), names, film
        ranges = [person.where for person in people] + ([film[0]] if film is not None else [])
        if ranges:
            start = min(one.start for one in ranges)
            self._span = TimeRange.between(start, max(one.end for one in ranges))
        self._source = source
        self.setAccessibleDescription(
            ", ".join(names.get(person.label, ("", ""))[0] for person in self._people)
        )
        self.updateGeometry()
        self.update()

    def show_times(self, now: int, mark: int | None, label: int) -> None:
        """Where the playhead and the marked moment are, record ticks, and which person is in hand."""
        if (now, mark, label) != (self._now, self._mark, self._label):
            self._now, self._mark, self._label = now, -1 if mark is None else mark, label
            self.update()

    # Geometry

    def x_of(self, time: int) -> float:
        """Where a record time is drawn."""
        return HEAD + (time - self._span.start) / max(1, self._span.duration) * (self.width() - HEAD - 2)

    def time_at(self, x: float) -> int:
        """The record time drawn at `x`, within the clip."""
        part = (x - HEAD) / max(1, self.width() - HEAD - 2)
        return self._span.start + round(min(max(part, 0.0), 1.0) * (self._span.duration - 1))

    def person_at(self, y: float) -> Person | None:
        row = int(y // (LANE + GAP))
        return self._people[row] if 0 <= row < len(self._people) else None

    def curve(self, where: TimeRange, time_map: TimeMap, top: float) -> QPolygonF:
        """A time map as a line in the lane that begins at `top`: up is later in the source."""
        polygon = QPolygonF()
        left, right = self.x_of(where.start), self.x_of(where.end)
        x = left
        while x <= right:
            time = where.nearest(self.time_at(x))
            part = (time_map.at(time - where.start) - self._source.start) / max(1, self._source.duration)
            polygon.append(QPointF(x, top + LANE - 3 - min(max(part, 0.0), 1.0) * (LANE - 6)))
            x += STEP
        return polygon

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        of = theme.colours()
        for row, person in enumerate(self._people):
            self._paint_lane(painter, person, row * (LANE + GAP))
        height = len(self._people) * (LANE + GAP) - GAP
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self._mark in self._span:
            painter.setPen(QPen(of.warning, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(self.x_of(self._mark), 0), QPointF(self.x_of(self._mark), height))
        if self._now in self._span:
            painter.setPen(QPen(of.playhead, 1))
            painter.drawLine(QPointF(self.x_of(self._now), 0), QPointF(self.x_of(self._now), height))
        painter.end()

    def _paint_lane(self, painter: QPainter, person: Person, top: float) -> None:
        of = theme.colours()
        name, colour = self._names.get(person.label, ("", "#ffffff"))
        held = person.label == self._label
        lane = QRectF(HEAD, top, self.width() - HEAD - 1, LANE)
        painter.setPen(QPen(of.accent if held else of.border, 1))
        painter.setBrush(of.field)
        painter.drawRoundedRect(lane.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(of.text if held else of.dim_text)
        words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, HEAD - 20)
        painter.drawText(QRectF(14, top, HEAD - 18, LANE), Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(1, top + LANE / 2 - 9, 5, 18), 2, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._film is not None:
            painter.setPen(QPen(of.border, 1.4, Qt.PenStyle.DotLine))
            painter.drawPolyline(self.curve(*self._film, top))
        line = QColor(colour)
        line.setAlpha(255 if person.thing.enabled else 90)
        painter.setPen(QPen(line, 2.0))
        painter.drawPolyline(self.curve(person.where, person.thing.time_map, top))

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        person = self.person_at(event.position().y())
        if person is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(person.label)
            if event.position().x() >= HEAD:
                self.sought.emit(self.time_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and event.position().x() >= HEAD:
            self.sought.emit(self.time_at(event.position().x()))
            return
        person = self.person_at(event.position().y())
        words = (
            self.tr("Time of {0}: up is later in the clip; dotted, the background")
            if person is not None
            else ""
        )
        name = self._names.get(person.label, ("", ""))[0] if person is not None else ""
        QToolTip.showText(event.globalPosition().toPoint(), words.format(name), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down take the neighbour in hand."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        labels = [person.label for person in self._people]
        if step is None or not labels:
            super().keyPressEvent(event)
            return
        at = labels.index(self._label) if self._label in labels else 0
        self.picked.emit(labels[min(max(at + step, 0), len(labels) - 1)])
