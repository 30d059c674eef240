"""Fades of a clip by itself: its picture comes out of what lies below it, its sound out of silence, and goes there
again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.draft import Draft
from core.timeline.model import Clip, Sequence

FadeSide = Literal["fade_in", "fade_out"]
"""Fields of a clip."""


def shown_part(clip: Clip, clip_time: float) -> float:
    """How much of a clip shows at a clip time, ticks: 0 to 1, rising over its fade in and falling over its fade out."""
    rising = clip_time / clip.fade_in if clip.fade_in else 1.0
    falling = (clip.duration - clip_time) / clip.fade_out if clip.fade_out else 1.0
    return min(max(rising, 0.0), 1.0) * min(max(falling, 0.0), 1.0)


def set_fade(
    sequence: Sequence,
    clip_ids: str | Iterable[str],
    side: FadeSide,
    length: int | Mapping[str, int],
    *,
    linked: bool = True,
) -> Sequence:
    """Let clips and what is linked to them come up, or go down, in so many ticks; 0 takes the fade away.

        [ A         ]      [ < A     > ]

    length: of all, or of each by its id; what is linked takes that of the first it is linked to. A fade is at most as
    long as its clip.

    Raises:
        EditError: for a negative length.
    """
    ids = [clip_ids] if isinstance(clip_ids, str) else list(clip_ids)
    lengths = dict.fromkeys(ids, length) if isinstance(length, int) else length
    if min(lengths.values(), default=0) < 0:
        raise EditError("a fade does not last less than nothing", "Give it a length of 0 or more")
    draft = Draft(sequence)
    spots = draft.spots(ids, linked)
    of_links: dict[str, int] = {}
    for spot in spots:
        if spot.clip.id in lengths:
            of_links.setdefault(spot.clip.link, lengths[spot.clip.id])
    for spot in spots:
        wanted = lengths.get(spot.clip.id, of_links.get(spot.clip.link, 0))
        draft.replace_clip(spot, replace(spot.clip, **{side: min(wanted, spot.clip.duration)}))
    return draft.done()
