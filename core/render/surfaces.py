"""A clip that lies on a surface seen below it: a film on a screen, a poster on a wall, a name on a door.

The surface is what lies between the corners of the clip's corner pin. Where it goes is followed in the film as it
is seen below the clip (core.motion.planar), and becomes ordinary keyframes of the corners, which can be edited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.job import Report
from core.motion.planar import WORKING, Corners, Surface
from core.motion.points import Grey
from core.render import pixels
from core.render.compositor import render_layers
from core.render.corner_pin import corners_of, pin_of, values_of
from core.render.framing import animated, rising
from core.render.plan import layer_at
from core.render.sources import Sources
from core.time import TimeRange
from core.timeline import edits
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import Animated, Key, Keys, Sequence

TOLERANCE = 0.025
"""Per cent of the frame that a corner may be off between keyframes."""


@dataclass(frozen=True, eq=False)
class Traced:
    """Where a surface goes.

    times: record times of frames in which it is seen, rising.
    corners: float64 (N, 4, 2), per cent of the film's frame.
    lost: the first record times, forwards and backwards, from which on it was not followed.
    """

    times: tuple[int, ...]
    corners: Corners
    lost: tuple[int, ...]


def below(sequence: Sequence, clip_id: str) -> Sequence:
    """The film as it is without a clip's track and all above it. Raises KeyError when the clip is not in it."""
    track = sequence.find(clip_id)[0]
    pictures = [one for one in sequence.tracks if one.kind == "video"]
    under = pictures[: [one.id for one in pictures].index(track.id)]
    return replace(sequence, tracks=tuple(under))


def trace(
    sequence: Sequence,
    clip_id: str,
    time: int,
    sources: Sources,
    report: Report = lambda part: True,
    ways: tuple[int, ...] = (1, -1),
) -> Traced:
    """Follow the surface on which a clip lies at a record time, from there to the clip's ends.

    Args:
        ways: 1 forwards, -1 backwards.
        report: told how much is done, 0 to 1; its False stops the work.

    Raises:
        EditError: when the clip has no corner pin, or nothing between its corners can be followed.
        MediaError: as `sources`.
        Cancelled: when `report` asked for it.
    """
    _, here, clip = sequence.require(clip_id)
    size = np.array((sequence.width, sequence.height), np.float64)
    corners = corners_of(layer_at(clip, here.nearest(time) - here.start), (size[0], size[1]))
    if corners is None:
        raise EditError(f"{clip.name} has no corner pin", "Add one, and drag its corners onto the surface")
    under, scale = below(sequence, clip_id), min(1.0, WORKING / max(size))
    small = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    numbers = _frames(sequence, here)
    begin = min(max(sequence.rate.frame_at(time), numbers[0]), numbers[-1])

    def grey(number: int) -> Grey:
        picture = render_layers(under, sequence.rate.time_of(number), sources, small)
        return np.asarray(cv2.cvtColor(pixels.colours_of(picture), cv2.COLOR_RGB2GRAY), np.uint8)

    marked = grey(begin)
    if not Surface.marked(marked, corners / size * small - 0.5).textured:
        raise EditError(
            f"below {clip.name} nothing is seen that could be followed",
            "Put its corners on something with edges or a pattern, on a track below",
        )
    seen, lost, done = {begin: corners / size * 100}, [], 0
    for way in ways:
        course = range(begin + way, numbers[-1] + 1 if way > 0 else numbers[0] - 1, way)
        surface, last = Surface.marked(marked, corners / size * small - 0.5), begin
        for number, found in zip(course, _followed(surface, map(grey, course)), strict=False):
            if found is not None:
                seen[number], last = (found + 0.5) / small * 100, number
            done += 1
            if not report(done / len(numbers)):
                raise Cancelled("following the surface was stopped")
        if len(course) and last != course[-1]:
            lost.append(sequence.rate.time_of(last + way))
    order = sorted(seen)
    return Traced(
        tuple(sequence.rate.time_of(number) for number in order),
        np.stack([seen[number] for number in order]),
        tuple(lost),
    )


def _followed(surface: Surface, pictures: Iterable[Grey]) -> Iterator[Corners | None]:
    """Where its corners are in each picture, None where it is not seen; ends where the surface is lost."""
    for picture in pictures:
        yield surface.step(picture)
        if surface.lost:
            return


def _frames(sequence: Sequence, there: TimeRange) -> range:
    rate = sequence.rate
    first = rate.frames_before(there.start)
    return range(first, max(first + 1, rate.frames_before(there.end)))


def laid(sequence: Sequence, clip_id: str, traced: Traced) -> Sequence:
    """The film with a clip whose corners go as the surface does. Keyframes outside of what was followed stay; the
    clip is moved, scaled and turned by its corners alone from then on, and keeps to no scene.

    Raises:
        EditError: when the clip or its corner pin is gone.
    """
    _, here, clip = sequence.require(clip_id)
    pin = pin_of(clip)
    if pin is None:
        raise EditError(f"{clip.name} has no corner pin", "Add one, and drag its corners onto the surface")
    times = [clip.time_map.at(time - here.start) for time in traced.times]
    bounds = {one.name: one for one in EFFECT_KINDS[pin.kind].parameters}
    params = dict(pin.params)
    for name, way in values_of(traced.corners).items():
        new = list(rising([times], [np.clip(way, bounds[name].low, bounds[name].high)]))
        params[name] = _joined(params.get(name, bounds[name].default), animated(new, TOLERANCE), new[0][0])
    effects = tuple(replace(one, params=params) if one.id == pin.id else one for one in clip.effects)
    return edits.set_clip(sequence, clip_id, effects=effects, x=0.0, y=0.0, scale=1.0, rotation=0.0, pin=None)


def _joined(old: Animated, new: Animated, times: list[int]) -> Animated:
    """`new` where it is known, the keyframes of `old` before and after."""
    first, last = min(times), max(times)
    known = old.keys if isinstance(old, Keys) else ()
    kept = [key for key in known if not first <= key.time <= last]
    if not kept:
        return new
    own = new.keys if isinstance(new, Keys) else (Key(first, new), Key(last, new))
    going = [key.easing for key in known if key.time <= last]
    own = (*own[:-1], replace(own[-1], easing=going[-1] if going else "linear"))
    return Keys(tuple(sorted((*kept, *own), key=lambda key: key.time)))
