"""Commands of the Edit menu that belong to no panel."""

from __future__ import annotations

from app.actions.registry import Action
from app.editor import Editor


def _undo(editor: Editor) -> None:
    editor.document.undo_stack.undo()


def _redo(editor: Editor) -> None:
    editor.document.undo_stack.redo()


def _can_undo(editor: Editor) -> bool:
    return editor.document.undo_stack.canUndo()


def _can_redo(editor: Editor) -> bool:
    return editor.document.undo_stack.canRedo()


ACTIONS = (
    Action("edit.undo", "&Undo", _undo, ("Ctrl+Z",), "Edit", _can_undo, icon="undo"),
    Action("edit.redo", "&Redo", _redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", _can_redo, icon="redo"),
)
