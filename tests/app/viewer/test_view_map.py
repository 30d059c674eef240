"""Screen to picture and back: exact under every zoom and pan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.viewer.view_map import ViewMap, centred, fit

numbers = st.floats(-5000, 5000)


@given(st.floats(0.02, 60), numbers, numbers, numbers, numbers)
def test_there_and_back(zoom: float, left: float, top: float, x: float, y: float) -> None:
    view = ViewMap(zoom, left, top)
    assert view.to_picture(*view.to_widget(x, y)) == pytest.approx((x, y), abs=1e-3)


@given(numbers, numbers, st.floats(0.2, 5))
def test_zooming_keeps_what_is_under_the_mouse(x: float, y: float, factor: float) -> None:
    view = ViewMap(1.5, 20, -30)
    zoomed = view.zoomed_at(x, y, factor)
    assert zoomed.to_picture(x, y) == pytest.approx(view.to_picture(x, y), abs=1e-6)


def test_fit_shows_all_of_it_in_the_middle() -> None:
    view = fit((1920, 1080), (976, 800), margin=8)
    assert view.zoom == pytest.approx(0.5)
    assert view.to_widget(0, 0) == pytest.approx((8, 130))
    assert view.to_widget(1920, 1080) == pytest.approx((968, 670))


def test_one_to_one_stands_on_whole_pixels() -> None:
    view = centred((101, 57), (500, 300), 1.0)
    assert view.left == int(view.left)
    assert view.top == int(view.top)
