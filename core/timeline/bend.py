"""Bending time curves by their speeds: points added, moved, taken away, stretches held, turned round or stretched.

Pure functions Curve -> Curve. A curve is taken apart into stretches, each with its length in clip time, its way in
the source and the speeds at its ends; what comes after a change keeps its shape and moves along in the source.
Speeds are whole millionths of the natural speed (`core.timeline.curve.NATURAL`); times are clip times in ticks.
Source times are rounded up, so that a frame boundary that was hit exactly is still reached.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence as Values
from fractions import Fraction
from math import gcd
from typing import Literal, NamedTuple

from core.timeline.curve import NATURAL, Curve, CurvePoint, chord, straight
from core.timeline.time_map import Linear, TimeMap

Side = Literal["both", "before", "after"]
"""Which of the two speeds at a point: coming from the point before, going on to the next, or both."""
JUMP = 2
"""A stretch of at most so many ticks is a jump in the source and has no speed of its own."""
FINE = 100_000
"""Ticks (a seventh of a millisecond) that nobody sees; a straight map's points may lie so far outside its clip."""


class Stretch(NamedTuple):
    """From one point to the next.

    length: ticks of clip time, way: source ticks; v0, v1: speeds at its ends, None for both when it is
        straight; ease as in CurvePoint.
    """

    length: int
    way: int
    v0: int | None
    v1: int | None
    ease: int

    @property
    def is_jump(self) -> bool:
        return self.length <= JUMP

    @property
    def first(self) -> int:
        """Speed at its start."""
        return self._mean if self.v0 is None else self.v0

    @property
    def last(self) -> int:
        """Speed at its end."""
        return self._mean if self.v1 is None else self.v1

    @property
    def _mean(self) -> int:
        return (2 * self.way * NATURAL + self.length) // (2 * self.length)


def up(num: int, den: int) -> int:
    """num / den rounded up."""
    return -(-num // den)


def stretches(curve: Curve) -> list[Stretch]:
    """The curve taken apart."""
    return [
        Stretch(b.time - a.time, b.source - a.source, a.after, b.before, a.ease)
        for a, b in itertools.pairwise(curve.points)
    ]


def joined(first: CurvePoint, parts: Values[Stretch]) -> Curve:
    """The stretches laid end to end from the time and source of `first`."""
    time, source, before = first.time, first.source, None
    points = []
    for part in parts:
        points.append(CurvePoint(time, source, before, part.v0, part.ease))
        time, source, before = time + part.length, source + part.way, part.v1
    return Curve((*points, CurvePoint(time, source, before)))


def as_curve(time_map: TimeMap, duration: int) -> Curve:
    """The same map as a curve; a straight one gets points at the ends of its clip, or at most FINE ticks outside,
    where its source time is a whole tick."""
    if isinstance(time_map, Curve):
        return time_map
    common = gcd(time_map.num, time_map.den)
    num, den, rest = time_map.num // common, time_map.den // common, time_map.rest
    start, end = 0, duration
    if num and den <= FINE and rest % common == 0:
        phase = -(rest // common) * pow(num, -1, den) % den
        start = -(-phase % den)
        end = duration + (phase - duration) % den
    return Curve(tuple(CurvePoint(time, _reached(time_map, time)) for time in (start, end)))


def _reached(time_map: Linear, time: int) -> int:
    return time_map.start + up(time_map.rest + time * time_map.num, time_map.den)


def nearest(curve: Curve, time: int) -> int:
    """Index of the point nearest to a clip time."""
    return min(range(len(curve.points)), key=lambda index: abs(curve.points[index].time - time))


def with_point(curve: Curve, time: int, near: int = 0) -> tuple[Curve, int]:
    """The curve with a point at clip time `time` and the index of it; the one that is there within `near` ticks.

        speed  o------o       o--+---o

    What is shown stays the same on straight stretches; on eased ones position and speed at the point do.
    """
    index = nearest(curve, time)
    if abs(curve.points[index].time - time) <= near:
        return curve, index
    points = list(curve.points)
    source = up(*curve.exact(time))
    place = sum(point.time < time for point in points)
    points.insert(place, CurvePoint(time, source))
    if 0 < place < len(points) - 1:
        a, b = points[place - 1], points[place + 1]
        if not straight(a, b):
            v0, v1 = (chord(a, b) if v is None else v for v in (a.after, b.before))
            speed = round(curve.speed_at(time) * NATURAL)
            points[place - 1] = CurvePoint(a.time, a.source, a.before, v0)
            points[place] = CurvePoint(time, source, speed, speed)
            points[place + 1] = CurvePoint(b.time, b.source, v1, b.after, b.ease)
    elif place == 0:
        points[1] = CurvePoint(points[1].time, points[1].source, None, points[1].after, points[1].ease)
    else:
        last = points[place - 1]
        points[place - 1] = CurvePoint(last.time, last.source, last.before)
    return Curve(tuple(points)), place


def with_speed(curve: Curve, index: int, speed: int, side: Side) -> Curve:
    """Another speed at a point; its neighbours keep theirs.

    o---o---o       o--.   .--o
                        `o'
    """
    parts = stretches(curve)
    if index > 0 and side != "after":
        parts[index - 1] = _ending(parts[index - 1], speed)
    if index < len(parts) and side != "before":
        parts[index] = _starting(parts[index], speed)
    return joined(curve.points[0], parts)


def _ending(part: Stretch, speed: int) -> Stretch:
    if part.is_jump or speed == part.last:
        return part
    way = part.way + up(part.length * (speed - part.last), 2 * NATURAL)
    return plain(part._replace(way=way, v0=part.first, v1=speed))


def _starting(part: Stretch, speed: int) -> Stretch:
    if part.is_jump or speed == part.first:
        return part
    way = part.way + up(part.length * (speed - part.first), 2 * NATURAL)
    return plain(part._replace(way=way, v0=speed, v1=part.last))


def meeting(part: Stretch, *, first: int | None = None, last: int | None = None) -> Stretch:
    """A stretch with another speed at its start or its end; a straight one takes it throughout."""
    speed = last if first is None else first
    if speed is None or part.is_jump:
        return part
    if part.v0 is None and part.v1 is None:
        return part._replace(way=up(part.length * speed, NATURAL))
    return _ending(part, speed) if first is None else _starting(part, speed)


def plain(part: Stretch) -> Stretch:
    """A stretch of one speed as a straight line."""
    off = part.way * NATURAL - part.first * part.length
    return part._replace(v0=None, v1=None) if part.first == part.last and abs(off) <= 2 * NATURAL else part


def with_stretch_speed(curve: Curve, index: int, speed: int) -> Curve:
    """One speed from point `index` to the next; neighbours that had the speed of its ends follow.

    o---o     o---o
         `o-o'             the middle stretch lower or higher
    """
    parts = stretches(curve)
    old = parts[index]
    if old.is_jump:
        return curve
    parts[index] = Stretch(old.length, up(old.length * speed, NATURAL), None, None, old.ease)
    if index > 0 and abs(parts[index - 1].last - old.first) <= 1:
        parts[index - 1] = _ending(parts[index - 1], speed)
    if index + 1 < len(parts) and abs(parts[index + 1].first - old.last) <= 1:
        parts[index + 1] = _starting(parts[index + 1], speed)
    return joined(curve.points[0], parts)


def with_ease(curve: Curve, index: int, ease: int) -> Curve:
    """How much the speed bends into an S from point `index` to the next, 0 to 100."""
    parts = stretches(curve)
    parts[index] = parts[index]._replace(ease=ease)
    return joined(curve.points[0], parts)


def with_time(curve: Curve, index: int, time: int) -> Curve:
    """A point at another clip time, between its neighbours, with the same speeds; not for the first and the last.

    The two points of a jump move together.
    """
    parts = stretches(curve)
    low, high = _with_jumps(parts, index)
    if low == 0 or high == len(parts):
        return curve
    left, right = parts[low - 1], parts[high]
    by = time - curve.points[index].time
    by = max(JUMP + 1 - left.length, min(right.length - JUMP - 1, by))
    parts[low - 1], parts[high] = scaled(left, left.length + by), scaled(right, right.length - by)
    return joined(curve.points[0], parts)


def scaled(part: Stretch, length: int) -> Stretch:
    """The same speeds over another length."""
    return part._replace(length=length, way=up(part.way * length, part.length))


def _with_jumps(parts: list[Stretch], index: int) -> tuple[int, int]:
    """The first and the last point of what hangs together with a point by jumps."""
    low = high = index
    while low > 0 and parts[low - 1].is_jump:
        low -= 1
    while high < len(parts) and parts[high].is_jump:
        high += 1
    return low, high


def without_point(curve: Curve, index: int) -> Curve:
    """The curve without an inner point, and without the jump that it belongs to: the speed runs from neighbour to
    neighbour."""
    parts = stretches(curve)
    low, high = _with_jumps(parts, index)
    if low == 0 or high == len(parts):
        return curve
    left, right = parts[low - 1], parts[high]
    length = sum(part.length for part in parts[low - 1 : high + 1])
    way = up(length * (left.first + right.last), 2 * NATURAL)
    merged = plain(Stretch(length, way, left.first, right.last, left.ease))
    return joined(curve.points[0], [*parts[: low - 1], merged, *parts[high + 1 :]])


def held(curve: Curve, time: int, length: int) -> Curve:
    """Hold the moment at `time` for `length` ticks; what comes later waits."""
    curve, index = with_point(curve, time)
    parts = stretches(curve)
    parts.insert(index, Stretch(length, 0, None, None, 0))
    return joined(curve.points[0], parts)


def backwards(curve: Curve, start: int, end: int) -> Curve:
    """What `start` to `end` (exclusive) showed, last tick first, with jumps at both ends; the rest stays."""
    for time in (start - 1, start, end - 1, end):
        curve, _ = with_point(curve, time)
    inside = Curve(tuple(point for point in curve.points if start <= point.time < end))
    turned = inside.shifted(start).reversed(end - start).shifted(-start).points
    before = [point for point in curve.points if point.time < start]
    after = [point for point in curve.points if point.time >= end]
    jumps = (before[-1], turned[0], turned[-1], after[0])
    a, b, c, d = (CurvePoint(p.time, p.source, p.before, p.after, p.ease) for p in jumps)
    before[-1] = CurvePoint(a.time, a.source, a.before)
    first = CurvePoint(b.time, b.source, None, b.after, b.ease)
    last = CurvePoint(c.time, c.source, c.before)
    after[0] = CurvePoint(d.time, d.source, None, d.after, d.ease)
    return Curve((*before, first, *turned[1:-1], last, *after))


def stretched(time_map: TimeMap, old: int, new: int) -> TimeMap:
    """The map that shows over `new` ticks what this one shows over `old`, everything as much faster or slower."""
    if isinstance(time_map, Linear):
        speed = Fraction(time_map.num * old, time_map.den * new)
        if speed.denominator > 10**9:
            speed = speed.limit_denominator(10**6)
        num, den = speed.numerator, speed.denominator
        rest = time_map.rest * den // time_map.den
        return Linear(time_map.start, num, den, rest)
    points: list[CurvePoint] = []
    for p in time_map.points:
        time = (2 * p.time * new + old) // (2 * old)
        time = max(time, points[-1].time + 1) if points else time
        before, after = (None if v is None else (2 * v * old + new) // (2 * new) for v in (p.before, p.after))
        points.append(CurvePoint(time, p.source, before, after, p.ease))
    return Curve(tuple(points))
