"""Commands for the keyframes of clips, all that stand at one moment together; the inspector sets those of one
number."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, tr
from app.timeline.chosen import at_playhead, has_selection, has_sequence, sequence_of
from app.timeline.clip_times import record_times
from app.timeline.key_mouse import in_hand, keys_at
from core.errors import EditError
from core.timeline import edits
from core.timeline.keyframes import animated
from core.timeline.model import Easing, Sequence

if TYPE_CHECKING:
    from app.editor import Editor


def _here(editor: Editor) -> list[tuple[str, int]]:
    """Clip ids and source times: the keyframe in hand, else those of the selected clips at the playhead.

    Raises:
        EditError: when there are none.
    """
    held = in_hand(editor)
    if held is not None:
        return [held]
    sequence, found = sequence_of(editor), []
    half, now = sequence.rate.frame_ticks // 2, editor.state.playhead
    for _, clip in sequence.chosen(editor.state.selection):
        keys = keys_at(clip, now - sequence.find(clip.id)[1].start, half)
        if keys is not None:
            found.append((clip.id, keys[1]))
    if not found:
        raise EditError("there is no keyframe here", "Click one on a clip, or move the playhead to one")
    return found


def ease(editor: Editor, easing: Easing) -> None:
    here = _here(editor)

    def change(sequence: Sequence) -> Sequence:
        for clip_id, time in here:
            sequence = edits.ease_keys(sequence, clip_id, time, easing)
        return sequence

    editor.document.edit_sequence(tr("Keyframe easing"), change)


def remove(editor: Editor) -> None:
    here = _here(editor)

    def change(sequence: Sequence) -> Sequence:
        for clip_id, time in here:
            sequence = edits.remove_keys(sequence, clip_id, time)
        return sequence

    editor.document.edit_sequence(tr("Remove keyframe"), change)
    editor.state.set("keyframe", None)


def go(editor: Editor, way: int) -> None:
    """To the next (1) or previous (-1) keyframe of the clips at the playhead, or of the selected ones."""
    sequence, now = sequence_of(editor), editor.state.playhead
    clips = [clip for _, clip in sequence.chosen(editor.state.selection)] or at_playhead(editor)[:1]
    times = set()
    for clip in clips:
        start = sequence.find(clip.id)[1].start
        sources = {key.time for keys in animated(clip) for key in keys.keys}
        times |= {sequence.rate.snap(start + at) for time in sources for at in record_times(clip, time)}
    beyond = sorted(time for time in times if (time > now if way > 0 else time < now))
    if not beyond:
        raise EditError(
            "there is no keyframe further on" if way > 0 else "there is no keyframe before",
            "Select a clip with keyframes",
        )
    editor.state.set("playhead", beyond[0] if way > 0 else beyond[-1])


MENU = "Timeline/Keyframes"
ACTIONS = (
    Action("keys.previous", "&Previous keyframe", partial(go, way=-1), ("Ctrl+Alt+,",), MENU, has_sequence,
           help="Playhead to the keyframe before, of the selected clips or of the clip at the playhead"),
    Action("keys.next", "&Next keyframe", partial(go, way=1), ("Ctrl+Alt+.",), MENU, has_sequence,
           help="Playhead to the next keyframe, of the selected clips or of the clip at the playhead"),
    Action("keys.linear", "&Straight to the next", partial(ease, easing="linear"), (), MENU, has_selection,
           separator=True, help="From the keyframe in hand, or at the playhead, values go evenly to the next one"),
    Action("keys.smooth", "S&moothly to the next", partial(ease, easing="smooth"), (), MENU, has_selection,
           help="From the keyframe in hand, or at the playhead, values start and arrive gently"),
    Action("keys.hold", "&Hold until the next", partial(ease, easing="hold"), (), MENU, has_selection,
           help="From the keyframe in hand, or at the playhead, values stay until the next one"),
    Action("keys.remove", "&Remove keyframe", remove, (), MENU, has_selection, separator=True,
           help="Takes away the keyframe in hand, or those of the selected clips at the playhead"),
)  # fmt: skip
