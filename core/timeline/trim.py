"""Moving the edges of clips: trim, ripple trim, roll, slip, slide.

Pure functions on a Sequence. An edge asked to go too far goes as far as it can: to the next clip, to the end of
the source, or until one frame is left; only when it cannot move at all is there an EditError that says why.
Linked clips move by the same amount, so the one with the least room decides. Asked for a frame boundary, an edge that
runs out of source stops at the last one before that.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from core.errors import EditError
from core.time import FrameRate
from core.timeline.draft import Draft, Spot
from core.timeline.lanes import available_range
from core.timeline.model import Clip, Gap, Item, Sequence


class _Room(NamedTuple):
    """How far something can move, and what stops it; None without a limit. source: the source ends there."""

    limit: int | None
    reason: str
    hint: str
    source: bool = False


def trim_start(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Move the head of a clip to record time `time`; its neighbours stay.

    [ A ][ B          ]      later      [ A ]    [ B      ]
    [ A ]     [ B     ]      earlier    [ A ] [ B         ]

    Raises EditError when it cannot move: a clip before it, or no more source.
    """
    draft = Draft(sequence)
    group = draft.group(clip_id, linked)
    rooms = [_gap_room(draft, spot, -1) for spot in group] + [_head_source(spot) for spot in group]
    delta = _limited(time - group[0].start, rooms, _shrink(sequence, group), (group[0].start, sequence.rate))
    for spot in group:
        _resize_head(draft, spot, delta)
    return draft.done()


def trim_end(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Move the tail of a clip to record time `time`; its neighbours stay.

    [ A        ][ B ]      earlier      [ A   ]     [ B ]
    [ A  ]      [ B ]      later        [ A     ]   [ B ]

    Raises EditError when it cannot move: a clip after it, or no more source.
    """
    draft = Draft(sequence)
    group = draft.group(clip_id, linked)
    rooms = [_gap_room(draft, spot, +1) for spot in group] + [_tail_source(spot) for spot in group]
    delta = _limited(time - group[0].end, _shrink(sequence, group), rooms, (group[0].end, sequence.rate))
    for spot in group:
        _resize_tail(draft, spot, delta)
    return draft.done()


def ripple_trim_start(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Cut or extend the head of a clip, counted as if its head moved to `time`; the rest closes up or waits.

    [ A ][ x| B     ][ C ]      to |      [ A ][ B     ][ C ]

    The clip starts where it started; other tracks move as in core.timeline.place.
    """
    draft = Draft(sequence)
    group = draft.group(clip_id, linked)
    rooms = [_head_source(spot) for spot in group]
    delta = _limited(time - group[0].start, rooms, _shrink(sequence, group), (group[0].start, sequence.rate))
    _follow(draft, group, group[0].start, -delta)
    for spot in group:
        draft.replace_clip(spot, _head_moved(spot.clip, delta))
    draft.keep_step({spot.clip.id: delta for spot in group}, loose=() if linked else {clip_id})
    return draft.done()


def ripple_trim_end(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Move the tail of a clip to `time`; what comes later moves with it.

    [ A      |  ][ B ]      to |      [ A    ][ B ]
    """
    draft = Draft(sequence)
    group = draft.group(clip_id, linked)
    rooms = [_tail_source(spot) for spot in group]
    delta = _limited(time - group[0].end, _shrink(sequence, group), rooms, (group[0].end, sequence.rate))
    _follow(draft, group, group[0].end, delta)
    for spot in group:
        draft.replace_clip(spot, replace(spot.clip, duration=spot.clip.duration + delta))
    draft.keep_step()
    return draft.done()


def roll(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Move the cut at the head of a clip to `time`: the clip before it grows as this one shrinks, or the reverse.

    [ A    ][ B       ]      [ A       ][ B    ]

    Linked clips roll too where they have a cut at the same time.
    Raises EditError when no clip touches the head, or one of the two has no more source.
    """
    draft = Draft(sequence)
    group = draft.group(clip_id, linked)
    start = group[0].start
    pairs = [(before, spot) for spot in group if spot.start == start and (before := draft.before(spot))]
    if not pairs or pairs[0][1].clip.id != clip_id:
        raise EditError("there is no clip right before this one", "Trim the head of the clip instead")
    backward = [_head_source(spot) for _, spot in pairs] + [_spare(sequence, before) for before, _ in pairs]
    forward = [_tail_source(before) for before, _ in pairs] + [_spare(sequence, spot) for _, spot in pairs]
    delta = _limited(time - start, backward, forward, (start, sequence.rate))
    for before, spot in pairs:
        draft.replace_clip(before, replace(before.clip, duration=before.clip.duration + delta))
        draft.replace_clip(spot, _head_moved(spot.clip, delta))
    return draft.done()


def reach(sequence: Sequence, clip_id: str, time: int, *, linked: bool = True) -> Sequence:
    """Move the edge of a clip that is nearer to `time` there; a cut is rolled, an edge beside empty time is trimmed.

    [ A    ][ B   ]     |        ->     [ A    ][ B         ]
    [ A    ][ B  |   ][ C ]      ->     [ A    ][ B  ][ C   ]

    Raises EditError as `roll` and the trims do.
    """
    draft = Draft(sequence)
    spot = draft.spot(clip_id)
    if abs(time - spot.start) <= abs(time - spot.end):
        edge = roll if draft.before(spot) is not None else trim_start
        return edge(sequence, clip_id, time, linked=linked)
    after = draft.after(spot)
    if after is not None:
        return roll(sequence, after.clip.id, time, linked=linked)
    return trim_end(sequence, clip_id, time, linked=linked)


def slip(sequence: Sequence, clip_id: str, by: int, *, linked: bool = True) -> Sequence:
    """Show another part of the source: `by` source ticks later (negative: earlier); the clip stays in its place.

    source  ......[==== A ====]........       [ A ] on the track does not move
    by > 0  .........[==== A ====].....

    Raises EditError when the clip has no source to slip, or no more of it.
    """
    draft = Draft(sequence)
    group = [spot for spot in draft.group(clip_id, linked) if available_range(spot.clip) is not None]
    if not group or group[0].clip.id != clip_id:
        raise EditError("this clip has no more source to show", "Slip works on video and sound")
    earlier, later = [], []
    for spot in group:
        available, used = available_range(spot.clip), spot.clip.source_range
        if available is not None:
            earlier.append(_source_room(max(0, used.start - available.start), spot.clip))
            later.append(_source_room(max(0, available.end - used.end), spot.clip))
    delta = _limited(by, earlier, later)
    for spot in group:
        draft.replace_clip(spot, replace(spot.clip, time_map=spot.clip.time_map.slipped(delta)))
    return draft.done()


def slide(sequence: Sequence, clip_id: str, by: int, *, linked: bool = True) -> Sequence:
    """Move a clip by `by` ticks between its neighbours, which grow and shrink so that nothing else moves.

    [ A    ][ B ][ C     ]      [ A       ][ B ][ C  ]

    Raises EditError when a neighbour has no more source or would vanish.
    """
    draft = Draft(sequence)
    group = draft.group(clip_id, linked)
    earlier: list[_Room] = []
    later: list[_Room] = []
    for spot in group:
        before, after = draft.before(spot), draft.after(spot)
        earlier.append(_spare(sequence, before) if before else _gap_room(draft, spot, -1))
        later += [_tail_source(before)] if before else []
        earlier += [_head_source(after)] if after else []
        later += [_spare(sequence, after) if after else _gap_room(draft, spot, +1)]
    delta = _limited(by, earlier, later, (group[0].start, sequence.rate))
    for spot in group:
        _slide_one(draft, spot, delta)
    return draft.done()


# Parts of the above


def _limited(
    delta: int, down: list[_Room], up: list[_Room], grid: tuple[int, FrameRate] | None = None
) -> int:
    """`delta` held between the least room downward and upward.

    grid: the edge that moves and the rate whose frames it keeps to when the source ends between two of them.

    Raises:
        EditError: when nothing of it is left.
    """
    rooms = down if delta < 0 else up
    least = min((room for room in rooms if room.limit is not None), key=lambda r: r.limit or 0, default=None)
    if not delta or least is None or least.limit is None or abs(delta) <= least.limit:
        return delta
    moved = -least.limit if delta < 0 else least.limit
    if grid and least.source:
        moved = _on_grid(delta, moved, *grid)
    if moved == 0:
        raise EditError(least.reason, least.hint)
    return moved


def _on_grid(delta: int, moved: int, edge: int, rate: FrameRate) -> int:
    """`moved` shortened to a frame boundary when `delta` asks for one; 0 when there is none on the way."""
    if rate.snap(edge + delta) != edge + delta:
        return moved
    frame = rate.frame_at(edge + moved)
    at = rate.time_of(frame)
    if delta > 0:
        return max(0, at - edge)
    return min(0, (at if at == edge + moved else rate.time_of(frame + 1)) - edge)


def _source_room(limit: int | None, clip: Clip) -> _Room:
    return _Room(
        limit, f"{clip.name or 'the clip'} has no more source", "Its media begins or ends here", True
    )


def _head_source(spot: Spot) -> _Room:
    return _source_room(spot.clip.head_room, spot.clip)


def _tail_source(spot: Spot) -> _Room:
    return _source_room(spot.clip.tail_room, spot.clip)


def _spare(sequence: Sequence, spot: Spot) -> _Room:
    frame = sequence.rate.frame_ticks
    name = spot.clip.name or "the clip"
    return _Room(max(0, spot.clip.duration - frame), f"{name} is one frame long", "Delete it instead")


def _shrink(sequence: Sequence, group: list[Spot]) -> list[_Room]:
    return [_spare(sequence, spot) for spot in group]


def _gap_room(draft: Draft, spot: Spot, side: int) -> _Room:
    """Empty time before (-1) or after (+1) a clip."""
    lane, place = draft.lanes[spot.track], spot.place + side
    if place < 0:
        return _Room(0, "the clip is at the beginning of the sequence", "Nothing can come before it")
    if place >= len(lane):
        return _Room(None, "", "")
    item = lane[place]
    limit = item.duration if isinstance(item, Gap) else 0
    return _Room(limit, "another clip is in the way", "Use a ripple trim or roll the cut")


def _head_moved(clip: Clip, delta: int) -> Clip:
    return replace(clip, duration=clip.duration - delta, time_map=clip.time_map.shifted(delta))


def _fill_before(draft: Draft, spot: Spot, by: int) -> None:
    """Lengthen (negative: shorten) the empty time before the item at the spot."""
    _change_gap(draft.lanes[spot.track], spot.place - 1, spot.place, by)


def _fill_after(draft: Draft, spot: Spot, by: int) -> None:
    _change_gap(draft.lanes[spot.track], spot.place + 1, spot.place + 1, by)


def _change_gap(lane: list[Item], place: int, insert_at: int, by: int) -> None:
    gap = lane[place] if 0 <= place < len(lane) else None
    if isinstance(gap, Gap):
        lane[place : place + 1] = [Gap(gap.duration + by)] if gap.duration + by > 0 else []
    elif by > 0:
        lane.insert(insert_at, Gap(by))


def _resize_head(draft: Draft, spot: Spot, delta: int) -> None:
    draft.replace_clip(spot, _head_moved(spot.clip, delta))
    _fill_before(draft, spot, delta)


def _resize_tail(draft: Draft, spot: Spot, delta: int) -> None:
    draft.replace_clip(spot, replace(spot.clip, duration=spot.clip.duration + delta))
    _fill_after(draft, spot, -delta)


def _follow(draft: Draft, group: list[Spot], time: int, change: int) -> None:
    """Let the other tracks wait (`change` > 0) from `time`, or close up by as much."""
    edited = {spot.track for spot in group}
    if change > 0:
        draft.open_time(time, change, edited)
    elif change < 0:
        at_head = time == group[0].start
        start = time if at_head else time + change
        draft.close_time(start, start - change, edited)


def _slide_one(draft: Draft, spot: Spot, delta: int) -> None:
    before, after = draft.before(spot), draft.after(spot)
    if after:
        draft.replace_clip(after, _head_moved(after.clip, delta))
    else:
        _fill_after(draft, spot, -delta)
    if before:
        draft.replace_clip(before, replace(before.clip, duration=before.clip.duration + delta))
    else:
        _fill_before(draft, spot, delta)
