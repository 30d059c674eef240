"""Time curves: clip time to source time through points, straight or eased between them.

Between two points runs a polynomial of the part x = t - a.time of their distance h:

    source(x) = d (3u² - 2u³)  +  v0 h (u³ - 2u² + u)  +  v1 h (u³ - u²)  +  ease (v1 - v0) h (u³ - u⁴/2 - u²/2)

with u = x/h, d the source ticks from point to point and v0, v1 the speeds at its ends. That is the cubic Hermite
curve; where d = h (v0 + v1) / 2 its speed changes evenly, and the last term bends that line into an S without moving
either end. Speeds are whole millionths and everything is evaluated in whole numbers and floored once, so that a
curve means the same frames everywhere, and shifting, splitting and reversing it are exact.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator
from math import sqrt

import msgspec

NATURAL = 1_000_000
"""Speeds of curves are counted in millionths of the natural speed."""
EASED = 100
"""The ease of a speed that changes like an S; 0 changes evenly."""


class CurvePoint(msgspec.Struct, frozen=True, gc=False):
    """Clip time `time` shows source time `source`.

    before, after: speed there in millionths of the natural speed, coming from the point before and going on to
        the next; None goes straight.
    ease: 0 to 100, how much the speed bends into an S from here to the next point.

    Raises:
        ValueError: when `ease` is outside its range.
    """

    time: int
    source: int
    before: int | None = None
    after: int | None = None
    ease: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.ease <= EASED:
            raise ValueError("an ease lies between 0 and 100")


class Curve(msgspec.Struct, frozen=True, tag="curve", gc=False):
    """Through `points` (strictly rising clip times); the speeds at the ends go on outside.

    Raises:
        ValueError: with fewer than two points or clip times that do not rise.
    """

    points: tuple[CurvePoint, ...]

    def __post_init__(self) -> None:
        times = [point.time for point in self.points]
        if len(times) < 2 or any(a >= b for a, b in itertools.pairwise(times)):
            raise ValueError("a time curve needs two or more points at rising times")

    def at(self, t: int) -> int:
        """Source time at clip time `t`, floored."""
        num, den = self.exact(t)
        return num // den

    def exact(self, t: int) -> tuple[int, int]:
        """Source time at clip time `t` as numerator and (positive) denominator."""
        a, b = self.segment(t)
        if a.time < t < b.time and not straight(a, b):
            return _on_bend(a, b, t - a.time)
        end, speed = (a, a.after) if t <= a.time else (b, b.before)
        if speed is not None and not straight(a, b):
            return end.source * NATURAL + (t - end.time) * speed, NATURAL
        h = b.time - a.time
        return end.source * h + (t - end.time) * (b.source - a.source), h

    def speed_at(self, t: int) -> float:
        """Source ticks for one tick of the clip at clip time `t`; at a point that of what comes after it."""
        a, b = self.segment(t)
        if not a.time <= t <= b.time:
            return (speed_after(a, b) if t < a.time else speed_before(a, b)) / NATURAL
        return speed_inside(a, b, (t - a.time) / (b.time - a.time))

    def segment(self, t: int) -> tuple[CurvePoint, CurvePoint]:
        """The two points around clip time `t`; the first or last two outside."""
        index = bisect_right(self.points, t, key=lambda point: point.time) - 1
        index = min(max(index, 0), len(self.points) - 2)
        return self.points[index], self.points[index + 1]

    def shifted(self, by: int) -> Curve:
        """The map of the same clip when its head moves by `by` ticks of clip time."""
        return Curve(tuple(CurvePoint(p.time - by, p.source, p.before, p.after, p.ease) for p in self.points))

    def slipped(self, by: int) -> Curve:
        """The same speeds, `by` ticks later in the source."""
        return Curve(tuple(CurvePoint(p.time, p.source + by, p.before, p.after, p.ease) for p in self.points))

    def reversed(self, duration: int) -> Curve:
        """The map that shows what this one shows over `duration` ticks, last tick first."""
        eases = [p.ease for p in (*self.points[-2::-1], self.points[-1])]  # an ease belongs to what follows
        return Curve(
            tuple(
                CurvePoint(duration - 1 - p.time, p.source, _turned(p.after), _turned(p.before), ease)
                for p, ease in zip(reversed(self.points), eases, strict=True)
            )
        )

    @property
    def speed(self) -> float:
        """The mean speed from the first point to the last."""
        first, last = self.points[0], self.points[-1]
        return (last.source - first.source) / (last.time - first.time)

    def turns(self, start: int, end: int) -> Iterator[int]:
        """Clip times in `start` to `end` (exclusive) at which the greatest and least source times can lie: the points
        and where eased speeds pass zero, to the tick."""
        first = max(0, bisect_right(self.points, start, key=lambda point: point.time) - 1)
        last = bisect_right(self.points, end, key=lambda point: point.time) + 1
        near = self.points[first:last]
        for point in near:
            if start <= point.time < end:
                yield point.time
        for a, b in itertools.pairwise(near):
            if b.time > start and a.time < end and not straight(a, b):
                for time in _standstills(a, b):
                    yield from range(max(start, a.time, time - 1), min(end, b.time + 1, time + 3))


def _turned(speed: int | None) -> int | None:
    return None if speed is None else -speed


def straight(a: CurvePoint, b: CurvePoint) -> bool:
    """Whether the speed from `a` to `b` is one."""
    return a.after is None and b.before is None


def chord(a: CurvePoint, b: CurvePoint) -> int:
    """The mean speed from `a` to `b` in millionths, rounded."""
    h = b.time - a.time
    return (2 * (b.source - a.source) * NATURAL + h) // (2 * h)


def speed_after(a: CurvePoint, b: CurvePoint) -> int:
    """The speed with which `a` is left towards `b`, millionths."""
    return chord(a, b) if a.after is None else a.after


def speed_before(a: CurvePoint, b: CurvePoint) -> int:
    """The speed with which `b` is reached from `a`, millionths."""
    return chord(a, b) if b.before is None else b.before


def _on_bend(a: CurvePoint, b: CurvePoint, x: int) -> tuple[int, int]:
    """The formula of the module at x, over the common denominator 200 · 10⁶ · h⁴ (h³ without an ease)."""
    h, d = b.time - a.time, b.source - a.source
    v0, v1 = _end_speed(a.after, d, h), _end_speed(b.before, d, h)
    x2 = x * x
    x3 = x2 * x
    # v h / 10⁶ = m / 10⁶ with m in millionths of ticks
    num = d * NATURAL * (3 * x2 * h - 2 * x3) + v0 * (x3 - 2 * x2 * h + x * h * h) + v1 * (x3 - x2 * h)
    den = NATURAL * h**3
    if a.ease:
        bend = a.ease * (v1 - v0) * (2 * x3 * h - x3 * x - x2 * h * h)
        num, den = num * 2 * EASED * h + bend, den * 2 * EASED * h
    return a.source * den + num, den


def _end_speed(speed: int | None, d: int, h: int) -> int:
    """Speed times h in millionths of a tick; that of the straight line when none is given."""
    return d * NATURAL if speed is None else speed * h


def speed_inside(a: CurvePoint, b: CurvePoint, u: float) -> float:
    """The speed at part `u` of the way from `a` to `b`, source ticks for a tick."""
    h = b.time - a.time
    mean = (b.source - a.source) / h
    v0 = mean if a.after is None else a.after / NATURAL
    v1 = mean if b.before is None else b.before / NATURAL
    even = 6 * mean * (u - u * u) + v0 * (3 * u * u - 4 * u + 1) + v1 * (3 * u * u - 2 * u)
    return even + a.ease / EASED * (v1 - v0) * (3 * u * u - 2 * u**3 - u)


def _standstills(a: CurvePoint, b: CurvePoint) -> Iterator[int]:
    """The clip times between `a` and `b`, floored, where the speed passes zero."""
    edges = [0.0, *sorted(u for u in _flat_speeds(a, b) if 0 < u < 1), 1.0]
    for low, high in itertools.pairwise(edges):
        below = speed_inside(a, b, low) < 0
        if below == (speed_inside(a, b, high) < 0):
            continue
        first, last = (a.time + int(part * (b.time - a.time)) for part in (low, high))
        while last - first > 1:
            middle = (first + last) // 2
            first, last = (middle, last) if _falls(a, b, middle) == below else (first, middle)
        yield first


def _falls(a: CurvePoint, b: CurvePoint, t: int) -> bool:
    """Whether the source goes back from clip time `t` to the next tick, exactly."""
    now, den = _on_bend(a, b, t - a.time)
    return _on_bend(a, b, t + 1 - a.time)[0] < now and den > 0


def _flat_speeds(a: CurvePoint, b: CurvePoint) -> list[float]:
    """Parts of the way at which the speed neither rises nor falls: roots of its slope, a quadratic."""
    h = b.time - a.time
    mean = (b.source - a.source) / h
    v0 = mean if a.after is None else a.after / NATURAL
    v1 = mean if b.before is None else b.before / NATURAL
    bend = a.ease / EASED * (v1 - v0)
    square, line, rest = -6 * bend, -12 * mean + 6 * (v0 + v1) + 6 * bend, 6 * mean - 4 * v0 - 2 * v1 - bend
    if abs(square) < 1e-12:
        return [-rest / line] if abs(line) > 1e-12 else []
    under = line * line - 4 * square * rest
    return [(-line + sign * sqrt(under)) / (2 * square) for sign in (-1, 1)] if under >= 0 else []
