"""A field to drag on, as on a ball: the value moves by as much as the mouse, wherever it was pressed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from app.widgets.fields import Folder

FINE = 0.2
"""A drag with Shift moves so much slower."""
RESET_KEYS = (Qt.Key.Key_Home, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class DragPad(QWidget):
    """A drag is one undo step (`fold`); a double click, Home, Delete and Backspace reset. What is
    dragged, and how it is drawn, say the subclasses."""

    def __init__(self) -> None:
        super().__init__()
        self.fold = Folder()
        self._from: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def pressed(self, at: QPointF) -> None:
        """A drag begins at this point of the widget."""

    def dragged(self, right: float, up: float) -> None:
        """By so many logical pixels since the last time."""
        raise NotImplementedError

    def reset(self) -> None:
        """Back to where it does nothing."""
        raise NotImplementedError

    def _reset_alone(self) -> None:
        self.fold.end()
        self.reset()
        self.fold.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.fold.end()
            self._from = event.position()
            self.pressed(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        moved, self._from = event.position() - self._from, event.position()
        pace = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
        self.dragged(moved.x() * pace, -moved.y() * pace)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._from = None
        self.fold.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._reset_alone()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in RESET_KEYS:
            self._reset_alone()
        else:
            super().keyPressEvent(event)
