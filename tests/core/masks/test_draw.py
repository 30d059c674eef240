"""Drawing: what each tool changes, what it leaves alone, and undo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.masks import draw
from core.masks.draw import Stroke

LABELS = arrays.arrays(
    np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.integers(0, 3)
)
POINTS = st.lists(st.tuples(st.floats(-10, 40), st.floats(-10, 40)), min_size=1, max_size=6)


def disc(size: int = 41, radius: float = 12, label: int = 1) -> np.ndarray:
    y, x = np.mgrid[:size, :size]
    return (np.hypot(x - size // 2, y - size // 2) <= radius).astype(np.uint8) * np.uint8(label)


@given(LABELS, POINTS, st.floats(0.1, 30), st.integers(1, 3), st.booleans())
def test_tools_return_new_images_and_touch_only_their_area(
    labels: np.ndarray, points: list[tuple[float, float]], diameter: float, label: int, protect: bool
) -> None:
    before = labels.copy()
    stroke = Stroke(tuple(points), diameter)
    area = draw.stroke_area(labels.shape, stroke)
    painted = draw.brush(labels, stroke, label, protect)
    erased = draw.erase(labels, stroke, label)
    filled = draw.polygon(labels, points, label, protect)
    np.testing.assert_array_equal(labels, before)
    np.testing.assert_array_equal(painted[~area], labels[~area])
    np.testing.assert_array_equal(erased[~area], labels[~area])
    assert not np.any(erased[area] == label)
    others = (labels != 0) & (labels != label)
    np.testing.assert_array_equal(erased[others], labels[others])
    if protect:
        np.testing.assert_array_equal(painted[others], labels[others])
        np.testing.assert_array_equal(filled[others], labels[others])
    else:
        assert np.all(painted[area] == label)


@given(st.floats(3, 25), st.floats(15, 45), st.floats(15, 45), st.floats(15, 45), st.floats(15, 45))
def test_a_stroke_covers_what_is_within_half_its_diameter(
    d: float, x0: float, y0: float, x1: float, y1: float
) -> None:
    area = draw.stroke_area((60, 60), Stroke(((x0, y0), (x1, y1)), d))
    y, x = np.mgrid[:60, :60] + 0.5
    dx, dy = x1 - x0, y1 - y0
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
    distance = np.hypot(x - x0 - along * dx, y - y0 - along * dy)
    assert area[distance < d / 2 - 1.5].all()
    assert not area[distance > d / 2 + 1.5].any()


def test_polygon_fills_its_pixels() -> None:
    area = draw.polygon_area((20, 30), [(5, 4), (25, 4), (25, 14), (5, 14)])
    assert abs(int(area.sum()) - 200) <= 2
    assert area[4:14, 5:25].all()
    assert not draw.polygon_area((20, 30), [(5, 4), (25, 4)]).any()


def test_holes_fill_but_other_objects_inside_stay() -> None:
    labels = np.zeros((20, 20), np.uint8)
    labels[2:18, 2:18] = 1
    labels[5:15, 5:15] = 0
    labels[8:10, 8:10] = 2
    filled = draw.fill_holes(labels, 1)
    assert (filled == 2).sum() == 4
    assert (filled == 1).sum() == 16 * 16 - 4
    open_ring = labels.copy()
    open_ring[9, 0:6] = 0
    np.testing.assert_array_equal(draw.fill_holes(open_ring, 1), open_ring)


def test_the_largest_part_is_kept() -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[2:10, 2:10], labels[14:16, 14:16], labels[2:4, 20:22] = 1, 1, 2
    kept = draw.keep_largest(labels, 1)
    assert (kept == 1).sum() == 64 and (kept == 2).sum() == 4


@given(st.integers(1, 5))
def test_grow_then_shrink_of_a_disc(pixels: int) -> None:
    mask = disc()
    grown = draw.grow(mask, 1, pixels)
    assert grown.sum() == pytest.approx(np.pi * (12 + pixels) ** 2, rel=0.08)
    assert draw.shrink(mask, 1, pixels).sum() == pytest.approx(np.pi * (12 - pixels) ** 2, rel=0.16)
    again = draw.shrink(grown, 1, pixels)
    assert np.abs(again.astype(int) - mask).sum() < 0.12 * mask.sum()


def test_grow_protects_others_and_whole_frames_do_not_shrink() -> None:
    labels = np.zeros((9, 9), np.uint8)
    labels[4, 4], labels[4, 5] = 1, 2
    assert draw.grow(labels, 1, 2)[4, 5] == 2
    assert draw.grow(labels, 1, 2, protect=False)[4, 5] == 1
    whole = np.ones((5, 6), np.uint8)
    np.testing.assert_array_equal(draw.shrink(whole, 1, 2), whole)
    np.testing.assert_array_equal(draw.grow(np.zeros_like(whole), 1, 2), np.zeros_like(whole))
