"""Rows of times agree with the exact map, tick by tick."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.render.time_curve import source_times, speeds
from core.timeline.time_map import Curve, TimeMap
from tests.core.timeline.test_time_map import MAPS


@given(MAPS, st.lists(st.integers(-5000, 20_000), min_size=1, max_size=20))
def test_rows_are_the_exact_map_before_it_is_floored(time_map: TimeMap, times: list[int]) -> None:
    found = source_times(time_map, np.array(times))
    exact = np.array([time_map.at(time) for time in times])
    assert np.all(found - exact > -1e-4) and np.all(found - exact < 1 + 1e-4)
    if isinstance(time_map, Curve):
        known = [time_map.speed_at(time) for time in times]
        np.testing.assert_allclose(speeds(time_map, np.array(times)), known, atol=1e-4)
