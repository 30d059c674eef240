"""Commands of the Clip/Speed menu: curves, ramps, freezes and reverse inside a clip, fit to fill,
what shows between."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, needs, tr
from app.speed import pace
from app.speed.subject import subject_of
from app.timeline import speed_mouse
from app.timeline.chosen import (
    at_playhead,
    change_each,
    chosen,
    has_selection,
    has_sequence,
    leaders,
    selected,
    sequence_of,
)
from app.timeline.clip_times import record_times
from app.timeline.painting import marked_range
from core.errors import EditError
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline import edits
from core.timeline.curve import NATURAL
from core.timeline.model import Between, Clip, Sequence

if TYPE_CHECKING:
    from app.editor import Editor

SLOW = NATURAL // 4
"""Where the ramps in and out begin and end."""
RAMP = TICKS_PER_SECOND
"""How long they last; a third of a shorter clip."""


def show_lanes(editor: Editor) -> None:
    editor.state.set("speed_lanes", not editor.state.speed_lanes)


def shows_lanes(editor: Editor) -> bool:
    return editor.state.speed_lanes


def ids_of(editor: Editor) -> list[str]:
    """The selected clips, one of each linked group; without a selection what plays at the playhead."""
    if has_selection(editor):
        return leaders(editor)
    return [_here(editor)[0].id]


def _here(editor: Editor) -> tuple[Clip, TimeRange]:
    """The clip at the playhead with its record range, picture before sound."""
    sequence = sequence_of(editor)
    found = [(sequence.find(clip.id)[0].kind == "audio", clip) for clip in at_playhead(editor)]
    clip = min(found, key=lambda pair: pair[0])[1]
    return clip, sequence.find(clip.id)[1]


def _each(editor: Editor, title: str, change: Callable[[Sequence, str], Sequence]) -> None:
    """The same to all; what stands still, such as photos and titles, is passed over where other clips are selected."""
    ids, film = ids_of(editor), sequence_of(editor)
    moving = [one for one in ids if film.find(one)[2].available is not None]
    change_each(editor, title, moving or ids, change)


def add_point(editor: Editor) -> None:
    speed_mouse.add_point(editor, _here(editor)[0].id, editor.state.playhead)


def remove_point(editor: Editor) -> None:
    """The one in hand, else the one at the playhead."""
    if editor.state.speed_point is not None:
        speed_mouse.remove_point(editor)
        return
    clip = _here(editor)[0]
    title = tr("Remove speed point")
    editor.document.edit_sequence(title, edits.remove_speed_point, clip.id, editor.state.playhead)


@needs("There is no film yet: import media, or begin one with Timeline › Film › New film")
def has_point(editor: Editor) -> bool:
    return editor.state.speed_point is not None or has_sequence(editor)


def ramp_in(editor: Editor) -> None:
    """A slow start that eases into the speed that is there."""

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        _, where, _ = sequence.find(clip_id)
        end = sequence.rate.snap(where.start + min(RAMP, where.duration // 3))
        return edits.ramp(sequence, clip_id, where.start, end, first=SLOW)

    _each(editor, tr("Ramp in"), change)


def ramp_out(editor: Editor) -> None:
    """A slow end."""

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        _, where, _ = sequence.find(clip_id)
        start = sequence.rate.snap(where.end - min(RAMP, where.duration // 3))
        return edits.ramp(sequence, clip_id, start, where.end, last=SLOW)

    _each(editor, tr("Ramp out"), change)


def ramp_here(editor: Editor, speed: int) -> None:
    """From the playhead the speed runs to another within half a second."""
    clip, where = _here(editor)
    sequence, now = sequence_of(editor), editor.state.playhead
    end = min(where.end, sequence.rate.snap(now + RAMP // 2))
    editor.document.edit_sequence(
        tr("Speed ramp"), lambda known: edits.ramp(known, clip.id, now, end, last=speed)
    )


def freeze_here(editor: Editor) -> None:
    """Hold the picture at the playhead for a second, inside the clip."""
    clip = _here(editor)[0]
    sequence = sequence_of(editor)
    length = sequence.rate.snap(TICKS_PER_SECOND)
    title = tr("Freeze here")
    editor.document.edit_sequence(title, edits.freeze_part, clip.id, editor.state.playhead, length)


def reverse_range(editor: Editor) -> None:
    """Turn in to out round, inside the clip."""
    sequence = sequence_of(editor)
    marked = marked_range(sequence)
    if marked is None:
        raise EditError("there is no range", "Set an in point (I) and an out point (O) on the clip")

    def change(known: Sequence, clip_id: str) -> Sequence:
        part = marked.intersection(known.find(clip_id)[1])
        return edits.reverse_part(known, clip_id, part.start, part.end)

    _each(editor, tr("Reverse in to out"), change)


def reset(editor: Editor) -> None:
    _each(editor, tr("Reset speed"), edits.reset_speed)


def fit_to_fill(editor: Editor) -> None:
    """In to out when both are set, else all the empty time around the clip."""
    sequence = sequence_of(editor)
    clip_id = ids_of(editor)[0]
    if sequence.in_point is not None and sequence.out_point is not None:
        start, end = sequence.in_point, sequence.out_point
    else:
        start, end = edits.gap_around(sequence, clip_id)
    where = sequence.find(clip_id)[1]
    if (start, end) == (where.start, where.end):
        raise EditError("there is no time to fill", "Leave a gap beside the clip, or set in and out points")
    editor.document.edit_sequence(tr("Fit to fill"), edits.fit_to_fill, clip_id, start, end)


def keeps_pitch(editor: Editor) -> bool:
    clips = selected(editor)
    return bool(clips) and all(clip.keep_pitch for clip in clips)


def toggle_pitch(editor: Editor) -> None:
    value = not keeps_pitch(editor)
    title = tr("Keep the pitch") if value else tr("Let the pitch follow")
    editor.document.edit_sequence(title, edits.set_clips, chosen(editor), keep_pitch=value)


def set_between(editor: Editor, between: Between, ranged: bool = False) -> None:
    """What shows between the media's frames, of whole clips, or of in to out only."""
    marked = marked_range(sequence_of(editor)) if ranged else None
    if ranged and marked is None:
        raise EditError("there is no range", "Set an in point (I) and an out point (O) on the clip")

    def change(sequence: Sequence, clip_id: str) -> Sequence:
        if marked is None:
            return edits.set_between(sequence, clip_id, between)
        return edits.set_between(sequence, clip_id, between, marked.start, marked.end)

    titles = {
        "nearest": tr("Nearest frame"),
        "blend": tr("Blend frames"),
        "flow": tr("Frames along the motion"),
    }
    _each(editor, titles[between], change)


def is_between(editor: Editor, between: Between) -> bool:
    sequence = editor.document.sequence
    if sequence is None:
        return False
    clips = [clip for clip in selected(editor) if sequence.find(clip.id)[0].kind == "video"]
    return bool(clips) and all(clip.between == between for clip in clips)


def analyse(editor: Editor) -> None:
    """Queue the analysis of the clip in hand's media."""
    subject = subject_of(editor)
    if subject is None or subject.media is None:
        raise EditError("no clip is in hand", "Select a clip with moving pictures")
    pace.start(editor, subject.media)


def blend_here(editor: Editor) -> None:
    """Mix the two frames of the media around the playhead, from one to the other; the clip is split there."""
    subject = subject_of(editor)
    sequence, now = sequence_of(editor), editor.state.playhead
    if (
        subject is None
        or subject.media is None
        or subject.media.info.video is None
        or now not in subject.where
    ):
        raise EditError("there is no picture at the playhead", "Move the playhead onto a clip")
    rate, clip = subject.media.info.video.rate, subject.clip
    frame = rate.frame_at(clip.time_map.at(now - subject.where.start))
    here = now - subject.where.start
    before = [time for time in record_times(clip, rate.time_of(frame)) if time <= here]
    after = [time for time in record_times(clip, rate.time_of(frame + 1)) if time > here]
    start = sequence.rate.snap(subject.where.start + max(before, default=0))
    end = sequence.rate.snap(subject.where.start + min(after, default=clip.duration))
    editor.document.edit_sequence(
        tr("Blend here"), lambda known: edits.set_between(known, clip.id, "blend", start, end)
    )


def _between(kind: Between, title: str, help_text: str) -> Action:
    return Action(f"speed.between_{kind}", title, partial(set_between, between=kind), (),
    "Clip/Speed/Frames in between",
                  has_selection, partial(is_between, between=kind), help=help_text)  # fmt: skip


ACTIONS = (
    Action("speed.lanes", "Show speed &curves", show_lanes, ("Shift+S",), "Timeline", checked=shows_lanes,
           help="A curve of the speed under every clip; double click to add a point"),
    Action("speed.add_point", "Add speed &point", add_point, ("Alt+K",), "Clip/Speed", has_sequence,
           separator=True, help="On the speed curve, at the playhead"),
    Action("speed.remove_point", "Re&move speed point", remove_point, ("Alt+Shift+K",), "Clip/Speed", has_point),
    Action("speed.ramp_in", "Ramp &in", ramp_in, (), "Clip/Speed", has_sequence, help="A slow start"),
    Action("speed.ramp_out", "Ramp &out", ramp_out, (), "Clip/Speed", has_sequence, help="A slow end"),
    Action("speed.ramp_fast", "Ramp to 200 % here", partial(ramp_here, speed=2 * NATURAL), (), "Clip/Speed",
           has_sequence, help="From the playhead on, within half a second"),
    Action("speed.ramp_slow", "Ramp to 50 % here", partial(ramp_here, speed=NATURAL // 2), (), "Clip/Speed",
           has_sequence, help="From the playhead on, within half a second"),
    Action("speed.freeze_here", "Free&ze inside the clip", freeze_here, ("Alt+Z",), "Clip/Speed", has_sequence,
           help="Hold the picture at the playhead for a second; the clip stays one"),
    Action("speed.reverse_range", "Reverse in to o&ut", reverse_range, (), "Clip/Speed", has_sequence,
           help="Play the marked part of the clip backwards, in its place"),
    Action("speed.reset", "Reset spee&d", reset, ("Ctrl+Alt+R",), "Clip/Speed", has_selection,
           help="Natural speed for all that the clip shows"),
    Action("speed.fit_to_fill", "&Fit to fill", fit_to_fill, ("Shift+F",), "Clip/Speed", has_sequence, icon="stretch",
           separator=True, help="Play from in to out, or from neighbour to neighbour: the speed follows"),
    Action("speed.analyse", "Analyse &speediness", analyse, (), "Clip/Speed", has_sequence, separator=True,
           help="How fast things look in the clip, frame by frame: for adaptive speed-up"),
    Action("speed.blend_here", "Blend frames here", blend_here, (), "Clip/Speed/Frames in between", has_sequence,
           help="Mix the two frames around the playhead; the clip is split there"),
    Action("speed.keep_pitch", "&Keep the pitch", toggle_pitch, (), "Clip/Speed", has_selection, keeps_pitch,
           help="Sound keeps its pitch whatever the speed is"),
    _between("nearest", "&Nearest frame", "Show the frame that is there"),
    _between("blend", "&Blend frames", "Mix the two frames around; where the clip runs faster, all that pass"),
    _between("flow", "Along the &motion", "Make frames that never were from the motion between two"),
    Action("speed.between_range_flow", "Along the motion, in to out only",
           partial(set_between, between="flow", ranged=True),
           (), "Clip/Speed/Frames in between", has_selection, separator=True, help="The clip is split at the marks"),
    Action("speed.between_range_blend", "Blend frames, in to out only",
           partial(set_between, between="blend", ranged=True),
           (), "Clip/Speed/Frames in between", has_selection, help="The clip is split at the marks"),
)  # fmt: skip
