"""The mouse on a speed lane: points and the line between them are dragged (app.timeline.speed_drags), a double click
adds a point, Del takes one away. One undo step a gesture; the picture follows while dragging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QPointF, Qt

from app.editor import Editor
from app.timeline import speed_drags
from app.timeline.area import TimelineArea
from app.timeline.lane_place import lane_box
from app.timeline.layout import Hit
from app.timeline.speed_drags import tr
from app.timeline.speed_lane import Box, Kind, grip
from core.errors import EditError
from core.timeline import edits
from core.timeline.bent import reach_of
from core.timeline.model import Sequence

Change = Callable[[QPointF, Qt.KeyboardModifier], Sequence]
"""The film for a place of the mouse and the keys held."""


def lane_of(view: TimelineArea, found: Hit) -> Box | None:
    """The lane of the clip that was hit."""
    row = view.geometry_now.row_of(found.track.id) if found.track is not None else None
    if row is None or found.clip is None or found.where is None:
        return None
    project = view.editor.document.project
    media = project.known_media(found.clip.media_id)
    return lane_box(view.geometry_now, row, found.where, found.clip, media, view.editor.state.speed_lanes)


def refined(view: TimelineArea, found: Hit, at: QPointF) -> Hit:
    """The hit, or what was hit on the clip's speed lane. Edges can be trimmed beside the points."""
    if found.part not in ("body", "head", "tail", "value_line") or found.clip is None or found.where is None:
        return found
    box = lane_of(view, found)
    if box is None or not box.top - 2 <= at.y() <= box.top + box.height:
        return found
    held = grip(found.clip, box, at.x(), at.y(), reach_of(view.sequence))
    if held is None or (held[0] == "speed_line" and found.part in ("head", "tail")):
        return found
    return replace(found, part=held[0], time=found.where.start + held[1])


def add_point(editor: Editor, clip_id: str, time: int) -> None:
    """A point on the curve at a record time, on a frame; it is in hand then. Raises EditError."""
    sequence = editor.document.sequence
    if sequence is None:
        return
    time = sequence.rate.snap(time)
    editor.document.edit_sequence(tr("Add speed point"), edits.add_speed_point, clip_id, time)
    changed = editor.document.sequence
    assert changed is not None
    editor.state.set("speed_point", (clip_id, speed_drags.landed(changed, clip_id, time)))


def remove_point(editor: Editor) -> None:
    """Take the point in hand away. Raises EditError when none is in hand, or it stands at an end."""
    point = editor.state.speed_point
    if point is None:
        raise EditError("no speed point is in hand", "Click one on the speed curve")
    editor.document.edit_sequence(tr("Remove speed point"), edits.remove_speed_point, *point)
    editor.state.set("speed_point", None)


def take_hold(view: TimelineArea, found: Hit, at: QPointF) -> tuple[str, Change]:
    """Take hold of a point, the line or a handle: the name of the edit, and the film as the mouse moves on."""
    state = view.editor.state
    box = lane_of(view, found)
    assert found.clip is not None and box is not None
    state.set("speed_point", (found.clip.id, found.time) if found.part == "speed_point" else None)
    clip_id, kind = found.clip.id, cast(Kind, found.part)
    held = speed_drags.Held(
        kind, clip_id, found.time, at, box, view.sequence, lambda x: view.geometry_now.time_at(x)
    )

    def change(to: QPointF, keys: Qt.KeyboardModifier) -> Sequence:
        result = speed_drags.moved(held, to, keys)
        view.status.emit(result.words)
        if result.point is not None:
            state.set("speed_point", (clip_id, result.point))
        return result.sequence

    return speed_drags.title(kind), change
