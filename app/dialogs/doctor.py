"""The doctor page: what works on this machine, as text to copy into a report."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QProgressBar, QWidget
from shiboken6 import isValid

from app import theme
from app.editor import Editor
from app.widgets.columns import dialog_column
from core import doctor


class DoctorDialog(QDialog):
    """The examination runs beside the window; it takes a few seconds because torch is asked too."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Doctor"))
        self.resize(theme.roomy(720, 640))
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(self.tr("Report"))
        self.text.setFont(theme.timecode_font(9.5))
        self.text.setPlainText(self.tr("Looking at this machine…"))
        self.busy = QProgressBar(maximum=0, textVisible=False)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = box.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setEnabled(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        box.rejected.connect(self.reject)
        dialog_column(self, self.text, self.busy, box)
        editor.background.run(doctor.report, self._show, editor.notify.failure)

    def _show(self, found: dict[str, Any]) -> None:
        if not isValid(self):
            return
        qt = {
            "platform": QGuiApplication.platformName(),
            "scale": QGuiApplication.primaryScreen().devicePixelRatio(),
        }
        found["window"] = {**found.get("window", {}), **qt}
        self.text.setPlainText(doctor.as_text(found))
        self.busy.hide()
        self.copy.setEnabled(True)
