"""The table of commands as Qt actions: menus, shortcuts, and the one way to run a command from a widget.

Qt's actions stay enabled, so that a shortcut never meets a stale "no"; `registry.trigger` asks the command itself.
Menus ask while they open, grey out what is not possible, and say in its tip what is missing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app import shortcuts, theme
from app.actions.registry import MENUS, Action, all_actions, missing, tr, trigger
from app.widgets.buttons import commands_of, show_keys

if TYPE_CHECKING:
    from app.editor import Editor


def title_of(action: Action) -> str:
    """The command's title in the user's language, without the menu's underline mark."""
    return tr(action.title).replace("&", "")


class Commands(QObject):
    """Signals: ran(action id), after a command was asked for, for views that follow switches."""

    ran = Signal(str)

    def __init__(self, editor: Editor, window: QWidget) -> None:
        super().__init__(window)
        self._editor, self.window = editor, window
        self._actions: dict[str, QAction] = {}
        self._table: dict[str, Action] = {}
        self._menus: dict[str, QMenu] = {}
        for action in all_actions():
            self._add(action)
        self.refresh_shortcuts()

    def _add(self, action: Action) -> None:
        made = QAction(tr(action.title), self)
        made.setObjectName(action.id)
        made.setStatusTip(tr(action.help))
        made.setCheckable(action.checked is not None)
        made.setMenuRole(QAction.MenuRole.NoRole)
        if action.icon:
            made.setIcon(theme.icon(action.icon))
        made.triggered.connect(partial(self.run, action.id))
        self._actions[action.id], self._table[action.id] = made, action
        self.window.addAction(made)  # so that its keys work while the menu bar is hidden

    def run(self, action_id: str, _checked: bool = False) -> None:
        """Run a command by id. Raises KeyError for an unknown one."""
        trigger(self._editor, self._table[action_id])
        self._refresh_one(action_id)
        self.ran.emit(action_id)

    def action(self, action_id: str) -> QAction:
        """The Qt action, for a tool button. Raises KeyError for an unknown id."""
        return self._actions[action_id]

    def possible(self, key: QKeySequence) -> bool:
        """Whether some command has this key and can run now."""
        return any(
            self._table[action_id].enabled(self._editor)
            for action_id, action in self._actions.items()
            if key in action.shortcuts()
        )

    def why_not(self, key: QKeySequence) -> str:
        """What is missing before a command with this key can run; empty where one can, or none has it."""
        words = [
            missing(self._editor, self._table[action_id])
            for action_id, action in self._actions.items()
            if key in action.shortcuts()
        ]
        return words[0] if words and all(words) else ""

    def refresh_shortcuts(self) -> None:
        """Take over the preset and the user's own keys."""
        keys = shortcuts.current(self._editor.settings, self._table.values())
        for action_id, action in self._actions.items():
            sequences = [QKeySequence(text) for text in keys[action_id]]
            action.setShortcuts(sequences)
            action.setToolTip(self._tip(action_id))
        self.show_keys()

    def _tip(self, action_id: str) -> str:
        key = self._actions[action_id].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return title_of(self._table[action_id]) + (f" ({key})" if key else "")

    def show_keys(self) -> None:
        """Let the tool tips of the window name the keys that are in force."""
        native = QKeySequence.SequenceFormat.NativeText
        for widget in self.window.findChildren(QWidget):
            if ids := commands_of(widget):
                keys = (self._actions[action_id].shortcut().toString(native) for action_id in ids)
                show_keys(widget, " ".join(filter(None, keys)))

    def fill(self, bar: QMenuBar) -> None:
        """Build the menu bar from the table."""
        wanted = [action.menu.split("/")[0] for action in self._table.values() if action.menu]
        extra = [name for name in dict.fromkeys(wanted) if name not in MENUS]
        for name in (*MENUS[:-1], *extra, MENUS[-1]):
            if name in wanted:
                self._top_menu(bar, name)
        for action in self._table.values():
            if action.menu:
                menu = self.menu(action.menu)
                if action.separator:
                    menu.addSeparator()
                menu.addAction(self._actions[action.id])

    def _top_menu(self, bar: QMenuBar, name: str) -> None:
        menu = bar.addMenu(f"&{tr(name)}")
        self._prepare(name, menu)

    def _prepare(self, path: str, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._refresh_menu, menu))
        menu.aboutToHide.connect(partial(QTimer.singleShot, 0, self._enable_all))
        self._menus[path] = menu

    def menu(self, path: str) -> QMenu:
        """The menu "Clip/Speed", made when missing. Raises KeyError for an unknown first part."""
        if path not in self._menus:
            parent, _, name = path.rpartition("/")
            self._prepare(path, self.menu(parent).addMenu(tr(name)))
        return self._menus[path]

    def _refresh_one(self, action_id: str) -> None:
        command, action = self._table[action_id], self._actions[action_id]
        if command.checked is not None:
            action.setChecked(command.checked(self._editor))

    def _refresh_menu(self, menu: QMenu) -> None:
        for action in menu.actions():
            command = self._table.get(action.objectName())
            if command is not None:
                words = missing(self._editor, command)
                action.setEnabled(not words)
                action.setToolTip(words or self._tip(command.id))
                self._refresh_one(command.id)

    def _enable_all(self) -> None:
        for action_id, action in self._actions.items():
            action.setEnabled(True)
            action.setToolTip(self._tip(action_id))
