"""The effects of a clip on its picture, in their order: with the mattes that limit them, and the camera that some
need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from core.media.info import Frame
from core.motion.steady import at_frame
from core.render import effects
from core.render.pixels import Floats
from core.render.plan import Layer
from core.render.shapes import shape_matte
from core.render.sources import Sources
from core.timeline.effects import CORNER_PIN, EFFECT_KINDS, GRAIN, LOOK, MIRROR, STEADY, effect_values
from core.timeline.model import Clip, Effect

_Move = Callable[[Any], Any]
"""What an effect does to the places of things in a picture, uint8 (H, W, 3|4), or a matte, float32 (H, W)."""


def applied(
    picture: Frame, layer: Layer, index: int, t: float, pixel_scale: float, sources: Sources
) -> Frame:
    """The picture after all effects that are on; a corner pin is drawn later (core.render.corner_pin).

    Args:
        picture: uint8 (H, W, 3|4), straight; at `t` between source frame `index` and the next.
        pixel_scale: its pixels for one of the sequence.

    Raises:
        MediaError: as `sources`.
    """
    size = (picture.shape[1], picture.shape[0])
    moves: list[_Move] = []
    for effect in layer.clip.effects:
        if not effect.enabled or EFFECT_KINDS[effect.kind].sound or effect.kind == CORNER_PIN:
            continue
        values = effect_values(effect, layer.source_time)
        if effect.kind in (STEADY, MIRROR):
            move = _move(effect, layer.clip, index, t, values, size, sources)
            picture = move(picture)
            moves.append(move)
            continue
        matte = _matte(effect, layer.clip, index, t, size, sources)
        for move in moves if matte is not None else ():
            matte = move(matte)
        if effect.shape and not EFFECT_KINDS[effect.kind].whole:
            shape = shape_matte(effect.shape, values, size)
            matte = shape if matte is None else matte * shape
        if effect.kind == GRAIN:
            lines = picture.shape[0] / effects.REFERENCE_HEIGHT
            picture = effects.grained(picture, values, matte, layer.source_time, lines)
            continue
        if effect.kind == LOOK:
            look = sources.look(effect)
            picture = picture if look is None else effects.looked(picture, look, values["amount"], matte)
            continue
        picture = effects.apply(effect.kind, picture, values, matte, pixel_scale)
    return picture


def shown_matte(matte: Floats, clip: Clip, index: int, sources: Sources) -> Floats:
    """A matte of source frame `index`, float32 (H, W), where the clip's effects show it: steadied and mirrored.

    Raises:
        MediaError: as `sources`.
    """
    at, size = sources.source(clip).time_of(index), (matte.shape[1], matte.shape[0])
    for effect in clip.effects:
        if effect.enabled and effect.kind in (STEADY, MIRROR):
            matte = _move(effect, clip, index, 0.0, effect_values(effect, at), size, sources)(matte)
    return matte


def _move(
    effect: Effect,
    clip: Clip,
    index: int,
    t: float,
    values: Mapping[str, float],
    size: tuple[int, int],
    sources: Sources,
) -> _Move:
    """What a Stabilise or a Mirror does at source frame `index` + t to a picture or matte of `size`."""
    if effect.kind == MIRROR:
        return partial(effects.mirrored, values=values)
    way = _steady(clip, index, t, values, size, sources)
    return partial(effects.moved, way=way) if way is not None else lambda picture: picture


def _matte(
    effect: Effect, clip: Clip, index: int, t: float, size: tuple[int, int], sources: Sources
) -> Floats | None:
    """What limits an effect; None for the whole picture."""
    if effect.matte is None or clip.media_id is None:
        return None
    if t:
        return sources.matte_between(clip, index, t, effect.matte, size)
    return sources.matte(clip, index, effect.matte, size)


def _steady(
    clip: Clip, index: int, t: float, values: Mapping[str, float], size: tuple[int, int], sources: Sources
) -> Floats | None:
    """How a frame drawn at `size` is moved so that its camera is steady, float64 (2, 3), continuous coordinates; None
    when it stays where it is."""
    known = sources.camera(clip, index)
    if known is None:
        return None
    path, number = known
    whole = at_frame(path, values["smoothness"], values["zoom"], number + t)
    if np.array_equal(whole, np.eye(3)):
        return None
    scale = np.diag([size[0] / path.size[0], size[1] / path.size[1], 1.0])
    return np.asarray((scale @ whole @ np.linalg.inv(scale))[:2], np.float64)
