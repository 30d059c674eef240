"""The button that puts right which object is which; while that is being done, it shows how far it is."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget

from app.editor import Editor
from app.threads.long_work import long_work_of
from app.widgets.command_menu import CommandMenuButton, Run, fill_menu

COMMANDS = ("mask.swap", "mask.merge", "mask.split", "mask.split_part")


class IdentitiesButton(CommandMenuButton):
    """A menu. run: runs a command by its id."""

    def __init__(self, editor: Editor, run: Run, parent: QWidget) -> None:
        super().__init__(editor, run, "swap", parent.tr("Swap, merge or split objects"), COMMANDS, parent)
        self._editor, self._run = editor, run
        self._work = long_work_of(editor)
        self._work.moved.connect(self.refresh)

    def new_menu(self, parent: QWidget) -> QMenu:
        """The same commands, for a menu of their own."""
        menu = QMenu(parent)
        fill_menu(menu, self._editor, self._run, COMMANDS)
        return menu

    def refresh(self) -> None:
        busy = self._work.busy
        self.setText(f"{self._work.part:.0%}" if busy else "")
        player = self._editor.player
        self.setEnabled(not busy and player.in_media and player.media is not None)
