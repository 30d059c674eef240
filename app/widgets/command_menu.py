"""A button with a menu of commands, as the menu bar has them: with icons, keys, and grey where they cannot run now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app import theme
from app.actions.registry import find_action
from app.commands import title_of
from app.editor import Editor
from app.widgets.buttons import allow

Run = Callable[[str], object]
"""Runs a command by its id."""


class CommandMenuButton(QToolButton):
    """A button that opens a menu of commands.

    commands: ids; an empty one is a line.
    run: as Run.
    """

    def __init__(
        self, editor: Editor, run: Run, icon: str, name: str, commands: Iterable[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setIcon(theme.icon(icon))
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName(name)
        self.setToolTip(name)
        ids, menu = tuple(commands), QMenu(self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: fill_menu(menu, editor, run, ids))
        self.setMenu(menu)


def fill_menu(menu: QMenu, editor: Editor, run: Run, commands: Iterable[str]) -> None:
    """The commands that a menu offers now."""
    menu.clear()
    for command in commands:
        if not command:
            menu.addSeparator()
            continue
        action = find_action(command)
        item = menu.addAction(title_of(action), partial(run, command))
        if action.icon:
            item.setIcon(theme.icon(action.icon))
        allow(item, editor, action)
        if action.checked is not None:
            item.setCheckable(True)
            item.setChecked(action.checked(editor))
