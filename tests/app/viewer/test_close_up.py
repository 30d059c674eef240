"""The close-up: it fills the viewer with an object, goes along with it, and stays where it is missing."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.viewer.canvas import Canvas
from app.viewer.close_up import CloseUp, box_of
from core.media.matte import Labels


def square(x: int, y: int) -> Labels:
    labels = np.zeros((480, 854), np.uint8)
    labels[y : y + 40, x : x + 60] = 2
    return labels


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.set_raster((854, 480))
    return made


def middle(canvas: Canvas) -> tuple[float, float]:
    return canvas.view.to_picture(canvas.width() / 2, canvas.height() / 2)


def test_box_of_an_object() -> None:
    assert box_of(square(100, 50), 2) == (100, 50, 160, 90)
    assert box_of(square(100, 50), 1) is None


def test_it_shows_the_object_and_goes_along(canvas: Canvas) -> None:
    close = CloseUp(canvas)
    assert close.begin(square(100, 50), 2, 0)
    assert middle(canvas) == pytest.approx((130, 70))
    zoom = canvas.view.zoom
    assert 60 * zoom > 350, "it fills the viewer"
    close.follow(square(300, 200), 2, 1)
    assert middle(canvas) == pytest.approx((330, 220))
    assert canvas.view.zoom == zoom
    close.follow(np.zeros((480, 854), np.uint8), 2, 2)
    assert middle(canvas) == pytest.approx((330, 220)), "where it is missing the view stays"
    close.end()
    assert canvas.fitted


def test_drawing_does_not_move_the_picture(canvas: Canvas) -> None:
    close = CloseUp(canvas)
    close.begin(square(100, 50), 2, 0)
    close.follow(square(130, 50), 2, 0)
    assert middle(canvas) == pytest.approx((130, 70))


def test_an_object_that_is_not_there_changes_nothing(canvas: Canvas) -> None:
    close = CloseUp(canvas)
    assert not close.begin(square(1, 1), 1, 0)
    assert canvas.fitted and not close.on
