"""The speed curve under a clip as plain values: its points, where they stand, and what a height means.

Speeds are fractions of the natural speed here (1.0 natural, negative backwards). A lane shows v / (1 + |v|): nothing
at the bottom, natural speed half way up, any speed below the top. With motion backwards zero stands in the middle.
Shared by the timeline's lane and the graph of the Speed panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.render.time_curve import speeds
from core.timeline.bend import JUMP, Stretch, stretches
from core.timeline.curve import NATURAL
from core.timeline.model import Clip
from core.timeline.time_map import Curve

MAGNETS = (-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0)
"""Speeds that catch a drag."""
CATCH = 3.0
"""How near, in pixels."""
REACH = 6.0
"""Pixels around a point or a handle that take hold of it."""
NARROW = 30.0
"""Pixels; the handle of a narrower stretch is left out, there would be nothing but handles."""
MOST = 100.0
Kind = Literal["speed_point", "speed_ease", "speed_line"]


@dataclass(frozen=True)
class LanePoint:
    """A point of the curve inside its clip.

    time: clip time.
    before, after: speeds.
    edge: it stands at an end of the clip and moves in speed only.
    jump: the source jumps here.
    """

    time: int
    before: float
    after: float
    edge: bool = False
    jump: bool = False


@dataclass(frozen=True)
class LaneHandle:
    """The ease of a stretch whose speed changes: half way from point to point.

    length: of the stretch, ticks.
    ease: 0 to 100.
    """

    time: int
    speed: float
    ease: int
    length: int


@dataclass(frozen=True)
class Box:
    """Where a lane lies, in pixels; `backwards` when it shows negative speeds."""

    left: float
    top: float
    width: float
    height: float
    scale: float
    backwards: bool

    def x_of(self, time: int) -> float:
        """`scale` is in ticks a pixel."""
        return self.left + time / self.scale

    def y_of(self, speed: float) -> float:
        return self.top + (self.height - 1) * (1 - part_of(speed, self.backwards))

    def time_at(self, x: float) -> int:
        return round((x - self.left) * self.scale)

    def speed_at(self, y: float) -> float:
        return speed_of(1 - (y - self.top) / max(1.0, self.height - 1), self.backwards)


def part_of(speed: float, backwards: bool) -> float:
    """Height of a speed, 0 to 1."""
    bent = speed / (1 + abs(speed))
    return (1 + bent) / 2 if backwards else max(0.0, bent)


def speed_of(part: float, backwards: bool) -> float:
    """The speed at a height: the inverse of `part_of`, held between -100 and 100."""
    bent = min(1.0, max(0.0, part)) * (2 if backwards else 1) - (1 if backwards else 0)
    if abs(bent) >= MOST / (1 + MOST):
        return MOST if bent > 0 else -MOST
    return bent / (1 - abs(bent))


def caught(speed: float, reach: float, backwards: bool = False) -> float:
    """The speed, or a round one within `reach`, a part of the lane's height; else to a whole per cent."""
    magnets = [magnet for magnet in MAGNETS if backwards or magnet >= 0]
    part = part_of(speed, backwards)
    near = min(magnets, key=lambda magnet: abs(part_of(magnet, backwards) - part))
    return near if abs(part_of(near, backwards) - part) <= reach else round(speed, 2)


def has_curve(clip: Clip) -> bool:
    return isinstance(clip.time_map, Curve)


def goes_back(clip: Clip) -> bool:
    """Whether the clip plays backwards anywhere, jumps left out."""
    if not isinstance(clip.time_map, Curve):
        return clip.time_map.num < 0
    parts = stretches(clip.time_map)
    return any(not part.is_jump and min(part.first, part.last, part.way) < 0 for part in parts)


def lane_points(clip: Clip, near: int) -> tuple[LanePoint, ...]:
    """The points inside the clip, and those within `near` ticks of its ends; none on a straight map."""
    curve = clip.time_map
    if not isinstance(curve, Curve):
        return ()
    parts = stretches(curve)
    found = []
    for index, point in enumerate(curve.points):
        left = parts[index - 1] if index else None
        right = parts[index] if index < len(parts) else None
        if not -near <= point.time <= clip.duration + near or (left is not None and left.is_jump):
            continue
        jump = right is not None and right.is_jump
        if jump:
            right = parts[index + 1] if index + 1 < len(parts) else None
        edge = point.time <= near or point.time >= clip.duration - near
        found.append(LanePoint(min(max(0, point.time), clip.duration), *_ends(left, right), edge, jump))
    return tuple(found)


def _ends(left: Stretch | None, right: Stretch | None) -> tuple[float, float]:
    before = left.last if left is not None else right.first if right is not None else NATURAL
    after = right.first if right is not None else before
    return before / NATURAL, after / NATURAL


def lane_handles(clip: Clip) -> tuple[LaneHandle, ...]:
    """One for each stretch whose speed changes and whose middle lies in the clip."""
    curve = clip.time_map
    if not isinstance(curve, Curve):
        return ()
    found = []
    for point, part in zip(curve.points, stretches(curve), strict=False):
        middle = point.time + part.length // 2
        if part.length > JUMP and part.first != part.last and 0 <= middle < clip.duration:
            found.append(LaneHandle(middle, curve.speed_at(middle), part.ease, part.length))
    return tuple(found)


def speed_row(clip: Clip, clip_times: np.ndarray) -> np.ndarray:
    """Speeds, float64 (n,), at clip times; a jump shows the speed around it."""
    curve = clip.time_map
    if isinstance(curve, Curve):
        ticks = np.array([point.time for point in curve.points])
        after = ticks[1:][np.diff(ticks) <= JUMP]
        for time in after.tolist():
            clip_times = np.where((clip_times >= time - JUMP) & (clip_times < time), time, clip_times)
    return speeds(curve, clip_times)


def grip(clip: Clip, box: Box, x: float, y: float, near: int) -> tuple[Kind, int] | None:
    """What lies under pixel (x, y) of a lane: a point, a handle, the line, with its clip time; None for nothing."""
    for point in lane_points(clip, near):
        if abs(box.x_of(point.time) - x) <= REACH and any(
            abs(box.y_of(speed) - y) <= REACH for speed in (point.before, point.after)
        ):
            return "speed_point", point.time
    for handle in lane_handles(clip):
        if handle.length < NARROW * box.scale:
            continue
        if abs(box.x_of(handle.time) - x) <= REACH and abs(box.y_of(handle.speed) - y) <= REACH:
            return "speed_ease", handle.time
    time = min(max(0, box.time_at(x)), clip.duration - 1)
    line = box.y_of(float(speed_row(clip, np.array([time]))[0]))
    return ("speed_line", time) if abs(line - y) <= REACH else None
