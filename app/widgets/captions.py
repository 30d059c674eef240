"""Words of the window that are not controls: quiet notes under things, and headings over parts of a panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget


def note(parent: QWidget | None, text: str = "") -> QLabel:
    """Words in the dim colour that take as many lines as they need."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setProperty("role", "dim")
    return label


class OneLine(QLabel):
    """Words in one line, which end in dots where there is no room for all; the tip has them whole then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_words(self, words: str) -> None:
        if words != self.words:
            self.words = words
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setAccessibleName(self.words)
        self.setToolTip("" if shown == self.words else self.words)


def heading(parent: QWidget | None, text: str = "") -> QLabel:
    """The heading of a part of a panel."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setProperty("role", "heading")
    return label


def heading_row(parent: QWidget, text: str, *widgets: QWidget) -> QHBoxLayout:
    """A heading with the buttons that belong to it at its right end."""
    row = QHBoxLayout()
    row.setSpacing(2)
    row.addWidget(heading(parent, text), 1)
    for widget in widgets:
        row.addWidget(widget)
    return row
