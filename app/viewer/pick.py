"""One click on the picture, asked for by a command."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter

from app.editor import Editor
from app.playing.preview import Picture
from app.viewer.canvas import Canvas, PaintedLayer
from app.viewer.view_map import ViewMap


def colour_at(picture: Picture | None, x: int, y: int) -> QColor | None:
    """What a picture shows around a pixel of its raster, the mean of a few; None outside of it."""
    if picture is None or not (0 <= x < picture.raster[0] and 0 <= y < picture.raster[1]):
        return None
    height, width = picture.pixels.shape[:2]
    across, down = x * width // picture.raster[0], y * height // picture.raster[1]
    seen = picture.pixels[max(0, down - 2) : down + 3, max(0, across - 2) : across + 3]
    blue, green, red, _ = (round(float(value)) for value in seen.mean(axis=(0, 1)))
    return QColor(red, green, blue)


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
