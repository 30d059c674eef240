"""A row of fields with labels before them that fits a narrow place too: there the fields carry
their names themselves."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QWidget,
)

from app import theme

WIDE = theme.grown(600)
"""Pixels from which on there is room for labels, units and arrows; below, wheel and arrow keys change the values."""
SLIDER_NARROW = 32
ROOM = 7
"""Pixels at either side of a number in its field."""
ANY_WIDTH = 16777215  # Qt's word for no limit


class NarrowRow(QWidget):
    """Fields are added with `add_field`; others may stand in `row` beside them.

    It is narrow until it has the room to be wide: the docks around it would make room for it once, and keep less.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[QLabel, QWidget] = {}
        self._wanted: dict[QWidget, int] = {}
        self._short: dict[QWidget, str] = {}
        self.narrow = True
        self.row = QHBoxLayout(self)
        self._space()

    def _space(self) -> None:
        self.row.setSpacing(2 if self.narrow else 6)
        self.row.setContentsMargins(*((2, 2, 2, 2) if self.narrow else (8, 2, 8, 2)))

    def add_field(self, text: str, widget: QWidget, short: str = "") -> None:
        """A label and what it names. short: the name where there is little room; the same when empty."""
        label = QLabel(text, self)
        label.setBuddy(widget)
        widget.setAccessibleName(text)
        self._fields[label] = widget
        self._short[widget] = short or text
        self._wanted[widget] = widget.maximumWidth()
        self.row.addWidget(label)
        self.row.addWidget(widget)
        label.hide()
        self._fold(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < WIDE
        if narrow != self.narrow:
            self.narrow = narrow
            self._space()
            for label, widget in self._fields.items():
                label.setVisible(not narrow)
                self._fold(widget)

    def _fold(self, widget: QWidget) -> None:
        if isinstance(widget, QSlider):
            widget.setFixedWidth(SLIDER_NARROW if self.narrow else self._wanted[widget])
        elif isinstance(widget, QSpinBox | QDoubleSpinBox):
            kind = QAbstractSpinBox.ButtonSymbols
            widget.setButtonSymbols(kind.NoButtons if self.narrow else kind.UpDownArrows)
            widget.setMaximumWidth(ANY_WIDTH if self.narrow else self._wanted[widget])
            widget.setPrefix(f"{self._short[widget]} " if self.narrow else "")
            widget.setSuffix("" if self.narrow else self.tr(" px"))
            widget.setMinimumWidth(self._least(widget) if self.narrow else 0)

    def _least(self, widget: QSpinBox | QDoubleSpinBox) -> int:
        """Width of a field that carries its name and shows a number of two places, or three of a whole one."""
        number = "99.9" if isinstance(widget, QDoubleSpinBox) else "999"
        widget.ensurePolished()
        return widget.fontMetrics().horizontalAdvance(widget.prefix() + number) + 2 * ROOM
