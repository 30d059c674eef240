"""The columns that dialogs and panels are laid out in, with the window's margins and gaps."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from app.theme import GRID


def dialog_column(dialog: QWidget, *things: QWidget | QLayout) -> QVBoxLayout:
    """The column of a dialog, with what it holds from top to bottom."""
    return _column(dialog, 2 * GRID, GRID, things)


def panel_column(panel: QWidget, *things: QWidget | QLayout) -> QVBoxLayout:
    """The column of a panel, with what it holds from top to bottom."""
    return _column(panel, GRID, GRID - 2, things)


def _column(parent: QWidget, margin: int, gap: int, things: tuple[QWidget | QLayout, ...]) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(gap)
    for thing in things:
        if isinstance(thing, QLayout):
            column.addLayout(thing)
        else:
            column.addWidget(thing)
    return column
