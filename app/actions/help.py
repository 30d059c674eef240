"""Commands of the Help menu."""

from __future__ import annotations

from app.actions.registry import Action
from app.editor import Editor


def _show_help(editor: Editor, page: str = "") -> None:
    from app.dialogs.help import HelpDialog

    editor.show_dialog(HelpDialog(page, editor.window))


def _tour(editor: Editor) -> None:
    _show_help(editor, "tour")


def _keys(editor: Editor) -> None:
    _show_help(editor, "keys")


def _doctor(editor: Editor) -> None:
    from app.dialogs.doctor import DoctorDialog

    editor.show_dialog(DoctorDialog(editor, editor.window))


def _about(editor: Editor) -> None:
    from app.dialogs.about import AboutDialog

    editor.show_dialog(AboutDialog(editor.window))


ACTIONS = (
    Action("help.contents", "&Help", _show_help, ("F1",), "Help", icon="help"),
    Action("help.tour", "&Five-minute tour", _tour, (), "Help"),
    Action("help.keys", "&Keys at a glance", _keys, (), "Help"),
    Action("help.doctor", "&Doctor", _doctor, (), "Help", help="What works on this machine", separator=True),
    Action("help.about", "&About Laminar", _about, (), "Help", separator=True),
)
