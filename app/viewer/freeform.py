"""Freeform shapes on the picture: drawn point by point or by hand, and their points dragged, added and taken away."""

from __future__ import annotations

import math
from collections.abc import Callable
from collections.abc import Sequence as Many
from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF

from app.editor import Editor
from app.inspector import animation
from app.panels.placing import REACH, TREMBLE, Drag, DragLayer, way
from app.panels.placing import Point as Place
from app.theme import colours
from app.viewer.canvas import Canvas, PaintedLayer
from app.viewer.shape_handles import Shaped, shaped
from app.viewer.view_map import ViewMap
from core.render.shapes import closed_curve
from core.timeline import edits, freeform
from core.timeline.freeform import Point
from core.timeline.model import Effect

STROKE_STEP = 3.0
"""Logical pixels between what is kept of a stroke by hand."""
STROKE_OFF = 2.0
"""Logical pixels that the points which are made of a stroke may be off it."""
MOST_OF_STROKE = 40

Drawn = Callable[[tuple[Point, ...]], None]
"""Takes the points of a new shape, in film pixels."""


def stroked(stroke: Many[Place], off: float) -> tuple[Point, ...]:
    """A stroke by hand as few round points. off: how far it may be from them, at least."""
    line = np.array(stroke, np.float32).reshape(-1, 1, 2)
    kept = cv2.approxPolyDP(line, off, True)
    while len(kept) > MOST_OF_STROKE:
        off *= 1.5
        kept = cv2.approxPolyDP(line, off, True)
    return tuple(Point(float(x), float(y), 1.0) for x, y in kept.reshape(-1, 2))


def key_time(editor: Editor, found: Shaped) -> int | None:
    """The source time of the keyframe that says where the points of a shape are at the playhead; None when they
    stay."""
    sequence = editor.document.sequence
    if sequence is None or not freeform.is_animated(found.effect):
        return None
    spot = animation.Spot(freeform.point_parameters(0)[0], found.effect.id)
    here = animation.key_here(sequence, found.clip.id, spot, editor.state.playhead)
    return here.time if here is not None else found.source_time


class FreeformPen(PaintedLayer):
    """Draws a shape when a command asks for one: a point for each click, or all of it by a drag. A click on the first
    point, a double click and Enter close it, Backspace takes a point back, Escape and another view let go."""

    def __init__(self, editor: Editor, canvas: Canvas) -> None:
        self._editor, self._canvas = editor, canvas
        self._then: Drawn | None = None
        self._points: list[Point] = []
        self._stroke: list[Place] = []
        self._at: Place | None = None
        for happened in (
            editor.state.view_changed,
            editor.state.selection_changed,
            editor.state.playhead_changed,
        ):
            happened.connect(lambda value: self.let_go())

    @property
    def waiting(self) -> bool:
        return self._then is not None

    def ask(self, then: Drawn) -> None:
        """Call `then` with the points that are drawn from now on."""
        self.let_go()
        self._then = then
        self._canvas.setCursor(Qt.CursorShape.CrossCursor)

    def let_go(self) -> None:
        if self._then is not None:
            self._then, self._points, self._stroke, self._at = None, [], [], None
            self._canvas.unsetCursor()
            self._editor.notify.status("")
            self._canvas.update()

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        if self._then is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        if len(self._points) >= freeform.FEWEST and self._near(self._points[0][:2], (x, y)):
            self._close()
        else:
            self._stroke = [(x, y)]
        return True

    def move(self, x: float, y: float, event: QMouseEvent) -> None:
        if self._stroke and math.dist(self._stroke[-1], (x, y)) * self._canvas.view.zoom >= STROKE_STEP:
            self._stroke.append((x, y))
            self._canvas.update()

    def release(self, x: float, y: float, event: QMouseEvent) -> None:
        stroke, self._stroke = self._stroke, []
        if not stroke:
            return
        zoom = self._canvas.view.zoom
        if max(math.dist(stroke[0], each) for each in stroke) * zoom < 2 * TREMBLE:
            self._points = [*self._points, Point(*stroke[0])][: freeform.MOST]
        else:
            self._points = [*self._points, *stroked(stroke, STROKE_OFF / zoom)][: freeform.MOST]
            self._close()
        self._canvas.update()

    def double(self, x: float, y: float) -> bool:
        if self._then is None:
            return False
        self._close()
        return True

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        if self._then is None:
            return None
        self._at = (x, y)
        self._canvas.update()
        return Qt.CursorShape.CrossCursor

    def leave(self) -> None:
        self._at = None

    def wants_key(self, event: QKeyEvent) -> bool:
        keys = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return self.waiting and event.key() in keys

    def key(self, event: QKeyEvent) -> bool:
        if not self.wants_key(event):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.let_go()
        elif event.key() == Qt.Key.Key_Backspace:
            self._points = self._points[:-1]
        else:
            self._close()
        self._canvas.update()
        return True

    def _near(self, one: Place, other: Place) -> bool:
        return math.dist(one, other) * self._canvas.view.zoom <= REACH

    def _close(self) -> None:
        """What was drawn is a shape, unless it is less than a triangle."""
        then, points = self._then, tuple(self._points)
        if then is None or len(points) < freeform.FEWEST:
            return
        self.let_go()
        with self._editor.notify.failures():
            then(points)

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        if self._then is None:
            return
        line = [point[:2] for point in self._points] + self._stroke
        if line and self._at is not None and not self._stroke:
            line = [*line, self._at]
        at = [QPointF(*view.to_widget(*each)) for each in line]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (QPen(QColor(0, 0, 0, 150), 3), QPen(colours().selection, 1.5)):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(at))
        painter.setBrush(colours().selection)
        for each in at[: len(self._points)]:
            painter.drawRect(int(each.x()) - 3, int(each.y()) - 3, 6, 6)


@dataclass(frozen=True)
class _Held:
    """What is dragged as it was when the drag began. points: in per cent of the shape's frame."""

    found: Shaped
    points: tuple[Point, ...]


class FreeformHandles(DragLayer[int, _Held]):
    """The layer of the film view with the points of a freeform shape; the number of a point is caught.

    A press on the line between two adds one; with Alt a point is taken away; a double click makes it round, or a
    corner.
    """

    def _shape(self) -> tuple[Shaped, tuple[Point, ...]] | None:
        found = shaped(self._editor)
        if found is None or found.effect.shape != "freeform":
            return None
        points = freeform.points_at(found.effect, found.source_time)
        return (found, points) if len(points) >= freeform.FEWEST else None

    def _caught(self, x: float, y: float) -> int | None:
        """The number of the point that is within reach."""
        shape = self._shape()
        if shape is None or shape[0].locked:
            return None
        far = [math.dist(_on(shape[0], point), (x, y)) * self._view.zoom for point in shape[1]]
        nearest = int(np.argmin(far))
        return nearest if far[nearest] <= REACH else None

    def _side(self, x: float, y: float) -> int | None:
        """The number of the point after which the line passes within reach."""
        shape = self._shape()
        if shape is None or shape[0].locked or len(shape[1]) >= freeform.MOST:
            return None
        away = [_distance(side, (x, y)) for side in _lines(*shape)]
        nearest = int(np.argmin(away))
        return nearest if away[nearest] * self._view.zoom <= REACH / 2 else None

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        shape, number = self._shape(), self._caught(x, y)
        if event.button() != Qt.MouseButton.LeftButton or shape is None:
            return False
        if number is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._change("Remove point of the shape", freeform.without_point, number)
            return True
        found, points = shape
        side = None if number is not None else self._side(x, y)
        if number is None and side is None:
            return False
        if side is not None:
            number, new = side + 1, _off(found, (x, y), _roundness(points, side))
            points = (*points[:number], new, *points[number:])
        assert number is not None
        self.catch(number, x, y, _Held(found, points), f"point-{found.effect.id}")
        if side is not None:
            self._change(
                "Add point to the shape", freeform.with_point, side, points[side + 1], found.source_time
            )
        return True

    def double(self, x: float, y: float) -> bool:
        shape, number = self._shape(), self._caught(x, y)
        if shape is None or number is None:
            return False
        self._change("Round or corner", freeform.rounded, 0.0 if shape[1][number].round else 1.0, number)
        return True

    def _change(self, name: str, change: Callable[..., Effect], *values: object) -> None:
        shape = self._shape()
        if shape is None:
            return
        found = shape[0]
        with self._editor.notify.failures():
            self._editor.document.edit_sequence(
                name, edits.change_effect, found.clip.id, found.effect.id, lambda one: change(one, *values)
            )

    def drag_to(self, drag: Drag[int, _Held], now: Place, straight: bool) -> bool:
        shape, held = self._shape(), drag.at
        if shape is None or shape[0].effect.id != held.found.effect.id or len(shape[1]) != len(held.points):
            return False
        dx, dy = way(drag.begin, now, straight)
        was = _on(held.found, held.points[drag.grip])
        new = _off(held.found, (was[0] + dx, was[1] + dy), held.points[drag.grip].round)
        points = (*held.points[: drag.grip], new, *held.points[drag.grip + 1 :])
        self._change("Move point of the shape", freeform.moved, points, key_time(self._editor, shape[0]))
        return True

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        if self._caught(x, y) is not None:
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.CrossCursor if self._side(x, y) is not None else None

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        self._view = view
        shape = self._shape()
        if shape is None:
            return
        found, points = shape
        line = QPolygonF([QPointF(*view.to_widget(*at)) for side in _lines(found, points) for at in side])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 150), 3), QPen(colours().selection, 1.5)):
            painter.setPen(pen)
            painter.drawPolygon(line)
        painter.setPen(QPen(QColor(0, 0, 0, 200), 1))
        painter.setBrush(colours().selection)
        for point in points:
            at = QPointF(*view.to_widget(*_on(found, point)))
            if point.round:
                painter.drawEllipse(at, 4, 4)
            else:
                painter.drawRect(int(at.x()) - 3, int(at.y()) - 3, 7, 7)


def _on(found: Shaped, point: Point) -> Place:
    """Where a point of a shape lies on the film."""
    frame = found.shape
    return found.plane.on(*frame.point(point.x / 200 * frame.width, point.y / 200 * frame.height))


def _off(found: Shaped, place: Place, round_: float) -> Point:
    """What lies on the film as a point of a shape."""
    frame = found.shape
    along, across = frame.own(*found.plane.off(*place))
    return Point(200 * along / max(frame.width, 1e-6), 200 * across / max(frame.height, 1e-6), round_)


def _lines(found: Shaped, points: tuple[Point, ...]) -> list[list[Place]]:
    """The sides of a shape on the film."""
    return [[_on(found, Point(*at)) for at in side] for side in closed_curve(points)]


def _distance(line: Many[Place], place: Place) -> float:
    """How far a place is from a line of straight pieces."""
    at, begin = np.array(place), np.array(line[:-1])
    piece = np.array(line[1:]) - begin
    part = ((at - begin) * piece).sum(axis=1) / np.maximum((piece**2).sum(axis=1), 1e-9)
    nearest = begin + np.clip(part, 0, 1)[:, None] * piece
    return float(np.linalg.norm(nearest - at, axis=1).min())


def _roundness(points: tuple[Point, ...], side: int) -> float:
    """Of a new point on a side: a corner between corners, else round."""
    return max(points[side].round, points[(side + 1) % len(points)].round)
