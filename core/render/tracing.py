"""Something followed through a film frame by frame, and what is known of it laid into keyframes.

What is followed, and what its way moves, say core.render.surfaces and core.render.shape_following.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Protocol, TypeVar

import cv2
import numpy as np
from msgspec.structs import replace

from core.errors import Cancelled
from core.job import Report
from core.motion.framing import Values
from core.motion.planar import WORKING, Corners
from core.motion.points import Grey
from core.render import pixels
from core.render.compositor import render_layers
from core.render.framing import animated, rising
from core.render.sources import Sources
from core.time import TimeRange
from core.timeline.effect_kind import Parameter
from core.timeline.model import Animated, Key, Keys, Sequence


class Follower(Protocol):
    """What can be followed, as core.motion.planar.Surface. Its corners are pixel centres."""

    corners: Corners

    @property
    def lost(self) -> bool: ...
    def step(self, grey: Grey) -> Corners | None: ...


F = TypeVar("F", bound=Follower)


@dataclass(frozen=True)
class View:
    """A film as it is looked at to follow something.

    size: (width, height) of the small pictures.
    numbers: the film's frames that are looked at.
    begin: the one in which it is marked.
    """

    film: Sequence
    sources: Sources
    size: tuple[int, int]
    numbers: range
    begin: int

    @classmethod
    def of(cls, film: Sequence, there: TimeRange, time: int, sources: Sources) -> View:
        """Of the frames that begin in a range, at least one; marked at a record time, or at the range's nearer end."""
        scale = min(1.0, WORKING / max(film.width, film.height))
        size = max(1, round(film.width * scale)), max(1, round(film.height * scale))
        first = film.rate.frames_before(there.start)
        numbers = range(first, max(first + 1, film.rate.frames_before(there.end)))
        begin = min(max(film.rate.frame_at(time), numbers[0]), numbers[-1])
        return cls(film, sources, size, numbers, begin)

    def grey(self, number: int) -> Grey:
        """uint8 (h, w), a frame. Raises MediaError as `sources`."""
        picture = render_layers(self.film, self.film.rate.time_of(number), self.sources, self.size)
        return np.asarray(cv2.cvtColor(pixels.colours_of(picture), cv2.COLOR_RGB2GRAY), np.uint8)

    def small(self, corners: Corners) -> Corners:
        """Corners in pixels of the film, continuous, as pixel centres of the small pictures."""
        return np.asarray(corners / (self.film.width, self.film.height) * self.size - 0.5)

    def large(self, corners: Corners) -> Corners:
        """What `small` leads to, led back."""
        return np.asarray((corners + 0.5) / self.size * (self.film.width, self.film.height))


@dataclass(frozen=True, eq=False)
class Traced:
    """Where something goes.

    times: record times of frames in which it is seen, rising.
    corners: float64 (N, 4, 2), pixels of the film, continuous.
    lost: the first record times, forwards and backwards, from which on it was not followed.
    """

    times: tuple[int, ...]
    corners: Corners
    lost: tuple[int, ...]


def traced(marked: F, view: View, report: Report, ways: tuple[int, ...]) -> Traced:
    """Follow something from the frame in which it is marked to the ends of a view.

    Args:
        ways: 1 forwards, -1 backwards.
        report: told how much is done, 0 to 1; its False stops the work.

    Raises:
        Cancelled: when `report` asked for it.
        MediaError: as the view's sources.
    """
    seen, lost, done, numbers = {view.begin: marked.corners}, list[int](), 0, view.numbers
    for way in ways:
        course = range(view.begin + way, numbers[-1] + 1 if way > 0 else numbers[0] - 1, way)
        going, last = copy(marked), view.begin
        for number in course:
            found = going.step(view.grey(number))
            if found is not None:
                seen[number], last = found, number
            done += 1
            if not report(done / len(numbers)):
                raise Cancelled("following was stopped")
            if going.lost:
                break
        if len(course) and last != course[-1]:
            lost.append(last + way)
    order, time_of = sorted(seen), view.film.rate.time_of
    corners = view.large(np.stack([seen[number] for number in order]))
    return Traced(tuple(map(time_of, order)), corners, tuple(map(time_of, lost)))


def with_keys(
    params: Mapping[str, Animated],
    times: list[int],
    ways: Mapping[str, Values],
    bounds: Mapping[str, Parameter],
    tolerance: float,
) -> dict[str, Animated]:
    """Parameters that go as something was followed; their keyframes before and after that stay.

    Args:
        times: source times. ways: by name the value at each of them. tolerance: how far off they may be in between.
    """
    changed = dict(params)
    for name, way in ways.items():
        bound = bounds[name]
        new = list(rising([times], [np.clip(way, bound.low, bound.high)]))
        changed[name] = _joined(params.get(name, bound.default), animated(new, tolerance), new[0][0])
    return changed


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
