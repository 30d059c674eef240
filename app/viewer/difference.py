"""What a proposed tracking changes, painted over the picture: gained pixels in one colour, lost ones in another."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from app.viewer.canvas import Canvas, PaintedLayer
from app.viewer.overlay import Overlay
from app.viewer.view_map import ViewMap
from core.media.mask_changes import GAINED, LOST
from core.media.matte import Labels
from core.project.project import TrackedObject

COLOURS = {GAINED: "#22c7ff", LOST: "#ff9a1f"}
"""Told apart by every eye; also those of the bar's strip."""
OPACITY = 0.7


class DifferenceLayer(PaintedLayer):
    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.overlay = Overlay()
        self.overlay.set_colours([TrackedObject(label, "", of) for label, of in COLOURS.items()], OPACITY)

    def show(self, difference: Labels | None) -> None:
        """uint8 (H, W) of GAINED and LOST; None for nothing."""
        if difference is not None or self.overlay.labels is not None:
            self.overlay.set_labels(difference, self._canvas.magnification)
            self._canvas.update()

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        labels = self.overlay.labels
        if labels is None:
            return
        height, width = labels.shape
        self.overlay.paint(painter, QRectF(view.left, view.top, width * view.zoom, height * view.zoom))


def colour_of(change: int) -> QColor:
    """Of GAINED or LOST."""
    return QColor(COLOURS[change])
