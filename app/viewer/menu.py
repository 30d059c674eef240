"""What a right click on the film's picture offers: how it is looked at, and what is often done from there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.actions.registry import perform
from app.editor import Editor
from app.widgets.command_menu import fill_menu

COMMANDS = (
    "viewer.fit", "viewer.actual", "viewer.full_screen", "", "viewer.safe_areas", "viewer.thirds", "viewer.alpha",
    "viewer.bare", "viewer.before_after", "", "clip.fit_frame", "clip.fill_frame", "clip.draw_masks", "",
    "timeline.add_marker", "file.save_frame",
)  # fmt: skip


def picture_menu(editor: Editor, parent: QWidget) -> QMenu:
    """The menu; it goes when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    fill_menu(menu, editor, partial(perform, editor), COMMANDS)
    return menu
