"""The buttons over the mask view that say how the masks are shown: a menu of looks, and the close-up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QToolButton, QWidget

from app.actions.registry import perform
from app.editor import Editor
from app.widgets.buttons import names_command, tool_button
from app.widgets.command_menu import CommandMenuButton

COMMANDS = (
    "mask.look_colours", "mask.look_outlines", "mask.look_matte", "mask.look_cutout", "", "mask.solo", "mask.onion",
)  # fmt: skip


class LookButton(CommandMenuButton):
    """A menu of the looks; lit while another than the usual one is on."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        name = parent.tr("How the masks are shown")
        super().__init__(editor, partial(perform, editor), "eye", name, COMMANDS, parent)
        self._editor = editor
        self.setCheckable(True)
        names_command(self, name, "mask.look_next")
        for changed in (editor.state.mask_look_changed, editor.state.solo_changed):
            changed.connect(self._refresh)
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        state = self._editor.state
        self.setChecked(state.mask_look != "colours" or state.solo)


def close_up_button(editor: Editor, is_on: Callable[[], bool], parent: QWidget) -> QToolButton:
    """The switch of the close-up. is_on: whether it is."""
    name = parent.tr("Close-up of the object in hand; the picture goes along with it")
    button = tool_button(parent, "zoom-in", name, "mask.close_up", checkable=True)

    def run() -> None:
        perform(editor, "mask.close_up")
        button.setChecked(is_on())

    button.clicked.connect(run)
    return button
