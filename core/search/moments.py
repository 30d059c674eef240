"""Similar moments: nearest neighbours of a moment among the moments of many clips.

A moment is a unit vector of motion and look (core.retime.pace_files), and likeness the cosine. Neighbouring moments
of a clip are alike, so of each stretch only the best is taken. numpy only; a thousand clips take milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.retime.pace_files import Moments

APART = 1.0
"""Seconds between two moments of one clip that are told."""


@dataclass(frozen=True)
class Found:
    """A moment of a clip.

    clip: its name in what was searched.
    likeness: 0 unlike to 1 the same.
    """

    clip: str
    frame: int
    seconds: float
    likeness: float


def moment_at(moments: Moments, seconds: float) -> npt.NDArray[np.float32]:
    """The vector, float32 (D,), of the moment nearest to `seconds`."""
    found: npt.NDArray[np.float32] = moments.vectors[int(np.argmin(np.abs(moments.seconds - seconds)))]
    return found


def similar(
    wanted: npt.NDArray[np.float32],
    clips: Mapping[str, Moments],
    count: int = 12,
    *,
    apart: float = APART,
    but: tuple[str, float] | None = None,
) -> list[Found]:
    """The moments most like `wanted`, float32 (D,), best first.

    Args:
        clips: what is searched, by name.
        count: at most so many.
        apart: seconds between two moments of one clip.
        but: clip and seconds of the moment itself, which is not told.
    """
    rows = [row for name, moments in clips.items() for row in _best(name, moments, wanted, apart, but)]
    return sorted(rows, key=lambda found: -found.likeness)[:count]


def _best(
    name: str,
    moments: Moments,
    wanted: npt.NDArray[np.float32],
    apart: float,
    but: tuple[str, float] | None,
) -> list[Found]:
    """The moments of a clip that no better one is near to."""
    likeness = np.clip(moments.vectors @ wanted, 0, 1)
    free = np.ones(len(likeness), bool)
    if but is not None and but[0] == name:
        free &= np.abs(moments.seconds - but[1]) >= apart
    found = []
    for i in np.argsort(-likeness, kind="stable"):
        if free[i]:
            at = float(moments.seconds[i])
            found.append(Found(name, int(moments.frames[i]), at, round(float(likeness[i]), 4)))
            free &= np.abs(moments.seconds - at) >= apart
    return found
