"""Flat buttons with an icon, buttons that run a command, and tool tips that name the keys of the
command behind a widget.

The keys are not known to the widget: `app.commands` fills them in for every widget that `names_command` marked, and
anew when the user changes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from app import theme
from app.actions.registry import Action, find_action, missing, perform, tr

if TYPE_CHECKING:
    from app.editor import Editor

_COMMANDS, _TIP, _KEYS = "commands", "tip", "keys"


def tool_button(
    parent: QWidget, icon: str, name: str, command: str = "", *, checkable: bool = False
) -> QToolButton:
    """A flat button with an icon, named for screen readers and by its tip. command: id of what it does, if any."""
    button = QToolButton(parent)
    button.setIcon(theme.icon(icon))
    button.setIconSize(QSize(18, 18))
    button.setAutoRaise(True)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(name)
    names_command(button, name, *([command] if command else []))
    return button


def command_button(parent: QWidget, editor: Editor, text: str, command: str, tip: str = "") -> QPushButton:
    """A button with a text that runs a command.

    Args:
        tip: what its tool tip says before the keys; the command's own help, or the text, when empty.
    """
    button = QPushButton(text, parent)
    button.setAccessibleName(text)
    names_command(button, tip or parent.tr(find_action(command).help) or text, command)
    button.clicked.connect(lambda: perform(editor, command))
    return button


def names_command(widget: QWidget, tip: str, *commands: str) -> None:
    """Give a widget a tip that ends with the keys of these commands, as soon and as long as they have any."""
    widget.setProperty(_COMMANDS, list(commands))
    show_tip(widget, tip)


def allow(item: QAction | QWidget, editor: Editor, action: Action) -> None:
    """Enable a menu's entry, or a button that `names_command` marked, while its command can run; else its tip says what
    is missing."""
    words = missing(editor, action)
    item.setEnabled(not words)
    if isinstance(item, QAction):
        item.setToolTip(words or tr(action.help))
    else:
        show_tip(item, words or tr(action.help))


def commands_of(widget: QWidget) -> list[str]:
    """Ids of the commands that a widget's tip names; none for most widgets."""
    return widget.property(_COMMANDS) or []


def show_tip(widget: QWidget, tip: str) -> None:
    """Another text before the keys."""
    widget.setProperty(_TIP, tip)
    keys = widget.property(_KEYS)
    widget.setToolTip(f"{tip} ({keys})" if keys else tip)


def show_keys(widget: QWidget, keys: str) -> None:
    """Other keys after the text, as the user reads them; empty for none."""
    widget.setProperty(_KEYS, keys)
    show_tip(widget, widget.property(_TIP))
