"""The list of a media's objects: a colour, a name to edit, a tick to show or hide."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from core.project.project import TrackedObject

LABEL = Qt.ItemDataRole.UserRole


class ObjectList(QListWidget):
    """Signals:
    picked(label): the user took an object in hand.
    edited(label, name, visible): the user renamed, hid or showed one.
    """

    picked = Signal(int)
    edited = Signal(int, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Objects of this media"))
        self.setIconSize(QSize(16, 16))
        self.setEditTriggers(QListWidget.EditTrigger.DoubleClicked | QListWidget.EditTrigger.EditKeyPressed)
        self.currentItemChanged.connect(self._picked)
        self.itemChanged.connect(self._changed)

    def sizeHint(self) -> QSize:
        return QSize(180, 72)

    def fill(self, objects: Iterable[TrackedObject]) -> None:
        """Show these. In place where the same objects are listed: one of them may be what is being edited now."""
        wanted = tuple(objects)
        listed = [self.item(row).data(LABEL) for row in range(self.count())]
        with QSignalBlocker(self):
            if listed != [known.label for known in wanted]:
                self.clear()
                for known in wanted:
                    self.addItem(self._new_item(known))
            for row, known in enumerate(wanted):
                item = self.item(row)
                item.setText(known.name)
                item.setIcon(swatch(known.colour))
                item.setCheckState(Qt.CheckState.Checked if known.visible else Qt.CheckState.Unchecked)

    def show_label(self, label: int) -> None:
        """Mark the object in hand; none when it is not listed."""
        with QSignalBlocker(self):
            rows = (row for row in range(self.count()) if self.item(row).data(LABEL) == label)
            self.setCurrentRow(next(rows, -1))

    def _new_item(self, known: TrackedObject) -> QListWidgetItem:
        item = QListWidgetItem(known.name)
        item.setData(LABEL, known.label)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setToolTip(self.tr("Key {0} takes it in hand; the tick shows or hides it").format(known.label))
        return item

    def _picked(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(int(item.data(LABEL)))

    def _changed(self, item: QListWidgetItem) -> None:
        self.edited.emit(
            int(item.data(LABEL)), item.text().strip(), item.checkState() == Qt.CheckState.Checked
        )


def swatch(colour: str) -> QIcon:
    """A square of an object's colour."""
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(2, 2, 28, 28, 7, 7)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else Qt tints it by the selection
    return icon
