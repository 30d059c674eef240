"""Clips that change their length together: what every edit of speed does with the neighbours."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.draft import Draft, Spot
from core.timeline.model import Clip, Gap
from core.timeline.time_map import DAY


def even_group(draft: Draft, clip_id: str, linked: bool = True) -> list[Spot]:
    """The clip and what is linked to it. Raises EditError when they do not start and end together: played at
    another speed they would come out of step."""
    return even_groups(draft, [clip_id], linked)[0]


def even_groups(draft: Draft, clip_ids: Iterable[str], linked: bool = True) -> list[list[Spot]]:
    """The same for each of many clips."""
    groups = draft.groups(clip_ids, linked)
    for group in groups:
        _check_even(group)
    return groups


def _check_even(group: list[Spot]) -> None:
    if len(group) > 1 and any((spot.start, spot.end) != (group[0].start, group[0].end) for spot in group):
        raise EditError(
            f"{group[0].clip.name or 'the clip'} and what is linked to it do not start and end together",
            "Trim them to the same length, or unlink them first",
        )


def put_lengths(draft: Draft, group: list[Spot], changed: list[Clip], ripple: bool) -> None:
    """Put clips of another length in the places of a group, all as long as the shortest of them.

    ripple: what follows makes room or closes up; else it stays, and clips that would grow into a
    neighbour end there, all of them.
    """
    lengths = [clip.duration for clip in changed]
    if not ripple:
        lengths += [spot.clip.duration + room_after(draft, spot) for spot in group]
    shortest = min(lengths)
    changed = [clip if clip.duration == shortest else replace(clip, duration=shortest) for clip in changed]
    change = shortest - group[0].clip.duration
    if ripple and change:
        edited = {spot.track for spot in group}
        end = group[0].end
        if change > 0:
            draft.open_time(end, change, edited)
        else:
            draft.close_time(end + change, end, edited)
    for spot, clip in zip(group, changed, strict=True):
        if ripple:
            draft.replace_clip(spot, clip)
        else:
            fit_in_place(draft, spot, clip)
    if ripple:
        draft.keep_step()


def room_after(draft: Draft, spot: Spot) -> int:
    """Empty time after a clip; a day after the last."""
    lane = draft.lanes[spot.track]
    if spot.place + 1 >= len(lane):
        return DAY
    item = lane[spot.place + 1]
    return item.duration if isinstance(item, Gap) else 0


def fit_in_place(draft: Draft, spot: Spot, clip: Clip) -> None:
    """Put a clip of another length in the place of the old; there is room for it, and what follows stays."""
    lane = draft.lanes[spot.track]
    after = lane[spot.place + 1] if spot.place + 1 < len(lane) else None
    grown = clip.duration - spot.clip.duration
    if grown < 0:
        lane[spot.place : spot.place + 1] = [clip, Gap(-grown)]
    elif isinstance(after, Gap):
        rest = [Gap(after.duration - grown)] if after.duration > grown else []
        lane[spot.place : spot.place + 2] = [clip, *rest]
    else:
        lane[spot.place] = clip
