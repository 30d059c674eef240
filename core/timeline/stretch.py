"""Rate stretch and fit to fill: an edge, or both, go elsewhere and the speed follows. Pure functions on a Sequence.

An edge asked to go too far goes as far as it can: to the next clip, or until one frame is left.
"""

from __future__ import annotations

from msgspec.structs import replace

from core.errors import EditError
from core.timeline import bend
from core.timeline.bent import longest
from core.timeline.draft import Draft, Spot
from core.timeline.lanes import available_range, before_the_beginning, is_free
from core.timeline.lengths import even_group, room_after
from core.timeline.model import Clip, Gap, Sequence
from core.timeline.retime import FASTEST, SLOWEST


def rate_stretch_start(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Move the head of a clip to `time`: the clip shows what it showed, faster or slower; its tail stays.

    [ A ]     [ 1 2 3 4 ]      earlier      [ A ] [ 1  2  3  4 ]

    Raises EditError when the clip stands still, cannot move, or would run out of reach.
    """
    draft = Draft(sequence)
    group = even_group(draft, clip_id, linked)
    first = group[0]
    least = max(spot.start - _room_before(draft, spot) for spot in group)
    start = min(max(time, least), first.end - sequence.rate.frame_ticks)
    return _moved(draft, group, start, first.end)


def rate_stretch_end(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Move the tail of a clip to `time`: the clip shows what it showed, faster or slower; its head stays.

    [ 1 2 3 4 ]     [ B ]      later      [ 1  2  3  4 ] [ B ]

    Raises EditError when the clip stands still, cannot move, or would run out of reach.
    """
    draft = Draft(sequence)
    group = even_group(draft, clip_id, linked)
    first = group[0]
    most = min(spot.end + room_after(draft, spot) for spot in group)
    end = max(min(time, most), first.start + sequence.rate.frame_ticks)
    return _moved(draft, group, first.start, end)


def fit_to_fill(sequence: Sequence, clip_id: str, start: int, end: int) -> Sequence:
    """Let a clip play from `start` to `end`, at the speed at which it then shows what it shows now.

    [ A ] [ 1 2 3 ]           [ B ]      fill      [ A ][ 1   2   3            ][ B ]

    Raises EditError when another clip plays there, or the speed would be out of reach.
    """
    if start < 0:
        raise before_the_beginning()
    if end - start < sequence.rate.frame_ticks:
        raise EditError("there is no time to fill", "Leave a gap beside the clip, or set in and out points")
    draft = Draft(sequence)
    group = even_group(draft, clip_id)
    for spot in group:
        lane = draft.lanes[spot.track]
        others = [*lane[: spot.place], Gap(spot.clip.duration), *lane[spot.place + 1 :]]
        if not is_free(others, start, end):
            raise EditError("another clip plays in this range", "Move it, or fill a shorter range")
    return _moved(draft, group, start, end)


def gap_around(sequence: Sequence, clip_id: str) -> tuple[int, int]:
    """From the clip before to the clip after: what a clip could fill; its own end where nothing comes after."""
    draft = Draft(sequence)
    group = even_group(draft, clip_id)
    start = max(spot.start - _room_before(draft, spot) for spot in group)
    rooms = [room_after(draft, spot) for spot in group if spot.place + 1 < len(draft.lanes[spot.track])]
    return start, group[0].end + min(rooms, default=0)


# Parts of the above


def _room_before(draft: Draft, spot: Spot) -> int:
    """Empty time before a clip."""
    item = draft.lanes[spot.track][spot.place - 1] if spot.place else None
    return item.duration if isinstance(item, Gap) else 0


def _moved(draft: Draft, group: list[Spot], start: int, end: int) -> Sequence:
    """The sequence with the clips of a group playing from `start` to `end`."""
    for spot in group:
        clip = _stretched(spot.clip, end - start)
        lane = draft.lanes[spot.track]
        lane[spot.place] = Gap(spot.clip.duration)
        before, after = draft.without(spot.track, start, end)
        draft.lanes[spot.track] = [*before, clip, *after]
    return draft.done()


def _stretched(clip: Clip, duration: int) -> Clip:
    available, name = available_range(clip), clip.name or "the clip"
    if available is None or clip.source_range.duration <= 1:
        raise EditError(f"{name} stands still", "Trim it to make it longer or shorter")
    speed = abs(clip.source_range.duration / duration)
    if not SLOWEST <= speed <= FASTEST:
        raise EditError("this speed is out of reach", "Choose between 1 % and 10,000 %")
    time_map = bend.stretched(clip.time_map, clip.duration, duration)
    short = duration - longest(time_map, duration, available)
    if short:  # rounding reached past the last tick of the source
        time_map = time_map.shifted(-short)
        if longest(time_map, duration, available) < duration:
            raise EditError(f"{name} has no source for this speed", "Trim it a little first")
    return replace(clip, time_map=time_map, duration=duration)
