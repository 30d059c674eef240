"""A layer's time as pieces laid end to end, which is how people are retimed: cut, repeated, turned round, held.

A lane is what a time map says over the length of a clip, taken apart. Times are ticks: clip time along the lane, source
time in the pieces. Source times are rounded away from the frame before, so that a frame boundary that was hit exactly
is still hit after cutting, whichever way the time runs.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from core.timeline.curve import straight
from core.timeline.time_map import Curve, CurvePoint, Linear, TimeMap

BENDS = 16
"""Straight pieces that an eased ramp is cut into."""

JUMP = 2
"""A stretch of at most so many ticks is a jump of the time and shows nothing."""


class Piece(NamedTuple):
    """A stretch of a lane in which source time goes at one speed.

    length: ticks of clip time.
    first: source time at its head.
    rise: source ticks from its head to its end.
    """

    length: int
    first: int
    rise: int

    def at(self, t: int) -> int:
        """Source time `t` ticks after the head."""
        return self.first + _outward(self.rise * t, self.length, self.rise)

    @property
    def turned(self) -> Piece:
        """The same moments, last tick first; a boundary that lies between two ticks is met from the other side."""
        last = self.first + _outward(self.rise * (self.length - 1), self.length, -self.rise)
        return Piece(self.length, last, -self.rise)


Lane = tuple[Piece, ...]


def _outward(num: int, den: int, direction: int) -> int:
    """num / den, up where the time runs forward, down where it runs backward."""
    return -(-num // den) if direction > 0 else num // den


def lane_of(time_map: TimeMap, duration: int) -> Lane:
    """What a map shows over `duration` ticks."""
    if isinstance(time_map, Linear):
        num = time_map.rest + duration * time_map.num
        first = time_map.at(0)
        return (Piece(duration, first, time_map.start + _outward(num, time_map.den, time_map.num) - first),)
    points = _points_of(time_map, duration)
    pieces: list[Piece] = []
    for (t0, s0), (t1, s1) in itertools.pairwise(points):
        if t1 - t0 <= JUMP and pieces:
            pieces[-1] = _lengthened(pieces[-1], t1 - t0)
        else:
            pieces.append(Piece(t1 - t0, s0, s1 - s0))
    return tuple(pieces)


def _lengthened(piece: Piece, by: int) -> Piece:
    """The piece at its own speed up to where the time jumps: what `map_of` cut off for the jump."""
    length = piece.length + by
    return Piece(length, piece.first, _outward(piece.rise * length, piece.length, -piece.rise))


def _points_of(curve: Curve, duration: int) -> list[tuple[int, int]]:
    """Times and source times from 0 to `duration` between which the curve runs straight, or nearly so."""
    times = {0, duration}
    for a, b in itertools.pairwise(curve.points):
        steps = 1 if straight(a, b) else BENDS
        times |= {a.time + (b.time - a.time) * step // steps for step in range(steps + 1)}
    inside = sorted(time for time in times if 0 <= time <= duration)
    found = []
    for time in inside:
        num, den = curve.exact(time)
        found.append((time, _outward(num, den, 1)))
    return found


def map_of(lane: Lane) -> TimeMap:
    """The time map that shows the lane; where two pieces do not meet it jumps within a tick."""
    lane = tuple(_merged(lane))
    points: list[CurvePoint] = []
    time = 0
    for piece, after in itertools.zip_longest(lane, lane[1:]):
        if not points or points[-1].time < time:
            points.append(CurvePoint(time, piece.first))
        time += piece.length
        if after is None or after.first == piece.first + piece.rise:
            points.append(CurvePoint(time, piece.first + piece.rise))
        else:
            if piece.length > 1:
                points.append(CurvePoint(time - 1, piece.at(piece.length - 1)))
            points.append(CurvePoint(time, after.first))
    return _plain(lane) or Curve(tuple(points))


def _plain(lane: Lane) -> Linear | None:
    """One piece that runs as the source does, backwards, or not at all, as a straight map."""
    if len(lane) == 1 and lane[0].rise in (0, lane[0].length, -lane[0].length):
        return Linear(lane[0].first, lane[0].rise // lane[0].length)
    return None


def _merged(lane: Lane) -> Iterator[Piece]:
    """Neighbours that go on at the same speed as one piece."""
    held: Piece | None = None
    for piece in lane:
        if held is not None and _goes_on(held, piece):
            held = Piece(held.length + piece.length, held.first, held.rise + piece.rise)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _goes_on(a: Piece, b: Piece) -> bool:
    return b.first == a.first + a.rise and a.rise * b.length == b.rise * a.length


def length_of(lane: Lane) -> int:
    """Ticks that a lane lasts."""
    return sum(piece.length for piece in lane)


def cut(lane: Lane, at: int) -> tuple[Lane, Lane]:
    """The pieces before and from clip time `at`, which lies within the lane."""
    left: list[Piece] = []
    right: list[Piece] = []
    time = 0
    for piece in lane:
        end = time + piece.length
        if end <= at:
            left.append(piece)
        elif time >= at:
            right.append(piece)
        else:
            source = piece.at(at - time)
            left.append(Piece(at - time, piece.first, source - piece.first))
            right.append(Piece(end - at, source, piece.first + piece.rise - source))
        time = end
    return tuple(left), tuple(right)


def fitted(lane: Lane, duration: int) -> Lane:
    """Cut off after `duration`; when the lane is shorter its last moment is held."""
    missing = duration - length_of(lane)
    if missing > 0:
        last = lane[-1]
        return (*lane, Piece(missing, last.at(last.length - 1), 0))
    return cut(lane, duration)[0]


def turned(lane: Lane) -> Lane:
    """The lane backwards."""
    return tuple(piece.turned for piece in reversed(lane))


def stretched(lane: Lane, num: int, den: int) -> Lane:
    """The lane at num/den of its speed; no piece becomes shorter than a tick."""
    return tuple(Piece(max(1, piece.length * den // num), piece.first, piece.rise) for piece in lane)
