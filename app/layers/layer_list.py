"""The layers of a media in depth order, nearest first: a picture, a tick to show or hide, what its shadow does."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.layers.pictures import SIZE, Ask
from core.project.project import LayerSet, Shadow

LABEL = Qt.ItemDataRole.UserRole
NAME, SHADOW = range(2)
PLATE = 0
ROW_HEIGHT = SIZE.height() + 6
SHADOW_WIDTH = 100


class LayerList(QTreeWidget):
    """Signals:
    picked(label): the user took an object in hand.
    shown(label, visible): the user hid or showed one.
    shadow_set(label, "keep" | "drop" | "soften").
    moved(label, by): nearer to the viewer by that many places, negative: further away.
    """

    picked = Signal(int)
    shown = Signal(int, bool)
    shadow_set = Signal(int, str)
    moved = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        tr = self.tr
        self.setAccessibleName(tr("Layers, nearest first"))
        self.setObjectName("layers")
        self.setIconSize(SIZE)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHeaderLabels([tr("Layer"), tr("Shadow")])
        self.headerItem().setToolTip(
            NAME, tr("Nearest first; drag to change the depth order. The tick shows or hides it")
        )
        self.headerItem().setToolTip(SHADOW, tr("What becomes of the object's shadow"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(SHADOW, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(SHADOW, SHADOW_WIDTH)
        self._boxes: dict[int, QComboBox] = {}
        self.currentItemChanged.connect(self._current)
        self.itemChanged.connect(self._changed)

    def sizeHint(self) -> QSize:
        rows = max(2, min(5, self.topLevelItemCount()))
        return QSize(200, rows * ROW_HEIGHT + self.header().sizeHint().height() + 6)

    def item(self, row: int) -> QTreeWidgetItem:
        found = self.topLevelItem(row)
        assert found is not None, "rows are counted first"
        return found

    def labels(self) -> list[int]:
        """As listed, the plate (0) last."""
        return [self.item(row).data(NAME, LABEL) for row in range(self.topLevelItemCount())]

    def fill(
        self, layers: LayerSet | None, states: Mapping[int, tuple[bool, Shadow]], picture: Ask, current: int
    ) -> None:
        """Show these; in place where the same layers are listed.

        Args:
            states: visible and shadow of each object.
            current: the object in hand.
        """
        wanted = [one.label for one in reversed(layers.objects)] + [PLATE] if layers is not None else []
        names = {one.label: one.name for one in layers.objects} if layers is not None else {}
        with QSignalBlocker(self):
            if wanted != self.labels():
                self._build(wanted)
            for row, label in enumerate(wanted):
                item = self.item(row)
                item.setText(NAME, names.get(label, "") if label else self.tr("Background"))
                pixmap = picture(layers.key, label) if layers is not None else None
                item.setIcon(NAME, _icon(pixmap))
                if label:
                    visible, shadow = states.get(label, (True, "keep"))
                    item.setCheckState(NAME, Qt.CheckState.Checked if visible else Qt.CheckState.Unchecked)
                    box = self._boxes[label]
                    with QSignalBlocker(box):
                        box.setCurrentIndex(box.findData(shadow))
        self.show_label(current)

    def _build(self, labels: list[int]) -> None:
        self.clear()
        self._boxes = {}
        for label in labels:
            item = QTreeWidgetItem([""])
            item.setData(NAME, LABEL, label)
            item.setSizeHint(NAME, QSize(0, ROW_HEIGHT))
            flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
            if label:
                flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled
            item.setFlags(flags)
            self.addTopLevelItem(item)
            if label:
                self.setItemWidget(item, SHADOW, self._shadow_box(label))
        self.setFixedHeight(self.sizeHint().height())

    def _shadow_box(self, label: int) -> QComboBox:
        box = QComboBox(self)
        for how, title in (
            ("keep", self.tr("Keep")),
            ("soften", self.tr("Soften")),
            ("drop", self.tr("Drop")),
        ):
            box.addItem(title, how)
        box.setAccessibleName(self.tr("Shadow"))
        box.setToolTip(self.tr("Keep the shadow, soften it, or drop it"))
        box.activated.connect(lambda index: self.shadow_set.emit(label, box.itemData(index)))
        self._boxes[label] = box
        return box

    def shadow_box(self, label: int) -> QComboBox:
        """The choice of an object's shadow. Raises KeyError for an object that is not listed."""
        return self._boxes[label]

    def show_label(self, label: int) -> None:
        """Mark the object in hand; none when it is not listed."""
        with QSignalBlocker(self):
            labels = self.labels()
            if label in labels:
                self.setCurrentItem(self.item(labels.index(label)))
            else:
                self.setCurrentIndex(QModelIndex())

    def _current(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and item.data(NAME, LABEL):
            self.picked.emit(int(item.data(NAME, LABEL)))

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        label = int(item.data(NAME, LABEL) or 0)
        if column == NAME and label:
            self.shown.emit(label, item.checkState(NAME) == Qt.CheckState.Checked)

    def dropEvent(self, event: QDropEvent) -> None:
        """Told to whoever keeps the order; the list is filled anew from there."""
        labels = self.labels()
        dragged = self.currentItem()
        label = int(dragged.data(NAME, LABEL) or 0) if dragged is not None else 0
        target = self.row_under(event.position().toPoint().y())
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if label:
            self.drop(label, min(target, len(labels) - 1))

    def row_under(self, y: int) -> int:
        """The gap between rows that a height in the view is nearest to."""
        for row in range(self.topLevelItemCount()):
            if y < self.visualItemRect(self.item(row)).center().y():
                return row
        return self.topLevelItemCount()

    def drop(self, label: int, gap: int) -> None:
        """Put an object before the row `gap`."""
        row = self.labels().index(label)
        place = gap - 1 if gap > row else gap
        if place != row:
            self.moved.emit(label, row - place)


def _icon(picture: QPixmap | None) -> QIcon:
    icon = QIcon()
    if picture is not None:
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else Qt tints it by the selection
            icon.addPixmap(picture, mode)
    return icon
