"""Putting clips on tracks, taking them off, cutting and moving them.

Every function is pure: Sequence to Sequence, the same value when nothing changes. Times are record ticks and any
tick is taken: keeping to frames is the business of snapping. Clips linked to the named ones follow unless
`linked=False`; a locked track refuses.

Ripple. Adding or removing time moves every unlocked track (as sync lock does elsewhere), so that
titles and sound stay with their picture. A track on which something plays across the moment is left alone, so
music under a cut goes on; only when it holds clips linked to clips that move is it cut (time added) or the edit
refused (time removed). Markers and in/out points stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from core.errors import EditError
from core.time import TimeRange
from core.timeline.closing import close_up
from core.timeline.draft import Draft, Spot
from core.timeline.lanes import before_the_beginning, check_source, plays_across
from core.timeline.laying import Rows, lay_rows
from core.timeline.model import Clip, Footage, Gap, Item, Sequence, Track, TrackKind, new_id
from core.timeline.time_map import Linear

MoveMode = Literal["overwrite", "insert"]
Placement = Mapping[str, Clip | tuple[Clip, ...]]
"""Track id to the clip or clips that go there, end to end."""


def media_clips(
    content: Footage,
    name: str,
    source: TimeRange,
    *,
    video_track: str | None,
    audio_track: str | None,
) -> dict[str, Clip]:
    """Clips that show `source` of a media, or of a sequence, on the given tracks, linked when there are two.

    source: the part of it to use, ticks; for a still its duration is how long it stands.
    """
    tracks = [track for track in (video_track, audio_track) if track is not None]
    link = new_id() if len(tracks) == 2 else ""
    return {
        track: Clip(new_id(), name, content, source.duration, Linear(source.start), link) for track in tracks
    }


def insert(sequence: Sequence, time: int, placement: Placement) -> Sequence:
    """Put clips in at `time`; what comes later waits.

        V1  [ A      |  B ]      insert X at |      [ A     ][ X ][  B ]
        A1  [ a      |  b ]                         [ a     ][ x ][  b ]

    A clip across `time` on an edited track is cut. Raises EditError when a clip is longer than its media.
    """
    draft = Draft(sequence)
    _check(draft, placement)
    duration = max((_length(clips) for clips in placement.values()), default=0)
    draft.open_time(time, duration, set(placement))
    for track_id, clips in placement.items():
        left, right = draft.cut(track_id, time)
        pad: list[Item] = [Gap(duration - _length(clips))] if duration > _length(clips) else []
        draft.lanes[track_id] = [*left, *_row(clips), *pad, *right]
    draft.keep_step()
    return draft.done()


def insert_gap(
    sequence: Sequence,
    time: int,
    duration: int,
    tracks: Iterable[str] | None = None,
) -> Sequence:
    """Add empty time at `time` on the tracks (all unlocked ones by default); what comes later waits.

        V1  [ A    |   ][ B ]      [ A  ]     [ A' ][ B ]

    A clip across `time` on these tracks is cut. Raises EditError when `duration` is not positive.
    """
    if duration <= 0:
        raise EditError("no time to add", "Give it a length")
    draft = Draft(sequence)
    names = set(_named(draft, tracks))
    draft.open_time(time, duration, names)
    for name in names:
        left, right = draft.cut(name, time)
        draft.lanes[name] = [*left, Gap(duration), *right] if right else left
    draft.keep_step()
    return draft.done()


def overwrite(sequence: Sequence, time: int, placement: Placement) -> Sequence:
    """Put clips in at `time` over what stands there; nothing else moves.

    V1  [ A       ][ B   ]    overwrite X      [ A  ][ X    ][ B ]
    """
    draft = Draft(sequence)
    _check(draft, placement)
    for track_id, clips in placement.items():
        _lay(draft, track_id, time, _row(clips))
    return draft.done()


def overwrite_each(sequence: Sequence, rows: Rows) -> Sequence:
    """As `overwrite` for many clips, one after the other.

    V1  [ A               ][ B   ]    X, Y at 2 and 9    [][ X ][ A ][ Y  ][ B ]
    """
    draft = Draft(sequence)
    _check(draft, {track_id: tuple(clip for _, clip in row) for track_id, row in rows.items()})
    lay_rows(draft, rows)
    return draft.done()


def append(sequence: Sequence, placement: Placement) -> Sequence:
    """Put clips after the end of everything on their tracks, all at the same time.

    V1  [ A ][ B ]      append X      [ A ][ B ]    [ X ]
    A1  [ a        ]                  [ a        ]  [ x ]
    """
    return overwrite(sequence, max((_open_end(sequence, name) for name in placement), default=0), placement)


def split(sequence: Sequence, clip_ids: str | Iterable[str], time: int, *, linked: bool = True) -> Sequence:
    """Cut clips in two at `time`; the later halves are new clips, linked with each other.

    V1  [ A      |     ]      [ A    ][ A'   ]
    A1  [ a      |     ]      [ a    ][ a'   ]

    Raises EditError when `time` is inside none of them.
    """
    draft = Draft(sequence)
    inside = [spot for spot in draft.spots(clip_ids, linked) if spot.start < time < spot.end]
    if not inside:
        raise EditError("the clip does not play at this time", "Put the playhead inside the clip")
    return _split_on(draft, {spot.track for spot in inside}, time)


def split_all(sequence: Sequence, time: int) -> Sequence:
    """Cut every clip that plays at `time` on unlocked tracks.

    V1  [ A  |   ]       [ A ][ A' ]
    A1  [ m  |       ]   [ m ][ m'     ]

    Raises EditError when nothing plays across `time`.
    """
    draft = Draft(sequence)
    tracks = {name for name in draft.open_tracks() if plays_across(draft.lanes[name], time)}
    if not tracks:
        raise EditError("no clip on an unlocked track plays here", "Put the playhead inside a clip")
    return _split_on(draft, tracks, time)


def lift(sequence: Sequence, clip_ids: str | Iterable[str], *, linked: bool = True) -> Sequence:
    """Take clips away and leave gaps.

    V1  [ A ][ B ][ C ]      lift B      [ A ]     [ C ]
    """
    draft = Draft(sequence)
    _take_out(draft, draft.spots(clip_ids, linked))
    return draft.done()


def ripple_delete(sequence: Sequence, clip_ids: str | Iterable[str], *, linked: bool = True) -> Sequence:
    """Take clips away and close up.

        V1  [ A ][ B ][ C ]      ripple delete B      [ A ][ C ]
        A1  [ music            ]                      [ music            ]

    Linked clips that do not start and end together close by the time they share. Where clips that go overlap on several
    tracks, the time of all of them is taken once.
    """
    draft = Draft(sequence)
    spots = draft.spots(clip_ids, linked)
    _take_out(draft, spots)
    close_up(draft, _shared_ranges(spots))
    draft.keep_step()
    return draft.done()


def lift_range(sequence: Sequence, start: int, end: int) -> Sequence:
    """Empty `start` to `end` on all unlocked tracks and leave gaps.

    V1  [ A |   ][   | B ]      [ A ]         [ B ]
    """
    _check_range(start, end)
    draft = Draft(sequence)
    for name in draft.open_tracks():
        left, right = draft.without(name, start, end)
        draft.lanes[name] = [*left, Gap(end - start), *right] if right else left
    return draft.done()


def extract(sequence: Sequence, start: int, end: int, tracks: Iterable[str] | None = None) -> Sequence:
    """Cut `start` to `end` out of the tracks (all unlocked ones by default) and close up.

    V1  [ A |   ][   | B ]      [ A ][ B ]

    Other tracks close up where they are empty then, see the module.
    """
    _check_range(start, end)
    draft = Draft(sequence)
    names = set(_named(draft, tracks))
    draft.close_time(start, end, names, cut=True)
    for name in names:
        draft.remove_time(name, start, end)
    draft.keep_step()
    return draft.done()


def close_gap(sequence: Sequence, track_id: str, time: int) -> Sequence:
    """Remove the gap at `time` on a track.

        V1  [ A ]   |    [ B ]      [ A ][ B ]

    Raises EditError when there is no gap, or when a linked clip elsewhere is in the way.
    """
    draft = Draft(sequence)
    found = draft.track(track_id).at(time)
    if found is None or isinstance(found[1], Clip):
        raise EditError("there is no gap here", "Click an empty stretch between two clips")
    start, end = found[0].start, found[0].end
    draft.close_time(start, end, {track_id})
    draft.remove_time(track_id, start, end)
    draft.keep_step()
    return draft.done()


def move(
    sequence: Sequence,
    clip_ids: str | Iterable[str],
    delta: int,
    track_delta: int = 0,
    *,
    mode: MoveMode = "overwrite",
    linked: bool = True,
) -> Sequence:
    """Move clips by `delta` ticks and the named ones by `track_delta` tracks of their kind.

        V1  [ A ][ B ][ C ]     B by +5, overwrite    [ A ]      [ B ] C ]
                                B by +5, insert       [ A ]      [ B ][ C ]     (C waits)

    track_delta counts away from the border of picture and sound: +1 is V1 to V2 and A1 to A2. Clips that follow
    only by their link stay on their track. Insert leaves a gap where the clips were and makes room where they go.

    Raises:
        EditError: when a clip would start before 0, or there is no such track, or it is locked.
    """
    draft = Draft(sequence)
    wanted = {clip_ids} if isinstance(clip_ids, str) else set(clip_ids)
    spots = draft.spots(wanted, linked)
    if not delta and not track_delta:
        return sequence
    if min(spot.start for spot in spots) + delta < 0:
        raise before_the_beginning()
    beside = {
        name: _neighbour(draft, name, track_delta) for name in {s.track for s in spots if s.clip.id in wanted}
    }
    targets = [beside[s.track] if s.clip.id in wanted else s.track for s in spots]
    _take_out(draft, spots)
    if mode == "insert":
        start = min(spot.start for spot in spots) + delta
        duration = max(spot.end for spot in spots) + delta - start
        draft.open_time(start, duration, set(targets))
        for name in set(targets):
            left, right = draft.cut(name, start)
            draft.lanes[name] = [*left, Gap(duration), *right]
    rows: dict[str, list[tuple[int, Clip]]] = {}
    for spot, name in zip(spots, targets, strict=True):
        rows.setdefault(name, []).append((spot.start + delta, spot.clip))
    lay_rows(draft, rows)
    if mode == "insert":
        draft.keep_step(loose=() if linked else wanted)
    return draft.done()


# Parts of the above


def _check_range(start: int, end: int) -> None:
    if end <= start:
        raise EditError("the range is empty", "Set an in point before the out point")


def _row(clips: Clip | tuple[Clip, ...]) -> tuple[Clip, ...]:
    return (clips,) if isinstance(clips, Clip) else clips


def _length(clips: Clip | tuple[Clip, ...]) -> int:
    return sum(clip.duration for clip in _row(clips))


def _open_end(sequence: Sequence, track_id: str) -> int:
    return Draft(sequence).track(track_id).duration


def _check(draft: Draft, placement: Placement) -> None:
    ids = {item.id for lane in draft.lanes.values() for item in lane if isinstance(item, Clip)}
    if not placement:
        raise EditError("there is nothing to place", "Pick a clip and a track")
    for track_id, clips in placement.items():
        track = draft.track(track_id)
        for clip in _row(clips):
            if track.kind == "audio" and not isinstance(clip.content, Footage):
                raise EditError(f"{clip.name or 'a title'} has no sound", "Put it on a video track")
            if clip.id in ids:
                raise EditError(f"{clip.name} is on the timeline already", "Copy it with a new identity")
            ids.add(clip.id)
            check_source(clip)


def _lay(draft: Draft, track_id: str, time: int, items: tuple[Clip, ...]) -> None:
    left, right = draft.without(track_id, time, time + sum(item.duration for item in items))
    draft.lanes[track_id] = [*left, *items, *right]


def _split_on(draft: Draft, tracks: set[str], time: int) -> Sequence:
    for name in tracks:
        left, right = draft.cut(name, time)
        draft.lanes[name] = left + right
    return draft.done()


def _take_out(draft: Draft, spots: Iterable[Spot]) -> None:
    for spot in spots:
        draft.lanes[spot.track][spot.place] = Gap(spot.clip.duration)


def _shared_ranges(spots: list[Spot]) -> list[tuple[int, int, set[str]]]:
    """Ranges to close, last first, with the tracks whose clips were taken away there."""
    groups: dict[str, list[Spot]] = {}
    for spot in spots:
        groups.setdefault(spot.clip.link or spot.clip.id, []).append(spot)
    ranges: dict[tuple[int, int], set[str]] = {}
    for group in groups.values():
        start, end = max(spot.start for spot in group), min(spot.end for spot in group)
        for spot in group:
            where = (start, end) if start < end else (spot.start, spot.end)
            ranges.setdefault(where, set()).add(spot.track)
    return [(start, end, tracks) for (start, end), tracks in sorted(ranges.items(), reverse=True)]


def _named(draft: Draft, tracks: Iterable[str] | None) -> list[str]:
    return draft.open_tracks() if tracks is None else [draft.track(name).id for name in tracks]


def _neighbour(draft: Draft, track_id: str, by: int) -> str:
    """The track `by` tracks further from the border of picture and sound."""
    kind = draft.track(track_id).kind
    same = outward(draft.sequence.tracks, kind)
    place = [track.id for track in same].index(track_id) + by
    if not 0 <= place < len(same):
        raise EditError(f"there is no {kind} track there", "Add a track first")
    return draft.track(same[place].id).id


def outward(tracks: Iterable[Track], kind: TrackKind) -> list[Track]:
    """Tracks of a kind from the border outward: V1, V2 … upward, A1, A2 … downward."""
    same = [track for track in tracks if track.kind == kind]
    return same if kind == "video" else same[::-1]
