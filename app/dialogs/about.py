"""Name, version, licence."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from core.assets import asset


def program_version() -> str:
    """The installed version; empty when it runs from a bare checkout."""
    try:
        return version("laminar")
    except PackageNotFoundError:
        return ""


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Laminar"))
        mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        mark.setPixmap(QIcon(str(asset("icons", "laminar.svg"))).pixmap(QSize(96, 96)))
        name = QLabel("Laminar", alignment=Qt.AlignmentFlag.AlignCenter)
        name.setProperty("role", "title")
        words = QLabel(
            self.tr(
                "Version {0}\n\nA film editor that sees a film as layers that flow.\n"
                "It runs on this computer alone: no account, no upload.\n\n"
                "Licensed under the Apache License 2.0.\nBuilt on Qt, FFmpeg, PyTorch, OpenCV and NumPy."
            ).format(program_version()),
            alignment=Qt.AlignmentFlag.AlignCenter,
        )
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 32, 48, 16)
        column.setSpacing(8)
        for widget in (mark, name, words):
            column.addWidget(widget)
        column.addSpacing(16)
        column.addWidget(box)
