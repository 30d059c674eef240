"""A clip that keeps an object in view: where the object is, frame by frame, and the clip moved by
keyframes accordingly.

So a wide shot becomes an upright film, or a close one, in which nobody walks out of the picture. The keyframes are
ordinary ones and can be edited. See core.motion.framing for how the view moves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Many

import numpy as np

from core.motion.framing import Values, View, corners, look
from core.render.object_positions import Seen
from core.timeline import edits
from core.timeline.model import Animated, Easing, Key, Keys, Sequence, value_at

TOLERANCE = 0.5
"""Pixels of the film that straight lines between keyframes may be off."""


def kept_in_frame(sequence: Sequence, clip_id: str, where: Seen) -> Sequence:
    """The film with a clip that fills the frame and is moved so that the object stays in it.

    It keeps to the frame from then on, and to no scene. The clip keeps its scale when that is
    enough to fill the frame; a larger scale makes a closer view.

    Raises:
        EditError: when the object is never seen in the clip.
        KeyError: when the clip is not in the film.
    """
    clip = sequence.find(clip_id)[2]
    where.require(clip)
    scale = max(value_at(clip.scale, clip.source_range.start), filling_scale(sequence, where.size))
    in_pixels = scale * min(sequence.width / where.size[0], sequence.height / where.size[1])
    size = where.size[0] * in_pixels, where.size[1] * in_pixels
    view = View(sequence.width / size[0], sequence.height / size[1])
    ways = [(0.5 - look(shot.extents, view, shot.rate)) * size for shot in where.shots]
    times = [shot.times for shot in where.shots]
    x, y = (animated(zip(times, [way[:, axis] for way in ways], strict=True)) for axis in (0, 1))
    return edits.set_clip(sequence, clip_id, x=x, y=y, scale=scale, rotation=0.0, pin=None)


def filling_scale(sequence: Sequence, size: tuple[int, int]) -> float:
    """The scale at which a clip of pictures of `size` just fills the film's frame."""
    sides = sequence.width / size[0], sequence.height / size[1]
    return max(sides) / min(sides)


def animated(shots: Iterable[tuple[Many[int], Values]], tolerance: float = TOLERANCE) -> Animated:
    """A number that goes as it is told, in as few keyframes as will do; plain where nothing moves.

    Args:
        shots: source times, rising, and the value at each; from one shot to the next the number jumps.
        tolerance: how far off it may be between keyframes.
    """
    found = tuple(_keys(shots, tolerance))
    return found[0].value if len({key.value for key in found}) == 1 else Keys(found)


def rising(times: Many[list[int]], values: Many[Values]) -> Iterator[tuple[list[int], Values]]:
    """Shots, as times of the source and the values there, in the order of the source: a clip that plays
    backwards comes to them from behind. Of moments of the source that are shown more than once, as by a
    clip that stands still or goes to and fro, the first one counts."""
    shots = [
        (at, value) if at[0] <= at[-1] else (at[::-1], value[::-1])
        for at, value in zip(times, values, strict=True)
    ]
    so_far = -math.inf
    for at, value in sorted(shots, key=lambda shot: shot[0][0]):
        before = np.maximum.accumulate([so_far, *at])[:-1]
        moves_on = np.flatnonzero(at > before)
        if len(moves_on):
            so_far = at[moves_on[-1]]
            yield [at[n] for n in moves_on], value[moves_on]


def _keys(shots: Iterable[tuple[Many[int], Values]], tolerance: float) -> Iterator[Key]:
    digits = 2 if tolerance >= TOLERANCE else 4
    for times, way in shots:
        kept = corners(way, tolerance)
        for place in kept:
            easing: Easing = "hold" if place == kept[-1] else "linear"
            yield Key(times[place], round(float(way[place]), digits), easing)
