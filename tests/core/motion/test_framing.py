"""The view that keeps an object in it: ways through a tube, and how they meet an object's extents."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.framing import REACH, View, corners, look, taut_string

LEVELS = st.lists(st.tuples(st.floats(-50, 50), st.floats(0, 20)), min_size=1, max_size=40)


def length(way: np.ndarray) -> float:
    return float(np.hypot(1, np.diff(way)).sum())


@given(LEVELS)
@settings(deadline=None)
def test_a_taut_string_stays_inside_and_cannot_be_made_shorter(tube: list[tuple[float, float]]) -> None:
    low = np.array([one for one, _ in tube])
    high = low + np.array([width for _, width in tube])
    way = taut_string(low, high)
    assert (way >= low - 1e-9).all()
    assert (way <= high + 1e-9).all()
    # The problem is convex: where no single place can move for the better, none can be.
    for place in range(len(way)):
        for by in (-0.01, 0.01):
            other = way.copy()
            other[place] = np.clip(way[place] + by, low[place], high[place])
            assert length(other) >= length(way) - 1e-9


def test_the_tube_is_nowhere_narrower_than_nothing() -> None:
    with pytest.raises(ValueError, match="narrower"):
        taut_string(np.array([0.0, 2.0]), np.array([1.0, 1.0]))


def extents(centres: np.ndarray, width: float = 0.1, height: float = 0.4) -> np.ndarray:
    y = np.full(len(centres), 0.5)
    return np.column_stack([centres - width / 2, y - height / 2, centres + width / 2, y + height / 2])


UPRIGHT = View(0.3, 1.0)


def test_a_still_object_is_looked_at_by_a_still_view() -> None:
    swaying = 0.6 + 0.01 * np.sin(np.arange(100))
    way = look(extents(swaying), UPRIGHT, 10.0)
    assert np.ptp(way[:, 0]) == 0
    assert way[0, 0] == pytest.approx(0.6, abs=0.02)


def test_the_view_goes_with_an_object_that_crosses_the_picture_and_shows_all_of_it() -> None:
    centres = np.linspace(0.2, 0.8, 120)
    way = look(extents(centres), UPRIGHT, 10.0)[:, 0]
    assert (np.abs(way - centres) < REACH * UPRIGHT.width + 0.02).all()
    assert (np.abs(way - centres) + 0.05 < UPRIGHT.width / 2).all()
    assert np.abs(np.diff(way, 2)).max() < 1e-3, "it moves evenly"


def test_the_view_does_not_look_beyond_the_picture() -> None:
    way = look(extents(np.linspace(0.0, 1.0, 60)), UPRIGHT, 10.0)
    assert way[:, 0].min() >= UPRIGHT.width / 2
    assert way[:, 0].max() <= 1 - UPRIGHT.width / 2
    assert (way[:, 1] == 0.5).all(), "all of the height is seen anyway"


def test_while_the_object_is_away_the_view_waits_for_its_return() -> None:
    centres = np.concatenate([np.full(30, 0.3), np.full(40, np.nan), np.full(30, 0.7)])
    way = look(extents(centres), UPRIGHT, 10.0)[:, 0]
    assert np.abs(way[:25] - 0.3).max() < 0.05
    assert np.abs(way[-25:] - 0.7).max() < 0.05


def test_an_object_that_is_larger_than_the_view_is_looked_at_in_its_middle() -> None:
    way = look(extents(np.full(30, 0.5), width=0.8), UPRIGHT, 10.0)
    assert np.allclose(way[:, 0], 0.5, atol=0.01)


def test_an_object_that_is_never_seen_leaves_the_view_in_the_middle() -> None:
    assert (look(np.full((10, 4), np.nan), UPRIGHT, 10.0) == 0.5).all()


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60), st.floats(0.1, 20))
@settings(deadline=None)
def test_lines_between_the_kept_corners_are_near_everywhere(values: list[float], tolerance: float) -> None:
    way = np.array(values)
    kept = corners(way, tolerance)
    assert (kept[0], kept[-1]) == (0, len(way) - 1)
    drawn = np.interp(np.arange(len(way)), kept, way[kept])
    assert np.abs(drawn - way).max() <= tolerance
