"""The picture alone on the whole screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.editor import Editor
from app.playing.preview import Picture
from app.viewer.canvas import Canvas

KEYS = ("playback.", "viewer.full_screen", "timeline.mark_", "timeline.add_marker", "timeline.next_marker",
        "timeline.previous_marker")  # fmt: skip
"""How the ids of those commands start that make sense without the rest of the window."""


class FullScreenViewer(QWidget):
    """Signals: closed(). Escape, F11, its own key or a double click leave it; the keys of the commands in KEYS
    work as in the window."""

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
        commands = editor.window.actions() if editor.window is not None else []
        self.addActions([action for action in commands if action.objectName().startswith(KEYS)])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
