"""Speed, reverse, freeze and cross-fades. Pure functions on a Sequence; linked clips follow as in
core.timeline.place."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.time import seconds
from core.timeline.draft import Draft, Spot
from core.timeline.lanes import available_range, fade_room
from core.timeline.lengths import even_groups, put_lengths
from core.timeline.model import Clip, Sequence, Transition, new_id
from core.timeline.time_map import constant_speed, freeze

SLOWEST = 0.01
"""The slowest speed that a clip can have."""
FASTEST = 100.0
"""The fastest one."""
_CROSS_FADE = Transition()


def set_speed(
    sequence: Sequence,
    clip_ids: str | Iterable[str],
    num: int,
    den: int = 1,
    *,
    ripple: bool = False,
) -> Sequence:
    """Play what clips show at num/den of its natural speed (negative: backwards); its length follows.

        [ A            ][ B ]    x2              [ A    ]      [ B ]
                                 x2, ripple      [ A    ][ B ]
        [ A    ]   [ B ]         x1/2            [ A      ][ B ]         cut off at B
                                 x1/2, ripple    [ A            ]   [ B ]

    The length is whole frames. ripple: what follows makes room or closes up; else it stays where it is. Of clips that
    are linked one is enough.

    Raises:
        EditError: for speed 0, below 1 % or above 10,000 %, when less than a frame would be left, or when linked
            clips do not start and end together.
    """
    if den == 0 or num == 0:
        raise EditError("speed 0 would show nothing", "Use a freeze frame to hold one picture")
    if not SLOWEST <= abs(num / den) <= FASTEST:
        raise EditError("this speed is out of reach", "Choose between 1 % and 10,000 %")
    ids = [clip_ids] if isinstance(clip_ids, str) else list(clip_ids)
    if ripple:  # each moves those after it
        for clip_id in ids:
            sequence = _with_speed(sequence, [clip_id], num, den, ripple)
        return sequence
    return _with_speed(sequence, ids, num, den, ripple)


def reverse(sequence: Sequence, clip_ids: str | Iterable[str]) -> Sequence:
    """Play clips backwards, in their places; twice gives them back. Of clips that are linked one is enough.

    [ 1 2 3 4 ]      [ 4 3 2 1 ]

    Raises EditError when linked clips do not start and end together.
    """
    draft = Draft(sequence)
    for group in even_groups(draft, [clip_ids] if isinstance(clip_ids, str) else clip_ids):
        for spot in group:
            clip = spot.clip
            draft.replace_clip(spot, replace(clip, time_map=clip.time_map.reversed(clip.duration)))
    return draft.done()


def freeze_frame(sequence: Sequence, clip_id: str, time: int, duration: int) -> Sequence:
    """Hold the picture at `time` for `duration`; the rest of the clip waits.

        V1  [ 1 2 3 4 5 ]      freeze at 3      [ 1 2 ][ 3 3 3 ][ 3 4 5 ]
        A1  [ a a a a a ]                       [ a a ]         [ a a a ]

    Raises:
        EditError: when the clip does not play at `time`, is sound, or `duration` is not positive.
    """
    draft = Draft(sequence)
    spot = draft.spot(clip_id)
    if draft.track(spot.track).kind == "audio":
        raise EditError("sound cannot be frozen", "Pick the clip on the video track")
    if not spot.start <= time < spot.end:
        raise EditError("the clip does not play at this time", "Put the playhead inside the clip")
    if duration <= 0:
        raise EditError("a freeze frame lasts longer than nothing", "Give it a length")
    still = replace(
        spot.clip,
        id=new_id(),
        duration=duration,
        time_map=freeze(spot.clip.time_map.at(time - spot.start)),
        link="",
        transition=None,
    )
    draft.open_time(time, duration, {spot.track})
    left, right = draft.cut(spot.track, time)
    draft.lanes[spot.track] = [*left, still, *right]
    draft.keep_step()
    return draft.done()


def set_transition(
    sequence: Sequence,
    clip_id: str,
    duration: int,
    *,
    like: Transition = _CROSS_FADE,
) -> Sequence:
    """Lead into a clip from the clip before it, or from nothing when a gap is before it, by a transition like the
    given one.

        [ A     ][ B     ]      [ A   ><   B     ]      source beyond the cut (handles) fills the fade

    Linked clips with a cut at the same time get it too where they can.

    Raises:
        EditError: when there is not enough source beyond the cut; it says how much there is.
    """
    if duration <= 0:
        raise EditError("a transition lasts longer than nothing", "Give it a length")
    draft = Draft(sequence)
    group = draft.group(clip_id, linked=True)
    for spot in group:
        if spot.start != group[0].start:
            continue
        neighbour = draft.before(spot)
        before = neighbour.clip if neighbour else None
        fade, room = _fade(before, spot.clip, duration, like)
        if fade.before <= room[0] and fade.after <= room[1]:
            draft.replace_clip(spot, replace(spot.clip, transition=fade))
        elif spot is group[0]:
            raise _no_handles(sequence, before, spot.clip, room)
    return draft.done()


def remove_transition(sequence: Sequence, clip_id: str) -> Sequence:
    """Take the transition at the head of a clip away.

    [ A   ><   B     ]      [ A     ][ B     ]
    """
    draft = Draft(sequence)
    for spot in draft.group(clip_id, linked=True):
        if spot.clip.transition is not None:
            draft.replace_clip(spot, replace(spot.clip, transition=None))
    return draft.done()


# Parts of the above


def _with_speed(sequence: Sequence, ids: list[str], num: int, den: int, ripple: bool) -> Sequence:
    draft = Draft(sequence)
    groups = sorted(even_groups(draft, ids), key=lambda group: group[0].start, reverse=True)
    for group in groups:  # last first: those before keep their places in the tracks
        put_lengths(draft, group, [_at_speed(sequence, spot, num, den) for spot in group], ripple)
    return draft.done()


def _at_speed(sequence: Sequence, spot: Spot, num: int, den: int) -> Clip:
    clip, rate = spot.clip, sequence.rate
    source = clip.source_range
    if available_range(clip) is None:
        raise EditError(f"{clip.name or 'the clip'} stands still", "Trim it to make it longer or shorter")
    if source.duration <= 1:
        raise EditError(
            f"{clip.name or 'the clip'} is a freeze frame", "Trim it to make it longer or shorter"
        )
    time_map, duration = constant_speed(source, num, den)
    end = rate.time_of(rate.frame_at(spot.start + duration))
    duration = end - spot.start
    if duration < rate.frame_ticks:
        raise EditError(f"{clip.name or 'the clip'} would be shorter than a frame", "Choose a lower speed")
    return replace(clip, time_map=time_map, duration=duration)  # of the source that it had, and no more


def _fade(
    previous: Clip | None, clip: Clip, duration: int, like: Transition
) -> tuple[Transition, tuple[int, int]]:
    before = duration // 2 if previous else 0
    return replace(like, before=before, after=duration - before), fade_room(previous, clip)


def _no_handles(sequence: Sequence, previous: Clip | None, clip: Clip, room: tuple[int, int]) -> EditError:
    if previous is None:
        return EditError(f"{clip.name or 'the clip'} is shorter than the fade", "Choose a shorter fade")
    if not any(room):
        return EditError(
            "both clips show all there is up to the cut: nothing is left to overlap",
            "Trim them a little, or let one fade out and the next fade in",
        )
    parts = [f"{seconds(ticks):.2f} s ({sequence.rate.frame_at(ticks)} frames)" for ticks in room]
    return EditError(
        f"there is not enough source for this transition: it can last {parts[0]} before the cut"
        f" and {parts[1]} after it",
        "Choose a shorter fade, or trim the two clips to leave source beyond the cut",
    )
