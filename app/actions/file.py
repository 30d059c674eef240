"""Commands of the File menu."""

from __future__ import annotations

from app.actions.registry import Action
from app.editor import Editor


def _new(editor: Editor) -> None:
    editor.desk.new()


def _open(editor: Editor) -> None:
    editor.desk.open_asking()


def _save(editor: Editor) -> None:
    editor.desk.save()


def _save_as(editor: Editor) -> None:
    editor.desk.save_as()


def _revert(editor: Editor) -> None:
    editor.desk.revert()


def _export(editor: Editor) -> None:
    from app.dialogs.export import ExportDialog
    from app.main_window import MainWindow

    ExportDialog(editor, editor.panel(MainWindow)).open()


def _quit(editor: Editor) -> None:
    from app.main_window import MainWindow

    editor.panel(MainWindow).close()


def _is_open(editor: Editor) -> bool:
    return editor.document.is_open


def _has_film(editor: Editor) -> bool:
    sequence = editor.document.sequence
    return sequence is not None and sequence.frame_count > 0


def _can_revert(editor: Editor) -> bool:
    return editor.document.path is not None and editor.document.unsaved


ACTIONS = (
    Action("file.new", "&New project", _new, ("Ctrl+N",), "File", icon="new"),
    Action("file.open", "&Open project…", _open, ("Ctrl+O",), "File", icon="open"),
    Action("file.save", "&Save", _save, ("Ctrl+S",), "File", _is_open, icon="save", separator=True),
    Action("file.save_as", "Save &as…", _save_as, ("Ctrl+Shift+S",), "File", _is_open),
    Action("file.revert", "&Revert to saved", _revert, (), "File", _can_revert,
           help="Give up all changes since the last save"),
    Action("file.export", "&Export…", _export, ("Ctrl+E",), "File", _has_film,
           help="Write the film to a file", separator=True),
    Action("file.quit", "&Quit", _quit, ("Ctrl+Q",), "File", separator=True),
)  # fmt: skip
