"""Adaptive speed-up of one clip as values: what is wished for, the plan, and the even speed to compare it with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.speed.pace import Pace
from core.errors import EditError
from core.retime.speed_up import SpeedPlan, plan
from core.time import TimeRange
from core.timeline.bend import joined, stretches
from core.timeline.curve import NATURAL
from core.timeline.model import Clip
from core.timeline.time_map import Curve, Linear

POINT = 4
"""Parts of a frame by which the curve that is put on a clip may pass the plan, to have points to take hold of."""

MOST_POINTS = 400
NATURAL_WITHIN = 1e-4
"""A stretch whose speed is natural to so much is one that was to be kept."""


@dataclass(frozen=True)
class Wish:
    """What is wished of an adaptive speed-up.

    rate: how many times shorter, or length: in ticks; one of the two.
    slowest, fastest: limits of the speed.
    smoothness: seconds over which it changes.
    protected: source ranges that keep their speed.
    """

    rate: float | None = 2.0
    length: int | None = None
    slowest: float = 1.0
    fastest: float = 5.0
    smoothness: float = 0.5
    protected: tuple[TimeRange, ...] = ()


@dataclass(frozen=True)
class Planned:
    """An adaptive speed-up, ready to be applied.

    curve: for the clip, `duration` ticks long.
    even: the same length at one speed.
    rate: how many times shorter.
    calmed: what moves farthest is held back; not after an analysis by an earlier version, which does not tell
        how far things move.
    """

    curve: Curve
    even: Linear
    duration: int
    rate: float
    slowest: float
    fastest: float
    calmed: bool = True


def planned(clip: Clip, pace: Pace, wish: Wish) -> Planned:
    """The plan for what a clip shows of its source; it plays forwards.

    Raises:
        EditError: when the speediness does not reach that far, or the limits cannot be kept.
    """
    source = clip.source_range
    times = pace.times
    first = max(0, int(np.searchsorted(times, source.start, side="right")) - 1)
    last = int(np.searchsorted(times, source.end, side="left"))
    step = int(times[-1] - times[-2]) if len(times) > 1 else 0
    if last - first < 2 or times[-1] + 2 * step < source.end:
        raise EditError("the speediness of this clip is not known yet", "Analyse it first")
    ticks = np.concatenate([[source.start], times[first + 1 : last], [source.end]])
    found = plan(
        pace.values[first:last],
        ticks,
        rate=wish.rate if wish.length is None else None,
        length=wish.length,
        slowest=wish.slowest,
        fastest=wish.fastest,
        smoothness=wish.smoothness,
        protected=wish.protected,
        motion=None if pace.motion is None else pace.motion[first:last],
    )
    duration = found.length
    ratio = Fraction(source.duration, duration).limit_denominator(10**9)
    even = Linear(source.start, ratio.numerator, ratio.denominator)
    speeds = found.speeds
    return Planned(
        eased(_with_few_points(found, step // POINT), wish),
        even,
        duration,
        found.rate,
        float(speeds.min()),
        float(speeds.max()),
        pace.motion is not None or pace.maps is None,
    )


def _with_few_points(found: SpeedPlan, tolerance: int) -> Curve:
    """The plan as a curve with at most MOST_POINTS points, that passes its frames as nearly as they allow."""
    curve = found.time_map(tolerance)
    while len(curve.points) > MOST_POINTS:
        tolerance *= 2
        curve = found.time_map(tolerance)
    return curve


def eased(curve: Curve, wish: Wish) -> Curve:
    """The curve with its speeds joined into one line, for the hand and the eye; straight where the natural speed is
    kept, and where a bend would leave the limits."""
    parts = stretches(curve)
    means = [part.way / part.length for part in parts]
    joints = [means[0], *((a + b) / 2 for a, b in itertools.pairwise(means)), means[-1]]
    bent = []
    for part, mean, first, last in zip(parts, means, joints[:-1], joints[1:], strict=True):
        between = _extremes(mean, first, last)
        if wish.slowest <= min(between) and max(between) <= wish.fastest and abs(mean - 1) > NATURAL_WITHIN:
            part = part._replace(v0=round(first * NATURAL), v1=round(last * NATURAL))
        bent.append(part)
    return joined(curve.points[0], bent)


def _extremes(mean: float, first: float, last: float) -> list[float]:
    """The least and greatest speeds of a bend (core.timeline.curve): its ends, and the top of its parabola."""
    square, line = 3 * (first + last) - 6 * mean, 6 * mean - 4 * first - 2 * last
    top = -line / (2 * square) if square else -1.0
    return [first, last, *([first + line * top + square * top * top] if 0 < top < 1 else [])]


def source_part(clip: Clip, where: TimeRange, marked: TimeRange) -> TimeRange | None:
    """The source that a clip shows between two marks of the film; None when it does not play there."""
    part = where.intersection(marked)
    if part.duration == 0:
        return None
    ends = [clip.time_map.at(time - where.start) for time in (part.start, part.end - 1)]
    return TimeRange.between(min(ends), max(ends) + 1)


def ranges_of(present: np.ndarray, first: int, frame_start: np.ndarray) -> tuple[TimeRange, ...]:
    """Source ranges of the frames that are True in `present`, bool (N,), the first being frame `first`.

    Args:
        frame_start: int64 (M,), source ticks at which each frame of the media starts; frames beyond it are left out.
    """
    padded = np.concatenate([[False], present, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    found = []
    for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        low, high = first + begin, min(first + end, len(frame_start) - 1)
        if low < high:
            found.append(TimeRange.between(int(frame_start[low]), int(frame_start[high])))
    return tuple(found)
