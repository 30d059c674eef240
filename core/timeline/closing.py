"""Closing up many stretches of time at once, as ripple delete does: each track loses what it can,
everything in step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from core.errors import EditError
from core.timeline.draft import Draft
from core.timeline.lanes import clips_on
from core.timeline.model import Gap, Item


class _Lane:
    """A track that time is taken out of, the last stretch first. All times are those before anything is taken."""

    def __init__(self, items: list[Item]) -> None:
        self._items = items
        clips = [(start, start + clip.duration, clip.link) for _, start, clip in clips_on(items)]
        self._starts, self._ends = [start for start, _, _ in clips], [end for _, end, _ in clips]
        self._names = [link for _, _, link in clips]
        self._seen = len(clips)
        self._links: set[str] = set()
        self.closed: list[tuple[int, int]] = []
        """What is taken, disjoint, last first."""

    def is_free(self, start: int, end: int) -> bool:
        """Whether no clip plays between `start` and `end`."""
        place = bisect_left(self._starts, end) - 1
        return place < 0 or self._ends[place] <= start

    def links(self, start: int) -> set[str]:
        """Links of the clips that end after `start`, which must not grow from call to call."""
        while self._seen and self._ends[self._seen - 1] > start:
            self._seen -= 1
            if self._names[self._seen]:
                self._links.add(self._names[self._seen])
        return self._links

    def close(self, start: int, end: int) -> None:
        """Take the time from `start`, not after any start before, to `end`."""
        while self.closed and self.closed[-1][0] <= end:
            end = max(end, self.closed.pop()[1])
        self.closed.append((start, end))

    def rest(self) -> list[Item]:
        """The items without what was taken, which is all in gaps."""
        items, at, taken = list[Item](), 0, self.closed[::-1]
        for item in self._items:
            end = at + item.duration
            if isinstance(item, Gap):
                while taken and taken[0][1] <= at:
                    taken.pop(0)
                lost = sum(max(0, min(end, stop) - max(at, start)) for start, stop in _until(taken, end))
                items += [Gap(item.duration - lost)] if lost < item.duration else []
            else:
                items.append(item)
            at = end
        return items


def _until(ranges: list[tuple[int, int]], end: int) -> Iterable[tuple[int, int]]:
    for start, stop in ranges:
        if start >= end:
            return
        yield start, stop


def close_up(draft: Draft, ranges: Iterable[tuple[int, int, set[str]]]) -> None:
    """Take stretches of time out of the tracks that are named with them, and out of others where nothing plays then.

    V1  [ A ]        [ B ]          [ A ][ B ]
    V2        x x x       [ C ]          [ C ]       x: taken away, and closed on V1 as well

    ranges: start, end and tracks, the last start first. On their own tracks they are empty. Stretches that overlap are
    taken together: no time is taken twice.

    Raises:
        EditError: when that would bring linked clips out of step.
    """
    open_tracks = draft.open_tracks()
    if not any(True for name in open_tracks for _ in clips_on(draft.lanes[name])):
        draft.lanes.update((name, []) for name in open_tracks)
        return
    lanes = {name: _Lane(draft.lanes[name]) for name in open_tracks}
    for start, end, tracks in ranges:
        for name in _moving(draft, lanes, start, end, tracks):
            lanes[name].close(start, end)
    for name, lane in lanes.items():
        if lane.closed:
            draft.lanes[name] = lane.rest()


def _moving(draft: Draft, lanes: dict[str, _Lane], start: int, end: int, tracks: set[str]) -> set[str]:
    """The tracks that lose this time. Raises EditError (see `close_up`)."""
    free = {name for name, lane in lanes.items() if name not in tracks and lane.is_free(start, end)}
    moving = tracks | free
    still = [name for name in lanes if name not in moving and lanes[name].links(start)]
    if still:
        links: set[str] = set().union(*(lanes[name].links(start) for name in moving))
        for name in still:
            if not links.isdisjoint(lanes[name].links(start)):
                blocking = draft.track(name).name or "another track"
                raise EditError(
                    f"a clip on {blocking} is in the way: linked clips after it would come out of step",
                    "Delete without ripple, or move or unlink the clip that is in the way",
                )
    return moving
