"""Every edit since the project was opened, by name; a click goes there."""

from __future__ import annotations

from PySide6.QtWidgets import QUndoView, QVBoxLayout, QWidget

from app import theme
from app.editor import Editor


class HistoryPanel(QWidget):
    """The undo stack as a list. The rows after the current one are edits that can be redone."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("History"))
        self.view = QUndoView(editor.document.undo_stack, self)
        self.view.setEmptyLabel(self.tr("As opened"))
        self.view.setAccessibleName(self.tr("Edits, oldest first"))
        self.view.setCleanIcon(theme.icon("save"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
