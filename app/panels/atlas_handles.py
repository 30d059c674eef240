"""Moving, scaling and turning a picture or a text on the atlas: one undo step a drag, the film follows the hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF

from app.atlas_session import AtlasSession
from app.editor import Editor
from app.panels.viewer_canvas import Canvas
from app.panels.viewer_handles import REACH, TREMBLE, TURN_ARM, Grip, Placement
from app.theme import colours
from app.view_map import ViewMap
from core.project import atlas_edits
from core.project.atlas_kinds import AtlasEdit, edit_numbers
from core.project.atlas_pictures import picture_size
from core.render.atlas_stack import text_size

SIZES = {"stamp": ("scale", 0.01, 50.0), "text": ("size", 2.0, 4000.0)}
"""The number that a corner changes, and its bounds."""


@dataclass
class _Drag:
    grip: Grip
    begin: tuple[float, float]
    at: Placement
    edit: AtlasEdit
    media: str
    begun: bool = False


def dragged(grip: Grip, edit: AtlasEdit, at: Placement, begin: tuple[float, float], now: tuple[float, float],
            straight: bool) -> dict[str, float]:  # fmt: skip
    """The edit's new numbers after a drag from `begin` to `now`, atlas pixels.

    straight: keep to one direction, or turn in steps of 15 degrees.
    """
    numbers = edit_numbers(edit)
    dx, dy = now[0] - begin[0], now[1] - begin[1]
    if grip == "move":
        if straight:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        return {"x": round(numbers["x"] + dx, 1), "y": round(numbers["y"] + dy, 1)}
    if grip == "scale":
        name, low, high = SIZES[edit.kind]
        part = math.dist(now, (at.x, at.y)) / max(math.dist(begin, (at.x, at.y)), 1e-6)
        return {name: round(min(max(numbers[name] * part, low), high), 3)}
    before, after = (math.atan2(y - at.y, x - at.x) for x, y in (begin, now))
    turned = numbers["rotation"] + (math.degrees(after - before) + 180) % 360 - 180
    return {"rotation": float(round(turned / 15) * 15) if straight else round(turned, 1)}


class AtlasHandles:
    """The layer with a frame around the picture or text in hand, for the tool "select". off: the canvas shows another
    picture than the atlas that the edit's numbers count in."""

    def __init__(self, editor: Editor, canvas: Canvas, session: AtlasSession) -> None:
        self._editor, self._canvas, self._session = editor, canvas, session
        self._drag: _Drag | None = None
        self._view = ViewMap()
        self.off = False
        session.changed.connect(canvas.update)

    def _chosen(self) -> tuple[AtlasEdit, Placement] | None:
        edit = self._session.edit
        if self.off or edit is None or edit.kind not in SIZES or self._editor.state.tool != "select":
            return None
        size = self._size(edit)
        if size is None:
            return None
        numbers = edit_numbers(edit)
        scale = numbers.get("scale", 1.0)
        at = Placement(numbers["x"], numbers["y"], size[0] * scale, size[1] * scale, numbers["rotation"])
        return edit, at

    def _size(self, edit: AtlasEdit) -> tuple[int, int] | None:
        """Pixels of the edit's picture before it is scaled."""
        if edit.kind == "text":
            return text_size(edit)
        data = self._editor.document.data
        return picture_size(data, edit.file) if data is not None else None

    def _grip(self, x: float, y: float) -> Grip | None:
        chosen = self._chosen()
        if chosen is None or not self._editor.player.in_atlas:
            return None
        at, reach = chosen[1], REACH / self._view.zoom
        if math.dist((x, y), self._turning_point(at)) <= reach:
            return "rotate"
        if any(math.dist((x, y), corner) <= reach for corner in at.corners()):
            return "scale"
        return "move" if at.inside(x, y) else None

    def _turning_point(self, at: Placement) -> tuple[float, float]:
        return at.point(0, -at.height / 2 - TURN_ARM / self._view.zoom)

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        chosen, grip = self._chosen(), self._grip(x, y)
        media = self._session.media
        if event.button() != Qt.MouseButton.LeftButton or chosen is None or grip is None or media is None:
            return False
        self._drag = _Drag(grip, (x, y), chosen[1], chosen[0], media.id)
        self._editor.document.begin_drag(f"atlas-{grip}-{chosen[0].id}-{id(self._drag)}")
        return True

    def move(self, x: float, y: float, event: QMouseEvent) -> None:
        drag = self._drag
        if drag is None:
            return
        if not drag.begun and math.dist(drag.begin, (x, y)) * self._view.zoom < TREMBLE:
            return  # a click is not a move: the hand may tremble
        drag.begun = True
        straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        numbers = dragged(drag.grip, drag.edit, drag.at, drag.begin, (x, y), straight)
        names = {"move": "Move on the object", "scale": "Scale on the object", "rotate": "Turn on the object"}
        if not self._session.change(
            names[drag.grip], atlas_edits.change_edit, drag.media, drag.edit.id, numbers=numbers
        ):
            self._end()

    def release(self, x: float, y: float, event: QMouseEvent) -> None:
        self._end()

    def _end(self) -> None:
        if self._drag is not None:
            self._drag = None
            self._editor.document.end_drag()

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        shapes = {
            "move": Qt.CursorShape.SizeAllCursor,
            "scale": Qt.CursorShape.SizeFDiagCursor,
            "rotate": Qt.CursorShape.CrossCursor,
        }
        grip = self._grip(x, y)
        return shapes[grip] if grip is not None else None

    def leave(self) -> None:
        """Nothing is under the mouse any more; nothing to do."""

    def key(self, event: QKeyEvent) -> bool:
        return False

    def wants_key(self, event: QKeyEvent) -> bool:
        return False

    def double(self, x: float, y: float) -> bool:
        return False

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        self._view = view
        chosen = self._chosen()
        if chosen is None:
            return
        at = chosen[1]
        corners = [QPointF(*view.to_widget(*corner)) for corner in at.corners()]
        turn = QPointF(*view.to_widget(*self._turning_point(at)))
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
