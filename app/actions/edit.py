"""Commands of the Edit menu that belong to no panel."""

from __future__ import annotations

from app.actions.registry import Action, all_actions, needs
from app.editor import Editor
from app.timeline.chosen import has_sequence, view_of


def _undo(editor: Editor) -> None:
    editor.document.undo_stack.undo()


def _redo(editor: Editor) -> None:
    editor.document.undo_stack.redo()


@needs("There is nothing to undo")
def _can_undo(editor: Editor) -> bool:
    return editor.document.undo_stack.canUndo()


@needs("There is nothing to redo")
def _can_redo(editor: Editor) -> bool:
    return editor.document.undo_stack.canRedo()


def _settings(editor: Editor) -> None:
    from app.dialogs.settings import SettingsDialog
    from app.window.main_window import MainWindow

    window = editor.panel(MainWindow)
    dialog = SettingsDialog(editor, window)
    dialog.changed.connect(window.take_setting)
    editor.show_dialog(dialog)


def _shortcuts(editor: Editor) -> None:
    from app.dialogs.shortcuts import ShortcutsDialog
    from app.window.main_window import MainWindow

    editor.show_dialog(ShortcutsDialog(editor, editor.panel(MainWindow).commands, all_actions()))


def _find(editor: Editor) -> None:
    from app.dialogs.find import FindDialog

    editor.show_dialog(FindDialog(editor, view_of(editor)))


def _palette(editor: Editor) -> None:
    from app.dialogs.palette import CommandPalette
    from app.window.main_window import MainWindow

    editor.show_dialog(CommandPalette(editor, editor.panel(MainWindow).commands, all_actions()))


ACTIONS = (
    Action("edit.undo", "&Undo", _undo, ("Ctrl+Z",), "Edit", _can_undo, icon="undo"),
    Action("edit.redo", "&Redo", _redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", _can_redo, icon="redo"),
    Action("edit.find", "&Find in the film…", _find, ("Ctrl+F",), "Edit", has_sequence, icon="search",
           help="Words in names of clips, titles, subtitles and markers; others in their place in titles",
           separator=True),
    Action("edit.palette", "&Command palette…", _palette, ("Ctrl+Shift+P",), "Edit", icon="search",
           help="Find any command by a few letters"),
    Action("edit.shortcuts", "&Keyboard shortcuts…", _shortcuts, (), "Edit"),
    Action("edit.settings", "&Settings…", _settings, ("Ctrl+,",), "Edit", icon="settings"),
)  # fmt: skip
