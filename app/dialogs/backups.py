"""Older saves of the open project: take one back. It comes as one step of undo; nothing on disk changes until the
project is saved."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt
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
from app.project import disk
from app.widgets.columns import dialog_column
from core.project import backups

_PATH = Qt.ItemDataRole.UserRole


class BackupsDialog(QDialog):
    """Newest first; reading one runs beside the window."""

    def __init__(self, editor: Editor, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setWindowTitle(self.tr("Older saves"))
        self.resize(theme.roomy(480, 420))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Older saves"))
        path, data = editor.document.path, editor.document.data
        found = backups.listed(path, data) if path is not None and data is not None else {}
        for moment, backup in reversed(found.items()):
            item = QListWidgetItem(shown(moment))
            item.setData(_PATH, str(backup))
            self.list.addItem(item)
        words = self.tr("Each save keeps the one before it. Taking one back can be undone.")
        if not found:
            words = self.tr("There are none yet: each save keeps the one before it.")
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.take = box.addButton(self.tr("Go back to this one"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setEnabled(bool(found))
        self.take.setDefault(True)
        box.rejected.connect(self.reject)
        box.accepted.connect(self.restore)
        self.list.itemActivated.connect(self.restore)
        self.list.setCurrentRow(0)
        dialog_column(self, QLabel(words, wordWrap=True), self.list, box)

    def restore(self) -> None:
        """Put the chosen save into the document."""
        item = self.list.currentItem()
        if item is None:
            return
        path = Path(item.data(_PATH))
        done = partial(_put_back, self._editor, self.tr("Go back to {0}").format(item.text()))
        self._editor.background.run(partial(disk.load, path), done, self._editor.notify.failure)
        self.accept()


def shown(moment: datetime) -> str:
    """Date and time to the second as the user writes them."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(moment.timestamp())), "d MMM yyyy, HH:mm:ss")


def _put_back(editor: Editor, title: str, loaded: disk.Loaded) -> None:
    if editor.document.path == loaded.path:  # else another project was opened meanwhile
        editor.document.edit(title, lambda _project: loaded.project)
        for note in loaded.notices:
            editor.notify.warning(note)
