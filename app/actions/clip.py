"""Commands of the Clip menu: split, trim to the playhead, nudge, speed, cross-fades, titles, links."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, needs, tr
from app.masks.target import turn_to
from app.threads.large_edit import edit_clips
from app.timeline.chosen import (
    at_playhead,
    change_each,
    chosen,
    has_selection,
    has_sequence,
    leaders,
    selected,
    sequence_of,
    view_of,
)
from app.widgets.asking import ask_text
from core.errors import EditError, LaminarError
from core.project import placing
from core.time import from_seconds
from core.timeline import edits
from core.timeline.model import Clip, TrackKind

if TYPE_CHECKING:
    from app.editor import Editor


def split(editor: Editor) -> None:
    """Split the selected clips under the playhead; when none of them plays there, all clips that do."""
    now, selection = editor.state.playhead, editor.state.selection
    places = sequence_of(editor).clips()
    ids = [clip.id for _, where, clip in places if clip.id in selection and where.start < now < where.end]
    if ids:
        editor.document.edit_sequence(tr("Split"), edits.split, ids, now)
    else:
        editor.document.edit_sequence(tr("Split"), edits.split_all, now)


def split_all(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Split all"), edits.split_all, editor.state.playhead)


def trim_to_playhead(editor: Editor, head: bool) -> None:
    """Cut away what lies before (head) or after the playhead, and close up."""
    clip = at_playhead(editor)[0]
    sequence, now = sequence_of(editor), editor.state.playhead
    _, where, _ = sequence.find(clip.id)
    if head:
        editor.document.edit_sequence(tr("Trim head to playhead"), edits.ripple_trim_start, clip.id, now)
        editor.state.set("playhead", where.start)
    else:
        editor.document.edit_sequence(tr("Trim tail to playhead"), edits.ripple_trim_end, clip.id, now)


def extend(editor: Editor) -> None:
    """The nearer edge of the selected clips to the playhead; cuts are rolled."""
    now = editor.state.playhead
    change_each(
        editor,
        tr("Extend to playhead"),
        leaders(editor),
        lambda film, clip_id: edits.reach(film, clip_id, now),
    )


def close_gap(editor: Editor) -> None:
    sequence, now = sequence_of(editor), editor.state.playhead
    current = view_of(editor).current_track
    lanes = [track for track in sequence.tracks if track.id == current] or list(sequence.tracks)
    for track in lanes:
        found = track.at(now)
        if found is not None and not isinstance(found[1], Clip):
            editor.document.edit_sequence(tr("Close gap"), edits.close_gap, track.id, now)
            return
    raise EditError("there is no gap at the playhead", "Put the playhead in a gap and click its track")


# Moving


def nudge(editor: Editor, frames: int) -> None:
    sequence, ids = sequence_of(editor), chosen(editor)
    editor.document.edit_sequence(tr("Nudge"), edits.move, ids, frames * sequence.rate.frame_ticks)


def change_track(editor: Editor, way: int) -> None:
    """Move the selected clips to the next track of their kind; way: +1 up on the screen, -1 down."""
    sequence, ids = sequence_of(editor), leaders(editor)
    kind = sequence.find(ids[0])[0].kind
    by = way if kind == "video" else -way
    editor.document.edit_sequence(tr("Move to other track"), edits.move, ids, 0, by)


# Speed


def speed(editor: Editor) -> None:
    """Ask for a speed, and whether what follows moves."""
    from app.dialogs.speed import SpeedDialog

    ids = leaders(editor)
    first = next(clip for clip in selected(editor) if clip.id == ids[0])
    now = first.time_map.speed

    def change(percent: float, ripple: bool) -> None:
        try:
            set_speed(editor, ids, percent, ripple=ripple)
        except LaminarError as error:
            editor.notify.failure(error)

    natural = first.source_range.duration if now else first.duration
    rate, ripple = sequence_of(editor).rate, editor.settings.flag("speed_ripples")
    editor.show_dialog(SpeedDialog(now * 100 or 100.0, natural, rate, ripple, change, view_of(editor)))


def set_speed(editor: Editor, ids: list[str], percent: float, *, ripple: bool) -> None:
    """Raises EditError for a speed that cannot be."""
    num = round(percent * 100)
    if num == 0:
        raise EditError("a speed of 0 is a freeze", "Use Freeze frame")

    edit_clips(editor, tr("Speed"), len(ids), edits.set_speed, ids, num, 10000, ripple=ripple)


def reverse(editor: Editor) -> None:
    ids = leaders(editor)
    edit_clips(editor, tr("Reverse"), len(ids), edits.reverse, ids)


def freeze(editor: Editor) -> None:
    clip = at_playhead(editor)[0]
    length = from_seconds(2)
    editor.document.edit_sequence(
        tr("Freeze frame"), edits.freeze_frame, clip.id, editor.state.playhead, length
    )


# Links, looks


def link(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Link"), edits.link, chosen(editor))


def unlink(editor: Editor) -> None:
    editor.document.edit_sequence(tr("Unlink"), edits.unlink, chosen(editor))


def is_enabled(editor: Editor) -> bool:
    clips = selected(editor)
    return bool(clips) and all(clip.enabled for clip in clips)


def toggle_enabled(editor: Editor) -> None:
    value = not is_enabled(editor)
    title = tr("Enable clip") if value else tr("Disable clip")
    editor.document.edit_sequence(title, edits.set_clips, chosen(editor), enabled=value)


def fade(editor: Editor, side: edits.FadeSide) -> None:
    """A fade of a second on every selected clip, at most half of it; when all have one, it is taken away."""
    clips, rate = selected(editor), sequence_of(editor).rate
    gone = all(getattr(clip, side) for clip in clips)
    name = tr("Fade in") if side == "fade_in" else tr("Fade out")
    longest = rate.snap(from_seconds(1))
    lengths = {clip.id: 0 if gone else min(longest, rate.snap(clip.duration // 2)) for clip in clips}
    edit_clips(editor, name, len(clips), edits.set_fade, lengths.keys(), side, lengths)


@needs("None of the selected clips is linked to another")
def is_linked(editor: Editor) -> bool:
    return any(clip.link for clip in selected(editor))


def rename(editor: Editor) -> None:
    clip = selected(editor)[0]
    if name := ask_text(editor.window, tr("Rename clip"), tr("Name"), clip.name):
        change = partial(edits.set_clip, name=name)
        editor.document.edit_sequence(tr("Rename clip"), change, clip.id)


@needs("Select a clip that shows media of the bin first")
def shows_media(editor: Editor) -> bool:
    return any(clip.media_id for clip in selected(editor))


def show_in_bin(editor: Editor) -> None:
    ids = {clip.media_id for clip in selected(editor) if clip.media_id}
    editor.state.set("bin_selection", frozenset(ids))


@needs("Select a clip on the timeline, and in the bin the one media that takes its place")
def can_replace(editor: Editor) -> bool:
    return has_selection(editor) and len(editor.state.bin_selection) == 1


def replace_media(editor: Editor) -> None:
    """The selected clips show the media that is selected in the bin, from its in point on."""
    sequence, (media_id,) = sequence_of(editor), editor.state.bin_selection
    media = editor.document.project.require_media(media_id)
    content, source = placing.use_of(media, sequence, 0)
    kinds: list[TrackKind] = []
    if media.info.video is not None:
        kinds.append("video")
    if media.info.audio is not None:
        kinds.append("audio")
    editor.document.edit_sequence(
        tr("Replace media"), edits.replace_media, chosen(editor), content, media.name, source.start, kinds
    )


def draw_masks(editor: Editor) -> None:
    """Open the clip's media in the mask view, at the frame under the playhead, or the clip's first."""
    found = (editor.document.project.find_media(clip.media_id) for clip in selected(editor) if clip.media_id)
    media = next(found)
    if media.info.video is None:
        raise EditError(f"{media.name} has no picture", "Select a picture clip")
    turn_to(editor, "media")


ACTIONS = (
    Action("clip.split", "&Split at playhead", split, ("Ctrl+K",), "Clip", has_sequence, icon="razor"),
    Action("clip.split_all", "Split a&ll tracks", split_all, ("Ctrl+Shift+K",), "Clip", has_sequence),
    Action("clip.trim_head", "Trim &head to playhead", partial(trim_to_playhead, head=True), ("Q",), "Clip/Trim",
           has_sequence, help="Cut away what lies before the playhead and close up"),
    Action("clip.trim_tail", "Trim &tail to playhead", partial(trim_to_playhead, head=False), ("W",), "Clip/Trim",
           has_sequence, help="Cut away what lies after the playhead and close up"),
    Action("clip.extend", "E&xtend to playhead", extend, ("Ctrl+Alt+X",), "Clip/Trim", has_selection,
           help="Move the nearer edge of the selected clips to the playhead; nothing else moves, a cut is rolled"),
    Action("clip.close_gap", "Close &gap", close_gap, ("Alt+G",), "Clip/Trim", has_sequence),
    Action("clip.nudge_left", "Nudge left", partial(nudge, frames=-1), ("Ctrl+Left",), "Clip/Move", has_selection),
    Action("clip.nudge_right", "Nudge right", partial(nudge, frames=1), ("Ctrl+Right",), "Clip/Move", has_selection),
    Action("clip.nudge_left_far", "Nudge left 10 frames", partial(nudge, frames=-10), ("Alt+Shift+Left",), "Clip/Move",
           has_selection),
    Action("clip.nudge_right_far", "Nudge right 10 frames", partial(nudge, frames=10), ("Alt+Shift+Right",),
           "Clip/Move", has_selection),
    Action("clip.track_up", "To the track above", partial(change_track, way=1), ("Alt+Up",), "Clip/Move",
           has_selection),
    Action("clip.track_down", "To the track below", partial(change_track, way=-1), ("Alt+Down",), "Clip/Move",
           has_selection),
    Action("clip.speed", "&Speed…", speed, ("Ctrl+R",), "Clip/Speed", has_selection),
    Action("clip.reverse", "&Reverse", reverse, ("Ctrl+Shift+R",), "Clip/Speed", has_selection, icon="reverse"),
    Action("clip.freeze", "&Freeze frame", freeze, ("Ctrl+Shift+F",), "Clip/Speed", has_sequence,
           help="Hold the picture at the playhead for two seconds"),
    Action("clip.fade_in", "Fade in", partial(fade, side="fade_in"), ("Ctrl+Alt+[",), "Clip", has_selection,
           help="The clip comes up by itself in a second; again: at once"),
    Action("clip.fade_out", "Fade out", partial(fade, side="fade_out"), ("Ctrl+Alt+]",), "Clip", has_selection,
           help="The clip goes down by itself in a second; again: at once"),
    Action("clip.link", "&Link", link, ("Ctrl+G",), "Clip", has_selection, icon="link", separator=True),
    Action("clip.unlink", "&Unlink", unlink, ("Ctrl+Shift+G",), "Clip", is_linked),
    Action("clip.enable", "&Enabled", toggle_enabled, ("Shift+E",), "Clip", has_selection, is_enabled),
    Action("clip.rename", "Re&name…", rename, ("F2",), "Clip", has_selection, separator=True),
    Action("clip.replace", "Replace with media of the bin", replace_media, (), "Clip", can_replace,
           help="The selected clip shows what is selected in the bin, with its length, speed, looks and fades "
                "as they are"),
    Action("clip.show_in_bin", "Show in media &bin", show_in_bin, ("Alt+B",), "Clip", shows_media),
    Action("clip.draw_masks", "&Draw masks", draw_masks, ("Ctrl+M",), "Clip", shows_media, icon="mask",
           help="Open the clip in the mask view"),
)  # fmt: skip
