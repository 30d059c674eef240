"""Keyframes: numbers that change with source time. The model offers the names here as its own."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from typing import Literal

import msgspec

Easing = Literal["linear", "hold", "smooth"]


class Key(msgspec.Struct, frozen=True, gc=False):
    """A keyframe: `value` at source time `time`; `easing` says how the value goes on to the next key."""

    time: int
    value: float
    easing: Easing = "linear"


class Keys(msgspec.Struct, frozen=True, gc=False):
    """An animated number: keys at strictly rising source times, held before the first and after the last.

    Raises:
        ValueError: without keys or with times that do not rise.
    """

    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        times = [key.time for key in self.keys]
        if not times or any(a >= b for a, b in itertools.pairwise(times)):
            raise ValueError("keyframes stand at rising times")

    def at(self, time: int) -> float:
        """The value at a source time."""
        after = bisect_right(self.keys, time, key=_time_of)
        if after == 0:
            return self.keys[0].value
        if after == len(self.keys):
            return self.keys[-1].value
        a, b = self.keys[after - 1], self.keys[after]
        part = (time - a.time) / (b.time - a.time)
        if a.easing == "hold":
            return a.value
        if a.easing == "smooth":
            part = part * part * (3 - 2 * part)
        return a.value + (b.value - a.value) * part

    def between(self, first: int, last: int, apart: int = 0) -> tuple[Key, ...]:
        """The keys from source time `first` to `last`, both inclusive; of those nearer to one another than `apart` not
        all, so that no more are looked at than are returned."""
        index, end = bisect_left(self.keys, first, key=_time_of), bisect_right(self.keys, last, key=_time_of)
        if apart <= 0:
            return self.keys[index:end]
        found = []
        while index < end:
            found.append(self.keys[index])
            index = bisect_left(self.keys, self.keys[index].time + apart, index + 1, end, key=_time_of)
        return tuple(found)


def _time_of(key: Key) -> int:
    return key.time


Animated = float | Keys


def value_at(parameter: Animated, source_time: int) -> float:
    """A parameter's value at a source time, be it animated or not."""
    return parameter.at(source_time) if isinstance(parameter, Keys) else float(parameter)


def with_key(parameter: Animated, time: int, value: float, easing: Easing | None = None) -> Keys:
    """A parameter with a key at a source time, in place of one that is there. Without an easing it goes on as the
    stretch does that it stands in, linear before the first key.

        value   o-----o          o  o--o
                t0    t1         t0 ^ new

    A constant becomes a single key, so the first key changes nothing else.
    """
    known = parameter.keys if isinstance(parameter, Keys) else ()
    before = [key.easing for key in known if key.time <= time]
    keys = [key for key in known if key.time != time]
    keys.append(Key(time, value, easing or (before[-1] if before else "linear")))
    return Keys(tuple(sorted(keys, key=_time_of)))


def without_key(parameter: Animated, time: int) -> Animated:
    """A parameter without its key at a source time; after the last one it is a constant again."""
    if not isinstance(parameter, Keys):
        return parameter
    rest = tuple(key for key in parameter.keys if key.time != time)
    return Keys(rest) if rest else parameter.keys[0].value
