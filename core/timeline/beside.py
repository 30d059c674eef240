"""A clip put at a moment beside everything that plays there, on a track that is free; an object put before a clip."""

from __future__ import annotations

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.draft import Draft
from core.timeline.effects import new_effect
from core.timeline.lanes import is_free
from core.timeline.model import MatteUse, Sequence, Track, TrackKind, new_id
from core.timeline.place import insert_gap, lift, outward, overwrite
from core.timeline.tracks import add_track, add_track_beyond
from core.timeline.trim import trim_end, trim_start


def put_beside(sequence: Sequence, clip_id: str, start: int) -> Sequence:
    """The clip at record time `start`, and what is linked to it by as much earlier or later; nothing is covered.

        V2                            [ B  ]
        V1  [ A     ][ B  ]    [ A     ]          B to a moment within A

    Each stays on its track where that is free, else goes outward to the next free one, or to a
    new one. What would begin before the film makes everything else wait.

    Raises:
        EditError: when the clip, or what is linked to it, is on a locked track.
    """
    group = Draft(sequence).spots(clip_id, linked=True)
    delta = start - next(spot.start for spot in group if spot.clip.id == clip_id)
    if not delta:
        return sequence
    early = -min(0, *(spot.start + delta for spot in group))
    sequence = lift(sequence, [spot.clip.id for spot in group], linked=False)
    if early:
        sequence = insert_gap(sequence, 0, early)
    for spot in group:
        begin = spot.start + delta + early
        kind = sequence.track(spot.track).kind
        sequence, lane = free_lane(sequence, kind, begin, begin + spot.clip.duration, spot.track)
        sequence = overwrite(sequence, begin, {lane: spot.clip})
    return sequence


def free_lane(
    sequence: Sequence, kind: TrackKind, start: int, end: int, from_: str = ""
) -> tuple[Sequence, str]:
    """The first unlocked track of a kind on which nothing plays in the range, from the track `from_` outward (else
    from the border of picture and sound); a new one when there is none. The film that has it, and its id."""
    lanes = outward(sequence.tracks, kind)
    place = [track.id for track in lanes].index(from_) if from_ else 0
    if not lanes:
        new = new_id()
        return add_track(sequence, kind, track_id=new), new
    for track in lanes[place:]:
        if not track.locked and is_free(track.items, start, end):
            return sequence, track.id
    return add_track_beyond(sequence, kind, lanes[-1])


def passed_before(
    sequence: Sequence, clip_id: str, leader_id: str, matte: MatteUse, name: str = ""
) -> Sequence:
    """The film with an object in front of a clip that lies over it: another one of the clip that shows the
    object, cut out, on a free track above for as long as both are there.

    V2  [ title  ]                        V3  [ object ]
    V1  [ leader     ]        before      V2  [ title  ]
                                          V1  [ leader     ]

    Raises:
        EditError: when one of the clips is gone, or they are not there at the same time.
    """
    track, here, clip = sequence.require(clip_id)
    _, there, leader = sequence.require(leader_id)
    shared = here.intersection(there)
    if not shared.duration:
        raise EditError(f"{leader.name} is not there while {clip.name} is", "Move one of them")
    copy = replace(
        leader,
        id=new_id(),
        name=name or leader.name,
        effects=(*(replace(effect, id=new_id()) for effect in leader.effects), new_effect("cutout", matte)),
        transition=None,
        link="",
        fade_in=leader.fade_in if shared.start == there.start else 0,
        fade_out=leader.fade_out if shared.end == there.end else 0,
    )
    # Trimmed where nothing else is, since neighbours must stay as they are.
    alone = Sequence("", "", 1, 1, sequence.rate, tracks=(Track("lane", "video", ""),))
    alone = overwrite(alone, there.start, {"lane": copy})
    alone = trim_end(trim_start(alone, copy.id, shared.start), copy.id, shared.end)
    sequence, lane = free_lane(sequence, "video", shared.start, shared.end, track.id)
    return overwrite(sequence, shared.start, {lane: alone.find(copy.id)[2]})
