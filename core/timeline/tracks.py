"""Tracks, markers, in and out points, links. Pure functions on a Sequence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.draft import Draft
from core.timeline.effects import TRACK_BALANCE, TRACK_GAIN
from core.timeline.model import MARKER_COLOUR, Marker, Sequence, Track, TrackKind, new_id
from core.timeline.place import outward


def add_track(
    sequence: Sequence, kind: TrackKind, name: str = "", *, track_id: str = "", index: int | None = None
) -> Sequence:
    """Add a track on the far side: a video track on top, an audio track at the bottom.

        V2
        V1            index counts from the bottom of all tracks
        A1
        A2  <- new

    name: V3, A3 … when empty; one that comes between others takes its number, and theirs count on.
    """
    track = Track(track_id or new_id(), kind, name or _next_name(sequence, kind))
    tracks = list(sequence.tracks)
    place = (len(tracks) if kind == "video" else 0) if index is None else min(max(index, 0), len(tracks))
    tracks.insert(place, track)
    made = replace(sequence, tracks=tuple(tracks))
    return made if name else _counted(made, kind)


def add_track_beyond(sequence: Sequence, kind: TrackKind, track: Track) -> tuple[Sequence, str]:
    """Add a track of the same kind on the outer side of another; also its id."""
    new, place = new_id(), sequence.tracks.index(track)
    return add_track(sequence, kind, track_id=new, index=place + (kind == "video")), new


def remove_track(sequence: Sequence, track_id: str) -> Sequence:
    """Remove a track with everything on it; clips linked to it stay on theirs. Raises EditError when locked."""
    Draft(sequence).track(track_id)
    return replace(sequence, tracks=tuple(track for track in sequence.tracks if track.id != track_id))


def move_track(sequence: Sequence, track_id: str, by: int) -> Sequence:
    """Move a track `by` places upward (negative: downward) among all tracks.

        V2                V1
        V1   +1  ->       V2

    Raises EditError when there is no place there, or for a locked track.
    """
    track = Draft(sequence).track(track_id)
    tracks = list(sequence.tracks)
    place = tracks.index(track) + by
    if not 0 <= place < len(tracks):
        raise EditError("the track is at the edge already", "")
    tracks.remove(track)
    tracks.insert(place, track)
    return replace(sequence, tracks=tuple(tracks))


def set_track(
    sequence: Sequence,
    track_id: str,
    *,
    name: str | None = None,
    muted: bool | None = None,
    solo: bool | None = None,
    locked: bool | None = None,
    gain: float | None = None,
    balance: float | None = None,
) -> Sequence:
    """Rename, mute, solo, lock or mix a track; allowed on a locked one. None leaves a value as it is.

    Args:
        gain: dB.
        balance: -1 to 1. Both are held inside their bounds (core.timeline.effects).
    """
    if not any(track.id == track_id for track in sequence.tracks):
        raise EditError("this track is not in the sequence", "Pick a track that is on the timeline")
    wanted = {
        "name": name,
        "muted": muted,
        "solo": solo,
        "locked": locked,
        "gain": None if gain is None else TRACK_GAIN.bounded(gain),
        "balance": None if balance is None else TRACK_BALANCE.bounded(balance),
    }
    given = {key: value for key, value in wanted.items() if value is not None}
    tracks = (replace(track, **given) if track.id == track_id else track for track in sequence.tracks)
    return replace(sequence, tracks=tuple(tracks))


def _letter(kind: TrackKind) -> str:
    return "V" if kind == "video" else "A"


def _numbers(sequence: Sequence, kind: TrackKind) -> dict[str, int]:
    """The numbers of tracks that have no name but one, by their ids, outward."""
    found = {
        track.id: re.fullmatch(rf"{_letter(kind)}(\d{{1,4}})", track.name)
        for track in outward(sequence.tracks, kind)
    }
    return {name: int(match[1]) for name, match in found.items() if match}


def _next_name(sequence: Sequence, kind: TrackKind) -> str:
    return f"{_letter(kind)}{max(_numbers(sequence, kind).values(), default=0) + 1}"


def _counted(sequence: Sequence, kind: TrackKind) -> Sequence:
    """The sequence with the same numbers on its numbered tracks, rising outward."""
    numbers = _numbers(sequence, kind)
    names = {
        name: f"{_letter(kind)}{number}"
        for name, number in zip(numbers, sorted(numbers.values()), strict=True)
    }
    tracks = (replace(track, name=names.get(track.id, track.name)) for track in sequence.tracks)
    return replace(sequence, tracks=tuple(tracks))


def add_marker(
    sequence: Sequence, time: int, name: str = "", *, colour: str = MARKER_COLOUR, marker_id: str = ""
) -> Sequence:
    """Put a marker at `time`; markers are kept in order of time.

    ▼          ▼
    |----------|-------> time

    Raises EditError for a time before 0.
    """
    _check_marker_time(time)
    return _with_markers(sequence, [*sequence.markers, Marker(marker_id or new_id(), time, name, colour)])


def remove_markers(sequence: Sequence, marker_ids: Iterable[str]) -> Sequence:
    """Take markers away. Raises EditError when there is none with one of these ids."""
    gone = set(marker_ids)
    kept = [marker for marker in sequence.markers if marker.id not in gone]
    if len(kept) + len(gone) != len(sequence.markers):
        raise _no_marker()
    return _with_markers(sequence, kept)


def set_marker(
    sequence: Sequence,
    marker_id: str,
    *,
    name: str | None = None,
    time: int | None = None,
) -> Sequence:
    """Rename or move a marker. None leaves a value as it is.

    Raises EditError when there is none with this id, or for a time before 0.
    """
    marker = _marker(sequence, marker_id)
    if time is not None:
        _check_marker_time(time)
    given = {"name": name, "time": time}
    changed = replace(marker, **{key: value for key, value in given.items() if value is not None})
    return _with_markers(sequence, [changed if m.id == marker_id else m for m in sequence.markers])


def _marker(sequence: Sequence, marker_id: str) -> Marker:
    for marker in sequence.markers:
        if marker.id == marker_id:
            return marker
    raise _no_marker()


def _no_marker() -> EditError:
    return EditError("this marker is not in the sequence", "Pick a marker on the timeline")


def _check_marker_time(time: int) -> None:
    if time < 0:
        raise EditError("a marker cannot stand before the beginning of the sequence", "Put it at 0 or later")


def _with_markers(sequence: Sequence, markers: Iterable[Marker]) -> Sequence:
    return replace(sequence, markers=tuple(sorted(markers, key=lambda marker: marker.time)))


def set_in_out(sequence: Sequence, in_point: int | None, out_point: int | None) -> Sequence:
    """Set the in and out points; None takes one away.

        in                 out
        [|=================|)-------> time      out is the first tick that is not in the range

    Raises EditError when the out point does not come after the in point, or the in point is negative.
    """
    if in_point is not None and in_point < 0:
        raise EditError("the in point cannot stand before the beginning", "Put it at 0 or later")
    if out_point is not None and out_point <= (in_point or 0):
        raise EditError("the out point comes before the in point", "Set the in point first")
    return replace(sequence, in_point=in_point, out_point=out_point)


def link(sequence: Sequence, clip_ids: Iterable[str]) -> Sequence:
    """Link clips, so that they are edited together; they leave the links they had.

    V1  [ A ]         [ A ]
                        |
    A1  [ a ]         [ a ]

    Raises EditError for fewer than two clips.
    """
    draft = Draft(sequence)
    spots = draft.spots(clip_ids, linked=False)
    if len(spots) < 2:
        raise EditError("a link needs two clips", "Select the picture and its sound")
    name = new_id()
    for spot in spots:
        draft.replace_clip(spot, replace(spot.clip, link=name))
    return draft.done()


def unlink(sequence: Sequence, clip_ids: str | Iterable[str]) -> Sequence:
    """Free clips, and what is linked to them, from each other."""
    draft = Draft(sequence)
    for spot in draft.spots(clip_ids, linked=True):
        if spot.clip.link:
            draft.replace_clip(spot, replace(spot.clip, link=""))
    return draft.done()
