"""Speed curves of clips: points, ramps, freezes and reverse inside one clip, rate stretch, fit to fill.

Pure functions on a Sequence. Times are record times; speeds are millionths of the natural speed
(`core.timeline.curve.NATURAL`), negative backwards. A clip goes on showing what it showed: its head stays on its
picture, and its tail moves to where the last one is reached, to a whole frame; other clips stay where they are. Linked
clips get the same curve, so that sound stays with its picture.
"""

from __future__ import annotations

from msgspec.structs import replace

from core.errors import EditError
from core.timeline import bend
from core.timeline.bend import Side
from core.timeline.bent import bent, inner_points, reach_of, whole
from core.timeline.curve import NATURAL, Curve
from core.timeline.draft import Draft
from core.timeline.lengths import even_group, put_lengths
from core.timeline.model import BETWEEN, Between, Clip, Sequence
from core.timeline.place import split
from core.timeline.retime import set_speed
from core.timeline.time_map import TimeMap

FASTEST = 100 * NATURAL


def set_curve(
    sequence: Sequence,
    clip_id: str,
    time_map: TimeMap,
    duration: int | None = None,
    *,
    ripple: bool = False,
) -> Sequence:
    """Give a clip another time map, and another length when `duration` is given (shortened to whole frames).

        [ A            ][ B ]      plan      [ A  ]          [ B ]

    A clip whose map leaves the source ends there.

    Raises:
        EditError: when less than a frame would be left.
    """
    draft = Draft(sequence)
    group = even_group(draft, clip_id)
    changed = []
    for spot in group:
        length = spot.clip.duration if duration is None else duration
        clip = replace(spot.clip, time_map=time_map, duration=max(1, length))
        changed.append(replace(clip, duration=whole(sequence, spot, clip)))
    put_lengths(draft, group, changed, ripple)
    return draft.done()


def add_speed_point(sequence: Sequence, clip_id: str, time: int) -> Sequence:
    """Put a point on the speed curve; nothing that is shown changes.

        speed  o------o       o--+---o

    Raises EditError when the clip does not play at `time`.
    """
    return bent(
        sequence,
        clip_id,
        lambda curve, at, near: bend.with_point(curve, at, near)[0],
        time,
    )


def move_speed_point(
    sequence: Sequence,
    clip_id: str,
    time: int,
    *,
    to: int | None = None,
    speed: int | None = None,
    side: Side = "both",
) -> Sequence:
    """Take the point at `time` to another time, another speed, or both; the speeds of its neighbours stay.

        speed  o---o---o       o       o
                                `.   .'
                                  `o'

    The points at the clip's ends move in speed only. side: change the speed only before or after it: a step.

    Raises:
        EditError: when there is no point at `time`, or the source ends.
    """
    if speed is not None and abs(speed) > FASTEST:
        raise EditError("this speed is out of reach", "Choose between -10,000 % and 10,000 %")

    def change(curve: Curve, at: int, near: int) -> Curve:
        index = _point(curve, at, near)
        if to is not None:
            curve = bend.with_time(curve, index, at + to - time)
        return curve if speed is None else bend.with_speed(curve, index, speed, side)

    return bent(sequence, clip_id, change, time)


def remove_speed_point(sequence: Sequence, clip_id: str, time: int) -> Sequence:
    """Take the point at `time` off the speed curve: the speed runs from its neighbour to its neighbour.

    Raises EditError when there is no point, or it is at an end of the clip.
    """

    def change(curve: Curve, at: int, near: int) -> Curve:
        after = bend.without_point(curve, _point(curve, at, near))
        if len(after.points) == len(curve.points):
            raise EditError("the points at the ends of a clip stay", "Change their speed, or reset the speed")
        return after

    return bent(sequence, clip_id, change, time)


def set_stretch_speed(
    sequence: Sequence,
    clip_id: str,
    time: int,
    speed: int,
) -> Sequence:
    """One speed between the two points around `time`; of the whole clip when its curve has no points inside.

        o---o     o---o
             `o-o'

    Raises EditError when the speed is out of reach or the source ends.
    """
    if abs(speed) > FASTEST:
        raise EditError("this speed is out of reach", "Choose between -10,000 % and 10,000 %")
    clip = Draft(sequence).spot(clip_id).clip
    if speed and not inner_points(clip, reach_of(sequence)):
        return set_speed(sequence, clip_id, speed, NATURAL)

    def change(curve: Curve, at: int, near: int) -> Curve:
        return bend.with_stretch_speed(curve, _stretch(curve, at), speed)

    return bent(sequence, clip_id, change, time)


def set_ease(sequence: Sequence, clip_id: str, time: int, ease: int) -> Sequence:
    """How the speed gets from point to point around `time`: 0 evenly, 100 like an S.

    100 %  o            o--.
             `.      ->     `.
     25 %      o             `--o
    """
    held_in = min(100, max(0, ease))

    def change(curve: Curve, at: int, near: int) -> Curve:
        return bend.with_ease(curve, _stretch(curve, at), held_in)

    return bent(sequence, clip_id, change, time)


def ramp(
    sequence: Sequence,
    clip_id: str,
    start: int,
    end: int,
    *,
    first: int | None = None,
    last: int | None = None,
    ease: int = 100,
) -> Sequence:
    """Let the speed run from `first` at `start` to `last` at `end`; None keeps the speed that is there.

        200 %  ------.
                      `.             what is outside takes the new speeds where it was straight
        100 %           `------

    Raises:
        EditError: when the clip does not play in the whole of `start` to `end`, or the source ends.
    """
    if end <= start:
        raise EditError("a ramp lasts longer than nothing", "Give it a length")

    def change(curve: Curve, at: int, near: int) -> Curve:
        return _ramped(curve, at, at + end - start, near, first, last, ease)

    return bent(sequence, clip_id, change, start, until=end)


def freeze_part(
    sequence: Sequence,
    clip_id: str,
    time: int,
    duration: int,
) -> Sequence:
    """Hold the picture at `time` for `duration` inside the clip; the rest of it waits, and sound is silent.

        [ 1 2 3 4 5 ]      [ 1 2 3 3 3 4 5 ]

    Raises EditError when the clip does not play at `time`.
    """
    if duration <= 0:
        raise EditError("a freeze lasts longer than nothing", "Give it a length")
    return bent(sequence, clip_id, lambda curve, at, near: bend.held(curve, at, duration), time)


def reverse_part(sequence: Sequence, clip_id: str, start: int, end: int) -> Sequence:
    """Play `start` to `end` of the clip backwards, in its place; twice gives the same pictures back.

        [ 1 2 3 4 5 6 ]      [ 1 2 5 4 3 6 ]

    Raises EditError when the clip does not play in the whole of `start` to `end`.
    """
    if end - start <= 4:
        raise EditError("there is nothing to turn round", "Set an in point and an out point on the clip")

    def change(curve: Curve, at: int, near: int) -> Curve:
        return bend.backwards(curve, at, at + end - start)

    return bent(sequence, clip_id, change, start, until=end, keep=False)


def reset_speed(sequence: Sequence, clip_id: str) -> Sequence:
    """Natural speed for all that the clip shows, forwards; points, ramps and freezes go.

    Raises EditError when there is no room for it (see `core.timeline.retime.set_speed`).
    """
    return set_speed(sequence, clip_id, 1)


def set_between(
    sequence: Sequence,
    clip_id: str,
    between: Between,
    start: int | None = None,
    end: int | None = None,
) -> Sequence:
    """What shows between two frames of the media: of the whole clip, or from `start` to `end`, where it is split.

        [ A              ]      [ A  ][ flow ][ A  ]

    Raises EditError for an unknown choice or a range outside the clip.
    """
    if between not in BETWEEN:
        raise EditError(f"{between} is no way to fill in frames", f"Choose one of {', '.join(BETWEEN)}")
    spot = Draft(sequence).spot(clip_id)
    begin = spot.start if start is None else max(start, spot.start)
    stop = spot.end if end is None else min(end, spot.end)
    if begin >= stop:
        raise EditError("the clip does not play in this range", "Set in and out points on the clip")
    for time in (stop, begin):
        if spot.start < time < spot.end:
            sequence = split(sequence, clip_id, time)
    found = sequence.track(spot.track).at(begin)
    assert found is not None and isinstance(found[1], Clip)
    draft = Draft(sequence)
    draft.replace_clip(draft.spot(found[1].id), replace(found[1], between=between))
    return draft.done()


# Parts of the above


def _point(curve: Curve, at: int, near: int) -> int:
    index = bend.nearest(curve, at)
    if abs(curve.points[index].time - at) > near:
        raise EditError("there is no speed point here", "Double-click the speed curve to add one")
    return index


def _stretch(curve: Curve, at: int) -> int:
    """Index of the point before a clip time, jumps left out."""
    parts = bend.stretches(curve)
    index = sum(point.time <= at for point in curve.points) - 1
    index = min(max(index, 0), len(parts) - 1)
    while parts[index].is_jump and index + 1 < len(parts):
        index += 1
    return index


def _ramped(
    curve: Curve, at: int, until: int, near: int, first: int | None, last: int | None, ease: int
) -> Curve:
    curve, i = bend.with_point(curve, at, near)
    curve, j = bend.with_point(curve, until, near)
    parts = bend.stretches(curve)
    if i >= j:
        raise EditError("a ramp lasts longer than nothing", "Give it a length")
    before = parts[i - 1] if i and not parts[i - 1].is_jump else None
    after = parts[j] if j < len(parts) and not parts[j].is_jump else None
    v0 = first if first is not None else before.last if before else parts[i].first
    v1 = last if last is not None else after.first if after else parts[j - 1].last
    length = sum(part.length for part in parts[i:j])
    way = bend.up(length * (v0 + v1), 2 * NATURAL)
    middle = bend.plain(bend.Stretch(length, way, v0, v1, ease))
    head = [bend.meeting(before, last=v0)] if before and first is not None else parts[max(0, i - 1) : i]
    tail = [bend.meeting(after, first=v1)] if after and last is not None else parts[j : j + 1]
    return bend.joined(curve.points[0], [*parts[: max(0, i - 1)], *head, middle, *tail, *parts[j + 1 :]])
