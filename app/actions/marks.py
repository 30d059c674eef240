"""Commands on in and out points: of the film, or in the mask view of the media there, whose part between them is what
goes onto the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.registry import Action, needs, tr
from app.timeline.chosen import has_sequence, sequence_of
from core.errors import EditError
from core.project.parts import with_part, without_part
from core.project.project import Media
from core.time import FrameRate
from core.timeline import edits

if TYPE_CHECKING:
    from app.editor import Editor


def media_shown(editor: Editor) -> Media | None:
    """The moving media of the mask view; None in other views."""
    if editor.state.view != "media":
        return None
    media = editor.document.project.known_media(editor.state.media)
    return media if media is not None and media.info.video is not None else None


def _rate(editor: Editor) -> FrameRate:
    """Of what the viewer shows."""
    media = media_shown(editor)
    return (
        media.info.video.rate
        if media is not None and media.info.video is not None
        else sequence_of(editor).rate
    )


def points(editor: Editor) -> tuple[int | None, int | None]:
    """In and out point of what the viewer shows, ticks of its own time; out is the first after the marked part."""
    media, sequence = media_shown(editor), editor.document.sequence
    if media is not None:
        return (media.part.start, media.part.end) if media.part is not None else (None, None)
    return (sequence.in_point, sequence.out_point) if sequence is not None else (None, None)


@needs("There are no in and out points")
def has_marks(editor: Editor) -> bool:
    return points(editor) != (None, None)


@needs("There is no in point")
def _has_in(editor: Editor) -> bool:
    return points(editor)[0] is not None


@needs("There is no out point")
def _has_out(editor: Editor) -> bool:
    return points(editor)[1] is not None


@needs("Import media first")
def can_mark(editor: Editor) -> bool:
    return has_sequence(editor) or media_shown(editor) is not None


def mark_in(editor: Editor) -> None:
    """In point at the playhead; an out point that would come before it goes."""
    name, media = tr("Set in point"), media_shown(editor)
    if media is not None:
        start = _rate(editor).time_of(editor.state.media_frame)
        editor.document.edit(name, with_part, media.id, start=start)
        return
    now, out = editor.state.playhead, sequence_of(editor).out_point
    kept = out if out is not None and out > now else None
    editor.document.edit_sequence(name, edits.set_in_out, now, kept)


def mark_out(editor: Editor) -> None:
    """Out point after the frame at the playhead."""
    name, media = tr("Set out point"), media_shown(editor)
    if media is not None:
        end = _rate(editor).time_of(editor.state.media_frame + 1)
        editor.document.edit(name, with_part, media.id, end=end)
        return
    sequence = sequence_of(editor)
    start, out = sequence.in_point, editor.state.playhead + sequence.rate.frame_ticks
    kept = start if start is not None and start < out else None
    editor.document.edit_sequence(name, edits.set_in_out, kept, out)


def mark_clip(editor: Editor) -> None:
    """In and out around the selection, or around what plays at the playhead."""
    sequence, now, ids = sequence_of(editor), editor.state.playhead, editor.state.selection
    found = [where for _, where, clip in sequence.clips() if (clip.id in ids if ids else now in where)]
    if not found:
        raise EditError("there is no clip at the playhead", "Select a clip")
    start, end = min(where.start for where in found), max(where.end for where in found)
    editor.document.edit_sequence(tr("Mark clip"), edits.set_in_out, start, end)


def clear(editor: Editor) -> None:
    name, media = tr("Clear in and out"), media_shown(editor)
    if media is not None:
        editor.document.edit(name, without_part, media.id)
    else:
        editor.document.edit_sequence(name, edits.set_in_out, None, None)


def go_to_in(editor: Editor) -> None:
    start = points(editor)[0]
    if start is not None:
        _go(editor, start)


def go_to_out(editor: Editor) -> None:
    """To the last frame of the marked part."""
    end = points(editor)[1]
    if end is not None:
        _go(editor, end - _rate(editor).frame_ticks)


def _go(editor: Editor, time: int) -> None:
    if media_shown(editor) is not None:
        editor.state.set("media_frame", max(0, _rate(editor).frame_at(time)))
    else:
        editor.state.set("playhead", max(0, time))


ACTIONS = (
    Action("timeline.mark_in", "Set &in point", mark_in, ("I",), "Timeline", can_mark, icon="mark-in", separator=True,
           help="Of the film; in the mask view of its media: where what goes onto the timeline begins"),
    Action("timeline.mark_out", "Set &out point", mark_out, ("O",), "Timeline", can_mark, icon="mark-out",
           help="Of the film; in the mask view of its media: where what goes onto the timeline ends"),
    Action("timeline.mark_clip", "Mark &clip", mark_clip, ("Shift+X",), "Timeline", has_sequence),
    Action("timeline.clear_marks", "C&lear in and out", clear, ("Alt+X",), "Timeline", has_marks),
    Action("playback.go_to_in", "Go to in point", go_to_in, ("Shift+I",), "Playback", _has_in),
    Action("playback.go_to_out", "Go to out point", go_to_out, ("Shift+O",), "Playback", _has_out),
)  # fmt: skip
