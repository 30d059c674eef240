"""One click on the picture, asked for by a command."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from app.editor import Editor
from app.viewer.canvas import Canvas, PaintedLayer
from app.viewer.view_map import ViewMap


class PickLayer(PaintedLayer):
    """Takes the next click of the left button; Escape, another frame or another view lets go."""

    def __init__(self, editor: Editor, canvas: Canvas) -> None:
        self._editor, self._canvas = editor, canvas
        self._then: Callable[[int, int], None] | None = None
        for happened in (
            editor.state.media_frame_changed,
            editor.state.view_changed,
            editor.state.media_changed,
        ):
            happened.connect(lambda value: self.let_go())

    @property
    def waiting(self) -> bool:
        return self._then is not None

    def ask(self, then: Callable[[int, int], None]) -> None:
        """Call `then` with the picture's pixel that is clicked on."""
        self._then = then
        self._canvas.setCursor(Qt.CursorShape.CrossCursor)

    def let_go(self) -> None:
        if self._then is not None:
            self._then = None
            self._canvas.unsetCursor()
            self._editor.notify.status("")

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        pass

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        then = self._then
        if then is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        self.let_go()
        then(int(x), int(y))
        return True

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        return Qt.CursorShape.CrossCursor if self.waiting else None

    def wants_key(self, event: QKeyEvent) -> bool:
        return self.waiting and event.key() == Qt.Key.Key_Escape

    def key(self, event: QKeyEvent) -> bool:
        if not self.wants_key(event):
            return False
        self.let_go()
        return True
