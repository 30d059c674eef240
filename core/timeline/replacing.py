"""Other media in the place of what clips show, with everything else about them as it was."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.time import seconds
from core.timeline.draft import Draft
from core.timeline.lanes import available_range, check_source
from core.timeline.model import Animated, Clip, Effect, Gap, Keys, MediaUse, Sequence, TrackKind


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

    Speed, place, looks, fades and volume stay; keyframes keep their moment. Where less than that is left after `start`,
    the clip begins earlier in it. Effects that were limited to an object, and a pin, go: they belong to what was shown.

    Args:
        kinds: what the media has. A sound whose media has none leaves a gap.

    Raises:
        EditError: when the media has no picture for a picture clip, is shorter than a clip, or a track is locked.
    """
    draft, has = Draft(sequence), frozenset(kinds)
    for spot in draft.spots(clip_ids, linked=True):
        kind = draft.track(spot.track).kind
        if kind in has:
            draft.replace_clip(spot, _with_media(spot.clip, content, name, start))
        elif kind == "video":
            raise EditError(f"{name} has no picture", "Choose a video or a picture for this clip")
        else:
            draft.lanes[spot.track][spot.place] = Gap(spot.clip.duration)
    return draft.done()


def _with_media(clip: Clip, content: MediaUse, name: str, start: int) -> Clip:
    bare = replace(clip, content=content, name=name, pin=None)
    by, room = 0, available_range(bare)
    if room is not None:
        used = clip.source_range
        if used.duration > room.duration:
            raise EditError(
                f"{name} is too short for {clip.name}: {seconds(room.duration):.2f} s of {seconds(used.duration):.2f} s",
                "Choose a longer one, or trim the clip first",
            )
        by = max(room.start, min(start, room.end - used.duration)) - used.start
    made = replace(
        bare,
        time_map=clip.time_map.slipped(by),
        x=_later(clip.x, by),
        y=_later(clip.y, by),
        scale=_later(clip.scale, by),
        rotation=_later(clip.rotation, by),
        opacity=_later(clip.opacity, by),
        gain=_later(clip.gain, by),
        effects=tuple(_effect(effect, by) for effect in clip.effects if effect.matte is None),
    )
    check_source(made)
    return made


def _effect(effect: Effect, by: int) -> Effect:
    return replace(effect, params={key: _later(value, by) for key, value in effect.params.items()})


def _later(value: Animated, by: int) -> Animated:
    """The same at a source time `by` ticks later."""
    if not isinstance(value, Keys):
        return value
    return Keys(tuple(replace(key, time=key.time + by) for key in value.keys))
