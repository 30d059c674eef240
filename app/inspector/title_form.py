"""The form of a title: its words, how its letters look, where it stands and how it moves."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFontComboBox,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.inspector.forms import Chosen, Section, tr
from app.widgets.fields import ColourButton, Folder, NumberField, narrow
from core.timeline import edits
from core.timeline.effect_kind import Parameter
from core.timeline.model import TITLE_MOTIONS, Clip, Title


def _units() -> dict[str, str]:
    """What a hundred percent are, by field."""
    width, height = tr("Percent of the film's width"), tr("Percent of the film's height")
    return {
        "size": height,
        "x": width,
        "y": height,
        "outline": tr("Percent of the height of a letter"),
        "shadow": tr("How dark it is"),
    }


def _motions() -> dict[str, str]:
    return {
        "still": tr("Stands still"),
        "roll": tr("Rolls upwards"),
        "crawl": tr("Crawls to the left"),
        "type": tr("Is typed"),
    }


class TitleSection(Section):
    """Text, font and colours of a title."""

    NUMBERS = (
        Parameter("size", "Size", 8.0, 1.0, 100.0, 0.5, "%"),
        Parameter("x", "Across", 50.0, -100.0, 200.0, 0.5, "%"),
        Parameter("y", "Down", 80.0, -100.0, 200.0, 0.5, "%"),
        Parameter("outline", "Outline", 0.0, 0.0, 20.0, 0.5, "%"),
        Parameter("shadow", "Shadow", 0.0, 0.0, 100.0, 5.0, "%"),
    )
    """In percent of what `_units` says; the document keeps fractions."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(tr("Title"), chosen)
        self._folder = Folder()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Text of the title"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(72)
        self.text.textChanged.connect(lambda: self._set("text", self.text.toPlainText(), self._folder.id()))
        column.addWidget(self.text)
        self.numbers = {one.name: self._number(one) for one in self.NUMBERS}
        for field in self.numbers.values():
            column.addWidget(field)
        form = QFormLayout()
        self._font = QFontComboBox()
        narrow(self._font)
        self._font.setAccessibleName(tr("Font"))
        self._font.textActivated.connect(lambda name: self._set("font", name))
        form.addRow(tr("Font"), self._font)
        form.addRow("", self._style_row())
        self._align = narrow(QComboBox())
        self._align.setAccessibleName(tr("Alignment"))
        for value, name in (("left", tr("Left")), ("centre", tr("Centre")), ("right", tr("Right"))):
            self._align.addItem(name, value)
        self._align.activated.connect(lambda _: self._set("align", self._align.currentData()))
        form.addRow(tr("Alignment"), self._align)
        self.held = self._style("held", tr("Keep this edge"))
        self.held.setToolTip(tr("Across is where the edge is that the text is aligned to; else its middle"))
        form.addRow("", self.held)
        self.wrap = self._style("wrap", tr("Wrap long lines"))
        self.wrap.setToolTip(tr("What does not fit into the frame goes on in the next line"))
        form.addRow("", self.wrap)
        self.motion = narrow(QComboBox())
        self.motion.setAccessibleName(tr("Motion"))
        self.motion.setToolTip(tr("Rolling and crawling take as long as the clip is"))
        for motion in TITLE_MOTIONS:
            self.motion.addItem(_motions()[motion], motion)
        self.motion.activated.connect(lambda _: self._set("motion", self.motion.currentData()))
        form.addRow(tr("Motion"), self.motion)
        self._colours = {}
        for name, title in (
            ("colour", tr("Colour")),
            ("outline_colour", tr("Outline colour")),
            ("background", tr("Background")),
        ):
            self._colours[name] = self._colour(name, title)
            form.addRow(title, self._colours[name])
        column.addLayout(form)

    def _style_row(self) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        self.styles = {
            name: self._style(name, title) for name, title in (("bold", tr("Bold")), ("italic", tr("Italic")))
        }
        for box in self.styles.values():
            layout.addWidget(box)
        layout.addStretch(1)
        return row

    def _style(self, name: str, title: str) -> QCheckBox:
        box = QCheckBox(title)
        box.setAccessibleName(title)
        box.clicked.connect(lambda: self._set(name, box.isChecked()))
        return box

    def _number(self, parameter: Parameter) -> NumberField:
        field = NumberField(parameter, tr(parameter.title), keys=False)
        field.spin.setToolTip(_units()[parameter.name])
        field.changed.connect(lambda value, fold: self._set(parameter.name, value / 100, fold))
        field.reset.connect(lambda: self._set(parameter.name, parameter.default / 100))
        return field

    def _colour(self, name: str, title: str) -> ColourButton:
        button = ColourButton(title)
        button.chosen.connect(lambda colour: self._set(name, colour))
        return button

    def _set(self, field: str, value: object, fold: str = "") -> None:
        def change(clip: Clip) -> Clip:
            shown = clip.content
            return (
                replace(clip, content=replace(shown, **{field: value})) if isinstance(shown, Title) else clip
            )

        ids = self.chosen.ids
        self.chosen.edit(tr("Edit title"), lambda known: edits.each_clip(known, ids, change), fold)

    def show_now(self) -> None:
        content = self.chosen.clip.content
        assert isinstance(content, Title)
        if self.text.toPlainText() != content.text:
            self.text.blockSignals(True)
            self.text.setPlainText(content.text)
            self.text.blockSignals(False)
        for name, field in self.numbers.items():
            field.show_value(getattr(content, name) * 100)
        self._font.setCurrentFont(QFont(content.font))
        for name, box in self.styles.items():
            box.setChecked(getattr(content, name))
        self._align.setCurrentIndex(self._align.findData(content.align))
        self.held.setChecked(content.held)
        self.wrap.setChecked(content.wrap)
        self.motion.setCurrentIndex(self.motion.findData(content.motion))
        for name in ("x", "y"):
            self.numbers[name].setEnabled(content.motion != {"x": "crawl", "y": "roll"}[name])
        for name, button in self._colours.items():
            button.show_colour(getattr(content, name))
