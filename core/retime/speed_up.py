"""Adaptive speed-up: a film made shorter where it can bear it, after SpeedNet (Benaim et al., CVPR 2020), section 6.

Speediness says of each frame how fast things already go: 1 looks as fast as anything may, 0 could go CONTRAST times
faster. The paper weighs speed against speediness, a smooth curve and a mean rate with penalties found by descent. Here
the unknown is the *stretch* of each frame, 1 / speed: then the length of the result is a plain sum, and the same wish
is a convex quadratic with exact bounds (core.retime.banded):

    minimise   sum  d stretch^2 / pace  +  smoothness^2 sum (difference of neighbours)^2 / distance
    subject to sum  d stretch = length,   1 / fastest <= stretch <= 1 / slowest,   protected frames as they are

with d the seconds a frame lasts and pace = CONTRAST ^ (speediness - 1). Without smoothness and limits the stretch is
proportional to the pace: everything on the screen seems to go equally fast. Even speediness gives an even speed.

Speediness does not say how far things jump from one picture of the result to the next. Where that is known too, no
frame may move faster than a limit, stretch >= motion / limit, which is another bound and as exact. The limit is the
lowest that leaves the rest of the length, 1 - CALM, to follow the speediness.

numpy only; a minute of film takes milliseconds. Times are ticks of the source (core.time).
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import EditError
from core.files import write_atomic
from core.retime.banded import Bounded
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline.retime import FASTEST, SLOWEST
from core.timeline.time_map import Curve, CurvePoint

Values = npt.NDArray[np.float64]
Ticks = npt.NDArray[np.int64]

CONTRAST = 4.0
"""How much faster a frame of speediness 0 may go than one of speediness 1 before it looks as fast."""
CALM = 0.8
"""The part of the length that there is to give away which goes to what moves farthest."""
LONGEST_SMOOTHNESS = 60.0


@dataclass(frozen=True, eq=False)
class SpeedPlan:
    """How fast each frame is to go.

    Attributes:
        times: int64 (N + 1,) source ticks: where each frame starts, and where the last one ends.
        speeds: float64 (N,) source seconds a second; the mean over the result is `rate`.
        speediness: float64 (N,) in [0, 1], as given.
        kept: bool (N,), frames of the protected ranges.
    """

    times: Ticks
    speeds: Values
    speediness: Values
    kept: npt.NDArray[np.bool_]

    @property
    def source_ticks(self) -> int:
        """How long the frames last in the source."""
        return int(self.times[-1] - self.times[0])

    @property
    def length(self) -> int:
        """Ticks of the result."""
        return int(self.clip_times()[-1])

    @property
    def rate(self) -> float:
        """How many times shorter the result is."""
        return self.source_ticks / self.length

    def clip_times(self) -> Ticks:
        """int64 (N + 1,) ticks of the result at which each frame starts, and its length; strictly rising.

        Frames of protected ranges last exactly as long as in the source.
        """
        lasting = np.diff(self.times)
        steps = np.diff(np.floor(np.append(0, np.cumsum(lasting / self.speeds)) + 0.5).astype(np.int64))
        steps = np.maximum(np.where(self.kept, lasting, steps), 1)
        return np.append(0, np.cumsum(steps))

    def time_map(self, tolerance: int = 0) -> Curve:
        """Clip time to source time.

        Args:
            tolerance: ticks of the source by which the curve may pass a frame's own time, to have fewer points for
                the user to hold; 0 keeps every change of speed. Limits hold all the same, for the slope of a chord
                is a mean of speeds, and the ends of protected ranges stay points.
        """
        clip = self.clip_times()
        fixed = np.flatnonzero(np.diff(self.kept.astype(np.int8))) + 1
        points = _thinned(clip, self.times, [0, *fixed.tolist(), len(clip) - 1], tolerance)
        return Curve(tuple(CurvePoint(int(clip[i]), int(self.times[i])) for i in points))

    def write_csv(self, path: Path) -> None:
        """A time curve (core.retime.curve_file): seconds of the result, seconds of the source, and speed and speediness
        from there on. One row a frame and one for the end.

        Raises:
            OSError: when the disk refuses.
        """
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["seconds", "source", "speed", "speediness"])
        columns = (
            self.clip_times() / TICKS_PER_SECOND,
            self.times / TICKS_PER_SECOND,
            np.append(self.speeds, self.speeds[-1]),
            np.append(self.speediness, self.speediness[-1]),
        )
        for row in zip(*columns, strict=True):
            rows.writerow([f"{value:.6f}" for value in row])
        write_atomic(path, text.getvalue().encode())


def plan(
    speediness: npt.ArrayLike,
    times: npt.ArrayLike,
    *,
    rate: float | None = None,
    length: int | None = None,
    slowest: float | None = None,
    fastest: float | None = None,
    smoothness: float = 0.5,
    protected: Sequence[TimeRange] = (),
    contrast: float = CONTRAST,
    motion: npt.ArrayLike | None = None,
    calm: float = CALM,
) -> SpeedPlan:
    """The speed of every frame of a clip that is to be `rate` times shorter, or `length` ticks long.

    Args:
        speediness: (N,) in [0, 1]; 0 could go faster.
        times: (N + 1,) rising source ticks: where each frame starts, and where the last one ends.
        rate, length: one of the two.
        slowest, fastest: limits of the speed; by default natural speed (half the rate when it is to be slowed down)
            and two and a half times the rate.
        smoothness: seconds of the source over which the speed changes; 0 lets it jump.
        protected: ranges of source ticks whose frames keep their natural speed, whatever the limits say; a frame
            that a range touches is kept whole.
        contrast: see CONTRAST; 1 takes no notice of the speediness.
        motion: (N,) how far things move from each frame to the next, in any unit; None when it is not known.
        calm: see CALM, 0 to 1; 0 takes no notice of the motion.

    Raises:
        EditError: when the arrays do not fit, or the limits and protected ranges do not let the clip have this rate;
            it says what they do let.
    """
    pace, ticks = _checked(speediness, times)
    wanted = _wanted((ticks[-1] - ticks[0]) / TICKS_PER_SECOND, rate, length)
    room = _room(ticks, wanted, slowest, fastest, protected)
    room.require(wanted)
    if motion is not None and calm > 0:
        room = room.calmed(_moving(motion, len(pace)), wanted, calm)
    stretch = _stretched(pace, room, wanted, contrast, smoothness)
    return SpeedPlan(ticks, room.speeds(stretch), pace, room.kept)


# Parts of the above


@dataclass(frozen=True, eq=False)
class _Room:
    """What each frame's stretch may be.

    Attributes:
        lasting: float64 (N,) seconds a frame lasts in the source.
        low, high: float64 (N,) the least and the greatest stretch.
        kept: bool (N,), frames that keep their speed: low and high are 1.
        slowest, fastest: the speeds that low and high of the others come from.
    """

    slowest: float
    fastest: float
    lasting: Values
    low: Values
    high: Values
    kept: npt.NDArray[np.bool_]

    def require(self, wanted: float) -> None:
        """Raises EditError when no stretch in here makes the result last `wanted` seconds."""
        source = float(self.lasting.sum())
        shortest, longest = float(self.lasting @ self.low), float(self.lasting @ self.high)
        slack = 1e-9 * source
        if shortest - slack <= wanted <= longest + slack:
            return
        why = f" and {self.lasting[self.kept].sum():.2f} s protected" if self.kept.any() else ""
        raise EditError(
            f"{source:.2f} s cannot become {wanted:.2f} s with these limits{why}: from {shortest:.2f} s (rate"
            f" {source / shortest:.2f}) to {longest:.2f} s (rate {source / longest:.2f}) is possible",
            "Choose a rate in between, wider limits or fewer protected ranges",
        )

    def calmed(self, motion: Values, wanted: float, calm: float) -> _Room:
        """The least stretch raised where a frame would move faster than the lowest limit that `calm` affords."""
        least = float(self.lasting @ self.low)
        spent = least + min(calm, 1.0) * max(0.0, wanted - least)
        below, above = 1e-9, max(float((motion / self.low).max()), 1e-9)
        for _ in range(100):
            limit = np.sqrt(below * above)
            fits = self.lasting @ np.clip(motion / limit, self.low, self.high) <= spent
            below, above = (below, limit) if fits else (limit, above)
        return replace(self, low=np.clip(motion / above, self.low, self.high))

    def speeds(self, stretch: Values) -> Values:
        """The speeds (N,) of a stretch, never past a limit by rounding."""
        return np.where(self.kept, 1.0, np.clip(1 / stretch, self.slowest, self.fastest))


def _room(
    ticks: Ticks, wanted: float, slowest: float | None, fastest: float | None, protected: Sequence[TimeRange]
) -> _Room:
    """The room between two speeds; see `plan` for what None means."""
    lasting = np.diff(ticks) / TICKS_PER_SECOND
    usual = lasting.sum() / wanted
    slowest = slowest if slowest is not None else min(1.0, usual) if usual >= 1 else usual / 2
    fastest = fastest if fastest is not None else max(1.0, 2.5 * usual)
    if not SLOWEST <= slowest <= fastest <= FASTEST:
        raise EditError(
            f"speeds from {slowest:g} to {fastest:g} are out of reach",
            f"Choose a slowest speed below the fastest, both from {SLOWEST:g} to {FASTEST:g}",
        )
    kept = _touched(ticks, protected)
    low, high = np.where(kept, 1.0, 1 / fastest), np.where(kept, 1.0, 1 / slowest)
    return _Room(slowest, fastest, lasting, low, high, kept)


def _stretched(pace: Values, room: _Room, wanted: float, contrast: float, smoothness: float) -> Values:
    """The stretch (N,) of the least cost (see the head of this file) that lasts `wanted` seconds."""
    if not 0 <= smoothness <= LONGEST_SMOOTHNESS or not 1 <= contrast <= 100:
        raise EditError(
            "this smoothness or contrast is out of reach",
            f"Choose a smoothness from 0 to {LONGEST_SMOOTHNESS:g} seconds, a contrast from 1 to 100",
        )
    coupling = smoothness**2 * 2 / (room.lasting[:-1] + room.lasting[1:])
    diagonal = room.lasting * contrast ** (1 - pace)
    diagonal[:-1] += coupling
    diagonal[1:] += coupling
    return Bounded(diagonal, coupling, room.lasting, room.low, room.high).solve(wanted)


def _checked(speediness: npt.ArrayLike, times: npt.ArrayLike) -> tuple[Values, Ticks]:
    pace, ticks = np.asarray(speediness, np.float64), np.asarray(times, np.int64)
    if pace.ndim != 1 or not len(pace):
        raise EditError("there is no speediness to go by", "Compute the speediness of the clip first")
    if ticks.shape != (len(pace) + 1,) or not (np.diff(ticks) > 0).all():
        raise EditError(
            "the speediness does not fit the clip's frames", "Compute the speediness of the clip again"
        )
    if not ((pace >= 0) & (pace <= 1)).all():
        raise EditError("speediness lies between 0 and 1", "Compute the speediness of the clip again")
    return pace, ticks


def _wanted(source: float, rate: float | None, length: int | None) -> float:
    """Seconds that the result is to last."""
    if (rate is None) == (length is None):
        raise EditError("an adaptive speed-up has one target", "Give a rate or a length")
    if length is not None:
        if length <= 0:
            raise EditError("a clip lasts longer than nothing", "Give it a length")
        return length / TICKS_PER_SECOND
    assert rate is not None
    if not SLOWEST <= rate <= FASTEST:
        raise EditError(f"a rate of {rate:g} is out of reach", f"Choose from {SLOWEST:g} to {FASTEST:g}")
    return source / rate


def _touched(times: Ticks, ranges: Sequence[TimeRange]) -> npt.NDArray[np.bool_]:
    kept = np.zeros(len(times) - 1, bool)
    for each in ranges:
        if each.duration:
            kept |= (times[:-1] < each.end) & (times[1:] > each.start)
    return kept


def _moving(motion: npt.ArrayLike, count: int) -> Values:
    ways = np.asarray(motion, np.float64)
    if ways.shape != (count,) or not (np.isfinite(ways) & (ways >= 0)).all():
        raise EditError(
            "the motion does not fit the clip's frames", "Compute the speediness of the clip again"
        )
    return ways


def _thinned(clip: Ticks, source: Ticks, fixed: list[int], tolerance: int) -> list[int]:
    """Indices of the points that a polyline needs so as to pass none by more than `tolerance` (Douglas, Peucker)."""
    keep = sorted(set(fixed))
    open_ends = list(itertools.pairwise(keep))
    while open_ends:
        a, b = open_ends.pop()
        if b - a < 2:
            continue
        slope = (source[b] - source[a]) / (clip[b] - clip[a])
        off = np.abs(source[a] + (clip[a + 1 : b] - clip[a]) * slope - source[a + 1 : b])
        worst = int(np.argmax(off))
        if off[worst] > max(tolerance, 2 * max(1.0, slope)):
            keep.append(a + 1 + worst)
            open_ends += [(a, a + 1 + worst), (a + 1 + worst, b)]
    return sorted(keep)
