"""Numbers of a clip or of one of its effects at the playhead: read, set, keyframed. Pure functions.

Keyframes stand in source time. A key less than half a frame from the playhead counts as being at it, because a cut
or a speed change may have moved it off the frame grid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.timeline.clip_times import keys_near, record_times
from core.timeline import edits
from core.timeline.draft import no_such_clip
from core.timeline.effect_kind import Parameter
from core.timeline.effects import CLIP_GAIN, CLIP_PARAMETERS, EFFECT_KINDS, SHAPE_PARAMETERS
from core.timeline.model import Animated, Clip, Easing, Key, Keys, Sequence, value_at


@dataclass(frozen=True)
class Spot:
    """A parameter of clips: `name` of the clip itself, or of its effect `effect_id`."""

    parameter: Parameter
    effect_id: str = ""

    @property
    def name(self) -> str:
        return self.parameter.name


def animated(clip: Clip, spot: Spot) -> Animated:
    """The parameter as it stands in the clip; its default where the effect does not say."""
    if not spot.effect_id:
        value: Animated = getattr(clip, spot.name)
        return value
    for effect in clip.effects:
        if effect.id == spot.effect_id:
            return effect.params.get(spot.name, spot.parameter.default)
    return spot.parameter.default


def source_time(sequence: Sequence, clip_id: str, playhead: int) -> int:
    """The source time that the clip shows at the playhead, or at its nearer end."""
    _, where, clip = sequence.find(clip_id)
    return clip.time_map.at(where.nearest(playhead) - where.start)


def shown(sequence: Sequence, clip_id: str, spot: Spot, playhead: int) -> float:
    """The parameter's value at the playhead."""
    clip = sequence.find(clip_id)[2]
    return value_at(animated(clip, spot), source_time(sequence, clip_id, playhead))


def key_here(sequence: Sequence, clip_id: str, spot: Spot, playhead: int) -> Key | None:
    """The keyframe at the playhead, half a frame more or less."""
    _, where, clip = sequence.find(clip_id)
    value = animated(clip, spot)
    if not isinstance(value, Keys) or playhead not in where:
        return None
    half, at = sequence.rate.frame_ticks // 2, playhead - where.start
    for key in keys_near(clip, value, at - half, at + half):
        if any(abs(where.start + time - playhead) <= half for time in record_times(clip, key.time)):
            return key
    return None


def with_value(
    sequence: Sequence, clip_ids: Iterable[str], spot: Spot, playhead: int, value: float
) -> Sequence:
    """The value set on the clips: at the playhead where the parameter is keyframed, else for the whole clip.

    Raises:
        EditError: locked track, value outside its bounds, a clip that is gone.
    """
    wanted, plain, keyed = frozenset(clip_ids), list[str](), list[str]()
    clips = sequence.chosen(wanted)
    if len(clips) < len(wanted):
        raise no_such_clip()
    for _, clip in clips:
        if not spot.effect_id or any(effect.id == spot.effect_id for effect in clip.effects):
            (keyed if isinstance(animated(clip, spot), Keys) else plain).append(clip.id)
    if keyed:
        sequence = edits.each_alone(
            sequence, keyed, lambda one, name: _with_key(one, name, spot, playhead, value)
        )
    return _with_plain(sequence, plain, spot, value) if plain else sequence


def _with_plain(sequence: Sequence, clip_ids: Iterable[str], spot: Spot, value: float) -> Sequence:
    if not spot.effect_id:
        return edits.set_clips(sequence, clip_ids, **{spot.name: value})
    return edits.each_alone(
        sequence,
        clip_ids,
        lambda one, name: edits.set_effect_param(one, name, spot.effect_id, spot.name, value),
    )


def with_values(
    sequence: Sequence, clip_id: str, values: Iterable[tuple[Spot, float]], playhead: int
) -> Sequence:
    """Several values of one clip set as `with_value` does, each kept within its bounds.

    Raises:
        EditError: the clip is gone, locked track.
    """
    for spot, value in values:
        sequence = with_value(sequence, (clip_id,), spot, playhead, spot.parameter.bounded(value))
    return sequence


def _with_key(sequence: Sequence, clip_id: str, spot: Spot, playhead: int, value: float) -> Sequence:
    here = key_here(sequence, clip_id, spot, playhead)
    time = here.time if here is not None else source_time(sequence, clip_id, playhead)
    return edits.set_key(sequence, clip_id, spot.name, time, value, effect_id=spot.effect_id)


def toggled_keys(sequence: Sequence, clip_ids: tuple[str, ...], spot: Spot, playhead: int) -> Sequence:
    """Keyframes of the clips at the playhead, taken away where the first of them has one there, else set with the
    values that show; clips that have not the effect are passed over. Of clips that all play elsewhere the first gets
    one, at its nearer end.

    Raises:
        EditError: locked track.
    """
    here = tuple(one for one in clip_ids if playhead in sequence.find(one)[1]) or clip_ids[:1]
    having = [one for one in here if not spot.effect_id or _has(sequence.find(one)[2], spot)]
    keyed = {one: key_here(sequence, one, spot, playhead) is not None for one in having}
    turned = [one for one in having if keyed[one] == keyed[having[0]]]
    return edits.each_alone(sequence, turned, lambda film, name: _toggled_key(film, name, spot, playhead))


def _has(clip: Clip, spot: Spot) -> bool:
    return any(effect.id == spot.effect_id for effect in clip.effects)


def _toggled_key(sequence: Sequence, clip_id: str, spot: Spot, playhead: int) -> Sequence:
    here = key_here(sequence, clip_id, spot, playhead)
    if here is not None:
        return edits.remove_key(sequence, clip_id, spot.name, here.time, effect_id=spot.effect_id)
    value = shown(sequence, clip_id, spot, playhead)
    return _with_key(sequence, clip_id, spot, playhead, value)


def with_easing(sequence: Sequence, clip_id: str, spot: Spot, playhead: int, easing: Easing) -> Sequence:
    """The keyframe at the playhead going on to the next one in another way; the same value without one.

    Raises:
        EditError: locked track.
    """
    here = key_here(sequence, clip_id, spot, playhead)
    if here is None:
        return sequence
    return edits.set_key(
        sequence, clip_id, spot.name, here.time, here.value, easing=easing, effect_id=spot.effect_id
    )


def with_default(sequence: Sequence, clip_ids: Iterable[str], spot: Spot) -> Sequence:
    """The parameter back to its default, keyframes gone.

    Raises:
        EditError: locked track.
    """
    return _with_plain(sequence, clip_ids, spot, spot.parameter.default)


def key_beside(sequence: Sequence, clip_id: str, spot: Spot, playhead: int, way: int) -> int | None:
    """Record time of the next (way 1) or previous (way -1) keyframe within the clip, on a frame; None without."""
    _, where, clip = sequence.find(clip_id)
    value = animated(clip, spot)
    if not isinstance(value, Keys):
        return None
    rate = sequence.rate
    times = {rate.snap(where.start + time) for key in value.keys for time in record_times(clip, key.time)}
    beyond = sorted(time for time in times if (time > playhead if way > 0 else time < playhead))
    return None if not beyond else beyond[0] if way > 0 else beyond[-1]


def clip_spots(kind: str) -> tuple[Spot, ...]:
    """What a clip on a track of that kind can set: transform, or volume."""
    return tuple(Spot(one) for one in (CLIP_PARAMETERS if kind == "video" else (CLIP_GAIN,)))


def effect_spots(effect_kind: str, effect_id: str) -> tuple[Spot, ...]:
    """What an effect can set; where it can be limited, also the numbers of a shape."""
    kind = EFFECT_KINDS[effect_kind]
    return tuple(
        Spot(one, effect_id) for one in (*kind.parameters, *(() if kind.whole else SHAPE_PARAMETERS))
    )
