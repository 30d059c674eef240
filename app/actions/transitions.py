"""Commands that put a transition at the head of clips, change its kind, and take it away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.actions.registry import Action, needs, tr
from app.threads import large_edit
from app.timeline.chosen import (
    at_playhead,
    change_each,
    has_selection,
    has_sequence,
    leaders,
    selected,
)
from core.errors import EditError
from core.time import from_seconds
from core.timeline import edits
from core.timeline.model import Sequence, Transition, TransitionKind

if TYPE_CHECKING:
    from app.editor import Editor

MENU = "Clip/Transition"
NAMES: dict[TransitionKind, str] = {
    "cross-fade": "Cross-fade",
    "dip": "Dip to colour",
    "wipe": "Wipe",
    "push": "Push",
}
LENGTHS = (1, 0.5, 0.25)
"""Seconds of a transition that are tried, as there is source for them."""


def lead(editor: Editor, kind: TransitionKind) -> None:
    """A second of transition into each selected clip, or the one at the playhead, shorter where
    there is less source; clips without any are shortened so that they overlap. One that is there
    keeps its length and becomes of this kind."""
    ids = leaders(editor) if has_selection(editor) else [at_playhead(editor)[0].id]
    before = editor.document.sequence

    def tell() -> None:
        after = editor.document.sequence
        if before is not None and after is not None and (shorter := _shortened(before, after)):
            editor.notify.info(
                tr("Clips shortened because nothing was left beyond their cuts to overlap: {0}").format(
                    shorter
                ),
                tr("What follows closed up; undo takes it back"),
            )

    large_edit.edit_each(editor, tr(NAMES[kind]), ids, partial(_led, kind=kind), tell)


def _shortened(before: Sequence, after: Sequence) -> int:
    """Pictures, or sounds where there are none, that lost some of their length."""
    lengths = {clip.id: clip.duration for _, _, clip in after.clips()}
    shorter = [
        track.kind for track, _, clip in before.clips() if lengths.get(clip.id, clip.duration) < clip.duration
    ]
    return shorter.count("video") or len(shorter)


def _led(sequence: Sequence, clip_id: str, kind: TransitionKind) -> Sequence:
    there = sequence.find(clip_id)[2].transition
    if there is not None:
        return edits.set_clip(sequence, clip_id, transition=replace(there, kind=kind))
    for length in LENGTHS:
        try:
            ticks = sequence.rate.snap(from_seconds(length))
            return edits.set_transition(sequence, clip_id, ticks, like=Transition(kind))
        except EditError:
            continue
    return edits.overlap(
        sequence, clip_id, sequence.rate.snap(from_seconds(LENGTHS[0])), like=Transition(kind)
    )


def remove(editor: Editor) -> None:
    change_each(editor, tr("Remove transition"), leaders(editor), edits.remove_transition)


def is_of(editor: Editor, kind: TransitionKind) -> bool:
    """Whether every selected clip has a transition, and that kind of it."""
    kinds = {clip.transition and clip.transition.kind for clip in selected(editor)}
    return kinds == {kind}


@needs("None of the selected clips has a transition")
def has_transition(editor: Editor) -> bool:
    return any(clip.transition is not None for clip in selected(editor))


ACTIONS = (
    Action("clip.transition", "&Cross-fade", partial(lead, kind="cross-fade"), ("Ctrl+T",), MENU, has_sequence,
           partial(is_of, kind="cross-fade"), help="A cross-fade at the head of the selected clip; clips "
                                                   "without source beyond the cut are shortened to overlap"),
    Action("clip.dip", "&Dip to colour", partial(lead, kind="dip"), (), MENU, has_sequence, partial(is_of, kind="dip"),
           help="Out to black, or another colour, and in again"),
    Action("clip.wipe", "&Wipe", partial(lead, kind="wipe"), (), MENU, has_sequence, partial(is_of, kind="wipe"),
           help="The new picture comes in behind an edge"),
    Action("clip.push", "&Push", partial(lead, kind="push"), (), MENU, has_sequence, partial(is_of, kind="push"),
           help="The new picture pushes the old one out"),
    Action("clip.no_transition", "Remove transition", remove, ("Ctrl+Shift+T",), MENU, has_transition,
           separator=True),
)  # fmt: skip
