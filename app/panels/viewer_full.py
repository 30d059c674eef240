"""The picture alone on the whole screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.editor import Editor
from app.panels.viewer_canvas import Canvas
from app.preview import Picture


class FullScreenViewer(QWidget):
    """Signals: closed(). Escape, F11 or a double click leave it; the transport keys work as in the window."""

    closed = Signal()

    def __init__(self, editor: Editor, picture: Picture | None) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._editor = editor
        self.canvas = Canvas(self)
        self.canvas.plain = True
        self.canvas.double_clicked.connect(self.close)
        self.setWindowTitle(self.tr("Laminar viewer"))
        self.setAccessibleName(self.tr("Full-screen viewer"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        if picture is not None:
            self.canvas.set_picture(picture)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        player = self._editor.player
        step = round(player.rate.fps) if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        commands = {
            Qt.Key.Key_Escape: self.close,
            Qt.Key.Key_F11: self.close,
            Qt.Key.Key_Space: player.toggle,
            Qt.Key.Key_K: player.pause,
            Qt.Key.Key_J: lambda: player.shuttle(-1),
            Qt.Key.Key_L: lambda: player.shuttle(1),
            Qt.Key.Key_Left: lambda: player.step(-step),
            Qt.Key.Key_Right: lambda: player.step(step),
            Qt.Key.Key_Home: lambda: player.seek(0),
            Qt.Key.Key_End: lambda: player.seek(player.duration),
        }
        command = commands.get(Qt.Key(event.key()))
        if command is None:
            super().keyPressEvent(event)
        else:
            command()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
