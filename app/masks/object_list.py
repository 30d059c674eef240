"""The list of a media's objects: a colour, a name to edit, a tick to show or hide, and how well it is tracked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app import theme
from app.masks.track_records import Summary
from app.widgets.strip_art import FAIR_FROM
from core.project.project import TrackedObject

LABEL = Qt.ItemDataRole.UserRole
NAME, LOCK, KEYS, MEAN, WORST = range(5)
WIDTHS = {LOCK: 24, KEYS: 26, MEAN: 48, WORST: 52}
"""Of all columns but the name, which takes the rest; pixels."""


@dataclass(frozen=True)
class Figures:
    """Of one object.

    keys: the frames whose key masks show it.
    tracked: the tracked range, None without one.
    """

    keys: tuple[int, ...] = ()
    summary: Summary | None = None
    tracked: tuple[int, int] | None = None


class ObjectList(QTreeWidget):
    """Signals:
    picked(label): the user took an object in hand.
    edited(label, name, visible): the user renamed, hid or showed one.
    asked_lock(label): the user wants to lock or unlock one.
    asked_worst(label): the user wants to see the object's worst frame.
    """

    picked = Signal(int)
    edited = Signal(int, str, bool)
    asked_lock = Signal(int)
    asked_worst = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        tr = self.tr
        self.setAccessibleName(tr("Objects of this media"))
        self.setObjectName("objects")
        self.setIconSize(QSize(16, 16))
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setHeaderLabels([tr("Object"), "", "◆", tr("Mean"), tr("Worst")])
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(theme.grown(WIDTHS[LOCK]))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        tips = (tr("Name; the tick shows or hides it"), tr("Locked: drawing leaves it alone; click to change"),
                tr("Key masks that show it"),
                tr("Mean confidence where it is there"), tr("Least confidence; click to go there"))  # fmt: skip
        for column, tip in enumerate(tips):
            self.headerItem().setToolTip(column, tip)
            self.headerItem().setData(column, Qt.ItemDataRole.AccessibleTextRole, tip)
            if column != NAME:
                self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
                header.resizeSection(column, theme.grown(WIDTHS[column]))
        self.currentItemChanged.connect(self._picked)
        self.itemChanged.connect(self._changed)
        self.itemClicked.connect(self._clicked)
        self.itemDoubleClicked.connect(self._double_clicked)

    def sizeHint(self) -> QSize:
        return QSize(180, 104)

    def item(self, row: int) -> QTreeWidgetItem:
        found = self.topLevelItem(row)
        assert found is not None, "rows are counted first"
        return found

    def count(self) -> int:
        return self.topLevelItemCount()

    def rename(self) -> None:
        """Let the user type another name for the object in hand."""
        if self.currentItem() is not None:
            self.editItem(self.currentItem(), NAME)

    def fill(self, objects: Iterable[TrackedObject], figures: Mapping[int, Figures] | None = None) -> None:
        """Show these. In place where the same objects are listed: one of them may be what is being edited now."""
        wanted = tuple(objects)
        listed = [self.item(row).data(NAME, LABEL) for row in range(self.count())]
        with QSignalBlocker(self):
            if listed != [known.label for known in wanted]:
                self.clear()
                self.addTopLevelItems([self._new_item(known) for known in wanted])
            for row, known in enumerate(wanted):
                item = self.item(row)
                item.setText(NAME, known.name)
                item.setIcon(NAME, swatch(known.colour))
                item.setCheckState(NAME, Qt.CheckState.Checked if known.visible else Qt.CheckState.Unchecked)
                item.setIcon(LOCK, theme.icon("lock") if known.locked else QIcon())
                item.setData(
                    LOCK, Qt.ItemDataRole.AccessibleTextRole, self.tr("locked") if known.locked else ""
                )
                item.setToolTip(
                    LOCK,
                    self.tr("Unlock it") if known.locked else self.tr("Lock it: drawing leaves it alone"),
                )
                self._show_figures(item, (figures or {}).get(known.label, Figures()))

    def _show_figures(self, item: QTreeWidgetItem, known: Figures) -> None:
        item.setText(KEYS, str(len(known.keys)) if known.keys else "–")
        frames = ", ".join(map(str, known.keys[:20])) + (" …" if len(known.keys) > 20 else "")
        item.setToolTip(KEYS, self.tr("Frames {0}").format(frames) if known.keys else "")
        found = known.summary
        item.setText(MEAN, f"{found.mean:.0%}" if found else "–")
        item.setText(WORST, f"{found.worst:.0%}" if found else "–")
        item.setToolTip(WORST, self.tr("Frame {0}; click to go there").format(found.frame) if found else "")
        doubtful = found is not None and found.worst < FAIR_FROM
        item.setData(WORST, Qt.ItemDataRole.ForegroundRole, theme.colours().warning if doubtful else None)
        words = self.words(item.text(NAME), known)
        item.setData(NAME, Qt.ItemDataRole.AccessibleDescriptionRole, words)

    def words(self, name: str, known: Figures) -> str:
        """All that the list tells of an object, in one line."""
        parts = [name]
        if known.tracked is not None:
            parts.append(self.tr("tracked {0} to {1}").format(*known.tracked))
        if known.keys:
            shown = ", ".join(map(str, known.keys[:6])) + (" …" if len(known.keys) > 6 else "")
            parts.append(self.tr("key masks {0}").format(shown))
        if known.summary is not None:
            parts.append(self.tr("worst frame {0}").format(known.summary.frame))
        return " · ".join(parts)

    def show_label(self, label: int) -> None:
        """Mark the object in hand; none when it is not listed."""
        with QSignalBlocker(self):
            self.setCurrentIndex(QModelIndex())
            for row in range(self.count()):
                if self.item(row).data(NAME, LABEL) == label:
                    self.setCurrentItem(self.item(row))

    def _new_item(self, known: TrackedObject) -> QTreeWidgetItem:
        item = QTreeWidgetItem([known.name])
        item.setData(NAME, LABEL, known.label)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setToolTip(
            NAME, self.tr("Key {0} takes it in hand; the tick shows or hides it").format(known.label)
        )
        for column in (KEYS, MEAN, WORST):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _picked(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(int(item.data(NAME, LABEL)))

    def _changed(self, item: QTreeWidgetItem) -> None:
        checked = item.checkState(NAME) == Qt.CheckState.Checked
        self.edited.emit(int(item.data(NAME, LABEL)), item.text(NAME).strip(), checked)

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        label = int(item.data(NAME, LABEL))
        if column == WORST:
            self.asked_worst.emit(label)
        elif column == LOCK:
            self.asked_lock.emit(label)

    def _double_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == NAME:
            self.rename()


def swatch(colour: str) -> QIcon:
    """A square of an object's colour."""
    pixmap = QPixmap(32, 32)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(255, 255, 255, 190), 2))  # seen also where a row is marked in the same colour
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(2, 2, 28, 28, 7, 7)
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else Qt tints it by the selection
    return icon
