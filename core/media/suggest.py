"""Which frame to draw on next: where a mask would raise the tracking's quality most.

A mask at frame f is thought to mend the part `exp(-|t - f| / SPAN)` of what frame t lacks, up to the next key mask
or scene cut. The gain is what the clip's mean confidence would rise by. Suggestions are chosen one after another,
each as if those before it had been drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from core.media.matte import Confidences
from core.media.sureness import score_of

SPAN = 20.0
"""Frames over which a drawn mask's help falls to a third."""
GONE = 0.15
UNSURE = 0.75
MISSING = 0.5
"""What a frame lacks in which an object was told missing: perhaps it is truly away."""
LEAST = 0.002
"""A gain in mean confidence that is not worth drawing for."""

Reason = Literal["gone", "cut", "unsure", "far"]
"""Why a frame is suggested: an object was not found there, no key mask since the scene cut, the tracker was unsure,
or it is merely far from every key mask."""

Curve = npt.NDArray[np.float64]


class Suggestion(msgspec.Struct, frozen=True):
    """A frame on which another key mask would help.

    gain: expected rise of the clip's mean confidence, 0 to 1.
    label: the object that is worst at the frame.
    """

    frame: int
    gain: float
    reason: Reason
    label: int


def drawn_frames(confidences: Confidences) -> tuple[int, ...]:
    """The frames of a tracking result that were drawn: nothing that was tracked is wholly sure."""
    return tuple(
        frame
        for frame, values in sorted(confidences.items())
        if values and all(value >= 1 for value in values.values())
    )


def suggest(
    confidences: Confidences, keys: Iterable[int], cuts: Iterable[int] = (), most: int = 5
) -> list[Suggestion]:
    """The frames worth drawing on, best first; empty when there are none.

    Args:
        confidences: of the tracked frames.
        keys: frames with key masks.
        cuts: the first frame after each scene cut.
        most: how many are given at the most.
    """
    frames = np.asarray(sorted(frame for frame, values in confidences.items() if values), np.int64)
    drawn, starts = set(keys), sorted(cuts)
    if not frames.size:
        return []
    lack = np.asarray([_lack(confidences[int(frame)]) for frame in frames])
    lack[np.isin(frames, list(drawn))] = 0
    found: list[Suggestion] = []
    while len(found) < most:
        gains = _gains(frames, lack, drawn, starts)
        best = int(np.argmax(gains))
        gain, frame = float(gains[best]) / len(frames), int(frames[best])
        if gain < LEAST:
            break
        found.append(
            Suggestion(
                frame, round(gain, 4), _reason(confidences, frame, drawn, starts), _worst(confidences[frame])
            )
        )
        where = _segment(frames, frame, drawn, starts)
        lack[where] *= 1 - np.exp(-np.abs(frames[where] - frame) / SPAN)
        drawn.add(frame)
    return found


def _lack(values: dict[int, float]) -> float:
    """What the objects of a frame lack in the mean, 0 to 1; by their scores, which tell poor frames farther from fair
    ones."""
    return float(np.mean([1 - score_of(value) if value else MISSING for value in values.values()]))


def _gains(frames: npt.NDArray[np.int64], lack: Curve, drawn: set[int], starts: Sequence[int]) -> Curve:
    """The summed gain of a mask at each frame: the lack, smoothed within each stretch between masks and cuts."""
    gains = np.zeros(len(frames))
    for where in _segments(frames, drawn, starts):
        gains[where] = _smoothed(frames[where], lack[where])
    gains[np.isin(frames, list(drawn))] = 0
    return gains


def _smoothed(frames: npt.NDArray[np.int64], lack: Curve) -> Curve:
    """Sum over t of lack(t) * exp(-|t - f| / SPAN) for each frame f, by one recursion each way."""
    ahead, back = lack.copy(), lack.copy()
    keep = np.exp(-np.diff(frames) / SPAN)
    for i in range(1, len(lack)):
        ahead[i] += ahead[i - 1] * keep[i - 1]
    for i in range(len(lack) - 2, -1, -1):
        back[i] += back[i + 1] * keep[i]
    return ahead + back - lack


def _segments(frames: npt.NDArray[np.int64], drawn: set[int], starts: Sequence[int]) -> list[slice]:
    """The stretches that key masks and cuts divide the frames into; a key mask stands at the head of one."""
    marks = np.searchsorted(frames, sorted(drawn | set(starts)))
    edges = sorted({0, len(frames), *(int(mark) for mark in marks)})
    return [slice(low, high) for low, high in itertools.pairwise(edges)]


def _segment(frames: npt.NDArray[np.int64], frame: int, drawn: set[int], starts: Sequence[int]) -> slice:
    place = int(np.searchsorted(frames, frame))
    return next(each for each in _segments(frames, drawn, starts) if each.start <= place < each.stop)


def _reason(confidences: Confidences, frame: int, drawn: set[int], starts: Sequence[int]) -> Reason:
    least = min(confidences[frame].values())
    if least < GONE:
        return "gone"
    cut = max((start for start in starts if start <= frame), default=None)
    if cut is not None and not any(cut <= key <= frame for key in drawn):
        return "cut"
    return "unsure" if least < UNSURE else "far"


def _worst(values: dict[int, float]) -> int:
    return min(values, key=lambda label: (values[label], label))
