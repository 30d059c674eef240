"""The values of the atlas edit in hand: opacity, blend mode, light, and what its kind has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.widgets.fields import LABEL, ColourButton, NumberField, narrow
from core.project.atlas_kinds import EDIT_KINDS, AtlasEdit, edit_numbers, edit_texts
from core.timeline.effect_kind import Parameter
from core.timeline.model import BLEND_MODES

OPACITY = Parameter("opacity", "Opacity", 1.0, 0.0, 1.0)
TYPING = 250
"""Milliseconds of rest after which typed text goes into the document."""
FONTS = (
    "DejaVu Sans",
    "DejaVu Sans Mono",
    "DejaVu Serif",
    "Liberation Sans",
    "Liberation Serif",
    "Noto Sans",
)
Change = Callable[[str, dict[str, Any]], object]


class EditForm(QWidget):
    """The form of the atlas edit in hand.

    change: called with a fold id and the fields of the edit that the user set (core.project.atlas_edits).
    """

    def __init__(self, change: Change, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._change = change
        self._kind = ""
        self._edit: AtlasEdit | None = None
        self.numbers: dict[str, NumberField] = {}
        self.texts: dict[str, QWidget] = {}
        self._typed = QTimer(self, singleShot=True, interval=TYPING)
        self._typed.timeout.connect(self._take_text)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._make_common()
        self._own = QWidget(self)
        self._column.addWidget(self._own)
        self.setAccessibleName(self.tr("Values of the edit in hand"))
        self.show_edit(None)

    def _make_common(self) -> None:
        tr = self.tr
        self.opacity = NumberField(OPACITY, tr("Opacity"), keys=False)
        self.opacity.changed.connect(lambda value, fold: self._change(fold, {"opacity": value}))
        self.opacity.reset.connect(lambda: self._change("", {"opacity": 1.0}))
        self.blend = narrow(QComboBox(self))
        for mode in BLEND_MODES:
            self.blend.addItem(tr(mode.capitalize()), mode)
        self.blend.setAccessibleName(tr("Blend mode"))
        self.blend.setToolTip(tr("How it mixes with what lies below"))
        self.blend.activated.connect(lambda index: self._change("", {"blend": self.blend.itemData(index)}))
        self.lit = QCheckBox(tr("Takes the film's light"), self)
        self.lit.setToolTip(tr("Light and shade of the film fall on it as on the object"))
        self.lit.clicked.connect(lambda on: self._change("", {"lit": on}))
        self._column.addWidget(self.opacity)
        self._column.addLayout(_row(tr("Blend"), self.blend))
        self._column.addWidget(self.lit)

    def show_edit(self, edit: AtlasEdit | None) -> None:
        """Show an edit's values; tells nobody."""
        if (edit.id if edit else "") != (self._edit.id if self._edit else "") and self._typed.isActive():
            self._take_text()
        self._edit = edit
        self.setVisible(edit is not None)
        if edit is None:
            return
        if edit.kind != self._kind:
            self._rebuild(edit.kind)
        self.opacity.show_value(edit.opacity)
        self.blend.setCurrentIndex(self.blend.findData(edit.blend))
        self.lit.setChecked(edit.lit)
        self.lit.setVisible(edit.kind != "colour")
        for name, value in edit_numbers(edit).items():
            self.numbers[name].show_value(value)
        for name, text in edit_texts(edit).items():
            self._show_text(name, text)

    def _rebuild(self, kind: str) -> None:
        self._kind = kind
        self.numbers, self.texts = {}, {}
        fresh = QWidget(self)
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for name, title, _ in EDIT_KINDS[kind].texts:
            self.texts[name] = self._text_widget(name, self.tr(title))
            column.addLayout(_row(self.tr(title), self.texts[name]))
        for one in EDIT_KINDS[kind].numbers:
            field = NumberField(one, self.tr(one.title), keys=False)
            name = one.name
            field.changed.connect(
                lambda value, fold, name=name: self._change(fold, {"numbers": {name: value}})
            )
            field.reset.connect(lambda name=name, at=one.default: self._change("", {"numbers": {name: at}}))
            self.numbers[name] = field
            column.addWidget(field)
        self._column.replaceWidget(self._own, fresh)
        self._own.hide()
        self._own.deleteLater()
        self._own = fresh

    def _text_widget(self, name: str, title: str) -> QWidget:
        if name == "colour":
            button = ColourButton(title)
            button.setToolTip(title)
            button.chosen.connect(lambda colour: self._change("", {"texts": {name: colour}}))
            return button
        if name == "font":
            box = narrow(QComboBox(self))
            box.setEditable(True)
            box.addItems(FONTS)
            box.setToolTip(self.tr("Family of the letters; another takes its place where it is missing"))
            box.textActivated.connect(lambda text: self._change("", {"texts": {name: text}}))
            box.setAccessibleName(title)
            return box
        edit = QPlainTextEdit(self)
        edit.setFixedHeight(56)
        edit.setTabChangesFocus(True)
        edit.setAccessibleName(title)
        edit.setToolTip(self.tr("What is written on the object"))
        edit.textChanged.connect(self._typed.start)
        return edit

    def _show_text(self, name: str, text: str) -> None:
        widget = self.texts[name]
        with QSignalBlocker(widget):
            if isinstance(widget, ColourButton):
                widget.show_colour(text)
            elif isinstance(widget, QComboBox):
                widget.setCurrentText(text)
            elif (
                isinstance(widget, QPlainTextEdit)
                and not self._typed.isActive()
                and widget.toPlainText() != text
            ):
                widget.setPlainText(text)

    def _take_text(self) -> None:
        self._typed.stop()
        widget = self.texts.get("text")
        if isinstance(widget, QPlainTextEdit) and self._edit is not None:
            self._change(f"text-{self._edit.id}", {"texts": {"text": widget.toPlainText()}})


def _row(title: str, widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2)
    label = QLabel(title)
    label.setFixedWidth(LABEL)
    label.setBuddy(widget)
    row.addWidget(label)
    row.addWidget(widget, 1)
    return row
