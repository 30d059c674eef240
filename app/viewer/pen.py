"""The mask pen: the layer of the mask view that draws, selects and shows the objects over the picture.

Left adds and right takes away; Alt turns the left button round, Shift always adds. A lasso is a drag,
a polygon a row of clicks ended by a double click or Enter; with the magnet, or with Ctrl, its lines
cling to edges. With the box tool a drag asks for a smart selection, with Ctrl in place of the object's
mask; clicks, and strokes with Shift, Alt or the right button then help it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPolygonF

from app.editor import Editor
from app.masks.live_stroke import Rect
from app.masks.session import MaskSession
from app.state import MASK_TOOLS
from app.viewer.brush_circle import TOOLS, BrushCircle
from app.viewer.canvas import Canvas
from app.viewer.magnet import Magnet
from app.viewer.overlay import Overlay, twice
from app.viewer.view_map import ViewMap
from core.masks.draw import Point
from core.project.project import first_colour

_DRAWING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Escape)
LASSO_STEP = 2.0
"""Logical pixels between the points of a lasso."""
HELP_WIDTH = 6.0
"""Logical pixels: strokes that help a smart selection, and how they look."""


def adds(event: QMouseEvent) -> bool:
    """Whether this press adds to the object: left does, right and Alt take away, Shift adds again."""
    if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        return True
    return (
        event.button() == Qt.MouseButton.LeftButton
        and not event.modifiers() & Qt.KeyboardModifier.AltModifier
    )


class MaskPen:
    """The layer of the mask view that draws.

    opacity: 0 to 1 of the objects' colours over the picture.
    """

    def __init__(self, editor: Editor, canvas: Canvas, session: MaskSession) -> None:
        self._editor, self._canvas, self.session = editor, canvas, session
        self.overlay = Overlay()
        self.opacity = 0.45
        self.hidden = False
        """Only the objects' outlines are seen: something else is painted over the picture."""
        self._seen_at = 1.0
        self._circle = BrushCircle(canvas, lambda: editor.state.brush)
        self._points: list[Point] = []
        self._corners: list[int] = []
        """How many points there were before each click of a polygon."""
        self._to_corner = 0
        """How many points there were after the last one."""
        self._clung = False
        self.magnet = Magnet(canvas)
        self.magnet.found.connect(canvas.update)
        self._adding = True
        self._dragging = ""
        self._box: tuple[Point, Point] | None = None
        self._afresh = False
        session.labels_changed.connect(self._labels_changed)
        canvas.zoom_changed.connect(self._zoomed)

    @property
    def active(self) -> bool:
        return self._editor.player.in_media

    # The overlay

    def _labels_changed(self, rect: Rect | None) -> None:
        if rect is None or self.overlay.labels is None:
            self.overlay.set_labels(self.session.labels, self._seen_at)
            self._canvas.update()
            return
        self.overlay.labels = self.session.labels
        self.overlay.set_matte(None)  # what is drawn has hard edges
        self.overlay.refresh(rect)
        self._canvas.update_box(rect)

    def _zoomed(self, zoom: float) -> None:
        seen_at = self._canvas.magnification
        if abs(seen_at - self._seen_at) > 1e-6:
            self._seen_at = seen_at
            if self.active:
                self.overlay.set_labels(self.session.labels, seen_at)

    def recolour(self) -> None:
        """The objects' colours, their visibility, the opacity or the look changed."""
        media, state = self.session.media, self._editor.state
        objects, only = media.objects if media is not None else (), state.label if state.solo else 0
        if self.hidden:
            self.overlay.set_colours(objects, 0.0, "outlines", only)
        else:
            self.overlay.set_colours(objects, self.opacity, state.mask_look, only)
        self._canvas.update()

    def colour(self) -> QColor:
        """Of the object in hand."""
        media, label = self.session.media, self._editor.state.label
        known = media.known_object(label) if media is not None else None
        return QColor(known.colour if known is not None else first_colour(label))

    # The mouse

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        tool = self._editor.state.tool
        if not self.active or tool not in MASK_TOOLS:
            return False
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return False
        self._adding = adds(event)
        if tool in TOOLS:
            add = self._adding and tool == "brush"
            self._dragging = "stroke" if self.session.begin(x, y, add=add) else ""
        elif tool == "polygon":
            self._add_corner((x, y), self._clings(event.modifiers()))
            self._dragging = "lasso"
        elif self._helps(event):
            self._points = [(x, y)]
            self._dragging = "help"
        else:
            self._box = ((x, y), (x, y))
            self._afresh = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._dragging = "box"
        return bool(self._dragging)

    def _clings(self, keys: Qt.KeyboardModifier) -> bool:
        """Whether lines cling to edges: Ctrl turns the magnet round."""
        return self._editor.state.magnetic != bool(keys & Qt.KeyboardModifier.ControlModifier)

    def _add_corner(self, corner: Point, clings: bool) -> None:
        self._corners.append(len(self._points))
        self._points += self.magnet.to(corner) if clings and self._points else [corner]
        self._clung, self._to_corner = clings, len(self._points)
        self.magnet.start(self._canvas.picture, corner)

    def _let_go(self) -> list[Point]:
        """The points of the polygon, which is none any more."""
        points, self._points, self._corners = self._points, [], []
        self.magnet.drop()
        return points

    def _helps(self, event: QMouseEvent) -> bool:
        """A stroke that helps the last smart selection, instead of a new box."""
        keys = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier
        wanted = event.button() == Qt.MouseButton.RightButton or bool(event.modifiers() & keys)
        return wanted and self.session.refinable

    def move(self, x: float, y: float, event: QMouseEvent) -> None:
        self._follow((x, y))
        if self._dragging == "stroke":
            self.session.extend(x, y)
        elif self._dragging in ("lasso", "help"):
            if math.dist(self._points[-1], (x, y)) * self._canvas.view.zoom >= LASSO_STEP:
                self._points.append((x, y))
                self._canvas.update()
        elif self._dragging == "box" and self._box is not None:
            self._box = (self._box[0], (x, y))
            self._canvas.update()

    def release(self, x: float, y: float, event: QMouseEvent) -> None:
        dragging, self._dragging = self._dragging, ""
        if dragging == "stroke":
            self.session.finish()
        elif dragging == "lasso" and self._long_way():
            self._clung = False  # it was drawn by hand
            self._close_polygon()
        elif dragging == "lasso":
            self._points = self._points[: self._to_corner]
        elif dragging == "help":
            points, self._points = tuple(self._points), []
            self._help(points, self._adding)
        elif dragging == "box" and self._box is not None:
            (ax, ay), (bx, by) = self._box
            self._box = None
            if abs(ax - bx) >= 3 and abs(ay - by) >= 3:
                box = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
                self.session.select_box(box, afresh=self._afresh)
            elif self._adding:
                self._help(((x, y),), add=True)
        self._canvas.update()

    def _help(self, points: tuple[Point, ...], add: bool) -> None:
        self.session.refine(points, max(1.0, HELP_WIDTH / self._canvas.view.zoom), add=add)

    def _long_way(self) -> bool:
        """A drag, not the trembling of a click."""
        if len(self._points) < self._to_corner + 8:
            return False
        xs, ys = zip(*self._points[-9:], strict=True)
        return max(max(xs) - min(xs), max(ys) - min(ys)) * self._canvas.view.zoom > 6

    def double(self, x: float, y: float) -> bool:
        """Ends a polygon; over a mask no double click opens the full screen."""
        if not self.active or self._editor.state.tool not in MASK_TOOLS:
            return False
        if self._editor.state.tool == "polygon":
            self._close_polygon()
        return True

    def _close_polygon(self) -> None:
        if self._clung and len(self._points) > 1:
            self._points += self.magnet.to(self._points[0])[:-1]
        points = self._let_go()
        if len(points) >= 3:
            self.session.polygon(points, add=self._adding)
        self._canvas.update()

    def wants_key(self, event: QKeyEvent) -> bool:
        """Delete is for the object on this frame, the others for what is being drawn right now."""
        if not self.active or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        if event.key() == Qt.Key.Key_Delete:
            return True
        drawing = bool(self._points) or self._box is not None or self.session.drawing
        return drawing and event.key() in _DRAWING_KEYS

    def key(self, event: QKeyEvent) -> bool:
        """Enter closes a polygon, Backspace takes a point back, Escape lets go of all, Delete clears the object."""
        if not self.wants_key(event):
            return False
        key = event.key()
        if key == Qt.Key.Key_Delete:
            self.session.clear_object()
        elif key == Qt.Key.Key_Backspace:
            self._take_back()
        elif key == Qt.Key.Key_Escape:
            self._let_go()
            self._box, self._dragging = None, ""
            self.session.cancel()
        else:
            self._close_polygon()
        self._canvas.update()
        return True

    def _take_back(self) -> None:
        """The last corner goes, with the line to it."""
        if self._corners:
            del self._points[self._corners.pop() :]
            self._to_corner = len(self._points)
            self.magnet.drop()
        if self._points:
            self.magnet.start(self._canvas.picture, self._points[-1])

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        if not self.active:
            return None
        self._follow((x, y))
        tool = self._editor.state.tool
        if tool in TOOLS:
            return self._circle.cursor
        return Qt.CursorShape.CrossCursor if tool in MASK_TOOLS else None

    def leave(self) -> None:
        self._circle.leave()

    def _follow(self, point: Point) -> None:
        self._circle.move(point)
        if self._editor.state.tool == "polygon" and self._points:
            self._canvas.update()  # its last line ends at the mouse

    # Painting

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        if not self.active:
            return
        painter.save()
        self.overlay.paint(painter, self._canvas.picture_rect())
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.colour() if self._adding or not self._dragging else QColor("#ffffff")
        if self._points:
            self._paint_points(painter, view, colour)
        if self._box is not None:
            corners = QRectF(QPointF(*view.to_widget(*self._box[0])), QPointF(*view.to_widget(*self._box[1])))
            twice(painter, colour, lambda: painter.drawRect(corners), dashed=True)
        if self._editor.state.tool in TOOLS:
            erasing = self._editor.state.tool == "eraser"
            self._circle.paint(painter, view, QColor("#ffffff") if erasing else colour)

    def _paint_points(self, painter: QPainter, view: ViewMap, colour: QColor) -> None:
        seen = list(self._points)
        if self._circle.at is not None and self._dragging != "help":
            clings = not self._dragging and self._clings(QGuiApplication.keyboardModifiers())
            seen += self.magnet.to(self._circle.at) if clings else [self._circle.at]
        points = [QPointF(*view.to_widget(*point)) for point in seen]
        twice(painter, colour, lambda: painter.drawPolyline(QPolygonF(points)))
        painter.setBrush(colour)
        for after in [*self._corners[1:], self._to_corner] if self._corners else []:
            painter.drawEllipse(points[after - 1], 3, 3)
