"""The buttons over the mask view that say how the masks are shown: a menu of looks, and the close-up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app import theme
from app.actions.registry import find_action, perform
from app.commands import title_of
from app.editor import Editor
from app.widgets.buttons import names_command, tool_button

LOOKS = ("mask.look_colours", "mask.look_outlines", "mask.look_matte", "mask.look_cutout")


class LookButton(QToolButton):
    """A menu of the looks; lit while another than the usual one is on."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self.setIcon(theme.icon("eye"))
        self.setAutoRaise(True)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        name = self.tr("How the masks are shown")
        self.setAccessibleName(name)
        names_command(self, name, "mask.look_next")
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)
        for changed in (editor.state.mask_look_changed, editor.state.solo_changed):
            changed.connect(self._refresh)
        self._refresh()

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for command in (*LOOKS, "", "mask.solo"):
            if not command:
                menu.addSeparator()
                continue
            action = find_action(command)
            item = menu.addAction(title_of(action), partial(perform, self._editor, command))
            item.setToolTip(action.help)
            item.setCheckable(True)
            item.setChecked(action.checked is not None and action.checked(self._editor))

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
