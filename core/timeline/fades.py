"""Fades of a clip by itself: its picture comes out of what lies below it, its sound out of silence, and goes there again."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.draft import Draft
from core.timeline.model import Clip, Sequence


def shown_part(clip: Clip, clip_time: float) -> float:
    """How much of a clip shows at a clip time, ticks: 0 to 1, rising over its fade in and falling over its fade out."""
    rising = clip_time / clip.fade_in if clip.fade_in else 1.0
    falling = (clip.duration - clip_time) / clip.fade_out if clip.fade_out else 1.0
    return min(max(rising, 0.0), 1.0) * min(max(falling, 0.0), 1.0)


def set_fades(
    sequence: Sequence,
    clip_ids: str | Iterable[str],
    *,
    fade_in: int | None = None,
    fade_out: int | None = None,
    linked: bool = True,
) -> Sequence:
    """Let clips and what is linked to them come up and go down in so many ticks; None leaves as it is, 0 takes away.

        [ A         ]      [ < A     > ]

    A fade is at most as long as its clip.

    Raises:
        EditError: for a negative length.
    """
    if min(fade_in or 0, fade_out or 0) < 0:
        raise EditError("a fade does not last less than nothing", "Give it a length of 0 or more")
    draft = Draft(sequence)
    for spot in draft.spots(clip_ids, linked):
        clip = spot.clip
        most = clip.duration
        changed = replace(
            clip,
            fade_in=clip.fade_in if fade_in is None else min(fade_in, most),
            fade_out=clip.fade_out if fade_out is None else min(fade_out, most),
        )
        draft.replace_clip(spot, changed)
    return draft.done()
