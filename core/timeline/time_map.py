"""Clip time to source time.

A clip shows, at clip time t (0 at its first frame), what its source holds at `map.at(t)`. A straight line is a
constant speed: slope 1 is natural, 2 is twice as fast, 0 a freeze, negative plays backwards. A curve goes through
points, straight or eased between them (core.timeline.curve).
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from core.time import TICKS_PER_SECOND, TimeRange, reduced
from core.timeline.curve import Curve, CurvePoint

__all__ = [
    "Curve",
    "CurvePoint",
    "Linear",
    "TimeMap",
    "constant_speed",
    "freeze",
    "head_room",
    "lies_in",
    "source_range",
    "tail_room",
]

DAY = 86_400 * TICKS_PER_SECOND


class Linear(msgspec.Struct, frozen=True, tag="linear", gc=False):
    """source = start + (rest + t * num) / den, floored.

    For reverse, `start` is the last tick of the source range, so that clip time 0 falls into its last frame.
    `rest` (0 to den - 1) is the part of a tick that a split or a trim left over: without it the later half of a
    split clip would run up to a tick early.

    Raises:
        ValueError: when `den` is not positive or `rest` is outside 0 to den - 1.
    """

    start: int
    num: int = 1
    den: int = 1
    rest: int = 0

    def __post_init__(self) -> None:
        if self.den <= 0:
            raise ValueError("a speed needs a positive denominator")
        if not 0 <= self.rest < self.den:
            raise ValueError("the rest of a tick is less than a tick")

    def at(self, t: int) -> int:
        """Source time at clip time `t`."""
        return self.start + (self.rest + t * self.num) // self.den

    def shifted(self, by: int) -> Linear:
        """The map of the same clip when its head moves by `by` ticks of clip time; exact."""
        whole, rest = divmod(self.rest + by * self.num, self.den)
        return Linear(self.start + whole, self.num, self.den, rest)

    def slipped(self, by: int) -> Linear:
        """The same speed, `by` ticks later in the source."""
        return Linear(self.start + by, self.num, self.den, self.rest)

    def reversed(self, duration: int) -> Linear:
        """The map that shows what this one shows over `duration` ticks, last tick first."""
        whole, rest = divmod(self.rest + (duration - 1) * self.num, self.den)
        return Linear(self.start + whole, -self.num, self.den, rest)

    @property
    def speed(self) -> float:
        """Source ticks for one tick of the clip; negative backwards."""
        return self.num / self.den


TimeMap = Linear | Curve


def constant_speed(source: TimeRange, num: int, den: int = 1) -> tuple[Linear, int]:
    """A map that plays `source` at speed num/den (negative: backwards), and the clip duration that shows all of it.

    Raises:
        ValueError: for speed 0; a freeze has no natural duration, use `freeze`.
    """
    num, den = reduced(num, den)
    if num == 0:
        raise ValueError("speed 0 is a freeze")
    duration = source.duration * den // abs(num)
    # Backwards the rest keeps slow motion inside: it rounds towards the tail, as forward motion does to the head.
    return Linear(source.start, num, den) if num > 0 else Linear(source.end - 1, num, den, den - 1), duration


def freeze(source_time: int) -> Linear:
    """A map that holds one moment of the source."""
    return Linear(source_time, 0, 1)


def source_range(time_map: TimeMap, duration: int) -> TimeRange:
    """The stretch of source that a clip of `duration` ticks touches, half-open; one tick long for a freeze."""
    if duration <= 0:
        return TimeRange(time_map.at(0), 0)
    first, last = time_map.at(0), time_map.at(duration - 1)
    if isinstance(time_map, Linear):
        return TimeRange(first, last + 1 - first) if first <= last else TimeRange(last, first + 1 - last)
    ends = [first, last, *(time_map.at(time) for time in time_map.turns(0, duration))]
    return TimeRange.between(min(ends), max(ends) + 1)


def lies_in(time_map: TimeMap, duration: int, available: TimeRange) -> bool:
    """Whether a clip of `duration` ticks touches nothing of its source but `available`."""
    if isinstance(time_map, Curve):
        return available.covers(source_range(time_map, duration))
    start, end = available.start, available.end
    return start <= time_map.at(0) < end and start <= time_map.at(duration - 1) < end


def head_room(time_map: TimeMap, available: TimeRange | None) -> int | None:
    """Ticks of clip time by which a clip can grow at its head before `available` ends; None without a limit."""
    if available is None or available.duration == 0:
        return None
    if isinstance(time_map, Curve):
        return _room(lambda by: available.covers(source_range(time_map.shifted(-by), by)))
    if time_map.num > 0:
        return max(0, (time_map.rest + (time_map.start - available.start) * time_map.den) // time_map.num)
    if time_map.num < 0:
        left = (available.end - time_map.start) * time_map.den - 1 - time_map.rest
        return max(0, left // -time_map.num)
    return None


def tail_room(time_map: TimeMap, duration: int, available: TimeRange | None) -> int | None:
    """Ticks of clip time by which a clip of `duration` ticks can grow at its tail; None without a limit."""
    return head_room(time_map.reversed(duration), available)


def _room(fits: Callable[[int], bool]) -> int | None:
    """The largest count that fits (0 always does); None when a day still fits."""
    low, high = 0, 1
    while fits(high):
        low, high = high, high * 2
        if high > DAY:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
