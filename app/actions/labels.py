"""Commands on the labels of clips: a colour by which they are told apart, and found together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, tr
from app.timeline.chosen import chosen, has_selection, selected, sequence_of
from core.errors import EditError
from core.timeline import edits
from core.timeline.model import LABELS

if TYPE_CHECKING:
    from app.editor import Editor

MENU = "Edit/Label clips"


def set_label(editor: Editor, label: str) -> None:
    """Give the selected clips a label, or none."""
    editor.document.edit_sequence(tr("Label clips"), edits.set_clips, chosen(editor), label=label)


def has_label(editor: Editor, label: str) -> bool:
    """Whether all selected clips have this label."""
    return has_selection(editor) and all(clip.label == label for clip in selected(editor))


def select_same(editor: Editor) -> None:
    """Select all clips that have a label of the selected ones."""
    wanted = {clip.label for clip in selected(editor)} - {""}
    if not wanted:
        raise EditError("the clip has no label", "Give it one first")
    clips = sequence_of(editor).clips()
    editor.state.set("selection", frozenset(clip.id for _, _, clip in clips if clip.label in wanted))


ACTIONS = (
    *(
        Action(f"clip.label_{label}", label.capitalize(), partial(set_label, label=label), (), MENU,
               has_selection, partial(has_label, label=label), help="Colour the selected clips on the timeline")
        for label in LABELS
    ),
    Action("clip.no_label", "None", partial(set_label, label=""), (), MENU, has_selection, partial(has_label, label=""),
           help="Take the label off the selected clips", separator=True),
    Action("clip.select_label", "Select clips with this label", select_same, (), MENU, has_selection, separator=True,
           help="All clips of the film that have the label of the selected one"),
)  # fmt: skip
