"""Was what was found there all the time, while the object was elsewhere? Nothing is in two places.

What was found is tracked as it looks where it was found, through the frames on which the object was missing, to where
the object is known again: what comes out apart from it there, as large as ever, is something else that looks like it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

import msgspec
import numpy as np

from core.arrays import Array32
from core.masks.encoding import Prefetched
from core.masks.recognition.content import strangeness
from core.masks.recognition.linking import Place, beside, place_of
from core.masks.tracker import Tracker
from core.media.matte import Labels

BEYOND = 16
"""What was found is followed at most so many frames on to where the object is known."""
STEADY, UNLIKE = 0.5, 0.3
"""It is followed as long as its size stays within this factor, and no more than this part of it looks like what was
beside it where it was found."""


class Trace(msgspec.Struct, frozen=True):
    """Where something was on a frame. size: part of the frame that it covers."""

    frame: int
    box: Place
    size: float


def trace_of(frame: int, mask: Labels | Array32) -> Trace:
    """mask: (h, w), 1 where it is."""
    inside = np.asarray(mask > 0.5, np.float32)
    return Trace(frame, place_of(inside), float(inside.mean()))


def elsewhere(
    tracker: Tracker,
    found: Trace,
    coming: Iterator[Prefetched],
    known: Callable[[int], Trace | None],
    large: float,
) -> Generator[int, None, list[Trace]]:
    """Where what was found was, when the object was elsewhere at the end; else nothing. Yields the frame at hand.

    Args:
        tracker: knows what was found, where it was found, and nothing else.
        coming: the frames on which the object was missing, then some on which it is known.
        known: where the object is on a frame; None where it is missing.
        large: the part of a frame that the object covers where it is surely seen.
    """
    track = [found]
    for now in coming:
        tracker.prefetched = now
        track.append(trace_of(now.number, tracker.step(now.number, now.frame).objects[..., 0]))
        unlike = strangeness(tracker.history[-1], tracker.keys, 0)
        if not STEADY <= track[-1].size / found.size <= 1 / STEADY or unlike > UNLIKE:
            return []
        seen = known(now.number)
        if seen is not None and beside(track[-1].box, seen.box):
            return []
        if seen is not None and seen.size >= large:
            return track
        yield now.number
    return []
