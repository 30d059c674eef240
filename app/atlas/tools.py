"""The tools of the atlas view: a strip beside the pictures, and a row of the brush's values above them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.atlas.session import AtlasSession
from app.editor import Editor
from app.masks.session import MAX_BRUSH, MIN_BRUSH
from app.widgets.buttons import names_command, tool_button
from app.widgets.fields import ColourButton, narrow
from app.widgets.narrow_row import NarrowRow

SLIDER_WIDTH, COLOUR_WIDTH = 56, 92


class AtlasTools(QWidget):
    """The strip of tools."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(2)
        tr = self.tr
        for tool, icon, name, command in (
            ("select", "select", tr("Move, scale and turn the picture or text in hand"), "atlas.select"),
            ("brush", "brush", tr("Brush: left paints, right rubs out"), "mask.brush"),
            ("eraser", "eraser", tr("Eraser: rubs out paint"), "mask.eraser"),
            ("text", "title", tr("Text: click where it is to stand"), "atlas.text"),
            ("stamp", "image", tr("Picture: click where it is to lie"), "atlas.stamp"),
            ("fill", "fill", tr("Fill: click on what is to take the colour"), "atlas.fill"),
            ("hand", "hand", tr("Hand: move the view"), "mask.hand"),
        ):
            button = tool_button(self, icon, name, command, checkable=True)
            button.setProperty("tool", tool)
            button.clicked.connect(lambda checked, tool=tool: editor.state.set("tool", tool))
            self._group.addButton(button)
            column.addWidget(button)
        column.addStretch(1)
        editor.state.tool_changed.connect(self._show_tool)
        self._show_tool(editor.state.tool)
        self.setAccessibleName(tr("Painting tools"))

    def _show_tool(self, tool: str) -> None:
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(button.property("tool") == tool)
        self._group.setExclusive(True)


class AtlasOptions(NarrowRow):
    """The brush's size, hardness, colour and opacity, and what the frame shows."""

    def __init__(self, editor: Editor, session: AtlasSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor, self._session = editor, session
        tr = self.tr
        self.size_box = QSpinBox(self)
        self.size_box.setRange(MIN_BRUSH, MAX_BRUSH)
        self.size_box.setSuffix(tr(" px"))
        names_command(self.size_box, tr("Brush size, in pixels of the film"), "mask.smaller", "mask.larger")
        self.size_box.setValue(editor.state.brush)
        self.size_box.valueChanged.connect(lambda value: editor.state.set("brush", value))
        editor.state.brush_changed.connect(self._show_brush)
        self.colour = ColourButton(tr("Colour of the brush"))
        self.colour.setToolTip(tr("Colour of brush, text and fill"))
        self.colour.setFixedWidth(COLOUR_WIDTH)
        self.colour.chosen.connect(lambda colour: session.set_value("colour", colour))
        self.hardness = self._slider(session.hardness, "hardness", tr("How sharp the brush's edge is"))
        self.opacity = self._slider(session.opacity, "opacity", tr("How strongly one stroke covers"))
        self.look = self._looks()
        for text, widget in (
            (tr("Size"), self.size_box),
            (tr("Colour"), self.colour),
            (tr("Hard"), self.hardness),
            (tr("Opacity"), self.opacity),
        ):
            self.add_field(text, widget)
        self.row.addStretch(1)
        self.row.addWidget(self.look)
        session.changed.connect(self._show_values)
        self._show_values()

    def _slider(self, value: float, name: str, tip: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0 if name == "hardness" else 5, 100)
        slider.setValue(round(100 * value))
        slider.setFixedWidth(SLIDER_WIDTH)
        slider.setToolTip(tip)
        slider.valueChanged.connect(lambda now: self._session.set_value(name, now / 100))
        return slider

    def _looks(self) -> QComboBox:
        tr = self.tr
        box = narrow(QComboBox(self))
        for look, text in (
            ("result", tr("Result")),
            ("original", tr("Original")),
            ("checker", tr("Checkerboard")),
            ("alpha", tr("Alpha")),
            ("residual", tr("Residual")),
        ):
            box.addItem(text, look)
        box.setAccessibleName(tr("What the frame shows"))
        box.setToolTip(
            tr("The film with its edits, the film as it was, a checkerboard that must stick to the object, how much of "
               "each pixel is the object, or what the atlases do not explain (4 times as bright)")
        )  # fmt: skip
        box.activated.connect(lambda index: self._session.set_value("look", box.itemData(index)))
        return box

    def _show_brush(self, size: int) -> None:
        with QSignalBlocker(self.size_box):
            self.size_box.setValue(size)

    def _show_values(self) -> None:
        self.colour.show_colour(self._session.colour)
        self.look.setCurrentIndex(self.look.findData(self._session.look))
        for slider, value in ((self.hardness, self._session.hardness), (self.opacity, self._session.opacity)):
            with QSignalBlocker(slider):
                slider.setValue(round(100 * value))
