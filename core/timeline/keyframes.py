"""All keyframes of a clip, of its own numbers and of those of its effects: moved along with its source, or those of one
moment changed, as the timeline shows them.

Pure functions. Times are those of the source, in which keyframes stand (core.timeline.keys).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.clips import changed_clip
from core.timeline.effects import CLIP_GAIN, CLIP_PARAMETERS
from core.timeline.keys import with_key, without_key
from core.timeline.model import Animated, Clip, Easing, Keys, Sequence

ANIMATED = tuple(one.name for one in (*CLIP_PARAMETERS, CLIP_GAIN))
"""The fields of a clip that may have keyframes."""


def animated(clip: Clip) -> Iterator[Keys]:
    """Everything of a clip and its effects that has keyframes."""
    for name in ANIMATED:
        value = getattr(clip, name)
        if isinstance(value, Keys):
            yield value
    for effect in clip.effects:
        yield from (value for value in effect.params.values() if isinstance(value, Keys))


def changed(clip: Clip, change: Callable[[Keys], Animated]) -> Clip:
    """The clip with everything that has keyframes changed."""

    def one(value: Animated) -> Animated:
        return change(value) if isinstance(value, Keys) else value

    effects = tuple(
        replace(effect, params={name: one(value) for name, value in effect.params.items()})
        for effect in clip.effects
    )
    return replace(clip, effects=effects, **{name: one(getattr(clip, name)) for name in ANIMATED})


def later(clip: Clip, by: int) -> Clip:
    """The clip with all its keyframes `by` ticks later in the source."""
    if not by:
        return clip
    return changed(clip, lambda value: Keys(tuple(replace(key, time=key.time + by) for key in value.keys)))


def has_key(clip: Clip, time: int) -> bool:
    """Whether a keyframe stands at a source time."""
    return any(key.time == time for keys in animated(clip) for key in keys.between(time, time))


def move_keys(sequence: Sequence, clip_id: str, time: int, to: int, *, copy: bool = False) -> Sequence:
    """Move a clip's keyframes from one source time to another; what stands there gives way.

        o---o-------o    move     o-------o---o
        a   ^       b             a       ^   b

    Args:
        copy: leave them where they are, too.

    Raises:
        EditError: without a keyframe there, for a locked track, and when the clip is gone.
    """

    def change(value: Keys) -> Animated:
        (key,) = value.between(time, time)
        rest: Animated = value if copy else without_key(value, time)
        return with_key(rest, to, key.value, key.easing)

    return sequence if time == to else _changed(sequence, clip_id, time, change)


def remove_keys(sequence: Sequence, clip_id: str, time: int) -> Sequence:
    """Take a clip's keyframes at a source time away. Raises EditError as `move_keys`."""
    return _changed(sequence, clip_id, time, lambda value: without_key(value, time))


def ease_keys(sequence: Sequence, clip_id: str, time: int, easing: Easing) -> Sequence:
    """Let a clip's keyframes at a source time go on to the next ones in another way. Raises EditError as
    `move_keys`."""

    def change(value: Keys) -> Animated:
        (key,) = value.between(time, time)
        return with_key(value, time, key.value, easing)

    return _changed(sequence, clip_id, time, change)


def _changed(sequence: Sequence, clip_id: str, time: int, change: Callable[[Keys], Animated]) -> Sequence:
    """The film with all numbers of a clip changed that have a key at a source time."""

    def clip_with(clip: Clip) -> Clip:
        if not has_key(clip, time):
            raise EditError("there is no keyframe here", "Go to a keyframe first")
        return changed(clip, lambda value: change(value) if value.between(time, time) else value)

    return changed_clip(sequence, clip_id, clip_with)
