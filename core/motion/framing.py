"""A camera that keeps an object in view: where a smaller view of a picture should look, as a calm
camera operator would.

On each axis the view may look anywhere in a *tube* around the object: far enough from it to leave it in peace, near
enough to show all of it. Among all ways through the tube the shortest one is taken, the taut string (after Davies and
Kovac, "Local extremes, runs, strings and multiresolution", 2001): it stands still as long as it can, and otherwise
moves evenly. A Gaussian in time rounds its bends.

Extents are (left, top, right, bottom) as parts of the picture's width and height, NaN where the object is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

MARGIN = 0.06
"""Part of the view that stays free on either side of the object."""
REACH = 0.12
"""In sides of the view: how far the object's middle may be off its centre where there is room."""
LEAST_REACH = 0.015
"""In sides of the view: how far it may be off in any case."""
STEADY_SECONDS = 0.2
"""Sigma over which the object's outline is averaged: limbs swing, the camera need not."""
CALM_SECONDS = 0.4
"""Sigma over which bends of the way are rounded."""


@dataclass(frozen=True)
class View:
    """A part of a picture that is looked at.

    width, height: what is looked at, as parts of the picture's; 1 and more shows all of that axis.
    """

    width: float
    height: float


def look(extents: Values, view: View, rate: float) -> Values:
    """Where the view's centre should be, float64 (N, 2) in parts of the picture; it never looks beyond the picture.

    Args:
        extents: float64 (N, 4), see above, evenly spaced in time. An object that is never seen leaves the view in the
        middle.
        rate: of them in a second.
    """
    ways = [
        _axis(extents[:, low], extents[:, low + 2], side, rate)
        for low, side in ((0, view.width), (1, view.height))
    ]
    return np.column_stack(ways)


def _axis(low: Values, high: Values, side: float, rate: float) -> Values:
    first, last = min(side / 2, 0.5), max(1 - side / 2, 0.5)
    seen = np.isfinite(low) & np.isfinite(high)
    if first == last or not seen.any():
        return np.full(len(low), 0.5)
    middle = known_smoothed((low + high) / 2, seen, STEADY_SECONDS * rate)
    extent = known_smoothed(high - low, seen, STEADY_SECONDS * rate)
    room = (side * (1 - 2 * MARGIN) - extent) / 2
    reach = np.clip(room, LEAST_REACH * side, REACH * side)
    from_, to = (np.clip(middle + sign * reach, first, last) for sign in (-1, 1))
    from_, to = np.where(seen, from_, first), np.where(seen, to, last)
    return np.clip(_smoothed(taut_string(from_, to), CALM_SECONDS * rate), first, last)


def taut_string(low: Values, high: Values) -> Values:
    """The shortest way from left to right with low <= way <= high, both ends free; float64 (N,), at spacing 1.

    Where one value would do for all, it is the middle of those that would.

    Raises:
        ValueError: when low exceeds high somewhere.
    """
    if (low > high).any():
        raise ValueError("a tube is nowhere narrower than nothing")
    bends = [_first_bend(low, high)]
    while (bend := _next_bend(low, high, *bends[-1])) is not None:
        bends.append(bend)
    places, values = zip(*bends, strict=True)
    return np.interp(np.arange(len(low)), places, values)


def _first_bend(low: Values, high: Values) -> tuple[int, float]:
    """Where the level stretch at the start must end, and its level."""
    floor, ceiling = np.maximum.accumulate(low), np.minimum.accumulate(high)
    closed = np.flatnonzero(floor > ceiling)
    if not len(closed):
        return 0, float(floor[-1] + ceiling[-1]) / 2
    stop = int(closed[0])
    if low[stop] > ceiling[stop - 1]:
        return int(np.argmin(high[:stop])), float(ceiling[stop - 1])
    return int(np.argmax(low[:stop])), float(floor[stop - 1])


def _next_bend(low: Values, high: Values, at: int, value: float) -> tuple[int, float] | None:
    """The next place at which a taut string from here touches a wall and bends; None when it goes level to the end."""
    steps = np.arange(1, len(low) - at)
    if not len(steps):
        return None
    up, down = (low[at + 1 :] - value) / steps, (high[at + 1 :] - value) / steps
    least, most = np.maximum.accumulate(up), np.minimum.accumulate(down)
    closed = np.flatnonzero(least > most)
    if len(closed):
        stop = int(closed[0])
        under = up[stop] > most[stop - 1]  # it must rise, as soon as the ceiling lets it
    elif least[-1] <= 0 <= most[-1]:
        return None
    else:
        stop = len(steps)
        under = most[-1] < 0  # it must come down under the ceiling, and is level from there on
    touched = at + 1 + int(np.argmin(down[:stop]) if under else np.argmax(up[:stop]))
    return touched, float(high[touched] if under else low[touched])


def known_smoothed(
    values: Values, known: npt.NDArray[np.bool_], sigma: float, *, goes_on: bool = False
) -> Values:
    """Gaussian in time over what is known, carried on in a straight line over what is not; see `_smoothed`."""
    places = np.arange(len(values))
    return _smoothed(np.interp(places, places[known], values[known]), sigma, goes_on=goes_on)


def _smoothed(values: Values, sigma: float, *, goes_on: bool = False) -> Values:
    """Gaussian in time. goes_on: beyond the ends it goes on as it did before them, else it stands still there."""
    reach = int(np.ceil(3 * sigma))
    if reach < 1:
        return values
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    beyond = (
        np.pad(values, reach, "reflect", reflect_type="odd") if goes_on else np.pad(values, reach, "edge")
    )
    return np.convolve(beyond, kernel / kernel.sum(), "valid")


def corners(values: Values, tolerance: float) -> list[int]:
    """The fewest places, first and last among them, between which straight lines are nowhere further off than
    `tolerance` (after Ramer 1972, Douglas and Peucker 1973; not the very fewest)."""
    kept, open_ = {0, len(values) - 1}, [(0, len(values) - 1)]
    while open_:
        first, last = open_.pop()
        between = np.arange(first, last + 1)
        off = np.abs(values[first : last + 1] - np.interp(between, (first, last), values[[first, last]]))
        worst = first + int(off.argmax())
        if off.max() > tolerance:
            kept.add(worst)
            open_ += [(first, worst), (worst, last)]
    return sorted(kept)
