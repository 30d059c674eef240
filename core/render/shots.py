"""Where a clip changes from one shot to the next, and the clip cut there (core.media.cuts finds the changes)."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Row
from itertools import pairwise

from core.errors import Cancelled, EditError
from core.job import Report
from core.media.cuts import find_cuts
from core.media.info import Frame, FrameSource
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Sequence

WIDTH = 320
"""Pixels; cuts are as plain in small pictures, which are read faster."""


def shot_starts(source: FrameSource, used: TimeRange, report: Report = lambda part: True) -> list[int]:
    """Numbers of the frames with which the further shots of a stretch of source time begin, rising.

    Args:
        report: told how much is done, 0 to 1; its False stops the work.

    Raises:
        MediaError: when a frame cannot be read.
        Cancelled: when `report` asked for it.
    """
    first, last = source.index_at(used.start), source.index_at(max(used.start, used.end - 1))
    return [first + number for number in find_cuts(_frames(source, range(first, last + 1), report))]


def _frames(source: FrameSource, numbers: range, report: Report) -> Iterator[Frame]:
    scale = min(1.0, WIDTH / source.width)
    size = max(1, round(source.width * scale)), max(1, round(source.height * scale))
    for number in numbers:
        yield source.frame(number, size)
        if not report((number + 1 - numbers.start) / len(numbers)):
            raise Cancelled("looking for cuts was stopped")


def split_at_shots(sequence: Sequence, starts: Mapping[str, Row[int]]) -> Sequence:
    """The film with clips, and what is linked to them, split wherever they go from one shot to another.

    V1  [ A    |   |     ]      [ A    ][ A' ][ A'' ]

    Args:
        starts: by clip, the source times at which its media's further shots begin, rising.

    Raises:
        EditError: when all stay in one.
        KeyError: when a clip is not in the film.
    """
    cuts = {clip_id: _changes(sequence, clip_id, times) for clip_id, times in starts.items()}
    if not any(cuts.values()):
        raise EditError("there is no scene change in what is selected", "Split it by hand, at the playhead")
    for clip_id, times in cuts.items():
        for time in reversed(times):
            sequence = edits.split(sequence, clip_id, time)
    return sequence


def _changes(sequence: Sequence, clip_id: str, starts: Row[int]) -> list[int]:
    """Record times of the film's frames with which a clip shows another shot than on the frame before."""
    _, where, clip = sequence.find(clip_id)
    frames = sequence.rate
    numbers = range(frames.frames_before(where.start), frames.frames_before(where.end))
    times = [frames.time_of(number) for number in numbers]
    shots = [bisect(starts, clip.time_map.at(time - where.start)) for time in times]
    return [time for time, (before, shot) in zip(times[1:], pairwise(shots), strict=False) if before != shot]
