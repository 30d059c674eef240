"""Whole rows of clip times at once: what `core.timeline.time_map` says, in floating point, for sound and painters.

The exact, floored answer for a frame is `TimeMap.at`; a row differs from it by less than a tick and the rounding of
doubles (a hundredth of a tick after ten hours).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.timeline.curve import EASED, NATURAL, CurvePoint, straight
from core.timeline.time_map import Curve, TimeMap

Row = npt.NDArray[np.float64]


def source_times(time_map: TimeMap, clip_times: npt.NDArray[Any]) -> Row:
    """Source ticks, float64 (n,), at clip times in ticks, (n,), in any order."""
    return _evaluated(time_map, clip_times, speed=False)


def speeds(time_map: TimeMap, clip_times: npt.NDArray[Any]) -> Row:
    """Source ticks for a tick of the clip, float64 (n,): 1 natural, 0 a freeze, negative backwards."""
    return _evaluated(time_map, clip_times, speed=True)


def _evaluated(time_map: TimeMap, clip_times: npt.NDArray[Any], *, speed: bool) -> Row:
    times = np.asarray(clip_times, np.float64)
    if not isinstance(time_map, Curve):
        slope = time_map.num / time_map.den
        return (
            np.full(len(times), slope)
            if speed
            else time_map.start + time_map.rest / time_map.den + times * slope
        )
    points = time_map.points
    place = np.searchsorted([point.time for point in points[1:-1]], times, side="right")
    out = np.zeros(len(times))
    for index in np.unique(place).tolist():
        here = place == index
        a, b = points[index], points[index + 1]
        out[here] = _segment(a, b, times[here] - a.time, speed)
    return out


def _segment(a: CurvePoint, b: CurvePoint, x: Row, speed: bool) -> Row:
    """Between two points and, for the first and the last two, beyond them."""
    h, d = float(b.time - a.time), float(b.source - a.source)
    mean = d / h
    if straight(a, b):
        return np.full(len(x), mean) if speed else a.source + x * mean
    v0 = mean if a.after is None else a.after / NATURAL
    v1 = mean if b.before is None else b.before / NATURAL
    u = np.clip(x / h, 0, 1)
    bend = a.ease / EASED * (v1 - v0)
    if speed:
        even = 6 * mean * (u - u * u) + v0 * (3 * u * u - 4 * u + 1) + v1 * (3 * u * u - 2 * u)
        return np.asarray(even + bend * (3 * u * u - 2 * u**3 - u), np.float64)
    inside = d * (3 * u**2 - 2 * u**3) + h * (v0 * (u**3 - 2 * u**2 + u) + v1 * (u**3 - u**2))
    inside += h * bend * (u**3 - u**4 / 2 - u**2 / 2)
    beyond = np.minimum(x, 0) * v0 + np.maximum(x - h, 0) * v1
    return np.asarray(a.source + inside + beyond, np.float64)
