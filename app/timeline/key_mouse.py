"""The mouse on the keyframes of a clip: all that stand at one moment are dragged together, copied with Alt, and taken
away by Del. One undo step a gesture; the picture follows while dragging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt

from app.editor import Editor
from app.timeline.area import TimelineArea
from app.timeline.clip_times import keys_near, record_times
from app.timeline.layout import KEYS, Hit, Layout
from app.timeline.looking import Alt
from app.timeline.speed_mouse import Change
from core.errors import EditError
from core.time import timecode
from core.timeline import edits
from core.timeline.keyframes import animated, has_key
from core.timeline.model import Clip, Sequence

REACH = 5.0
"""Pixels around the middle of a keyframe that take hold of it."""
HOLDABLE = ("body", "head", "tail", "value_line")
"""What may lie under a keyframe."""


def keys_at(clip: Clip, time: int, reach: int) -> tuple[int, int] | None:
    """The keyframes nearest to a clip time and at most `reach` ticks from it: the clip time at which they stand, and
    the source time."""
    first, last = max(0, time - reach), min(clip.duration - 1, time + reach)
    if first > last:
        return None
    near = [
        (at, key.time)
        for keys in animated(clip)
        for key in keys_near(clip, keys, first, last)
        for at in record_times(clip, key.time)
        if first <= at <= last
    ]
    return min(near, key=lambda pair: (abs(pair[0] - time), pair), default=None)


def refined(layout: Layout, found: Hit, at: QPointF) -> Hit:
    """The hit, or the keyframe that was hit on the clip."""
    row = layout.row_of(found.track.id) if found.track is not None else None
    if row is None or found.clip is None or found.where is None or found.part not in HOLDABLE:
        return found
    if abs(at.y() - (row.top + KEYS)) > REACH:
        return found
    keys = keys_at(found.clip, found.time - found.where.start, layout.ticks(REACH))
    return found if keys is None else replace(found, part="keyframe", time=found.where.start + keys[0])


def in_hand(editor: Editor) -> tuple[str, int] | None:
    """Clip id and source time of the keyframe in hand, while it is there."""
    held, sequence = editor.state.keyframe, editor.document.sequence
    if held is None or sequence is None:
        return None
    clips = sequence.chosen(frozenset({held[0]}))
    return held if clips and has_key(clips[0][1], held[1]) else None


def hold(view: TimelineArea, clip: Clip, time: int) -> int:
    """Take the keyframes of a clip in hand that stand at a clip time; their source time."""
    keys = keys_at(clip, time, 0)
    assert keys is not None, "they were hit"
    view.editor.state.set("keyframe", (clip.id, keys[1]))
    return keys[1]


def remove(editor: Editor) -> None:
    """Take the keyframe in hand away. Raises EditError when none is in hand."""
    held = in_hand(editor)
    if held is None:
        raise EditError("no keyframe is in hand", "Click one on a clip")
    editor.document.edit_sequence(editor.tr("Remove keyframe"), edits.remove_keys, *held)
    editor.state.set("keyframe", None)


def take_hold(
    view: TimelineArea, found: Hit, at: QPointF, snapped: Callable[[int], int]
) -> tuple[str, Change]:
    """Take hold of a keyframe: the name of the edit, and the film as the mouse moves on.

    Args:
        snapped: the record time on a frame, or on a mark, for one under the mouse.
    """
    clip, where, state = found.clip, found.where, view.editor.state
    assert clip is not None and where is not None
    base, source = view.sequence, hold(view, clip, found.time - where.start)
    off = view.geometry_now.time_at(at.x()) - found.time

    def change(to: QPointF, modifiers: Qt.KeyboardModifier) -> Sequence:
        wanted = snapped(view.geometry_now.time_at(to.x()) - off)
        time = min(max(wanted, where.start), where.end - 1)
        view.status.emit(timecode(time, base.rate))
        landed = clip.time_map.at(time - where.start)
        after = edits.move_keys(base, clip.id, source, landed, copy=bool(modifiers & Alt))
        state.set("keyframe", (clip.id, landed))
        return after

    return view.tr("Move keyframe"), change
