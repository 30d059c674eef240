"""Recordings that were joined, or taken from a broadcast that broke off: their clock jumps, and the film goes on.

A jump of MPEG's streams is closed: what comes after it follows what came before as one frame follows
another. Sound jumps with the picture, so that both stay in step. Time *in the file* counts from the start
of the media by the file's clock, source time is that without the jumps.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import msgspec

from core.time import TICKS_PER_SECOND, rescale

GAP = 30 * TICKS_PER_SECOND
"""Ticks between two frames that are no pause any more."""
FORMATS = frozenset({"mpegts", "mpeg"})
"""Containers without a clock of their own; in others a long pause is meant."""


class Jump(msgspec.Struct, frozen=True):
    """The frame at time `first` in the file follows the one before it; the clock had jumped by `by` ticks too many."""

    first: int
    by: int


def find_jumps(pts: Sequence[int], time_base: Fraction) -> tuple[Jump, ...]:
    """Where the clock jumps, counted from the first frame.

    Args:
        pts: of the frames, rising.
    """
    limit = Fraction(GAP, TICKS_PER_SECOND) / time_base
    found, step = [], 1
    for before, after in itertools.pairwise(pts):
        if after - before > limit:
            found.append(Jump(rescale(after - pts[0], time_base), rescale(after - before - step, time_base)))
        else:
            step = after - before
    return tuple(found)


def without_jumps(pts: Sequence[int], time_base: Fraction, jumps: Sequence[Jump]) -> Sequence[int]:
    """The time stamps as if the clock had not jumped."""
    if not jumps:
        return pts
    scale = time_base * TICKS_PER_SECOND
    return [pts[0] + round(closed(rescale(one - pts[0], time_base), jumps) / scale) for one in pts]


def closed(time: int, jumps: Sequence[Jump]) -> int:
    """The source time of a time in the file. What lies inside a jump belongs to the nearer side."""
    return time - sum(jump.by for jump in jumps if time > jump.first - jump.by // 2)


def opened(time: int, jumps: Sequence[Jump]) -> int:
    """The time in the file of a source time."""
    for jump in jumps:
        if time < jump.first - jump.by:
            break
        time += jump.by
    return time
