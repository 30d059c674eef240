"""One edit of many clips at once, in time that grows with their number and not with it times the length of the film."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from core.timeline.clips import check_alone
from core.timeline.draft import Draft, no_such_clip, refuse_locked
from core.timeline.lanes import fitted
from core.timeline.model import Clip, Gap, Item, Sequence, Track, Transition

Look = Callable[[Track, int, Clip], Clip]
"""From a track, a record start and the clip there to the clip that takes its place, of the same length."""


def set_clips(sequence: Sequence, clip_ids: Iterable[str], /, **fields: Any) -> Sequence:
    """Replace fields of clips, of which no neighbour and no source is a part: not time_map, content, transition.

    Raises:
        EditError: for a number outside its bounds, a clip that is not there, a locked track.
        TypeError: for a field that a clip does not have or that is not for this.
    """
    check_alone(fields)
    return _changed(sequence, clip_ids, lambda track, start, clip: replace(clip, **fields))


def each_clip(sequence: Sequence, clip_ids: Iterable[str], change: Callable[[Clip], Clip]) -> Sequence:
    """Put what `change` makes of each of many clips in its place: it sees the clip alone.

    It may change what `set_clips` may.

    Raises:
        EditError: from `change`, which refuses all then; for a clip that is not there or on a locked track.
    """
    return _changed(sequence, clip_ids, lambda track, start, clip: change(clip))


def each_alone(
    sequence: Sequence, clip_ids: Iterable[str], change: Callable[[Sequence, str], Sequence]
) -> Sequence:
    """Apply an edit that looks at one clip only, and keeps its length, to many: each as if it stood alone in the film.

    Raises:
        EditError: from the edit, which refuses all then; for a clip that is not there or on a locked track.
    """

    def changed(track: Track, start: int, clip: Clip) -> Clip:
        items: tuple[Item, ...] = (Gap(start), clip) if start else (clip,)
        alone = replace(sequence, tracks=(replace(track, items=items),))
        after = change(alone, clip.id).tracks[0].items[-1]
        assert isinstance(after, Clip) and after.duration == clip.duration, "the edit is of the clip alone"
        return after

    return _changed(sequence, clip_ids, changed)


def each_transition(
    sequence: Sequence, clip_ids: Iterable[str], change: Callable[[Transition], Transition]
) -> Sequence:
    """Put what `change` makes of the transition at the head of each of many clips in its place, shortened to the source
    and the clips there are. Clips without one stay.

    Raises:
        EditError: for a clip that is not there or on a locked track.
    """
    draft = Draft(sequence)
    for spot in draft.spots(clip_ids, linked=False):
        if spot.clip.transition is not None:
            before = draft.before(spot)
            fade = fitted(change(spot.clip.transition), before.clip if before else None, spot.clip)
            draft.replace_clip(spot, replace(spot.clip, transition=fade))
    return draft.done()


def _changed(sequence: Sequence, clip_ids: Iterable[str], look: Look) -> Sequence:
    wanted, found, tracks = set(clip_ids), 0, []
    for track in sequence.tracks:
        here = [spot for clip_id, spot in track.spots.items() if clip_id in wanted]
        if here:
            refuse_locked(track)
            found += len(here)
            items = list(track.items)
            for place, start, clip in here:
                items[place] = look(track, start, clip)
            track = replace(track, items=tuple(items))
        tracks.append(track)
    if found < len(wanted):
        raise no_such_clip()
    return replace(sequence, tracks=tuple(tracks))
