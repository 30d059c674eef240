"""Films of the project that no clip shows: pick those to delete, as one step of undo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.widgets.columns import dialog_column
from core.project import sequences
from core.time import timecode

_ID = Qt.ItemDataRole.UserRole


class UnusedFilmsDialog(QDialog):
    """Those that a deleted compound clip has left are marked, cuts of the user's own are not."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setWindowTitle(self.tr("Delete unused films"))
        self.resize(theme.roomy(440, 360))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Films that no clip shows"))
        for film in sequences.unused(editor.document.project):
            length = timecode(film.duration, film.rate)
            item = QListWidgetItem(f"{film.name}    {length}")
            item.setData(_ID, film.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            kept = sequences.has_given_name(film)
            item.setCheckState(Qt.CheckState.Unchecked if kept else Qt.CheckState.Checked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.delete = box.addButton(self.tr("Delete films"), QDialogButtonBox.ButtonRole.AcceptRole)
        box.rejected.connect(self.reject)
        box.accepted.connect(self.accept)
        self.list.itemChanged.connect(self._show_state)
        self._show_state()
        words = self.tr(
            "No clip of the project shows these films, and the timeline does not. Mark those to delete; it can "
            "be undone."
        )
        dialog_column(self, QLabel(words, wordWrap=True), self.list, box)

    @property
    def marked(self) -> tuple[str, ...]:
        """Ids of the films to delete."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(item.data(_ID) for item in items if item.checkState() == Qt.CheckState.Checked)

    def accept(self) -> None:
        """Delete them."""
        self._editor.document.edit(self.tr("Delete unused films"), sequences.without_films, self.marked)
        super().accept()

    def _show_state(self) -> None:
        self.delete.setEnabled(bool(self.marked))
        self.delete.setToolTip("" if self.marked else self.tr("Mark a film first"))
