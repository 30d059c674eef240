"""The shortcut editor: a preset, and own keys over it. Says which command already has a key before it is taken."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
)

from app import fuzzy, shortcuts, theme
from app.actions.registry import Action
from app.commands import Commands, title_of
from app.editor import Editor
from app.widgets.columns import dialog_column
from core.settings import SETTINGS

_ID = Qt.ItemDataRole.UserRole
_TEXT = QKeySequence.SequenceFormat.PortableText


class ShortcutsDialog(QDialog):
    """Every change takes effect at once."""

    def __init__(self, editor: Editor, commands: Commands, table: tuple[Action, ...]) -> None:
        super().__init__(commands.window)
        self._editor, self._commands, self._table = editor, commands, table
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(theme.roomy(720, 600))
        self.preset = QComboBox()
        self.preset.setAccessibleName(self.tr("Preset"))
        for name in SETTINGS["shortcuts"].choices:
            self.preset.addItem(shortcuts.preset(name).title, name)
        self.preset.setCurrentIndex(self.preset.findData(editor.settings.text("shortcuts")))
        self.preset.currentIndexChanged.connect(self._take_preset)
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(self.tr("Search commands or keys"))
        self.search.setAccessibleName(self.tr("Search commands or keys"))
        self.search.textChanged.connect(self._fill)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.ensurePolished()
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels([self.tr("Command"), self.tr("Menu"), self.tr("Keys")])
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.setAccessibleName(self.tr("Commands and their keys"))
        self.list.currentItemChanged.connect(self._show_keys)
        self.edit = QKeySequenceEdit()
        self.edit.setAccessibleName(self.tr("New key"))
        self.edit.setMaximumSequenceLength(1)
        self.edit.keySequenceChanged.connect(self._warn)
        self.warning = QLabel(wordWrap=True)
        self.warning.setProperty("role", "warning")
        self._lay_out()
        self._fill("")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(QLabel(self.tr("Preset")))
        top.addWidget(self.preset)
        top.addWidget(self.search, 1)
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        self.take = QPushButton(self.tr("&Use this key"))
        self.also = QPushButton(self.tr("&Add this key"))
        clear = QPushButton(self.tr("&No key"))
        back = QPushButton(self.tr("&Back to preset"))
        self.take.clicked.connect(lambda: self._set(replace=True))
        self.also.clicked.connect(lambda: self._set(replace=False))
        clear.clicked.connect(self._clear)
        back.clicked.connect(self._back)
        for button in (self.take, self.also, clear, back):
            button.setAutoDefault(False)
            row.addWidget(button)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        every = box.addButton(self.tr("Reset all own keys"), QDialogButtonBox.ButtonRole.ResetRole)
        every.setAutoDefault(False)
        every.clicked.connect(self.reset_all)
        box.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        box.rejected.connect(self.reject)
        column = dialog_column(self, top)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        column.addWidget(self.warning)
        column.addWidget(box)

    # ------------------------------------------------------------------------------------------ showing

    def _fill(self, typed: str) -> None:
        chosen = self.chosen()
        keys = shortcuts.current(self._editor.settings, self._table)
        own = shortcuts.own(self._editor.settings)
        names = ((f"{title_of(action)} {' '.join(keys[action.id])}", action) for action in self._table)
        self.list.clear()
        for action in fuzzy.best(typed, names):
            texts = [
                QKeySequence(text).toString(QKeySequence.SequenceFormat.NativeText)
                for text in keys[action.id]
            ]
            item = QTreeWidgetItem([title_of(action), action.menu.replace("/", " › "), "   ".join(texts)])
            item.setData(0, _ID, action.id)
            item.setToolTip(0, action.help)
            font = item.font(2)
            font.setBold(action.id in own)
            item.setFont(2, font)
            self.list.addTopLevelItem(item)
            if action.id == chosen:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        self.list.resizeColumnToContents(1)

    def chosen(self) -> str:
        """Id of the command in hand; empty when none is."""
        item = self.list.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    def choose(self, action_id: str) -> None:
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None and item.data(0, _ID) == action_id:
                self.list.setCurrentItem(item)

    def _show_keys(self) -> None:
        self.edit.clear()
        self._warn()

    def rivals(self) -> list[str]:
        """Ids of other commands that have the typed key."""
        text = self.edit.keySequence().toString(_TEXT).lower()
        keys = shortcuts.current(self._editor.settings, self._table)
        return [
            action_id
            for action_id, texts in keys.items()
            if text and action_id != self.chosen() and text in (known.lower() for known in texts)
        ]

    def _warn(self) -> None:
        titles = {action.id: title_of(action) for action in self._table}
        names = ", ".join(titles[rival] for rival in self.rivals())
        text = self.tr("This key runs “{0}” now. Using it here takes it from there.").format(names)
        self.warning.setText(text if names else "")
        typed = not self.edit.keySequence().isEmpty()
        self.take.setEnabled(typed and bool(self.chosen()))
        self.also.setEnabled(typed and bool(self.chosen()))

    # ------------------------------------------------------------------------------------------ changing

    def _set(self, *, replace: bool) -> None:
        settings, chosen = self._editor.settings, self.chosen()
        text = self.edit.keySequence().toString(_TEXT)
        keys = shortcuts.current(settings, self._table)
        for rival in self.rivals():
            left = tuple(known for known in keys[rival] if known.lower() != text.lower())
            self._keep(rival, left)
        mine = () if replace else tuple(known for known in keys[chosen] if known.lower() != text.lower())
        self._keep(chosen, (*mine, text))
        self._changed()

    def _keep(self, action_id: str, keys: tuple[str, ...] | None) -> None:
        self._editor.keep_setting(
            "custom_shortcuts", shortcuts.with_own(self._editor.settings, action_id, keys)
        )

    def _clear(self) -> None:
        self._keep(self.chosen(), ())
        self._changed()

    def _back(self) -> None:
        self._keep(self.chosen(), None)
        self._changed()

    def reset_all(self) -> None:
        self._editor.keep_setting("custom_shortcuts", "{}")
        self._changed()

    def _take_preset(self) -> None:
        self._editor.keep_setting("shortcuts", self.preset.currentData())
        self._changed()

    def _changed(self) -> None:
        self._commands.refresh_shortcuts()
        self._fill(self.search.text())
        self._show_keys()
