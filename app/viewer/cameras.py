"""Over all cameras side by side: their numbers, a frame around the one that is seen, and a click
that cuts to another."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from app import theme
from app.actions.cameras import MOST
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.playing.cameras import CameraView
from app.viewer.canvas import PaintedLayer
from app.viewer.view_map import ViewMap
from core.timeline.cameras import Cell, cameras_at, cells_of
from core.timeline.model import Sequence

BADGE = 22.0
"""Pixels of the widget: side of a number's badge."""
AWAY = 8.0
"""Pixels of the widget: its distance from the corner."""


class CameraLayer(PaintedLayer):
    """Of the film view, while all cameras are seen."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._view = editor.one(CameraView)

    def _shown(self) -> Sequence | None:
        editor = self._editor
        return editor.document.sequence if self._view.on and editor.state.view == "sequence" else None

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        sequence = self._shown()
        if sequence is None:
            return
        cameras = cameras_at(sequence, self._editor.state.playhead)
        cells = cells_of(sequence)
        for number, (track, clip) in enumerate(cameras.items(), 1):
            place = _on_widget(cells[track], sequence, view)
            if clip.enabled:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colours().selection, 3))
                painter.drawRect(place.adjusted(1.5, 1.5, -1.5, -1.5))
            badge = QRectF(place.left() + AWAY, place.top() + AWAY, BADGE, BADGE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 170))
            painter.drawRoundedRect(badge, 5, 5)
            painter.setPen(QColor("#f0f0f0"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(number))

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        sequence = self._shown()
        if sequence is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        cells = cells_of(sequence)
        cameras = cameras_at(sequence, self._editor.state.playhead)
        for number, track in zip(range(1, MOST + 1), cameras, strict=False):
            if _place(cells[track], sequence).contains(x, y):
                trigger(self._editor, find_action(f"cameras.cut_to_{number}"))
                return True
        return False

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        return Qt.CursorShape.PointingHandCursor if self._shown() is not None else None


def _place(cell: Cell, sequence: Sequence) -> QRectF:
    """In pixels of the film."""
    left = sequence.width / 2 + cell.x - cell.width / 2
    return QRectF(left, sequence.height / 2 + cell.y - cell.height / 2, cell.width, cell.height)


def _on_widget(cell: Cell, sequence: Sequence, view: ViewMap) -> QRectF:
    place = _place(cell, sequence)
    left, top = view.to_widget(place.left(), place.top())
    return QRectF(left, top, place.width() * view.zoom, place.height() * view.zoom)
