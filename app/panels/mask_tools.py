"""The tools of the mask view: a strip beside the picture, and a row of their values above it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.masks.session import MAX_BRUSH, MIN_BRUSH, MaskSession
from app.widgets.buttons import names_command, tool_button
from app.widgets.narrow_row import NarrowRow

BOX_WIDTH = theme.grown(90)
"""Pixels of a field at most: the row must fit the viewer of a window 1280 wide."""


class MaskTools(QWidget):
    """The strip: a column of tools of which one is in hand, a column of changes of the whole mask. Two columns, so
    that the strip asks for no more height than the picture has in a small window."""

    def __init__(self, editor: Editor, session: MaskSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(4, 8, 4, 8)
        columns.setSpacing(2)
        tools, changes = QVBoxLayout(), QVBoxLayout()
        tr = self.tr
        for tool, icon, name in (
            ("brush", "brush", tr("Brush: left adds, right takes away")),
            ("eraser", "eraser", tr("Eraser")),
            ("polygon", "lasso", tr("Lasso and polygon: drag, or click corners and press Enter")),
            (
                "box",
                "box",
                tr(
                    "Box: selects the object inside, with Ctrl in place of its mask; strokes with Shift or Alt help it"
                ),
            ),
            ("hand", "hand", tr("Hand: move the picture")),
        ):
            button = tool_button(self, icon, name, f"mask.{tool}", checkable=True)
            button.setProperty("tool", tool)
            button.clicked.connect(lambda checked, tool=tool: editor.state.set("tool", tool))
            self._group.addButton(button)
            tools.addWidget(button)
        for icon, name, command, run in self._changes(session):
            button = tool_button(self, icon, name, command)
            button.clicked.connect(run)
            changes.addWidget(button)
        changes.addWidget(self._magnet())
        for column in (tools, changes):
            column.setSpacing(2)
            column.addStretch(1)
            columns.addLayout(column)
        editor.state.tool_changed.connect(self._show_tool)
        self._show_tool(editor.state.tool)
        self.setAccessibleName(tr("Mask tools"))

    def _changes(self, session: MaskSession) -> tuple[tuple[str, str, str, Callable[[], None]], ...]:
        tr = self.tr
        return (
            ("fill", tr("Fill holes of the object"), "mask.fill", session.fill_holes),
            ("grow", tr("Grow the object by the amount above"), "mask.grow", session.grow),
            ("shrink", tr("Shrink the object by the amount above"), "mask.shrink", session.shrink),
            ("object", tr("Keep only the largest part"), "mask.largest", session.keep_largest),
            ("delete", tr("Clear the object on this frame"), "mask.clear_object", session.clear_object),
        )

    def _magnet(self) -> QToolButton:
        name = self.tr("Magnet: lines of the polygon cling to edges; Ctrl turns it round")
        button = tool_button(self, "snap", name, "mask.magnet", checkable=True)
        button.clicked.connect(lambda on: self._editor.state.set("magnetic", on))
        self._editor.state.magnetic_changed.connect(button.setChecked)
        return button

    def _show_tool(self, tool: str) -> None:
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(button.property("tool") == tool)
        self._group.setExclusive(True)


class MaskOptions(NarrowRow):
    """The values: brush size, colour over the picture, amount to grow by, feather.

    Signals: opacity_changed(part: float).
    """

    opacity_changed = Signal(float)

    def __init__(self, editor: Editor, session: MaskSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        tr = self.tr
        self.size_box = QSpinBox(self)
        self.size_box.setRange(MIN_BRUSH, MAX_BRUSH)
        self.size_box.setSuffix(tr(" px"))
        names_command(self.size_box, tr("Brush size"), "mask.smaller", "mask.larger")
        self.size_box.setValue(editor.state.brush)
        self.size_box.valueChanged.connect(lambda value: editor.state.set("brush", value))
        editor.state.brush_changed.connect(self._show_brush)
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(0, 100)
        self.opacity.setValue(45)
        self.opacity.setFixedWidth(theme.grown(72))
        self.opacity.setToolTip(tr("How strongly the objects' colours cover the picture"))
        self.opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.amount = self._pixels(session.amount, 1, 100, tr("How far grow and shrink go"))
        self.amount.valueChanged.connect(lambda value: setattr(session, "amount", value))
        self.feather = self._pixels(session.feather, 0, 100, tr("Softness of the edge when the mask is used"))
        self.feather.valueChanged.connect(lambda value: setattr(session, "feather", value))
        self.protect = QCheckBox(tr("Protect"), self)
        self.protect.setToolTip(tr("Painting leaves the other objects' pixels alone"))
        self.protect.toggled.connect(lambda on: setattr(session, "protect", on))
        for text, widget in (
            (tr("Size"), self.size_box),
            (tr("Overlay"), self.opacity),
            (tr("Grow by"), self.amount),
            (tr("Feather"), self.feather),
        ):
            if widget is not self.opacity:
                widget.setMaximumWidth(BOX_WIDTH)
            self.add_field(text, widget, tr("Grow") if widget is self.amount else "")
        self.row.addWidget(self.protect)
        self.row.addStretch(1)

    def _pixels(self, value: float, low: float, high: float, tip: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(self)
        box.setRange(low, high)
        box.setDecimals(1)
        box.setSingleStep(0.5)
        box.setSuffix(self.tr(" px"))
        box.setValue(value)
        box.setToolTip(tip)
        return box

    def _show_brush(self, size: int) -> None:
        with QSignalBlocker(self.size_box):
            self.size_box.setValue(size)
