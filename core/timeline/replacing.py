"""Other media in the place of what clips show, with everything else about them as it was."""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.time import seconds
from core.timeline.draft import Draft, Spot
from core.timeline.keyframes import later
from core.timeline.lanes import available_range, check_source
from core.timeline.model import Clip, Gap, MediaUse, Sequence, TrackKind


def replace_media(
    sequence: Sequence,
    clip_ids: str | Iterable[str],
    content: MediaUse,
    name: str,
    start: int,
    kinds: Iterable[TrackKind],
) -> Sequence:
    """Clips, and what is linked to them, show other media from source time `start` on, as long as they are.

        V1  [ A fx      ][ B ]      replace A by X      [ X fx      ][ B ]
        A1  [ a         ]                               [ x         ]

    Picture and sound that are linked are in step. Speed, place, looks, fades and volume stay; keyframes keep
    their moment. Where less than that is left after `start`, the clip begins earlier in it. Effects that were
    limited to an object, and a pin, go: they belong to what was shown.

    Args:
        kinds: what the media has. A sound whose media has none leaves a gap.

    Raises:
        EditError: when the media has no picture for a picture clip, is shorter than a clip, or a track is locked.
    """
    draft, has = Draft(sequence), frozenset(kinds)
    groups: dict[str, list[Spot]] = {}
    for spot in draft.spots(clip_ids, linked=True):
        kind = draft.track(spot.track).kind
        if kind in has:
            group = groups.setdefault(spot.clip.link or spot.clip.id, [])
            group.insert(0 if kind == "video" else len(group), spot)
        elif kind == "video":
            raise EditError(f"{name} has no picture", "Choose a video or a picture for this clip")
        else:
            draft.lanes[spot.track][spot.place] = Gap(spot.clip.duration)
    for group in groups.values():
        for spot, by in zip(group, _slips(group, content, name, start), strict=True):
            draft.replace_clip(spot, _with_media(spot.clip, content, name, by))
    return draft.done()


def _slips(group: list[Spot], content: MediaUse, name: str, start: int) -> list[int]:
    """Ticks by which each clip of a group is slipped in its source, so that the first one begins at `start`, or as
    near to that as there is source for all, and the others are in step with it.

    Raises:
        EditError: when the media is too short.
    """
    lead, rooms = group[0], [available_range(replace(spot.clip, content=content)) for spot in group]
    apart = [
        lead.clip.time_map.at(spot.start - lead.start) - spot.clip.time_map.at(0) if spot is not lead else 0
        for spot in group
    ]
    low, high = -math.inf, math.inf
    for spot, room, off in zip(group, rooms, apart, strict=True):
        used = spot.clip.source_range
        if room is not None:
            low, high = max(low, room.start - used.start - off), min(high, room.end - used.end - off)
            if low > high:
                raise EditError(
                    f"{name} is too short for {spot.clip.name}: {seconds(room.duration):.2f} s of"
                    f" {seconds(room.duration + int(low - high)):.2f} s",
                    "Choose a longer one, or trim the clip first",
                )
    by = int(max(low, min(start - lead.clip.source_range.start, high))) if math.isfinite(low) else 0
    return [by + off if room is not None else 0 for off, room in zip(apart, rooms, strict=True)]


def _with_media(clip: Clip, content: MediaUse, name: str, by: int) -> Clip:
    made = replace(
        later(clip, by),
        content=content,
        name=name,
        pin=None,
        time_map=clip.time_map.slipped(by),
    )
    made = replace(made, effects=tuple(effect for effect in made.effects if effect.matte is None))
    check_source(made)
    return made
