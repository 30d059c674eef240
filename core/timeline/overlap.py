"""A transition between clips that show all they have: both are shortened so that they can overlap."""

from __future__ import annotations

from core.timeline.draft import Draft
from core.timeline.lanes import fade_room
from core.timeline.model import Sequence, Transition
from core.timeline.retime import set_transition
from core.timeline.trim import ripple_trim_end, ripple_trim_start

_CROSS_FADE = Transition()


def overlap(sequence: Sequence, clip_id: str, duration: int, *, like: Transition = _CROSS_FADE) -> Sequence:
    """Lead into a clip from the one before it by a transition like the given one, at most a third of the shorter of
    the two. Where there is no source beyond the cut, the clips are cut back by it and what follows closes up.

        [ A         ][ B         ][ C ]      [ A      ><      B      ][ C ]

    Raises:
        EditError: when the clips cannot be trimmed; as set_transition.
    """
    draft = Draft(sequence)
    spot = draft.spot(clip_id)
    before = draft.before(spot)
    if before is not None:
        frame = sequence.rate.frame_ticks
        longest = min(duration, spot.clip.duration // 3, before.clip.duration // 3)
        duration = max(1, longest // (2 * frame)) * 2 * frame  # whole frames on both sides of the cut
        head, tail = fade_room(before.clip, spot.clip)
        lack = _frames(duration // 2 - head, frame), _frames(duration - duration // 2 - tail, frame)
        if lack[0]:
            sequence = ripple_trim_start(sequence, clip_id, spot.start + lack[0])
        if lack[1]:
            sequence = ripple_trim_end(sequence, before.clip.id, before.end - lack[1])
    return set_transition(sequence, clip_id, duration, like=like)


def _frames(ticks: int, frame: int) -> int:
    """Whole frames that are not less than this; 0 for less than nothing."""
    return -(-max(0, ticks) // frame) * frame
