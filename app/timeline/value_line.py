"""The line over a clip that shows how loud it is, or how opaque: where it lies, and what the mouse does to it.

It is dragged as a whole; Ctrl and a press set a keyframe on it, which is dragged in time and value (Shift keeps its
time). One undo step a gesture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from msgspec import structs
from PySide6.QtCore import QPointF, Qt

from app.timeline.area import TimelineArea
from app.timeline.clip_times import keys_near, record_times
from app.timeline.layout import Hit, Layout, Row, body_box, gain_at, gain_part
from app.timeline.looking import Control, Shift
from app.timeline.speed_mouse import Change
from core.time import timecode
from core.timeline import edits
from core.timeline.effect_kind import Parameter
from core.timeline.effects import CLIP_GAIN, CLIP_PARAMETERS
from core.timeline.keys import with_key, without_key
from core.timeline.model import Animated, Clip, Key, Keys, Sequence, TrackKind, value_at

REACH, NEAR = 6.0, 3.0
"""Pixels from a keyframe, and from the line, that take hold of it."""
QUIET = 1.0
"""Decibels around 0 that catch."""


@dataclass(frozen=True)
class ValueLine:
    """What a line shows.

    part_of: from a value to a height, 0 at the bottom to 1 at the top.
    value_of: back, rounded.
    words: a value as it is told.
    """

    parameter: Parameter
    part_of: Callable[[float], float]
    value_of: Callable[[float], float]
    words: str

    def of(self, clip: Clip) -> Animated:
        value: Animated = getattr(clip, self.parameter.name)
        return value

    def y_of(self, row: Row, value: float) -> float:
        top, height = body_box(row)
        return top + (height - 1) * (1 - self.part_of(value))

    def value_at(self, row: Row, y: float) -> float:
        top, height = body_box(row)
        return self.parameter.bounded(self.value_of(1 - (y - top) / max(1, height - 1)))

    def y_at(self, row: Row, clip: Clip, time: int) -> float:
        """Where it lies at a clip time."""
        return self.y_of(row, value_at(self.of(clip), clip.time_map.at(time)))


def _gain_near(part: float) -> float:
    gain = gain_at(part)
    return 0.0 if abs(gain) < QUIET else gain


OPACITY_PARAMETER = next(one for one in CLIP_PARAMETERS if one.name == "opacity")
VOLUME = ValueLine(CLIP_GAIN, gain_part, _gain_near, "{0:+.1f} dB")
OPACITY = ValueLine(OPACITY_PARAMETER, lambda value: value, lambda part: round(part, 2), "{0:.2f}")


def line_of(kind: TrackKind, clip: Clip) -> ValueLine | None:
    """The line of a clip: of a sound always its volume, of a picture its opacity where it is not plain."""
    if kind == "audio":
        return VOLUME
    return OPACITY if isinstance(clip.opacity, Keys) or clip.opacity != 1.0 else None


def refined(layout: Layout, found: Hit, at: QPointF) -> Hit:
    """The hit, or what was hit of the clip's line: a keyframe, or the line beside its edges."""
    row = layout.row_of(found.track.id) if found.track is not None else None
    if row is None or found.clip is None or found.where is None or found.part not in ("body", "head", "tail"):
        return found
    line = line_of(row.track.kind, found.clip)
    if line is None:
        return found
    time = found.time - found.where.start
    for key, there in _near(line, found.clip, time, layout.ticks(REACH)):
        away = math.dist(
            (layout.x_of(found.where.start + there), line.y_of(row, key.value)), (at.x(), at.y())
        )
        if away <= REACH:
            return replace(found, part="value_point", time=found.where.start + there)
    if found.part == "body" and abs(at.y() - line.y_at(row, found.clip, time)) <= NEAR:
        return replace(found, part="value_line")
    return found


def _near(line: ValueLine, clip: Clip, time: int, reach: int) -> list[tuple[Key, int]]:
    """Keyframes of the line around a clip time, with their clip times; the nearest first."""
    value, first, last = line.of(clip), max(0, time - reach), min(clip.duration - 1, time + reach)
    if not isinstance(value, Keys) or first > last:
        return []
    found = [(key, at) for key in keys_near(clip, value, first, last) for at in record_times(clip, key.time)]
    return sorted((pair for pair in found if first <= pair[1] <= last), key=lambda pair: abs(pair[1] - time))


def take_hold(
    view: TimelineArea, found: Hit, at: QPointF, keys: Qt.KeyboardModifier, snapped: Callable[[int], int]
) -> tuple[str, Change]:
    """Take hold of the line or a keyframe on it: the name of the edit, and the film as the mouse moves on.

    Args:
        snapped: the record time on a frame, or on a mark, for one under the mouse.
    """
    assert found.clip is not None and found.where is not None and found.track is not None
    row = view.geometry_now.row_of(found.track.id)
    line = line_of(found.track.kind, found.clip)
    assert row is not None and line is not None, "it was hit"
    if found.part == "value_point":
        key = _near(line, found.clip, found.time - found.where.start, 0)[0][0]
        return _point_drag(view, found, row, line, key, at, snapped)
    if keys & Control:
        time = min(max(view.sequence.rate.snap(found.time), found.where.start), found.where.end - 1)
        source = found.clip.time_map.at(time - found.where.start)
        key = Key(source, value_at(line.of(found.clip), source))
        return _point_drag(view, replace(found, time=time), row, line, key, at, snapped)
    return view.tr(line.parameter.title), _line_drag(view, found.clip, row, line, at)


def _line_drag(view: TimelineArea, clip: Clip, row: Row, line: ValueLine, at: QPointF) -> Change:
    """The whole line up and down: to the mouse where it is straight, by as much where it has keyframes."""
    base, value = view.sequence, line.of(clip)
    begin = line.part_of(line.value_at(row, at.y()))

    def change(to: QPointF, keys: Qt.KeyboardModifier) -> Sequence:
        view.guide = None
        new = line.value_at(row, to.y())
        view.status.emit(line.words.format(new))
        if not isinstance(value, Keys):
            return edits.set_clip(base, clip.id, **{line.parameter.name: new})
        by = line.part_of(new) - begin
        moved = tuple(
            structs.replace(key, value=line.parameter.bounded(line.value_of(line.part_of(key.value) + by)))
            for key in value.keys
        )
        return edits.set_clip(base, clip.id, **{line.parameter.name: Keys(moved)})

    return change


def _point_drag(
    view: TimelineArea,
    found: Hit,
    row: Row,
    line: ValueLine,
    key: Key,
    at: QPointF,
    snapped: Callable[[int], int],
) -> tuple[str, Change]:
    """A keyframe of the line, there already or to be set, moved in time and value."""
    clip, where, base = found.clip, found.where, view.sequence
    assert clip is not None and where is not None
    off = view.geometry_now.time_at(at.x()) - found.time, line.y_of(row, key.value) - at.y()
    view.editor.state.set("keyframe", (clip.id, key.time))

    def change(to: QPointF, keys: Qt.KeyboardModifier) -> Sequence:
        wanted = found.time if keys & Shift else snapped(view.geometry_now.time_at(to.x()) - off[0])
        time = min(max(wanted, where.start), where.end - 1)
        source, value = clip.time_map.at(time - where.start), line.value_at(row, to.y() + off[1])
        view.status.emit(f"{line.words.format(value)}  {timecode(time, base.rate)}")
        new = with_key(without_key(line.of(clip), key.time), source, value, key.easing)
        view.editor.state.set("keyframe", (clip.id, source))
        return edits.set_clip(base, clip.id, **{line.parameter.name: new})

    return view.tr("Keyframe {0}").format(view.tr(line.parameter.title)), change
