"""The points of freeform shapes, as parameters of an effect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timeline import freeform
from core.timeline.effects import SHAPE_PARAMETERS, effect_values, new_effect
from core.timeline.freeform import Point
from core.timeline.keys import with_key
from core.timeline.model import Effect, Keys

TRIANGLE = (Point(-100, -100), Point(100, -100, 1.0), Point(0, 100))
coordinate = st.floats(-50, 150)
shapes = st.lists(
    st.builds(Point, coordinate, coordinate, st.sampled_from((0.0, 1.0))), min_size=3, max_size=20
)


def shape(points: tuple[Point, ...] = TRIANGLE) -> Effect:
    frame = {"shape_x": 50.0, "shape_y": 50.0, "shape_width": 40.0, "shape_height": 40.0}
    return freeform.drawn(new_effect("blur"), frame, points)


@given(shapes)
def test_the_frame_holds_the_points_and_leads_back_to_them(points: list[Point]) -> None:
    frame, inside = freeform.framed(points)
    for point, own in zip(points, inside, strict=True):
        assert abs(own.x) <= 100.01 and abs(own.y) <= 100.01 and own.round == point.round
        x = frame["shape_x"] + own.x / 200 * frame["shape_width"]
        y = frame["shape_y"] + own.y / 200 * frame["shape_height"]
        assert (x, y) == pytest.approx((point.x, point.y), abs=0.05)


def test_points_are_parameters_like_all_others() -> None:
    effect = shape()
    assert freeform.points_at(effect, 0) == TRIANGLE
    values = effect_values(effect, 0)
    assert freeform.points_of(values) == TRIANGLE and values["radius"] == 8.0
    assert {one.name for one in SHAPE_PARAMETERS} <= set(values)


def test_a_shape_drawn_anew_forgets_the_points_and_keyframes_of_the_one_before() -> None:
    old = freeform.moved(shape((*TRIANGLE, Point(-50, 0))), (*TRIANGLE, Point(-60, 0)), key=100)
    new = freeform.drawn(old, {}, TRIANGLE)
    assert freeform.points_at(new, 0) == TRIANGLE and not freeform.is_animated(new)


def test_points_go_from_keyframe_to_keyframe() -> None:
    effect = freeform.moved(shape(), TRIANGLE, key=0)
    there = (Point(-80, -100), Point(100, -60, 1.0), Point(0, 100))
    effect = freeform.moved(effect, there, key=1000)
    assert freeform.points_at(effect, 500) == (Point(-90, -100), Point(100, -80, 1.0), Point(0, 100))
    still = freeform.without_keyframe(freeform.without_keyframe(effect, 0), 1000)
    assert freeform.points_at(still, 0) == there and not freeform.is_animated(still)


@given(st.integers(0, 2), st.integers(-500, 1500))
def test_a_new_point_goes_along_with_its_neighbours(after: int, time: int) -> None:
    effect = freeform.moved(shape(), TRIANGLE, key=0)
    effect = freeform.moved(effect, tuple(Point(p.x + 30, p.y - 20, p.round) for p in TRIANGLE), key=1000)
    new = freeform.with_point(effect, after, Point(7, 9, 1.0), time)
    shown = freeform.points_at(new, time)
    assert shown[after + 1] == pytest.approx((7, 9, 1.0))
    assert (*shown[: after + 1], *shown[after + 2 :]) == freeform.points_at(effect, time)
    moved, still = freeform.points_at(new, 1000)[after + 1], freeform.points_at(new, 0)[after + 1]
    assert (moved.x - still.x, moved.y - still.y) == pytest.approx((30, -20))
    assert freeform.without_point(new, after + 1) == effect


def test_a_shape_keeps_three_points() -> None:
    effect = shape()
    assert freeform.without_point(effect, 1) == effect
    more = freeform.with_point(effect, 2, Point(-50, 0), 0)
    assert freeform.count_of(freeform.without_point(more, 0).params) == 3


def test_round_or_cornered_for_one_or_for_all() -> None:
    one = freeform.rounded(shape(), 1.0, 0)
    assert [point.round for point in freeform.points_at(one, 0)] == [1.0, 1.0, 0.0]
    assert [point.round for point in freeform.points_at(freeform.rounded(one, 0.0), 0)] == [0.0, 0.0, 0.0]


def test_a_key_set_and_taken_away_leaves_what_was_there() -> None:
    keys = with_key(with_key(3.0, 10, 3.0, "smooth"), 30, 5.0)
    assert isinstance(keys, Keys) and [key.easing for key in keys.keys] == ["smooth", "smooth"]
