"""Between clip time and source time, for painters: the inverse of a time map, and whole rows of pixels at once."""

from __future__ import annotations

import numpy as np

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
        times = _curve_times(time_map, source_time)
    return [time for time in times if 0 <= time < clip.duration]


def _curve_times(curve: Curve, source_time: int) -> list[int]:
    times = []
    for a, b in zip(curve.points, curve.points[1:], strict=False):
        rise = b.source - a.source
        if rise and min(a.source, b.source) <= source_time < max(a.source, b.source):
            times.append(a.time + (source_time - a.source) * (b.time - a.time) // rise)
    return times


def source_times(clip: Clip, clip_times: np.ndarray) -> np.ndarray:
    if isinstance(clip.time_map, Linear):
        return clip.time_map.start + clip_times * (clip.time_map.num / clip.time_map.den)
    times = np.array([point.time for point in clip.time_map.points], float)
    sources = np.array([point.source for point in clip.time_map.points], float)
    return np.interp(clip_times, times, sources)
