"""Swap, merge or split objects: which, and in which frames."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QWidget,
)

from app.editor import Editor
from app.masks.identities import start
from app.masks.object_list import swatch
from app.widgets.captions import note
from app.widgets.columns import dialog_column
from core.media.identities import Edit, Merge, Split, Swap
from core.project import mask_edits
from core.project.project import Media

Kind = Literal["swap", "merge", "split"]


class IdentitiesDialog(QDialog):
    """About the object in hand of the media in the mask view."""

    def __init__(self, editor: Editor, kind: Kind, media: Media, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor, self._kind, self._media = editor, kind, media
        self._label, self._frame = editor.state.label, editor.state.media_frame
        tr = self.tr
        known = media.known_object(self._label)
        name = known.name if known is not None else str(self._label)
        title = {"swap": tr("Swap objects"), "merge": tr("Merge objects"), "split": tr("Split object")}[kind]
        words = {
            "swap": tr("{0} changes places with"),
            "merge": tr("{0} becomes part of"),
            "split": tr("A part of {0} in time is really:"),
        }[kind].format(name)
        self.setWindowTitle(title)
        self.setMinimumWidth(360)
        self.other = QComboBox(self)
        self.other.setAccessibleName(tr("The other object"))
        for known in media.objects:
            if known.label != self._label:
                self.other.addItem(swatch(known.colour), known.name, known.label)
        if kind == "split":
            self.other.insertItem(0, tr("A new object"), 0)
            self.other.setCurrentIndex(0)
        column = dialog_column(self)
        label = QLabel(words, self)
        label.setBuddy(self.other)
        column.addWidget(label)
        column.addWidget(self.other)
        self.ranges = self._ranges()
        for button in self.ranges.values():
            column.addWidget(button)
            button.setVisible(kind != "merge")
        self.ranges["whole"].setVisible(kind == "swap")
        self.ranges["from" if kind == "split" else "whole"].setChecked(True)
        column.addWidget(note(self, tr("The key masks change with it. Undo brings everything back.")))
        buttons = QDialogButtonBox.StandardButton
        self.box = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.box.button(buttons.Ok).setText(title)
        self.box.button(buttons.Ok).setEnabled(self.other.count() > 0)
        self.box.accepted.connect(self.accept)
        self.box.rejected.connect(self.reject)
        column.addWidget(self.box)

    def _ranges(self) -> dict[str, QRadioButton]:
        tr = self.tr
        group = QButtonGroup(self)
        found = {
            "whole": QRadioButton(tr("In the whole clip"), self),
            "from": QRadioButton(tr("From frame {0} on").format(self._frame), self),
            "to": QRadioButton(tr("Up to frame {0}").format(self._frame), self),
        }
        for button in found.values():
            group.addButton(button)
        return found

    def edit(self) -> Edit:
        """What was chosen.

        Raises:
            EditError: when there is no label left for a new object.
        """
        other = int(self.other.currentData())
        if self._kind == "merge":
            return Merge(self._label, other)
        first, last = 0, -1
        if self.ranges["from"].isChecked():
            first = self._frame
        elif self.ranges["to"].isChecked():
            last = self._frame
        if self._kind == "swap":
            return Swap(self._label, other, first, last)
        return Split(self._label, other or mask_edits.free_label(self._media), first, last)

    def accept(self) -> None:
        with self._editor.notify.failures():
            start(self._editor, self.edit())
        super().accept()
