"""Words of the window that are not controls: quiet notes under things, and headings over parts of a panel."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget


def note(parent: QWidget | None, text: str = "") -> QLabel:
    """Words in the dim colour that take as many lines as they need."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setProperty("role", "dim")
    return label


def heading(parent: QWidget | None, text: str = "") -> QLabel:
    """The heading of a part of a panel."""
    label = QLabel(text, parent)
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
