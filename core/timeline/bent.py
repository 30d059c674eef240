"""Clips whose time map is bent: what every edit of a speed curve does besides the bending itself.

The clip's curve gets points at both of its ends, is changed, is held to the picture at its head, and its tail is
moved to where the source that it ended with is reached, to a whole frame and no further than there is source.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from core.errors import EditError
from core.time import TimeRange
from core.timeline import bend
from core.timeline.curve import Curve
from core.timeline.draft import Draft, Spot
from core.timeline.lanes import available_range
from core.timeline.lengths import even_group, put_lengths
from core.timeline.model import Clip, Sequence
from core.timeline.time_map import DAY, TimeMap, source_range

Bend = Callable[[Curve, int, int], Curve]
"""(curve, clip time, ticks within which a point is at it) -> another curve; the points at the clip's ends and
outside stay."""


def inner_points(clip: Clip, near: int) -> int:
    """How many points a clip's curve has inside it, more than `near` ticks from its ends."""
    if not isinstance(clip.time_map, Curve):
        return 0
    return sum(near < point.time < clip.duration - near for point in clip.time_map.points)


def reach_of(sequence: Sequence) -> int:
    """Ticks within which a point counts as being at a time: less than a frame, more than half of one."""
    return sequence.rate.frame_ticks * 3 // 4


def bent(
    sequence: Sequence,
    clip_id: str,
    change: Bend,
    time: int,
    *,
    until: int | None = None,
    keep: bool = True,
) -> Sequence:
    """The sequence with the curve of a clip and of what is linked to it changed.

    Args:
        change: of the curve.
        time: record time, ticks, where the clip plays.
        until: its end instead of the clip's, where only a part changes.
        keep: the head keeps its picture.

    Raises:
        EditError: when the clip does not play then, or lacks the source.
    """
    draft = Draft(sequence)
    group = even_group(draft, clip_id)
    first = group[0]
    if not first.start <= time <= (until or first.end) <= first.end:
        raise EditError("the clip does not play at this time", "Put the playhead inside the clip")
    changed: list[Clip] = []
    for spot in group:
        if changed and _in_step(first, spot):
            time_map = changed[0].time_map
            clip = replace(spot.clip, time_map=time_map, duration=changed[0].duration)
            changed.append(replace(clip, duration=whole(sequence, spot, clip)))
        else:
            changed.append(_bent_clip(sequence, spot, change, time - spot.start, keep))
    put_lengths(draft, group, changed, ripple=False)
    return draft.done()


def _in_step(first: Spot, other: Spot) -> bool:
    """Whether two clips of the same time show the same source times."""
    ends = (0, first.clip.duration - 1)
    return all(abs(first.clip.time_map.at(t) - other.clip.time_map.at(t)) <= 1 for t in ends)


def _bent_clip(sequence: Sequence, spot: Spot, change: Bend, at: int, keep: bool) -> Clip:
    clip, near = spot.clip, reach_of(sequence)
    if available_range(clip) is None:
        raise EditError(f"{clip.name or 'the clip'} stands still", "Speed curves are for video and sound")
    curve, _ = bend.with_point(bend.as_curve(clip.time_map, clip.duration), 0, bend.FINE)
    curve, tail = bend.with_point(curve, clip.duration, near)
    beyond = len(curve.points) - tail
    new = change(curve, at, near)
    if keep:
        new = new.slipped(clip.time_map.at(0) - new.at(0))
    new = _same_end(new, len(new.points) - beyond, curve.points[tail].source)
    end = new.points[len(new.points) - beyond].time
    length = clip.duration if end == curve.points[tail].time else end
    changed = replace(clip, time_map=new, duration=max(1, length))
    return replace(changed, duration=whole(sequence, spot, changed))


def _same_end(curve: Curve, tail: int, source: int) -> Curve:
    """The last stretch before point `tail` made as long as it takes to reach `source`, if it ever does."""
    parts = bend.stretches(curve)
    part, wanted = parts[tail - 1], source - curve.points[tail - 1].source
    if part.is_jump or wanted * part.way <= 0 or wanted == part.way:
        return curve
    length = bend.up(part.length * wanted, part.way)
    if not bend.JUMP < length <= DAY:
        return curve
    parts[tail - 1] = part._replace(length=length, way=wanted)
    return bend.joined(curve.points[0], parts)


def whole(sequence: Sequence, spot: Spot, clip: Clip) -> int:
    """The length of a clip at the spot in whole frames, no longer than its source lasts.

    Raises:
        EditError: when that is less than a frame.
    """
    rate, available = sequence.rate, available_range(clip)
    same = clip.duration == spot.clip.duration
    length = clip.duration if same else rate.snap(spot.start + clip.duration) - spot.start
    most = length if available is None else longest(clip.time_map, length, available)
    if most < length:
        length = rate.time_of(rate.frame_at(spot.start + most)) - spot.start
    if length < min(rate.frame_ticks, spot.clip.duration):
        raise EditError(
            f"{clip.name or 'the clip'} has no source for this speed",
            "Choose another speed, or trim the clip first",
        )
    return length


def longest(time_map: TimeMap, length: int, available: TimeRange) -> int:
    """The most ticks, up to `length`, that a map stays inside the source."""
    low, high = 0, length
    if length <= 0 or available.covers(source_range(time_map, length)):
        return max(0, length)
    while high - low > 1:
        middle = (low + high) // 2
        if available.covers(source_range(time_map, middle)):
            low = middle
        else:
            high = middle
    return low
