"""Every edit of a sequence in one namespace: `edits.insert(sequence, …)`.

Each is a pure function Sequence -> Sequence that raises EditError, saying why and what to do, when it is not
possible. place: clips on and off tracks; trim: edges; retime: speed and fades;
speed: speed curves; stretch: rate stretch and fit to fill; tracks: tracks, markers, in/out,
links; clips: fields, effects, keyframes; keyframes: all of a clip at one moment; many: the same of many
clips at once.
"""

from __future__ import annotations

from core.timeline.beside import put_beside
from core.timeline.cameras import cut_to
from core.timeline.clips import (
    add_effect,
    change_effect,
    move_effect,
    remove_effect,
    remove_key,
    set_clip,
    set_effect,
    set_effect_param,
    set_key,
)
from core.timeline.fades import FadeSide, set_fade
from core.timeline.keyframes import ease_keys, move_keys, remove_keys
from core.timeline.many import each_alone, each_clip, each_transition, set_clips
from core.timeline.overlap import overlap
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
    overwrite_each,
    ripple_delete,
    split,
    split_all,
)
from core.timeline.replacing import replace_media
from core.timeline.retime import (
    freeze_frame,
    remove_transition,
    reverse,
    set_speed,
    set_transition,
)
from core.timeline.speed import (
    add_speed_point,
    freeze_part,
    move_speed_point,
    ramp,
    remove_speed_point,
    reset_speed,
    reverse_part,
    set_between,
    set_curve,
    set_ease,
    set_stretch_speed,
)
from core.timeline.stretch import fit_to_fill, gap_around, rate_stretch_end, rate_stretch_start
from core.timeline.tracks import (
    add_marker,
    add_track,
    link,
    move_track,
    remove_markers,
    remove_track,
    set_in_out,
    set_marker,
    set_track,
    unlink,
)
from core.timeline.trim import (
    reach,
    ripple_trim_end,
    ripple_trim_start,
    roll,
    slide,
    slip,
    trim_end,
    trim_start,
)

__all__ = [
    "FadeSide",
    "MoveMode",
    "Placement",
    "add_effect",
    "add_marker",
    "add_speed_point",
    "add_track",
    "append",
    "change_effect",
    "close_gap",
    "cut_to",
    "each_alone",
    "each_clip",
    "each_transition",
    "ease_keys",
    "extract",
    "fit_to_fill",
    "freeze_frame",
    "freeze_part",
    "gap_around",
    "insert",
    "insert_gap",
    "lift",
    "lift_range",
    "link",
    "media_clips",
    "move",
    "move_effect",
    "move_keys",
    "move_speed_point",
    "move_track",
    "overlap",
    "overwrite",
    "overwrite_each",
    "put_beside",
    "ramp",
    "rate_stretch_end",
    "rate_stretch_start",
    "reach",
    "remove_effect",
    "remove_key",
    "remove_keys",
    "remove_markers",
    "remove_speed_point",
    "remove_track",
    "remove_transition",
    "replace_media",
    "reset_speed",
    "reverse",
    "reverse_part",
    "ripple_delete",
    "ripple_trim_end",
    "ripple_trim_start",
    "roll",
    "set_between",
    "set_clip",
    "set_clips",
    "set_curve",
    "set_ease",
    "set_effect",
    "set_effect_param",
    "set_fade",
    "set_in_out",
    "set_key",
    "set_marker",
    "set_speed",
    "set_stretch_speed",
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
