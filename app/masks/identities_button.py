"""The button that puts right which object is which; while that is being done, it shows how far it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app import theme
from app.actions.registry import find_action
from app.commands import title_of
from app.editor import Editor
from app.threads.long_work import long_work_of

COMMANDS = ("mask.swap", "mask.merge", "mask.split", "mask.split_part")


class IdentitiesButton(QToolButton):
    """A menu. run: runs a command by its id."""

    def __init__(self, editor: Editor, run: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._editor, self._run = editor, run
        self.setIcon(theme.icon("swap"))
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        name = self.tr("Swap, merge or split objects")
        self.setAccessibleName(name)
        self.setToolTip(name)
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)
        self._work = long_work_of(editor)
        self._work.moved.connect(self.refresh)

    def new_menu(self, parent: QWidget) -> QMenu:
        """The same commands, for a menu of their own."""
        menu = QMenu(parent)
        self._fill(menu)
        return menu

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for command in COMMANDS:
            action = find_action(command)
            item = menu.addAction(theme.icon(action.icon), title_of(action), partial(self._run, command))
            item.setEnabled(action.enabled(self._editor))
            item.setToolTip(action.help)

    def refresh(self) -> None:
        busy = self._work.busy
        self.setText(f"{self._work.part:.0%}" if busy else "")
        player = self._editor.player
        self.setEnabled(not busy and player.in_media and player.media is not None)
