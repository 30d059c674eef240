"""The points of a freeform shape, as parameters of its effect: they are animated, copied and kept as all others are.

A point lies relative to the frame of the shape (SHAPE_PARAMETERS in core.timeline.effects): 0 is its middle, -100 and
100 its edges. So the shape is moved, sized and turned as a whole like any other, also by keyframes.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Many
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from core.timeline.effect_kind import Parameter
from core.timeline.keys import with_key, without_key
from core.timeline.model import Animated, Effect, Key, Keys, value_at

FEWEST, MOST = 3, 64
"""How many points a shape may have."""
NARROWEST = 0.5
"""Per cent of the picture that its frame is wide at least."""


class Point(NamedTuple):
    """A point of a freeform shape.

    x, y: per cent of half the frame's width and height.
    round: 0 is a corner, 1 lies on a smooth curve.
    """

    x: float
    y: float
    round: float = 0.0


@cache
def point_parameters(number: int) -> tuple[Parameter, Parameter, Parameter]:
    """Those of a point, in the order of `Point`."""
    return (
        Parameter(f"point_{number}_x", f"Point {number + 1} X", 0.0, -2000.0, 2000.0, 0.5, "%"),
        Parameter(f"point_{number}_y", f"Point {number + 1} Y", 0.0, -2000.0, 2000.0, 0.5, "%"),
        Parameter(f"point_{number}_round", f"Point {number + 1} round", 0.0, 0.0, 1.0),
    )


@cache
def freeform_parameters(count: int = MOST) -> tuple[Parameter, ...]:
    """Those of the first `count` points."""
    return tuple(one for number in range(count) for one in point_parameters(number))


def count_of(values: Mapping[str, object]) -> int:
    """How many points the parameters of an effect tell of."""
    return next((n for n in range(MOST) if any(one.name not in values for one in point_parameters(n))), MOST)


def points_at(effect: Effect, source_time: int) -> tuple[Point, ...]:
    """Where the points are at a source time; without any, the shape has not been drawn."""
    return points_of({one.name: value_at(effect.params[one.name], source_time) for one in _known(effect)})


def points_of(values: Mapping[str, float]) -> tuple[Point, ...]:
    """The points among the parameters of an effect."""
    return tuple(Point(*(values[one.name] for one in point_parameters(n))) for n in range(count_of(values)))


def values_of(points: Many[Point]) -> dict[str, float]:
    """Points as parameters of an effect, in their bounds."""
    return {
        one.name: one.bounded(value)
        for n, point in enumerate(points)
        for one, value in zip(point_parameters(n), point, strict=True)
    }


def framed(points: Many[Point]) -> tuple[dict[str, float], tuple[Point, ...]]:
    """The frame that just holds some points, as values of SHAPE_PARAMETERS, and the points in it.

    Args:
        points: x and y in per cent of the picture's width and height.
    """
    xs, ys = [point.x for point in points], [point.y for point in points]
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    width, height = max(max(xs) - min(xs), NARROWEST), max(max(ys) - min(ys), NARROWEST)
    frame = {"shape_x": x, "shape_y": y, "shape_width": width, "shape_height": height, "shape_turn": 0.0}
    own = (
        Point(round(200 * (one.x - x) / width, 2), round(200 * (one.y - y) / height, 2), one.round)
        for one in points
    )
    return {name: round(value, 2) for name, value in frame.items()}, tuple(own)


def is_animated(effect: Effect) -> bool:
    """Whether its points have keyframes."""
    return any(isinstance(effect.params[one.name], Keys) for one in _known(effect))


def drawn(effect: Effect, frame: Mapping[str, float], points: Many[Point]) -> Effect:
    """The effect limited to a shape that is drawn anew; keyframes of the one before go.

    Args:
        frame: values of SHAPE_PARAMETERS by name: where the frame of the points lies.
    """
    kept = {name: value for name, value in effect.params.items() if not name.startswith("point_")}
    return replace(effect, shape="freeform", params={**kept, **frame, **values_of(points)})


def moved(effect: Effect, points: Many[Point], key: int | None) -> Effect:
    """The same points in other places. key: the source time of the keyframe that says so; None for a shape without
    any."""
    params = dict(effect.params)
    for n, point in enumerate(points):
        for one, value in zip(point_parameters(n)[:2], point[:2], strict=True):
            value = round(one.bounded(value), 2)
            params[one.name] = value if key is None else with_key(params[one.name], key, value)
    return replace(effect, params=params)


def without_keyframe(effect: Effect, time: int) -> Effect:
    """The shape without its keyframe at a source time."""
    params = {one.name: without_key(effect.params[one.name], time) for one in _known(effect)}
    return replace(effect, params={**effect.params, **params})


def with_point(effect: Effect, after: int, point: Point, source_time: int) -> Effect:
    """One more point after the `after`-th, where it is drawn at a source time. At other times it goes along with the
    middle of its two neighbours."""
    rows = _rows(effect)
    neighbours = rows[after], rows[(after + 1) % len(rows)]
    own = [
        _along(first, second, value, source_time)
        for first, second, value in zip(*neighbours, point, strict=True)
    ]
    own[2] = point.round
    return _with_rows(effect, [*rows[: after + 1], own, *rows[after + 1 :]])


def without_point(effect: Effect, number: int) -> Effect:
    """The shape with a point less; as it is when it has no more than it needs."""
    rows = _rows(effect)
    return effect if len(rows) <= FEWEST else _with_rows(effect, [*rows[:number], *rows[number + 1 :]])


def rounded(effect: Effect, round_: float, number: int | None = None) -> Effect:
    """All points, or one of them, as corners (0) or on a smooth curve (1)."""
    changed = range(count_of(effect.params)) if number is None else (number,)
    params = {point_parameters(n)[2].name: round_ for n in changed}
    return replace(effect, params={**effect.params, **params})


def _known(effect: Effect) -> tuple[Parameter, ...]:
    return freeform_parameters(count_of(effect.params))


def _rows(effect: Effect) -> list[list[Animated]]:
    """Of each point its parameters as they are, animated or not."""
    return [[effect.params[one.name] for one in point_parameters(n)] for n in range(count_of(effect.params))]


def _with_rows(effect: Effect, rows: list[list[Animated]]) -> Effect:
    kept = {name: value for name, value in effect.params.items() if not name.startswith("point_")}
    for n, row in enumerate(rows):
        kept |= {one.name: value for one, value in zip(point_parameters(n), row, strict=True)}
    return replace(effect, params=kept)


def _along(first: Animated, second: Animated, value: float, source_time: int) -> Animated:
    """A number that is `value` at a source time and goes along with the middle of two others."""
    keyed = [one for one in (first, second) if isinstance(one, Keys)]
    if not keyed:
        return value

    def middle(time: int) -> float:
        return (value_at(first, time) + value_at(second, time)) / 2

    easings = {key.time: key.easing for one in keyed for key in one.keys}
    off = value - middle(source_time)
    return Keys(tuple(Key(time, middle(time) + off, easings[time]) for time in sorted(easings)))
