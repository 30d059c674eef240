"""The plot of quality over time: scales with round numbers, the curve inside its area, cheap to make and paint."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app import theme
from app.layers.plot import MOST_TICKS, QualityPlot, ticks

VALUES = st.floats(-1e4, 1e4, allow_nan=False)


@given(VALUES, VALUES)
def test_ticks_are_round_numbers_between(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 1 <= len(found) <= MOST_TICKS + 1
    assert found == sorted(found)
    if high - low > 1e-3:
        room = 1e-6 * (high - low)
        assert all(low - room <= value <= high + room for value in found)


def test_ticks_of_decibels() -> None:
    assert ticks(28.0, 33.5) == [28.0, 30.0, 32.0]
    assert ticks(31.0, 31.0) == [31.0]


@pytest.mark.parametrize("points", [(), ((1.0, 30.0),)])
def test_no_curve_no_plot(qtbot: QtBot, points: tuple[tuple[float, float], ...]) -> None:
    plot = QualityPlot()
    qtbot.addWidget(plot)
    plot.show_points(points)
    assert plot.isHidden()


@pytest.mark.parametrize("points", [((2.0, 28.0), (4.0, 31.0), (6.0, 33.5)), ((1.0, 30.0), (9.0, 30.0))])
def test_the_curve_is_drawn_inside_its_area(qtbot: QtBot, points: tuple[tuple[float, float], ...]) -> None:
    plot = QualityPlot()
    qtbot.addWidget(plot)
    start = time.thread_time()
    plot.show_points(points)
    plot.resize(280, plot.height())
    picture = plot.grab().toImage()
    assert time.thread_time() - start < 0.05
    places = [plot.place(*point) for point in points]
    assert all(plot.area.adjusted(-1, -1, 1, 1).contains(place) for place in places)
    assert [place.x() for place in places] == sorted(place.x() for place in places)
    middle = (places[0] + places[1]) / 2
    drawn, accent = picture.pixelColor(middle.toPoint()), theme.colours().accent
    assert abs(drawn.hue() - accent.hue()) < 8 and drawn.saturation() > 60  # its edges are smoothed
