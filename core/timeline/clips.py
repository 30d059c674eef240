"""What a clip carries: its fields, effects and keyframes. Pure functions on a Sequence; linked clips do not
follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Literal

from msgspec.structs import replace

from core.errors import EditError
from core.timeline.draft import Draft, no_such_clip, refuse_locked
from core.timeline.effect_kind import Parameter
from core.timeline.effects import CLIP_GAIN, CLIP_PARAMETERS, new_effect, parameters_of
from core.timeline.keys import with_key, without_key
from core.timeline.lanes import check_source, fitted
from core.timeline.model import Animated, Clip, Easing, Effect, Keys, LookUse, MatteUse, Sequence, Shape

_BOUNDS = {parameter.name: parameter for parameter in (*CLIP_PARAMETERS, CLIP_GAIN)}
_OF_OTHERS = frozenset({"time_map", "content", "transition", "id", "duration"})


def set_clip(sequence: Sequence, clip_id: str, **fields: Any) -> Sequence:
    """Replace fields of a clip: name, content, enabled, x, y, scale, rotation, opacity, blend, gain, effects,
    time_map, between, transition, link. Its id and length have their own edits.

    Raises:
        EditError: for a number outside its bounds or a time map outside the source.
        TypeError: for a field a clip does not have, or its id or duration.
    """
    if {"id", "duration"} & fields.keys():
        raise TypeError("set_clip does not change a clip's id or duration")
    check_fields(fields)
    if not fields.keys() & {"time_map", "content", "transition"}:
        return _with_clip(sequence, replace(_clip(sequence, clip_id), **fields))
    draft = Draft(sequence)
    spot = draft.spot(clip_id)
    clip = replace(spot.clip, **fields)
    if "time_map" in fields or "content" in fields:
        check_source(clip)
    if fields.get("transition") is not None:
        before = draft.before(spot)
        fade = fitted(fields["transition"], before.clip if before else None, clip)
        clip = replace(clip, transition=fade)
    draft.replace_clip(spot, clip)
    return draft.done()


def with_fields(clip: Clip, **fields: Any) -> Clip:
    """The clip with fields of which no neighbour and no source is a part: not time_map, content, transition.

    Raises:
        EditError: for a number outside its bounds.
        TypeError: for a field that a clip does not have or that is not for this.
    """
    check_alone(fields)
    return replace(clip, **fields)


def changed_clip(sequence: Sequence, clip_id: str, change: Callable[[Clip], Clip]) -> Sequence:
    """A clip changed in what no neighbour depends on. Raises EditError when it is gone or its track is locked."""
    return _with_clip(sequence, change(_clip(sequence, clip_id)))


def add_effect(
    sequence: Sequence,
    clip_id: str,
    kind: str,
    *,
    matte: MatteUse | None = None,
    look: LookUse | None = None,
    effect_id: str = "",
    **params: Animated,
) -> Sequence:
    """Put an effect with neutral values on top of the clip's stack.

        effects  ( colour, blur )      add cutout      ( colour, blur, cutout )

    Raises EditError for an unknown kind or parameter.
    """
    try:
        effect = new_effect(kind, matte, **params)
    except KeyError as error:
        raise EditError(f"there is no effect or parameter {error.args[0]}", "Pick one of the list") from error
    effect = replace(effect, id=effect_id or effect.id, look=look)
    clip = _clip(sequence, clip_id)
    return _with_effects(sequence, clip, (*clip.effects, effect))


def first_of(clip: Clip, kind: str) -> Effect | None:
    """The clip's first effect of a kind that is on and works on the whole picture."""
    found = (one for one in clip.effects if one.kind == kind and one.enabled)
    return next((one for one in found if one.matte is None and not one.shape), None)


def remove_effect(sequence: Sequence, clip_id: str, effect_id: str) -> Sequence:
    """Take an effect off the clip."""
    clip = _clip(sequence, clip_id)
    gone = _effect(clip, effect_id)
    return _with_effects(sequence, clip, tuple(effect for effect in clip.effects if effect is not gone))


def move_effect(sequence: Sequence, clip_id: str, effect_id: str, by: int) -> Sequence:
    """Move an effect `by` places later in the stack (negative: earlier), at most to its end."""
    clip = _clip(sequence, clip_id)
    effects = list(clip.effects)
    effect = _effect(clip, effect_id)
    place = effects.index(effect)
    effects.remove(effect)
    effects.insert(min(max(place + by, 0), len(effects)), effect)
    return _with_effects(sequence, clip, tuple(effects))


def set_effect(
    sequence: Sequence,
    clip_id: str,
    effect_id: str,
    *,
    enabled: bool | None = None,
    matte: MatteUse | Literal["keep"] | None = "keep",
    look: LookUse | None = None,
    shape: Shape | None = None,
) -> Sequence:
    """Switch an effect on or off, limit it to an object (matte None: the whole picture) or to a shape ("": to none), or
    give it another look."""
    clip = _clip(sequence, clip_id)
    effect = _effect(clip, effect_id)
    if enabled is not None:
        effect = replace(effect, enabled=enabled)
    if matte != "keep":
        effect = replace(effect, matte=matte)
    if look is not None:
        effect = replace(effect, look=look)
    if shape is not None:
        effect = replace(effect, shape=shape)
    return _with_effects(sequence, clip, _swapped(clip, effect))


def change_effect(
    sequence: Sequence, clip_id: str, effect_id: str, change: Callable[[Effect], Effect]
) -> Sequence:
    """Put a changed effect in the place of one, which keeps its id."""
    clip = _clip(sequence, clip_id)
    return _with_effects(sequence, clip, _swapped(clip, change(_effect(clip, effect_id))))


def set_effect_param(
    sequence: Sequence, clip_id: str, effect_id: str, name: str, value: Animated
) -> Sequence:
    """Set a parameter of an effect. Raises EditError for an unknown one or a value outside its bounds."""
    clip = _clip(sequence, clip_id)
    return _with_effects(sequence, clip, _swapped(clip, _with_param(clip, effect_id, name, value)))


def set_key(
    sequence: Sequence,
    clip_id: str,
    name: str,
    source_time: int,
    value: float,
    *,
    easing: Easing | None = None,
    effect_id: str = "",
) -> Sequence:
    """Set a keyframe of a parameter (of an effect when `effect_id` is given) at a source time, as keys.with_key
    does."""
    known = _animated(sequence, clip_id, name, effect_id)
    return _set_animated(sequence, clip_id, name, with_key(known, source_time, value, easing), effect_id)


def remove_key(
    sequence: Sequence, clip_id: str, name: str, source_time: int, *, effect_id: str = ""
) -> Sequence:
    """Take the keyframe at a source time away; after the last one the parameter is a constant again.

    Raises EditError when there is none at that time.
    """
    known = _animated(sequence, clip_id, name, effect_id)
    rest = without_key(known, source_time)
    if rest == known:
        raise EditError("there is no keyframe here", "Go to a keyframe first")
    return _set_animated(sequence, clip_id, name, rest, effect_id)


# Parts of the above


def _clip(sequence: Sequence, clip_id: str) -> Clip:
    """Raises EditError when it is not there, or its track is locked."""
    for track in sequence.tracks:
        if clip_id in track.spots:
            refuse_locked(track)
            return track.spots[clip_id][2]
    raise no_such_clip()


def _with_clip(sequence: Sequence, clip: Clip) -> Sequence:
    """The clip in the place of the one with its id, of which it differs in nothing that a neighbour depends on."""
    for number, track in enumerate(sequence.tracks):
        place, _, known = track.spots.get(clip.id, (0, 0, None))
        if known is not None and known != clip:
            items = (*track.items[:place], clip, *track.items[place + 1 :])
            tracks = sequence.tracks
            changed = (*tracks[:number], replace(track, items=items), *tracks[number + 1 :])
            return replace(sequence, tracks=changed)
    return sequence


def _effect(clip: Clip, effect_id: str) -> Effect:
    for effect in clip.effects:
        if effect.id == effect_id:
            return effect
    raise EditError("this effect is not on the clip", "Select the clip that carries it")


def _with_effects(sequence: Sequence, clip: Clip, effects: tuple[Effect, ...]) -> Sequence:
    return _with_clip(sequence, replace(clip, effects=effects))


def _swapped(clip: Clip, effect: Effect) -> tuple[Effect, ...]:
    return tuple(effect if known.id == effect.id else known for known in clip.effects)


def _with_param(clip: Clip, effect_id: str, name: str, value: Animated) -> Effect:
    effect = _effect(clip, effect_id)
    known = {parameter.name: parameter for parameter in parameters_of(effect)}
    if name not in known:
        raise EditError(f"{effect.kind} has no parameter {name}", "Pick one of the list")
    _check_value(known[name], value)
    return replace(effect, params={**effect.params, name: value})


def check_alone(fields: Mapping[str, Any]) -> None:
    """As `check_fields`, for fields of which no neighbour and no source is a part. Raises TypeError for others."""
    if not fields.keys().isdisjoint(_OF_OTHERS):
        raise TypeError("changes what others depend on")
    check_fields(fields)


def check_fields(fields: Mapping[str, Any]) -> None:
    """Raises EditError for a number of a clip outside its bounds."""
    for name, value in fields.items():
        if name in _BOUNDS:
            _check_value(_BOUNDS[name], value)


def _check_value(parameter: Parameter, value: Animated) -> None:
    values = [key.value for key in value.keys] if isinstance(value, Keys) else (value,)
    if not parameter.low <= min(values) <= max(values) <= parameter.high or not all(map(isfinite, values)):
        raise EditError(
            f"{parameter.title} lies between {parameter.low:g} and {parameter.high:g}", "Choose another value"
        )


def _animated(sequence: Sequence, clip_id: str, name: str, effect_id: str) -> Animated:
    clip = _clip(sequence, clip_id)
    if effect_id:
        return _effect(clip, effect_id).params.get(name, 0.0)
    if name not in _BOUNDS:
        raise EditError(f"a clip has no parameter {name}", "Pick one of the list")
    value: Animated = getattr(clip, name)
    return value


def _set_animated(sequence: Sequence, clip_id: str, name: str, value: Animated, effect_id: str) -> Sequence:
    if effect_id:
        return set_effect_param(sequence, clip_id, effect_id, name, value)
    return set_clip(sequence, clip_id, **{name: value})
