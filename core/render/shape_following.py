"""The shape that an effect works inside of, going along with what it holds: a face, a number plate, a logo.

It is followed (core.motion.similarity_tracker) in the clip's own picture, as the effect gets it, and becomes ordinary
keyframes of the shape's place, size and turn, which can be edited. What moves by itself all over, such as a person, is
better tracked as an object, to which effects can be limited, too.
"""

from __future__ import annotations

from itertools import takewhile

import numpy as np
from msgspec.structs import replace

from core.errors import EditError
from core.job import Report
from core.motion.framing import Values
from core.motion.planar import Corners
from core.motion.similarity_tracker import SimilarityTracker, alike
from core.render.corner_pin import fitting
from core.render.sources import Sources
from core.render.tracing import Traced, View, traced, with_keys
from core.timeline import edits
from core.timeline.effects import CORNER_PIN, SHAPE_PARAMETERS, effect_values
from core.timeline.model import Clip, Effect, Gap, Sequence

TOLERANCE = 0.05
"""Per cent of the picture, or degrees, that a shape may be off between keyframes."""
PLAIN = {"x": 0.0, "y": 0.0, "scale": 1.0, "rotation": 0.0, "opacity": 1.0}


def effect_with_shape(clip: Clip, effect_id: str = "") -> Effect:
    """The effect of that id, or the last that has a shape. Raises EditError when there is none."""
    found = next(
        (one for one in reversed(clip.effects) if one.shape and one.enabled and effect_id in ("", one.id)),
        None,
    )
    if found is None:
        raise EditError(
            f"{clip.name} has no effect inside a shape",
            "Limit one to an ellipse, a rectangle or a freeform shape, and lay that on what is to be followed",
        )
    return found


def seen_by(sequence: Sequence, clip_id: str, effect_id: str) -> Sequence:
    """The film of a clip alone, as large as it fits, as one of its effects gets it. Raises KeyError when it is gone."""
    track, here, clip = sequence.find(clip_id)
    before = takewhile(lambda one: one.id != effect_id, clip.effects)
    effects = tuple(one for one in before if one.kind != CORNER_PIN)
    bare = replace(
        clip, effects=effects, blend="normal", fade_in=0, fade_out=0, transition=None, pin=None, **PLAIN
    )
    gap = (Gap(here.start),) if here.start else ()
    lane = replace(track, items=(*gap, replace(bare, enabled=True)), muted=False)
    return replace(sequence, tracks=(lane,))


def corners_at(values: dict[str, float], size: tuple[float, float]) -> Corners:
    """The corners of a shape's frame, (4, 2), on a picture of `size`. values: of SHAPE_PARAMETERS, by name."""
    middle = np.array((values["shape_x"], values["shape_y"])) / 100 * size
    half = np.array((values["shape_width"], values["shape_height"])) / 200 * size
    angle = np.radians(values["shape_turn"])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray((np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half) @ turn + middle)


def trace_shape(
    sequence: Sequence,
    clip_id: str,
    effect_id: str,
    time: int,
    picture: tuple[int, int],
    sources: Sources,
    report: Report = lambda part: True,
    ways: tuple[int, ...] = (1, -1),
) -> Traced:
    """Follow what the shape of an effect holds at a record time, from there to the clip's ends.

    Args:
        picture: (width, height) of what the clip shows.
        report, ways: see `traced`.

    Returns:
        Corners of the shape's frame in pixels of the picture as large as it fits into the film.

    Raises:
        EditError: when there is no such shape, or it holds nothing that can be followed.
        MediaError: as `sources`.
        Cancelled: when `report` asked for it.
    """
    _, here, clip = sequence.require(clip_id)
    effect = effect_with_shape(clip, effect_id)
    values = effect_values(effect, clip.time_map.at(here.nearest(time) - here.start))
    size, film = fitting(picture, (sequence.width, sequence.height)), (sequence.width, sequence.height)
    corner = (np.array(film) - size) / 2
    view = View.of(seen_by(sequence, clip_id, effect.id), here, time, sources)
    marked = SimilarityTracker.marked(view.grey(view.begin), view.small(corners_at(values, size) + corner))
    if not marked.textured:
        raise EditError(
            f"the shape on {clip.name} holds nothing that could be followed",
            "Lay it on something with edges or a pattern",
        )
    found = traced(marked, view, report, ways)
    return Traced(found.times, found.corners - corner, found.lost)


def following(
    sequence: Sequence, clip_id: str, effect_id: str, picture: tuple[int, int], traced: Traced
) -> Sequence:
    """The film with a shape that goes as what it held was followed. Keyframes before and after that stay.

    Raises:
        EditError: when the clip or its shape is gone.
    """
    _, here, clip = sequence.require(clip_id)
    effect_with_shape(clip, effect_id)
    times = [clip.time_map.at(time - here.start) for time in traced.times]
    size = fitting(picture, (sequence.width, sequence.height))
    bounds = {one.name: one for one in SHAPE_PARAMETERS}

    def change(effect: Effect) -> Effect:
        ways = _ways(effect, times, traced, size)
        return replace(effect, params=with_keys(effect.params, times, ways, bounds, TOLERANCE))

    return edits.change_effect(sequence, clip_id, effect_id, change)


def _ways(effect: Effect, times: list[int], traced: Traced, size: tuple[float, float]) -> dict[str, Values]:
    """The numbers of a shape along what was followed."""
    first = traced.corners[0]
    factors = np.array([alike(first, corners) for corners in traced.corners])
    known = effect_values(effect, times[0])
    turned = np.degrees(np.unwrap(np.angle(factors)))
    middles = traced.corners.mean(axis=1) / size * 100
    wide, high = (np.linalg.norm(first[n] - first[0], axis=-1) for n in (1, 3))
    across = first[1] - first[0]
    begin = float(np.degrees(np.arctan2(across[1], across[0])))
    begin += 360 * round((known["shape_turn"] - begin) / 360)
    return {
        "shape_x": middles[:, 0],
        "shape_y": middles[:, 1],
        "shape_width": 100 * wide * np.abs(factors) / size[0],
        "shape_height": 100 * high * np.abs(factors) / size[1],
        "shape_turn": begin + turned,
    }
