"""Sequences inside sequences: which one shows which, clips made into a sequence of their own, and back again.

A sequence never shows itself, not by way of others either. Pure functions on frozen values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from core.errors import EditError
from core.time import TimeRange
from core.timeline.draft import Draft, Spot
from core.timeline.effects import TRACK_GAIN, louder
from core.timeline.lanes import is_free, with_clips
from core.timeline.model import Clip, Gap, Item, Sequence, SequenceUse, Track, TrackKind, new_id
from core.timeline.place import extract, lift, outward, overwrite
from core.timeline.time_map import Linear
from core.timeline.tracks import add_track_beyond


class Compound(NamedTuple):
    """What comes of making a compound clip.

    outer: the sequence with compound clips in place of what went into `inner`.
    """

    outer: Sequence
    inner: Sequence


DEEPEST = 8
"""Sequences inside one another: each level may show the one below many times, so that few clips could ask for more
pictures than any machine makes."""


def shown_in(sequence: Sequence) -> frozenset[str]:
    """Ids of the sequences that its compound clips show."""
    return frozenset(
        item.content.sequence_id
        for track in sequence.tracks
        for item in track.items
        if type(item) is Clip and type(item.content) is SequenceUse
    )


def well_nested(shown: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Of sequences with what each shows, those that lie in no ring and have fewer than DEEPEST below one another."""
    known = frozenset(shown)
    settled: frozenset[str] = frozenset()
    for _ in range(DEEPEST):  # a sequence in a ring, or above too many others, is never settled
        settled = frozenset(name for name, inner in shown.items() if inner & known <= settled)
    return settled


def reached(sequence_id: str, shown: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Ids of the sequences that are shown inside one, by whatever way; its own if it shows itself.

    shown: what each sequence shows.
    """
    found: set[str] = set()
    waiting = [sequence_id]
    while waiting:
        fresh = shown.get(waiting.pop(), frozenset()) - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


def require_well_nested(sequence: Sequence, sequences: Iterable[Sequence]) -> None:
    """Raises EditError when a sequence shows itself, by whatever way, or too many lie inside one another."""
    if not shown_in(sequence):
        return
    shown = {one.id: shown_in(one) for one in sequences}
    if sequence.id in reached(sequence.id, shown):
        raise EditError(
            f"{sequence.name} would have to show itself", "Put the compound clip into another film"
        )
    if len(well_nested(shown)) < len(shown):
        raise EditError(
            f"at most {DEEPEST} films can lie inside one another", "Take a compound clip apart first"
        )


def with_length_of(sequence: Sequence, shown: Sequence) -> Sequence:
    """The sequence whose compound clips of `shown` know how long that is; the very same when it has none."""
    use = SequenceUse(shown.id, TimeRange(0, shown.duration))
    return with_clips(
        sequence, lambda clip: replace(clip, content=use) if clip.sequence_id == shown.id else clip
    )


def compound(sequence: Sequence, clip_ids: str | Iterable[str], name: str) -> Compound:
    """Put clips, and what is linked to them, into a sequence of their own that one clip shows (and one sounds).

        V2       [ T ]                       V1  [ A ][ compound ]
        V1  [ A ][ B   ]   compound B, T     A1  [ a ][ compound ]
        A1  [ a ][ b   ]

    The compound clip lies on the lowest of their tracks that is free there, else on a new one above them. A
    cross-fade with a clip that stays outside is dropped.

    Raises:
        EditError: for no clips, or a locked track.
    """
    spots = Draft(sequence).spots(clip_ids, linked=True)
    start, end = min(spot.start for spot in spots), max(spot.end for spot in spots)
    inner = _alone(sequence, spots, start, name)
    outer = lift(sequence, [spot.clip.id for spot in spots], linked=False)
    content = SequenceUse(inner.id, TimeRange(0, inner.duration))
    kinds: tuple[TrackKind, ...] = ("video", "audio")
    used = [kind for kind in kinds if any(track.kind == kind for track in inner.tracks)]
    link = new_id() if len(used) == 2 else ""
    for kind in used:
        outer, lane = _lane(outer, kind, {spot.track for spot in spots}, start, end)
        clip = Clip(new_id(), name, content, end - start, Linear(0), link)
        outer = overwrite(outer, start, {lane: clip})
        if kind == "audio":
            inner = _mixed_below(inner, outer.track(lane))
    return Compound(outer, inner)


def _mixed_below(inner: Sequence, lane: Track) -> Sequence:
    """The inner sequence that sounds as before, though all of it goes through the gain and balance of `lane` now."""
    tracks = (
        replace(
            track,
            gain=TRACK_GAIN.bounded(track.gain - lane.gain),
            balance=0.0 if track.balance == lane.balance else track.balance,
        )
        if track.kind == "audio"
        else track
        for track in inner.tracks
    )
    return replace(inner, tracks=tuple(tracks))


def taken_apart(sequence: Sequence, clip_id: str, inner: Sequence) -> Sequence:
    """Put what a compound clip shows of `inner` in its place, each of its tracks on the next one outward that is free
    there, else on a new one. The clips get new ids.

        V1  [ A ][ compound ]                V2       [ T ]
        A1  [ a ][ compound ]      ->        V1  [ A ][ B   ]
                                             A1  [ a ][ b   ]

    Raises:
        EditError: when the clip shows `inner` in any other way than as it is, or a track is locked.
    """
    draft = Draft(sequence)
    spots = [spot for spot in draft.spots(clip_id, linked=True) if spot.clip.sequence_id == inner.id]
    if not spots:
        raise EditError("this is no compound clip", "Select a compound clip")
    for spot in spots:
        _refuse_changed(spot.clip, sequence, inner)
    result = lift(sequence, [spot.clip.id for spot in spots], linked=False)
    fresh: dict[str, str] = {"": ""}
    for spot in spots:
        kind = draft.track(spot.track).kind
        result = _laid_out(result, spot, outward(_part(inner, spot.clip).tracks, kind), fresh)
    return result


def _alone(sequence: Sequence, spots: Collection[Spot], start: int, name: str) -> Sequence:
    """A sequence of these clips alone, from `start` on."""
    chosen = {spot.clip.id for spot in spots}
    draft = Draft(replace(sequence, tracks=tuple(replace(track, locked=False) for track in sequence.tracks)))
    for lane in draft.lanes.values():
        lane[:] = [
            item if isinstance(item, Clip) and item.id in chosen else Gap(item.duration) for item in lane
        ]
    if start:
        for track_id in draft.lanes:
            draft.remove_time(track_id, 0, start)
    left = draft.done()
    tracks = tuple(replace(one, id=new_id(), muted=False, solo=False) for one in left.tracks if one.items)
    return replace(left, id=new_id(), name=name, tracks=tracks, markers=(), in_point=None, out_point=None)


def _lane(
    sequence: Sequence, kind: TrackKind, near: Collection[str], start: int, end: int
) -> tuple[Sequence, str]:
    """The innermost of the tracks `near` that is free, or a new one next to the outermost of them."""
    lanes = [track for track in outward(sequence.tracks, kind) if track.id in near]
    for track in lanes:
        if is_free(track.items, start, end):
            return sequence, track.id
    return add_track_beyond(sequence, kind, lanes[-1])


def _refuse_changed(clip: Clip, sequence: Sequence, inner: Sequence) -> None:
    begins = clip.source_range.start
    plain = Clip(clip.id, clip.name, clip.content, clip.duration, Linear(begins), clip.link)
    same = (inner.width, inner.height) == (sequence.width, sequence.height)
    if not same or replace(clip, enabled=True, between="nearest", keep_pitch=False) != plain:
        raise EditError(
            f"{clip.name or 'the compound clip'} has effects, a place, a speed or fades of its own",
            "Open it instead, or put these back to normal first",
        )
    if any(track.balance for track in inner.tracks):
        raise EditError(
            f"tracks in {inner.name} have a balance of their own",
            "Open it, and set them back to the middle first",
        )


def _part(inner: Sequence, clip: Clip) -> Sequence:
    """What the clip shows of the sequence, from 0 on."""
    part = replace(inner, tracks=tuple(replace(track, locked=False) for track in inner.tracks))
    used = clip.source_range
    if used.end < part.duration:
        part = extract(part, used.end, part.duration)
    return extract(part, 0, used.start) if used.start else part


def _laid_out(sequence: Sequence, spot: Spot, tracks: Iterable[Track], fresh: dict[str, str]) -> Sequence:
    """The tracks' items where a compound clip stood, from its track outward. fresh: new links by old ones."""
    lane, first, home = spot.track, True, sequence.track(spot.track)
    for track in tracks:
        if not first:
            sequence, lane = _next_lane(sequence, track.kind, lane, spot.start, spot.end)
        first = False
        change = track.gain + home.gain - sequence.track(lane).gain
        items = [_louder(fresh_copy(item, fresh), change) for item in track.items]
        length = sum(item.duration for item in items)
        if not length:
            continue
        draft = Draft(sequence)
        left, right = draft.without(lane, spot.start, spot.start + length)
        draft.lanes[lane] = [*left, *items, *right]
        sequence = draft.done()
    return sequence


def _louder(item: Item, change: float) -> Item:
    return replace(item, gain=louder(item.gain, change)) if change and isinstance(item, Clip) else item


def _next_lane(sequence: Sequence, kind: TrackKind, lane: str, start: int, end: int) -> tuple[Sequence, str]:
    lanes = outward(sequence.tracks, kind)
    place = [track.id for track in lanes].index(lane)
    following = lanes[place + 1 : place + 2]
    if following and not following[0].locked and is_free(following[0].items, start, end):
        return sequence, following[0].id
    return add_track_beyond(sequence, kind, lanes[place])


def fresh_copy(item: Item, links: dict[str, str]) -> Item:
    """The item under a new id. links: new links by old ones, filled as they come; begin with {"": ""}."""
    if isinstance(item, Gap):
        return item
    return replace(item, id=new_id(), link=links.setdefault(item.link, new_id()))
