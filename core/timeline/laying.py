"""Rows of clips laid over what stands on their tracks, in one pass over each track."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Many
from itertools import chain

from msgspec.structs import replace

from core.timeline.draft import Draft
from core.timeline.lanes import before_the_beginning, beyond, clips_on, until
from core.timeline.model import Clip, Gap, Item, new_id

Rows = Mapping[str, Many[tuple[int, Clip]]]
"""Track id to record starts and clips, earliest first."""


def lay_rows(draft: Draft, rows: Rows) -> None:
    """Put clips over what stands there, one after the other; nothing else moves.

    Raises:
        EditError: for a clip that would start before 0.
    """
    ends = _Ends(draft, rows)
    for track_id, row in rows.items():
        for run in _runs(row):
            lane = draft.lanes[track_id]
            if not any(type(item) is Clip for item in lane):
                lane.clear()
            draft.lanes[track_id] = _laid_over(draft, lane, run, ends)


class _Ends:
    """Where the last clip of each link starts, ticks, or later.

    Most links are of one picture and its sound: when it is cut, nobody stands wholly later who would have to be told.
    """

    def __init__(self, draft: Draft, rows: Rows) -> None:
        self._last: dict[str, int] = {}
        there = ((start, clip) for lane in draft.lanes.values() for _, start, clip in clips_on(lane))
        for start, clip in chain(there, *rows.values()):
            if clip.link and start >= self._last.get(clip.link, 0):
                self._last[clip.link] = start

    def cut(self, draft: Draft, link: str, time: int) -> str:
        """The link of the later half of a clip that is cut at `time`."""
        fresh = draft.new_link(link, time, alone=self._last.get(link, 0) < time)
        if fresh:
            self._last[fresh] = max(time, self._last[link])
        return fresh


def _runs(row: Many[tuple[int, Clip]]) -> Iterator[list[tuple[int, Clip]]]:
    """The row in parts in which no clip lies over another."""
    run, end = list[tuple[int, Clip]](), 0
    for start, clip in row:
        if start < 0:
            raise before_the_beginning()
        if start < end:
            yield run
            run = []
        run.append((start, clip))
        end = start + clip.duration
    yield run


def _laid_over(draft: Draft, lane: list[Item], run: list[tuple[int, Clip]], ends: _Ends) -> list[Item]:
    """The items with the clips of a run over them."""
    laid = list[Item]()
    waiting = iter([*run, None])
    following = next(waiting)
    start = covered = 0
    for item in tuple(lane):  # a cut changes links on other tracks, not on this one
        at, end = start, start + item.duration
        start = end
        if covered >= end:
            continue
        if covered > at:
            item, at = beyond(item, covered - at), covered
        while following is not None and following[0] < end:
            begin, clip = following
            following = next(waiting)
            if begin > at:
                laid.append(until(item, begin - at))
                if type(item) is Clip:
                    item = replace(item, id=new_id(), link=ends.cut(draft, item.link, begin))
            laid.append(clip)
            covered = begin + clip.duration
            if covered >= end:
                break
            item, at = beyond(item, covered - at), covered
        if covered < end:
            laid.append(item)
    while following is not None:  # past the end of the track
        begin, clip = following
        following = next(waiting)
        reached = max(start, covered)
        laid += [Gap(begin - reached), clip] if begin > reached else [clip]
        covered = begin + clip.duration
    return laid
