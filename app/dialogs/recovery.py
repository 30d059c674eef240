"""Work that a crash left: recover a copy, throw it away, or decide later. Never in the way of anything."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.editor import Editor
from app.widgets.columns import dialog_column
from core.project import recovery
from core.project.recovery import Left


class RecoveryDialog(QDialog):
    """One row for each piece of work. Not modal; closing it leaves the rest for the next start."""

    def __init__(self, editor: Editor, left: list[Left], parent: QWidget | None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.left = list(left)
        self.setWindowTitle(self.tr("Recover unsaved work"))
        self.setMinimumWidth(720)
        words = QLabel(
            self.tr(
                "Laminar ended before this work was saved. Recovering makes a copy; nothing is overwritten."
            ),
            wordWrap=True,
        )
        words.setProperty("role", "dim")
        column = dialog_column(self, words)
        self.rows: list[QFrame] = []
        for one in self.left:
            column.addWidget(self._row(one))
        later = QPushButton(self.tr("Decide later"))
        later.clicked.connect(self.close)
        column.addWidget(later, 0, Qt.AlignmentFlag.AlignRight)

    def _row(self, one: Left) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "card")
        when = QLocale().toString(
            QDateTime.fromSecsSinceEpoch(int(one.changed)), QLocale.FormatType.ShortFormat
        )
        name = QLabel(one.name)
        name.setProperty("role", "heading")
        edits = self.tr("1 edit") if one.edits == 1 else self.tr("{0} edits").format(one.edits)
        about = QLabel(
            self.tr("Last edit {0}  ·  {1} since the last save").format(when, edits)
            + (f"\n{one.file}" if one.file is not None else ""),
            wordWrap=True,
        )
        about.setProperty("role", "dim")
        recover = QPushButton(self.tr("Recover a copy"))
        recover.setAccessibleName(self.tr("Recover a copy of {0}").format(one.name))
        recover.clicked.connect(partial(self.recover, one))
        discard = QPushButton(self.tr("Throw away"))
        discard.setAccessibleName(self.tr("Throw away {0}").format(one.name))
        discard.clicked.connect(partial(self._discard_asking, one))
        discard.setAutoDefault(False)  # Return must never throw work away
        words = QVBoxLayout()
        words.addWidget(name)
        words.addWidget(about)
        row = QHBoxLayout(frame)
        row.addLayout(words, 1)
        row.addWidget(recover)
        row.addWidget(discard)
        if not self.rows:
            recover.setDefault(True)
            recover.setFocus()
        self.rows.append(frame)
        return frame

    def ask_folder(self, one: Left) -> Path | None:
        """Where to put a copy of work that never had a place."""
        if one.file is not None and one.file.parent.is_dir():
            return one.file.parent
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Folder for {0}").format(one.name), str(Path.home())
        )
        return Path(chosen) if chosen else None

    def recover(self, one: Left) -> None:
        """Write the copy beside the window, open it, and forget the journal."""
        folder = self.ask_folder(one)
        if folder is None:
            return

        def done(path: Path) -> None:
            one.discard()
            self._forget(one)
            self._editor.desk.open_asking(path)

        self._editor.background.run(partial(recovery.restore, one, folder), done, self._editor.notify.failure)

    def _discard_asking(self, one: Left) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setText(self.tr("Throw away the unsaved work on “{0}”?").format(one.name))
        box.setInformativeText(self.tr("It cannot be brought back."))
        away = box.addButton(self.tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        away.clicked.connect(lambda: self.discard(one))
        self._editor.show_dialog(box)

    def discard(self, one: Left) -> None:
        one.discard()
        self._forget(one)

    def _forget(self, one: Left) -> None:
        self.rows[self.left.index(one)].hide()
        del self.rows[self.left.index(one)]
        self.left.remove(one)
        if not self.left:
            self.accept()

    def release(self) -> None:
        """Leave what was not decided to the next start."""
        for one in self.left:
            one.release()
        self.left, self.rows = [], []

    def closeEvent(self, event: QCloseEvent) -> None:
        self.release()
        super().closeEvent(event)
