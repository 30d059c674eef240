"""Drags of a speed curve as values: the sequence that a movement of the pointer gives. Shared by the timeline's lane
and the graph of the Speed panel.

Alt changes the speed after a point only: a step. Shift keeps the time of a point. Ctrl lets go of round speeds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, Qt

from app.timeline.speed_lane import CATCH, Box, Kind, caught, lane_handles, lane_points
from core.time import timecode
from core.timeline import edits
from core.timeline.bend import Side
from core.timeline.bent import reach_of
from core.timeline.curve import NATURAL
from core.timeline.model import Sequence

Control = Qt.KeyboardModifier.ControlModifier
Shift = Qt.KeyboardModifier.ShiftModifier
Alt = Qt.KeyboardModifier.AltModifier


def tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


@dataclass(frozen=True)
class Held:
    """What a drag holds: `kind` of clip `clip_id`, at record time `time`, pressed at `at`.

    box: the lane.
    base: the sequence at the press.
    time_at: record time at a pixel, now.
    """

    kind: Kind
    clip_id: str
    time: int
    at: QPointF
    box: Box
    base: Sequence
    time_at: Callable[[float], int]


@dataclass(frozen=True)
class Moved:
    """What a movement of the mouse makes of the film.

    sequence: what a movement gives.
    point: record time of the point in hand, None without one.
    words: what it is.
    """

    sequence: Sequence
    point: int | None
    words: str


def title(kind: Kind) -> str:
    """What the undo step is called."""
    return {"speed_point": tr("Speed point"), "speed_line": tr("Speed"), "speed_ease": tr("Ease")}[kind]


def words(speed: int) -> str:
    """A speed in millionths as a percentage."""
    return f"{speed * 100 / NATURAL:.4g} %"


def moved(held: Held, to: QPointF, keys: Qt.KeyboardModifier) -> Moved:
    """Raises EditError when the clip cannot be played so."""
    if held.kind == "speed_point":
        return _point(held, to, keys)
    if held.kind == "speed_line":
        speed = _wanted(held.box, to.y(), keys)
        return Moved(edits.set_stretch_speed(held.base, held.clip_id, held.time, speed), None, words(speed))
    return _ease(held, to)


def _wanted(box: Box, y: float, keys: Qt.KeyboardModifier) -> int:
    """The speed at a height, in millionths; round ones catch unless Ctrl is held."""
    speed = box.speed_at(y)
    return round((speed if keys & Control else caught(speed, CATCH / box.height, box.backwards)) * NATURAL)


def _point(held: Held, to: QPointF, keys: Qt.KeyboardModifier) -> Moved:
    base, here = held.base, held.time
    _, where, clip = base.find(held.clip_id)
    point = next(known for known in lane_points(clip, reach_of(base)) if known.time == here - where.start)
    offsets = [held.box.y_of(speed) - held.at.y() for speed in (point.after, point.before)]
    speed = _wanted(held.box, to.y() + min(offsets, key=abs), keys)
    by = held.time_at(to.x()) - held.time_at(held.at.x())
    time = here if point.edge or keys & Shift else base.rate.snap(here + by)
    side: Side = "after" if keys & Alt else "both"
    after = edits.move_speed_point(base, held.clip_id, here, to=time, speed=speed, side=side)
    text = f"{words(speed)}  {timecode(time, base.rate)}"
    return Moved(after, landed(after, held.clip_id, time), text)


def landed(sequence: Sequence, clip_id: str, time: int) -> int:
    """The record time of the clip's point nearest to `time`."""
    _, where, clip = sequence.find(clip_id)
    points = [where.start + point.time for point in lane_points(clip, reach_of(sequence))]
    return min(points, key=lambda known: abs(known - time), default=time)


def _ease(held: Held, to: QPointF) -> Moved:
    _, where, clip = held.base.find(held.clip_id)
    time = held.time - where.start
    ease = next(handle.ease for handle in lane_handles(clip) if handle.time == time)
    wanted = min(100, max(0, round(ease + to.x() - held.at.x())))
    after = edits.set_ease(held.base, held.clip_id, held.time, wanted)
    return Moved(after, None, tr("Ease {0} %").format(wanted))
