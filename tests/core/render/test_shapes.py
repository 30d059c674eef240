"""Mattes drawn as shapes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.render.effect_stack import applied
from core.render.plan import layer_at
from core.render.shapes import closed_curve, shape_matte
from core.timeline.effects import SHAPE_PARAMETERS, new_effect
from core.timeline.freeform import Point, values_of
from core.timeline.model import Effect, Key, Keys, MatteUse, Shape
from tests.core.render.fakes import FakeSources, clip

SIZE = (160, 90)


def matte(shape: Shape, **given: float) -> np.ndarray:
    values = {one.name: one.default for one in SHAPE_PARAMETERS} | {
        f"shape_{name}": v for name, v in given.items()
    }
    return shape_matte(shape, values, SIZE)


def shaped(kind: str, shape: Shape, matte: MatteUse | None = None, **params: object) -> Effect:
    bare = new_effect(kind, matte)
    return replace(bare, shape=shape, params={**bare.params, **params})


@given(st.floats(10, 90), st.floats(10, 90), st.floats(30, 100), st.floats(40, 100), st.floats(-180, 180))
def test_a_hard_shape_has_its_area_and_its_middle(
    x: float, y: float, width: float, height: float, turn: float
) -> None:
    small = {"width": width / 4, "height": height / 4}
    at = {"x": 30 + 0.4 * x, "y": 30 + 0.4 * y, "turn": turn}
    for shape, part in (("rectangle", 1.0), ("ellipse", np.pi / 4)):
        drawn = matte(shape, softness=0.0, **small, **at)  # type: ignore[arg-type]
        area = part * small["width"] / 100 * SIZE[0] * small["height"] / 100 * SIZE[1]
        assert drawn.sum() == pytest.approx(area, rel=0.15, abs=8)
        rows, columns = np.indices(drawn.shape)
        assert (drawn * (columns + 0.5)).sum() / drawn.sum() == pytest.approx(
            at["x"] / 100 * SIZE[0], abs=0.6
        )
        assert (drawn * (rows + 0.5)).sum() / drawn.sum() == pytest.approx(at["y"] / 100 * SIZE[1], abs=0.6)


def test_a_turned_rectangle_stands_upright() -> None:
    lying = matte("rectangle", width=50.0, height=20.0, softness=0.0) > 0.5
    upright = matte("rectangle", width=50.0, height=20.0, turn=90.0, softness=0.0) > 0.5
    assert (lying.any(axis=1).sum(), lying.any(axis=0).sum()) == (18, 80)
    assert (upright.any(axis=1).sum(), upright.any(axis=0).sum()) == (80, 18)


def test_softness_widens_the_edge_and_outside_is_the_rest() -> None:
    hard, soft = matte("ellipse", softness=0.0), matte("ellipse", softness=100.0)
    assert ((soft > 0.02) & (soft < 0.98)).sum() > 5 * ((hard > 0.02) & (hard < 0.98)).sum()
    np.testing.assert_allclose(matte("ellipse", outside=1.0), 1 - matte("ellipse"), atol=1e-6)


def test_an_effect_works_inside_its_shape_alone() -> None:
    picture = np.full((90, 160, 3), 60, np.uint8)
    film = clip("a", 30, effects=(shaped("colour", "rectangle", exposure=1.0, shape_softness=0.0),))
    out = applied(picture, layer_at(film, 0), 0, 0.0, 1.0, FakeSources())
    assert (out[24:66, 42:118] > 70).all() and (out[:20] == 60).all() and (out[:, :38] == 60).all()


def test_a_shape_and_an_object_limit_together_and_a_shape_can_move() -> None:
    thing = np.zeros((90, 160), np.float32)
    thing[:, :80] = 1
    moving = Keys((Key(0, 25.0), Key(1000, 75.0)))
    effect = shaped("colour", "rectangle", MatteUse(1), exposure=1.0, shape_x=moving, shape_softness=0.0)
    picture, sources = np.full((90, 160, 3), 60, np.uint8), FakeSources(mattes={1: thing})

    def bright(time: int) -> tuple[bool, bool]:
        layer = layer_at(clip("a", 30, effects=(effect,)), time)
        out = applied(picture, layer, 0, 0.0, 1.0, sources)
        return bool(out[45, 20, 0] > 70), bool(out[45, 140, 0] > 70)

    assert bright(0) == (True, False)
    assert bright(1000) == (False, False), "it went where the object is not"


SQUARE = tuple(Point(x, y) for x, y in ((-100, -100), (100, -100), (100, 100), (-100, 100)))


def freeform(points: tuple[Point, ...], **given: float) -> np.ndarray:
    values = {one.name: one.default for one in SHAPE_PARAMETERS} | values_of(points)
    return shape_matte("freeform", values | {f"shape_{name}": v for name, v in given.items()}, SIZE)


def test_a_freeform_square_is_a_rectangle() -> None:
    for turn in (0.0, 30.0):
        hard = {"softness": 0.0, "turn": turn}
        assert np.abs(freeform(SQUARE, **hard) - matte("rectangle", **hard)).mean() < 0.004
        assert np.abs(freeform(SQUARE, softness=30.0) - matte("rectangle", softness=30.0)).mean() < 0.02


def test_round_points_lie_on_a_circle() -> None:
    eight = tuple(Point(100 * np.cos(a), 100 * np.sin(a), 1.0) for a in np.arange(8) * np.pi / 4)
    assert np.abs(freeform(eight, softness=0.0) - matte("ellipse", softness=0.0)).mean() < 0.01
    cornered = tuple(Point(point.x, point.y) for point in eight)
    assert freeform(cornered, softness=0.0).sum() < 0.96 * freeform(eight, softness=0.0).sum()


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=3, max_size=12))
def test_a_round_curve_goes_through_its_points_and_stays_near_them(places: list[tuple[float, float]]) -> None:
    points = tuple(Point(x, y, 1.0) for x, y in places)
    sides = closed_curve(points)
    for point, side, after in zip(points, sides, (*points[1:], points[0]), strict=True):
        assert side[0] == pytest.approx((point.x, point.y), abs=1e-6)
        assert side[-1] == pytest.approx((after.x, after.y), abs=1e-6)
        apart = np.hypot(after.x - point.x, after.y - point.y)
        assert np.linalg.norm(side - side[0], axis=1).max() <= 1.34 * apart + 1e-6


def test_a_shape_that_was_not_drawn_is_everywhere_and_softness_is_cheap_and_even() -> None:
    assert freeform(()).min() == 1
    soft = [freeform(SQUARE, softness=float(softness)) for softness in range(0, 101, 10)]
    edges = [((one > 0.05) & (one < 0.95)).sum() for one in soft]
    assert edges == sorted(edges) and edges[-1] > 5 * edges[0]
    for before, after in itertools.pairwise(soft):
        assert np.abs(before - after).max() < 0.75  # nothing jumps where it begins to be drawn smaller
    np.testing.assert_allclose(freeform(SQUARE, outside=1.0), 1 - freeform(SQUARE), atol=1e-6)
