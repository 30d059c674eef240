"""Slip, slide and roll by single frames, and the order of the tracks: what the mouse does, from the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, tr
from app.actions.timeline import current_track, has_track
from app.timeline.chosen import change_each, has_selection, leaders, sequence_of
from core.timeline import edits
from core.timeline.model import Sequence
from core.timeline.time_map import Linear

if TYPE_CHECKING:
    from app.editor import Editor


def _each(editor: Editor, title: str, change: Callable[[Sequence, str], Sequence]) -> None:
    change_each(editor, title, leaders(editor), change)


def slip(editor: Editor, frames: int) -> None:
    """Show a later part of the source in the same place; frames: of the film, as many of the source as the clip's
    speed makes of them."""
    by = frames * sequence_of(editor).rate.frame_ticks

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        speed = sequence.find(clip_id)[2].time_map
        source = by * speed.num // speed.den if isinstance(speed, Linear) and speed.num else by
        return edits.slip(sequence, clip_id, source)

    _each(editor, tr("Slip"), change)


def slide(editor: Editor, frames: int) -> None:
    by = frames * sequence_of(editor).rate.frame_ticks
    _each(editor, tr("Slide"), lambda sequence, clip_id: edits.slide(sequence, clip_id, by))


def roll(editor: Editor, frames: int) -> None:
    """The cut at the head of each selected clip."""
    by = frames * sequence_of(editor).rate.frame_ticks

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        return edits.roll(sequence, clip_id, sequence.find(clip_id)[1].start + by)

    _each(editor, tr("Roll"), change)


def move_track(editor: Editor, way: int) -> None:
    editor.document.edit_sequence(tr("Move track"), edits.move_track, current_track(editor), way)


ACTIONS = (
    Action("clip.slip_left", "S&lip one frame earlier", partial(slip, frames=-1), ("Ctrl+Alt+Left",), "Clip/Move",
           has_selection, help="The clip shows an earlier part of its source", separator=True),
    Action("clip.slip_right", "Sli&p one frame later", partial(slip, frames=1), ("Ctrl+Alt+Right",), "Clip/Move",
           has_selection, help="The clip shows a later part of its source"),
    Action("clip.slide_left", "Sli&de left", partial(slide, frames=-1), ("Ctrl+Alt+Shift+Left",), "Clip/Move",
           has_selection, help="The clip moves one frame, its neighbours give way"),
    Action("clip.slide_right", "Slid&e right", partial(slide, frames=1), ("Ctrl+Alt+Shift+Right",), "Clip/Move",
           has_selection, help="The clip moves one frame, its neighbours give way"),
    Action("clip.roll_left", "&Roll the cut left", partial(roll, frames=-1), ("Ctrl+Alt+Q",), "Clip/Move",
           has_selection, help="The cut before the clip moves one frame"),
    Action("clip.roll_right", "R&oll the cut right", partial(roll, frames=1), ("Ctrl+Alt+W",), "Clip/Move",
           has_selection, help="The cut before the clip moves one frame"),
    Action("timeline.track_up", "Move track &up", partial(move_track, way=1), (), "Timeline/Track", has_track),
    Action("timeline.track_down", "Move track &down", partial(move_track, way=-1), (), "Timeline/Track", has_track),
)  # fmt: skip
