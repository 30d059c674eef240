"""The list of edits on an atlas, top first as they lie: on and off, rename, reorder, copy, delete."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu, QWidget

from app import theme
from core.project.atlas_kinds import EDIT_KINDS, AtlasEdit

ID = Qt.ItemDataRole.UserRole
ICONS = {"paint": "brush", "text": "title", "stamp": "image", "fill": "fill", "colour": "feather"}
ROW, MOST_ROWS = 26, 7


class EditList(QListWidget):
    """Signals:
    picked(edit id): it is in hand now; empty for none.
    renamed(edit id, name), switched(edit id, on), moved(edit id, by): by places up; negative down.
    copied(edit id), deleted(edit id).
    """

    picked = Signal(str)
    renamed = Signal(str, str)
    switched = Signal(str, bool)
    moved = Signal(str, int)
    copied = Signal(str)
    deleted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._edits: tuple[AtlasEdit, ...] = ()
        self.setAccessibleName(self.tr("Edits, the topmost first"))
        self.setToolTip(self.tr("Tick to show, double click to rename, drag to reorder"))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._context)
        self.currentItemChanged.connect(self._chosen)
        self.itemChanged.connect(self._changed)

    def fill(self, edits: tuple[AtlasEdit, ...], in_hand: str) -> None:
        """Show edits, bottom first as the document has them; tells nobody."""
        with QSignalBlocker(self):
            if not edits or edits != self._edits or self.count() != len(edits):
                self._edits = edits
                self.clear()
                for edit in reversed(edits):
                    self.addItem(self._item(edit))
                high = max(self.sizeHintForRow(0), ROW)
                self.setFixedHeight(high * min(max(self.count(), 2), MOST_ROWS) + 6)
            rows = (row for row in range(self.count()) if self.item(row).data(ID) == in_hand)
            self.setCurrentRow(next(rows, -1))

    def _item(self, edit: AtlasEdit) -> QListWidgetItem:
        icon = ICONS.get(edit.kind, "grid")
        item = QListWidgetItem(theme.icon(icon), edit.name)
        item.setData(ID, edit.id)
        title = self.tr(EDIT_KINDS[edit.kind].title)
        item.setToolTip(
            self.tr("{0}, on part {1} of the clip").format(title, edit.page) if edit.page else title
        )
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled
        )  # fmt: skip
        item.setCheckState(Qt.CheckState.Checked if edit.enabled else Qt.CheckState.Unchecked)
        return item

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count():
            return
        painter = QPainter(self.viewport())
        painter.setPen(theme.colours().dim_text)
        align = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        text = self.tr("Paint on the object or on the frame, or add text, a picture or a filter")
        painter.drawText(self.viewport().rect().adjusted(8, 4, -8, -4), align, text)
        painter.end()

    def chosen(self) -> str:
        """Id of the edit in hand; empty for none."""
        item = self.currentItem()
        return str(item.data(ID)) if item is not None else ""

    def rename(self) -> None:
        """Let the user type another name for the edit in hand."""
        if self.currentItem() is not None:
            self.editItem(self.currentItem())

    def _chosen(self, item: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
        self.picked.emit(str(item.data(ID)) if item is not None else "")

    def _changed(self, item: QListWidgetItem) -> None:
        edit = next((edit for edit in self._edits if edit.id == item.data(ID)), None)
        if edit is None:
            return
        on = item.checkState() == Qt.CheckState.Checked
        name = item.text().strip()
        if on != edit.enabled:
            self.switched.emit(edit.id, on)
        elif name and name != edit.name:
            self.renamed.emit(edit.id, name)
        elif not name:
            with QSignalBlocker(self):
                item.setText(edit.name)

    def dropEvent(self, event: QDropEvent) -> None:
        edit_id = self.chosen()
        super().dropEvent(event)
        ids = [self.item(row).data(ID) for row in range(self.count())]
        before = [edit.id for edit in reversed(self._edits)]
        if edit_id in ids and edit_id in before:
            by = before.index(edit_id) - ids.index(edit_id)
            self._edits = ()  # the rows stand as they were dropped; the document has its say
            self.moved.emit(edit_id, by)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.chosen():
            self.deleted.emit(self.chosen())
        else:
            super().keyPressEvent(event)

    def _context(self, at: QPoint) -> None:
        edit_id = self.chosen()
        if not edit_id:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Rename"), self.rename)
        menu.addAction(self.tr("Copy"), lambda: self.copied.emit(edit_id))
        menu.addAction(self.tr("Up"), lambda: self.moved.emit(edit_id, 1))
        menu.addAction(self.tr("Down"), lambda: self.moved.emit(edit_id, -1))
        menu.addAction(self.tr("Delete"), lambda: self.deleted.emit(edit_id))
        menu.popup(self.viewport().mapToGlobal(at))
