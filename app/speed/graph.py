"""The large graph of a clip's speed in the Speed panel: the same points, handles and keys as the lane under the clip.

Speed over the clip's time, with the speediness of its pictures behind it, the playhead, and, dashed, a plan that is
not applied yet. Dragging where nothing is held moves the playhead.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from app import theme
from app.editor import Editor
from app.speed.subject import Subject
from app.timeline import speed_drags, speed_mouse
from app.timeline.speed_art import Look, Speediness, draw_curve
from app.timeline.speed_lane import Box, Kind, goes_back, grip
from core.errors import LaminarError
from core.render.time_curve import speeds
from core.time import timecode
from core.timeline.bent import reach_of
from core.timeline.model import new_id
from core.timeline.time_map import TimeMap

LEFT, FOOT = theme.grown(38), theme.grown(18)
LABELS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0)
CURSORS = {
    "speed_point": Qt.CursorShape.SizeAllCursor,
    "speed_line": Qt.CursorShape.SizeVerCursor,
    "speed_ease": Qt.CursorShape.SizeHorCursor,
}


class SpeedGraph(QWidget):
    """The graph of a clip's speed.

    plan: a time map and its length in ticks that is drawn beside the clip's own; None for none.
    speediness: of clip times, see app.timeline.speed_art.
    """

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self.subject: Subject | None = None
        self.plan: tuple[TimeMap, int] | None = None
        self.speediness: Speediness | None = None
        self.backwards = False
        self._held: speed_drags.Held | None = None
        self._scrubbing = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Speed curve"))
        self.setMinimumHeight(150)
        editor.state.playhead_changed.connect(lambda _: self.update())
        editor.state.speed_point_changed.connect(lambda _: self.update())

    def sizeHint(self) -> QSize:
        return QSize(280, 180)

    def show_subject(self, subject: Subject | None) -> None:
        """The clip that is drawn and changed; None for none."""
        self.subject = subject
        self.setEnabled(subject is not None)
        self.setAccessibleDescription(self._words())
        self.update()

    def _words(self) -> str:
        if self.subject is None:
            return ""
        return self.tr("{name} at {speed} on average").format(
            name=self.subject.clip.name, speed=f"{mean_speed(self.subject) * 100:.4g} %"
        )

    def show_backwards(self, on: bool) -> None:
        """Room for speeds below zero, also while there are none."""
        self.backwards = on
        self.update()

    @property
    def box(self) -> Box | None:
        """Where the curve lies; None without a clip."""
        if self.subject is None:
            return None
        width = max(20, self.width() - LEFT - 6)
        clip = self.subject.clip
        height = max(20, self.height() - FOOT - 6)
        return Box(LEFT, 6, width, height, self._length / width, self.backwards or goes_back(clip))

    @property
    def _length(self) -> int:
        """Of the time that is drawn."""
        assert self.subject is not None
        planned = self.plan[1] if self.plan is not None else 0
        return max(self.subject.clip.duration, planned)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.colours()
        painter.fillRect(self.rect(), colours.field)
        box = self.box
        if self.subject is None or box is None:
            painter.setPen(colours.dim_text)
            text = self.tr("Select a clip, or put the playhead on one")
            painter.drawText(
                self.rect().adjusted(8, 8, -8, -8),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                text,
            )
            return
        sequence = self._editor.document.sequence
        assert sequence is not None
        point = self._editor.state.speed_point
        mine = point is not None and point[0] == self.subject.clip.id
        active = point[1] - self.subject.where.start if point is not None and mine else -1
        seen = QRectF(box.left, box.top, self.subject.clip.duration / box.scale, box.height)
        look = Look(colours, reach_of(sequence), active, 4.5, self.speediness)
        self._axes(painter, box)
        draw_curve(painter, self.subject.clip, box, seen, look)
        if self.plan is not None:
            _draw_plan(painter, box, *self.plan, colours.accent)
        self._playhead(painter, box)
        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _axes(self, painter: QPainter, box: Box) -> None:
        colours = theme.colours()
        font = painter.font()
        font.setPixelSize(theme.grown(10))
        painter.setFont(font)
        values = (*(-speed for speed in LABELS[3:][::-1]), 0.0, *LABELS[3:]) if box.backwards else LABELS
        for speed in values:
            y = box.y_of(speed)
            painter.setPen(QPen(colours.grid, 1))
            painter.drawLine(QLineF(box.left, y, box.left + box.width, y))
            painter.setPen(colours.dim_text)
            place = QRectF(0, y - theme.grown(7), LEFT - 5, theme.grown(14))
            painter.drawText(
                place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), f"{speed:.0%}"
            )
        sequence = self._editor.document.sequence
        assert self.subject is not None and sequence is not None
        foot = QRectF(box.left, box.top + box.height + 2, box.width, FOOT - 2)
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), timecode(0, sequence.rate)[3:])
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), timecode(self._length, sequence.rate)[3:])

    def _playhead(self, painter: QPainter, box: Box) -> None:
        assert self.subject is not None
        at = self._editor.state.playhead - self.subject.where.start
        if 0 <= at <= self._length:
            painter.setPen(QPen(theme.colours().playhead, 1))
            painter.drawLine(QLineF(box.x_of(at), box.top, box.x_of(at), box.top + box.height))

    # The hand

    def _under(self, at: QPointF) -> tuple[Kind, int] | None:
        """What the pointer is on, with its record time."""
        box, sequence = self.box, self._editor.document.sequence
        if self.subject is None or box is None or sequence is None:
            return None
        found = grip(self.subject.clip, box, at.x(), at.y(), reach_of(sequence))
        return (found[0], found[1] + self.subject.where.start) if found is not None else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        box, sequence = self.box, self._editor.document.sequence
        if (
            event.button() != Qt.MouseButton.LeftButton
            or self.subject is None
            or box is None
            or sequence is None
        ):
            return
        found = self._under(event.position())
        clip_id, start = self.subject.clip.id, self.subject.where.start
        point = (clip_id, found[1]) if found is not None and found[0] == "speed_point" else None
        self._editor.state.set("speed_point", point)
        if found is None:
            self._scrubbing = True
            self._scrub(event.position().x())
            return
        self._held = speed_drags.Held(
            found[0], clip_id, found[1], event.position(), box, sequence, lambda x: start + box.time_at(x)
        )
        self._editor.document.begin_drag(new_id())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._drag(event)
        elif self._scrubbing:
            self._scrub(event.position().x())
        else:
            found = self._under(event.position())
            self.setCursor(CURSORS[found[0]] if found is not None else Qt.CursorShape.ArrowCursor)

    def _drag(self, event: QMouseEvent) -> None:
        held = self._held
        assert held is not None
        if (event.position() - held.at).manhattanLength() < 3:
            return
        try:
            result = speed_drags.moved(held, event.position(), event.modifiers())
            self._editor.document.edit_sequence(speed_drags.title(held.kind), lambda _: result.sequence)
        except LaminarError as error:
            QToolTip.showText(event.globalPosition().toPoint(), str(error), self)
            return
        if result.point is not None:
            self._editor.state.set("speed_point", (held.clip_id, result.point))
        QToolTip.showText(event.globalPosition().toPoint(), result.words, self)

    def _scrub(self, x: float) -> None:
        box, sequence = self.box, self._editor.document.sequence
        if box is not None and self.subject is not None and sequence is not None:
            time = self.subject.where.start + min(max(0, box.time_at(x)), self.subject.clip.duration - 1)
            self._editor.state.set("playhead", sequence.rate.time_of(sequence.rate.frame_at(time)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._editor.document.end_drag()
        self._held, self._scrubbing = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self._under(event.position())
        if found is None or found[0] != "speed_line" or self.subject is None:
            self.mousePressEvent(event)
            return
        with self._editor.notify.failures():
            speed_mouse.add_point(self._editor, self.subject.clip.id, found[1])

    # Keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            mine = event.key() == Qt.Key.Key_Delete and self._editor.state.speed_point is not None
            if mine or (event.key() == Qt.Key.Key_Escape and self._held is not None):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self._editor.state.speed_point is not None:
            with self._editor.notify.failures():
                speed_mouse.remove_point(self._editor)
        elif event.key() == Qt.Key.Key_Escape and self._held is not None:
            base, title = self._held.base, speed_drags.title(self._held.kind)
            with self._editor.notify.failures():
                self._editor.document.edit_sequence(title, lambda _: base)
            self._editor.document.end_drag()
            self._held = None
        else:
            super().keyPressEvent(event)


def mean_speed(subject: Subject) -> float:
    """Source ticks for a tick of the clip, over all of it."""
    clip = subject.clip
    return (clip.time_map.at(clip.duration) - clip.time_map.at(0)) / clip.duration


def _draw_plan(painter: QPainter, box: Box, time_map: TimeMap, length: int, colour: QColor) -> None:
    columns = np.arange(int(box.left), int(box.left + length / box.scale) + 1)
    times = np.clip((columns - box.left) * box.scale, 0, length - 1)
    values = speeds(time_map, times)
    ys = [box.y_of(value) for value in values.tolist()]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.6, Qt.PenStyle.DashLine))
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(columns.tolist(), ys, strict=True)]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
