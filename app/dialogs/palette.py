"""The command palette: type a few letters of any command and press Enter."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from app import fuzzy, shortcuts
from app.actions.registry import Action, missing
from app.commands import Commands, title_of
from app.editor import Editor

_ID = Qt.ItemDataRole.UserRole
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class CommandPalette(QDialog):
    """Commands that are not possible now come last, dim, and cannot be run. When the one that was typed is among them,
    a line below the list says what is missing."""

    def __init__(self, editor: Editor, commands: Commands, table: tuple[Action, ...]) -> None:
        super().__init__(commands.window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._editor, self._commands, self._table = editor, commands, table
        self._keys = shortcuts.current(editor.settings, table)
        self.setAccessibleName(self.tr("Command palette"))
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Type a command…"))
        self.search.setAccessibleName(self.tr("Search commands"))
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(3)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._run)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        column_of = QVBoxLayout(self)
        column_of.setContentsMargins(8, 8, 8, 8)
        column_of.setSpacing(8)
        column_of.addWidget(self.search)
        column_of.addWidget(self.list)
        self.why = QLabel()
        self.why.setProperty("role", "dim")
        self.why.setWordWrap(True)
        column_of.addWidget(self.why)
        self._fill("")
        window = commands.window
        width = min(640, window.width() - 64)
        self.resize(width, 420)
        self.move(window.mapToGlobal(window.rect().topLeft()).x() + (window.width() - width) // 2,
                  window.mapToGlobal(window.rect().topLeft()).y() + 48)  # fmt: skip
        self.search.setFocus()

    def found(self) -> list[str]:
        """Ids of the commands that are listed, best first."""
        return [str(item.data(0, _ID)) for item in self._items()]

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _fill(self, typed: str) -> None:
        self.list.clear()
        names = ((f"{title_of(action)} {action.menu}", action) for action in self._table)
        found = fuzzy.best(typed, names)
        why = {action.id: missing(self._editor, action) for action in found}
        best = found[0] if typed and found else None
        self.why.setText(f"{title_of(best)}: {why[best.id]}" if best is not None and why[best.id] else "")
        self.why.setVisible(bool(self.why.text()))
        for action in sorted(found, key=lambda action: bool(why[action.id])):
            keys = "   ".join(
                QKeySequence(text).toString(QKeySequence.SequenceFormat.NativeText)
                for text in self._keys[action.id]
            )
            item = QTreeWidgetItem([title_of(action), action.menu.replace("/", " › "), keys])
            item.setData(0, _ID, action.id)
            item.setToolTip(0, why[action.id] or action.help)
            item.setDisabled(bool(why[action.id]))
            self.list.addTopLevelItem(item)
        first = next(iter(self._possible()), None)
        if first is not None:
            self.list.setCurrentItem(first)

    def _possible(self) -> list[QTreeWidgetItem]:
        return [item for item in self._items() if not item.isDisabled()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _MOVES:
                self._move(event.key())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.list.currentItem() is not None:
                    self._run(self.list.currentItem())
                return True
        return False

    def _move(self, key: int) -> None:
        possible = self._possible()
        if not possible:
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}[
            Qt.Key(key)
        ]
        now = possible.index(self.list.currentItem()) if self.list.currentItem() in possible else 0
        self.list.setCurrentItem(possible[min(max(now + step, 0), len(possible) - 1)])

    def _run(self, item: QTreeWidgetItem) -> None:
        if not item.isDisabled():
            self.accept()
            QTimer.singleShot(0, self._commands, partial(self._commands.run, item.data(0, _ID)))
