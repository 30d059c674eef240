"""Between clip time and source time, for painters: the inverse of a time map, and whole rows of pixels at once."""

from __future__ import annotations

import itertools

import numpy as np

from core.render import time_curve
from core.timeline.model import Clip, Key, Keys
from core.timeline.time_map import Curve, Linear


def clip_time(time_map: Linear, source_time: int) -> int:
    """Clip time at which a running straight map reaches `source_time`."""
    return -(-(source_time - time_map.start) * time_map.den // time_map.num)


def record_times(clip: Clip, source_time: int) -> list[int]:
    """Clip times at which the clip shows `source_time`: none, one, or several on a curve; within the clip."""
    time_map = clip.time_map
    if isinstance(time_map, Linear):
        times = [clip_time(time_map, source_time)] if time_map.num else []
    else:
        edges = sorted({0, clip.duration - 1, *time_map.turns(0, clip.duration)})
        pieces = itertools.pairwise(edges)
        times = [time for low, high in pieces for time in _reached(time_map, source_time, low, high)]
    return [time for time in times if 0 <= time < clip.duration]


def _reached(curve: Curve, source_time: int, low: int, high: int) -> list[int]:
    """The first tick at or past `source_time` between two ticks with a stretch between them that runs one way."""
    first, last = curve.at(low), curve.at(high)
    if first == last or not min(first, last) <= source_time < max(first, last):
        return []
    while high - low > 1:
        middle = (low + high) // 2
        if (curve.at(middle) > source_time) == (last > first):
            high = middle
        else:
            low = middle
    return [low if curve.at(low) == source_time else high]


def keys_near(clip: Clip, keys: Keys, first: int, last: int, apart: int = 0) -> tuple[Key, ...]:
    """The keys that the clip may show from clip time `first` to `last`; on a curve perhaps a few more.

    apart: clip ticks; where keys are nearer to one another not all are named.
    """
    time_map = clip.time_map
    edges = {first - 1, last + 1}
    if isinstance(time_map, Curve):
        edges |= set(time_map.turns(first, last + 1))
    sources = [time_map.at(time) for time in edges]
    least, most = min(sources), max(sources)
    return keys.between(least, most, apart * (most - least) // (last - first + 2))


def key_times(clip: Clip, keys: Keys, first: int, last: int, apart: int) -> list[int]:
    """Clip times from `first` to `last` at which the clip shows one of these keys, as `keys_near` names them."""
    if first > last:
        return []
    times = (
        time for key in keys_near(clip, keys, first, last, apart) for time in record_times(clip, key.time)
    )
    return sorted({time for time in times if first <= time <= last})


def source_times(clip: Clip, clip_times: np.ndarray) -> np.ndarray:
    return time_curve.source_times(clip.time_map, clip_times)
