"""The circle under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.viewer.brush_circle import BrushCircle
from app.viewer.canvas import Canvas


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    canvas.set_raster((100, 100))
    return canvas


def painted(circle: BrushCircle, canvas: Canvas) -> QImage:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    circle.paint(painter, canvas.view, QColor("red"))
    painter.end()
    return image


def test_it_is_as_large_as_the_brush_on_the_picture(canvas: Canvas) -> None:
    circle = BrushCircle(canvas, lambda: 40.0)
    circle.move((50.0, 50.0))
    assert circle.radius == pytest.approx(20 * canvas.view.zoom)
    image = painted(circle, canvas)
    x, y = canvas.view.to_widget(50, 50)
    rim = round(x + circle.radius)
    assert max(image.pixelColor(rim + off, round(y)).red() for off in (-1, 0, 1)) > 200
    assert image.pixelColor(round(x), round(y)).red() == 0


def test_away_from_the_picture_there_is_none(canvas: Canvas) -> None:
    circle = BrushCircle(canvas, lambda: 40.0)
    circle.move((50.0, 50.0))
    circle.leave()
    image = painted(circle, canvas)
    assert all(image.pixelColor(x, 100).red() == 0 for x in range(200))


def test_a_small_brush_is_pointed_at_by_a_cross(canvas: Canvas) -> None:
    assert BrushCircle(canvas, lambda: 1.0).cursor == Qt.CursorShape.CrossCursor
    assert BrushCircle(canvas, lambda: 80.0).cursor == Qt.CursorShape.BlankCursor
