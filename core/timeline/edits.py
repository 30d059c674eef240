"""Every edit of a sequence in one namespace: `edits.insert(sequence, …)`.

Each is a pure function Sequence -> Sequence that raises EditError, saying why and what to do, when it is not
possible. place: clips on and off tracks; trim: edges; retime: speed and fades; tracks: tracks, markers, in/out,
links; clips: fields, effects, keyframes.
"""

from __future__ import annotations

from core.timeline.clips import (
    add_effect,
    move_effect,
    remove_effect,
    remove_key,
    set_clip,
    set_effect,
    set_effect_param,
    set_key,
)
from core.timeline.draft import Ripple
from core.timeline.place import (
    MoveMode,
    Placement,
    append,
    close_gap,
    extract,
    insert,
    insert_gap,
    lift,
    lift_range,
    media_clips,
    move,
    overwrite,
    ripple_delete,
    split,
    split_all,
)
from core.timeline.retime import (
    Alignment,
    freeze_frame,
    remove_transition,
    reverse,
    set_speed,
    set_transition,
)
from core.timeline.tracks import (
    add_marker,
    add_track,
    link,
    move_track,
    remove_marker,
    remove_track,
    set_in_out,
    set_marker,
    set_track,
    unlink,
)
from core.timeline.trim import ripple_trim_end, ripple_trim_start, roll, slide, slip, trim_end, trim_start

__all__ = [
    "Alignment",
    "MoveMode",
    "Placement",
    "Ripple",
    "add_effect",
    "add_marker",
    "add_track",
    "append",
    "close_gap",
    "extract",
    "freeze_frame",
    "insert",
    "insert_gap",
    "lift",
    "lift_range",
    "link",
    "media_clips",
    "move",
    "move_effect",
    "move_track",
    "overwrite",
    "remove_effect",
    "remove_key",
    "remove_marker",
    "remove_track",
    "remove_transition",
    "reverse",
    "ripple_delete",
    "ripple_trim_end",
    "ripple_trim_start",
    "roll",
    "set_clip",
    "set_effect",
    "set_effect_param",
    "set_in_out",
    "set_key",
    "set_marker",
    "set_speed",
    "set_track",
    "set_transition",
    "slide",
    "slip",
    "split",
    "split_all",
    "trim_end",
    "trim_start",
    "unlink",
]
