"""Commands for several cameras of one event: see them all, cut from one to another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, tr
from app.playing.cameras import CameraView
from app.timeline.chosen import has_sequence
from core.timeline import edits

if TYPE_CHECKING:
    from app.editor import Editor

MENU = "Clip/Cameras"
MOST = 9
"""Cameras that have a key."""


def see_all(editor: Editor) -> None:
    """All cameras in the viewer, or the film again."""
    editor.one(CameraView).switch()


def sees_all(editor: Editor) -> bool:
    return editor.one(CameraView).on


def cut_to(editor: Editor, number: int) -> None:
    """Cut to a camera at the playhead, while the film plays or stands."""
    title = tr("Cut to camera {0}").format(number)
    editor.document.edit_sequence(title, edits.cut_to, editor.state.playhead, number)


ACTIONS = (
    Action("cameras.see_all", "See all &cameras", see_all, ("Ctrl+Alt+0",), MENU, has_sequence, sees_all,
           help="The footage of all video tracks side by side, counted from V1 upwards; align it by sound first"),
    *(
        Action(f"cameras.cut_to_{number}", f"Cut to camera &{number}", partial(cut_to, number=number),
               (f"Ctrl+Alt+{number}",), MENU, has_sequence, separator=number == 1,
               help="From the playhead on only this camera is seen, as far as its clip goes; sound stays as it is")
        for number in range(1, MOST + 1)
    ),
)  # fmt: skip
