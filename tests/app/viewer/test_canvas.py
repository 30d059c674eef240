"""What the canvas paints while there is no picture."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from app.playing.preview import Picture, Show, to_image
from app.viewer.canvas import Canvas, PaintedLayer
from app.viewer.view_map import ViewMap
from core.project.project import new_project


class Counting(PaintedLayer):
    def __init__(self) -> None:
        self.painted = 0

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        self.painted += 1


def test_layers_wait_for_the_first_picture(qtbot: QtBot) -> None:
    canvas, layer = Canvas(), Counting()
    canvas.layers = [layer]
    qtbot.addWidget(canvas)
    canvas.grab()
    assert not layer.painted, "a frame around a clip would lie beside the picture that is still to come"
    pixels, image = to_image(np.zeros((9, 16, 4), np.uint8))
    canvas.set_picture(Picture(Show(new_project(), None, None, (16, 9)), pixels, image, (16, 9), 0, 1))
    canvas.grab()
    assert layer.painted
