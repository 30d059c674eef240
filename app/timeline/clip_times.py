"""Between clip time and source time, for painters: the inverse of a time map, and whole rows of pixels at once."""

from __future__ import annotations

import itertools

import numpy as np

from core.render import time_curve
from core.timeline.model import Clip
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
        times = _curve_times(time_map, source_time, clip.duration)
    return [time for time in times if 0 <= time < clip.duration]


def _curve_times(curve: Curve, source_time: int, duration: int) -> list[int]:
    """The first tick at or past `source_time` on every stretch that runs one way."""
    edges = sorted({0, duration - 1, *curve.turns(0, duration)})
    found = []
    for low, high in itertools.pairwise(edges):
        first, last = curve.at(low), curve.at(high)
        if first == last or not min(first, last) <= source_time < max(first, last):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if (curve.at(middle) > source_time) == (last > first):
                high = middle
            else:
                low = middle
        found.append(low if curve.at(low) == source_time else high)
    return found


def source_times(clip: Clip, clip_times: np.ndarray) -> np.ndarray:
    return time_curve.source_times(clip.time_map, clip_times)
