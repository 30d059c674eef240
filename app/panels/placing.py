"""A frame around something on a canvas, by which it is moved, scaled and turned: its geometry, its drags and its looks.

What is framed, and what a drag does to it, say the subclasses of `PlacingHandles`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF

from app.editor import Editor
from app.theme import colours
from app.viewer.canvas import PaintedLayer
from app.viewer.view_map import ViewMap
from core.motion.homography import Matrix

Grip = Literal["move", "scale", "rotate"]
Point = tuple[float, float]
REACH = 9.0
"""Logical pixels around a corner in which it is caught."""
TREMBLE = 3.0
"""Logical pixels that a press may wander before it is a drag."""
TURN_ARM = 28.0
"""Logical pixels from the top edge to the turning handle."""
ASIDE = 0.01
"""Pixels beside an edge by which the way that leads outward is found."""
SHAPES: dict[Grip, Qt.CursorShape] = {
    "move": Qt.CursorShape.SizeAllCursor,
    "scale": Qt.CursorShape.SizeFDiagCursor,
    "rotate": Qt.CursorShape.CrossCursor,
}


@dataclass(frozen=True)
class Placement:
    """How something lies on a picture: centre, size before turning (the picture's pixels), clockwise degrees."""

    x: float
    y: float
    width: float
    height: float
    rotation: float

    def corners(self) -> list[Point]:
        """Top left, top right, bottom right, bottom left."""
        half = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return [self.point(a * self.width / 2, b * self.height / 2) for a, b in half]

    def point(self, dx: float, dy: float) -> Point:
        """A point given from the centre along its own axes."""
        angle = math.radians(self.rotation)
        cos, sin = math.cos(angle), math.sin(angle)
        return self.x + dx * cos - dy * sin, self.y + dx * sin + dy * cos

    def own(self, x: float, y: float) -> Point:
        """A point as seen from the centre along its own axes: what `point` leads back."""
        angle = math.radians(-self.rotation)
        dx, dy = x - self.x, y - self.y
        cos, sin = math.cos(angle), math.sin(angle)
        return dx * cos - dy * sin, dx * sin + dy * cos

    def inside(self, x: float, y: float) -> bool:
        along, across = self.own(x, y)
        return abs(along) <= self.width / 2 and abs(across) <= self.height / 2

    def scaled_by(self, begin: Point, now: Point) -> float:
        """What a drag of a corner multiplies the size with."""
        centre = (self.x, self.y)
        return math.dist(now, centre) / max(math.dist(begin, centre), 1e-6)

    def turned_to(self, rotation: float, begin: Point, now: Point, straight: bool) -> float:
        """`rotation` after a drag around the centre, in degrees; straight: in steps of 15."""
        before, after = (math.atan2(y - self.y, x - self.x) for x, y in (begin, now))
        turned = rotation + (math.degrees(after - before) + 180) % 360 - 180
        return float(round(turned / 15) * 15) if straight else round(turned, 1)


@dataclass(frozen=True, eq=False)
class Plane:
    """How the flat picture that something lies on is seen on a canvas.

    matrix: the homography from the flat picture to the canvas, float64 (3, 3); None where both are one.
    """

    matrix: Matrix | None = None

    def on(self, x: float, y: float) -> Point:
        """Where a point of the flat picture is on the canvas."""
        return (x, y) if self.matrix is None else _led(self.matrix, x, y)

    def off(self, x: float, y: float) -> Point:
        """The point of the flat picture that is seen at a point of the canvas."""
        return (
            (x, y) if self.matrix is None else _led(np.asarray(np.linalg.inv(self.matrix), np.float64), x, y)
        )

    def zoom(self, x: float, y: float) -> float:
        """The canvas's pixels for one of the flat picture around a point of that."""
        at, right, below = self.on(x, y), self.on(x + 1, y), self.on(x, y + 1)
        area = (right[0] - at[0]) * (below[1] - at[1]) - (right[1] - at[1]) * (below[0] - at[0])
        return max(math.sqrt(abs(area)), 1e-6)


FLAT = Plane()


def _led(matrix: Matrix, x: float, y: float) -> Point:
    """A point led through a homography. Beyond the horizon, where it is seen from behind, it is far away."""
    along, down, depth = matrix @ (x, y, 1)
    depth = max(depth / matrix[2, 2], 1e-6) * matrix[2, 2]
    return float(along / depth), float(down / depth)


def way(begin: Point, now: Point, straight: bool) -> Point:
    """How far a drag went; straight: in one direction only."""
    dx, dy = now[0] - begin[0], now[1] - begin[1]
    if not straight:
        return dx, dy
    return (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)


G = TypeVar("G")
A = TypeVar("A")


@dataclass
class Drag(Generic[G, A]):
    """What the mouse holds of a picture that is being placed.

    grip: where it was caught.
    at: how it lay then.
    playhead: where it stood then.
    begun: the hand has moved enough for a drag.
    """

    grip: G
    begin: Point
    at: A
    playhead: int = 0
    begun: bool = False


class DragLayer(PaintedLayer, Generic[G, A]):
    """A layer of a canvas on which something is dragged; a drag is one undo step."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._drag: Drag[G, A] | None = None
        self._view = ViewMap()

    def drag_to(self, drag: Drag[G, A], now: Point, straight: bool) -> bool:
        """Change what is dragged; False ends the drag."""
        raise NotImplementedError

    def clicked(self, x: float, y: float) -> None:
        """It was caught and let go without a drag."""

    def catch(self, grip: G, x: float, y: float, at: A, key: str) -> None:
        """A drag begins. key: of its undo step."""
        self._drag = Drag(grip, (x, y), at, self._editor.state.playhead)
        self._editor.document.begin_drag(f"{key}-{id(self._drag)}")

    def move(self, x: float, y: float, event: QMouseEvent) -> None:
        drag = self._drag
        if drag is None:
            return
        if not drag.begun and math.dist(drag.begin, (x, y)) * self._view.zoom < TREMBLE:
            return  # a click is not a move: the hand may tremble
        drag.begun = True
        if not self.drag_to(drag, (x, y), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)):
            self._end()

    def release(self, x: float, y: float, event: QMouseEvent) -> None:
        clicked = self._drag is not None and not self._drag.begun
        self._end()
        if clicked:
            self.clicked(x, y)

    def _end(self) -> None:
        if self._drag is not None:
            self._drag = None
            self._editor.document.end_drag()


PlacingDrag = Drag[Grip, Placement]


class PlacingHandles(DragLayer[Grip, Placement]):
    """The layer of a canvas with the frame."""

    def placed(self) -> Placement | None:
        """Where the frame is; None without one."""
        raise NotImplementedError

    def loose(self) -> bool:
        """Whether what is framed may be dragged."""
        return True

    def plane(self) -> Plane:
        """How the flat picture that the frame lies on is seen."""
        return FLAT

    def turning_point(self, at: Placement) -> Point:
        """Above the middle of the frame's top edge, on the canvas."""
        plane, above = self.plane(), -at.height / 2
        edge, beyond = plane.on(*at.point(0, above)), plane.on(*at.point(0, above - ASIDE))
        arm = TURN_ARM / self._view.zoom / max(math.dist(edge, beyond), 1e-9)
        return edge[0] + arm * (beyond[0] - edge[0]), edge[1] + arm * (beyond[1] - edge[1])

    def grip(self, x: float, y: float) -> Grip | None:
        at, reach = self.placed(), REACH / self._view.zoom
        if at is None or not self.loose():
            return None
        if math.dist((x, y), self.turning_point(at)) <= reach:
            return "rotate"
        plane = self.plane()
        if any(math.dist((x, y), plane.on(*corner)) <= reach for corner in at.corners()):
            return "scale"
        return "move" if at.inside(*plane.off(x, y)) else None

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        grip = self.grip(x, y)
        return SHAPES[grip] if grip is not None else None

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        self._view = view
        at = self.placed()
        if at is None:
            return
        corners = [QPointF(*view.to_widget(*self.plane().on(*corner))) for corner in at.corners()]
        turn = QPointF(*view.to_widget(*self.turning_point(at)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (QPen(QColor(0, 0, 0, 150), 3), QPen(colours().selection, 1.5)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(QPolygonF(corners))
            painter.drawLine(QPolygonF(corners[:2]).boundingRect().center(), turn)
        painter.setPen(QPen(QColor(0, 0, 0, 200), 1))
        painter.setBrush(colours().selection)
        for corner in corners:
            painter.drawRect(int(corner.x()) - 4, int(corner.y()) - 4, 8, 8)
        painter.drawEllipse(turn, 5, 5)
