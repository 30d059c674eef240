"""Where the picture lies in the viewer: from picture coordinates to widget coordinates and back.

Picture coordinates count pixels of the film or media (x right, y down; pixel (0, 0) covers [0, 1) x [0, 1)),
widget coordinates are Qt's logical pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MOST, LEAST = 64.0, 0.01
FIT_MARGIN = 8.0
MOST_CLOSE = 8.0
"""Logical pixels of a picture pixel in a close-up: larger shows no more."""


@dataclass(frozen=True)
class ViewMap:
    """Where a picture lies in a widget.

    zoom: logical pixels of a picture pixel.
    left, top: where the picture's corner is in the widget.
    """

    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def to_widget(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.zoom, self.top + y * self.zoom

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) / self.zoom, (y - self.top) / self.zoom

    def moved(self, dx: float, dy: float) -> ViewMap:
        return replace(self, left=self.left + dx, top=self.top + dy)

    def centred_on(self, x: float, y: float, widget: tuple[int, int]) -> ViewMap:
        """Picture point (x, y) in the middle of the widget."""
        return replace(self, left=widget[0] / 2 - x * self.zoom, top=widget[1] / 2 - y * self.zoom)

    def zoomed_at(self, x: float, y: float, factor: float) -> ViewMap:
        """Zoom by `factor` so that what is under the widget point stays there."""
        zoom = min(max(self.zoom * factor, LEAST), MOST)
        px, py = self.to_picture(x, y)
        return ViewMap(zoom, x - px * zoom, y - py * zoom)


def fit(raster: tuple[int, int], widget: tuple[int, int], margin: float = FIT_MARGIN) -> ViewMap:
    """The whole picture in the middle of the widget."""
    room = (max(1.0, widget[0] - 2 * margin), max(1.0, widget[1] - 2 * margin))
    zoom = min(max(min(room[0] / raster[0], room[1] / raster[1]), LEAST), MOST)
    return centred(raster, widget, zoom)


def close_up(box: tuple[int, int, int, int], widget: tuple[int, int]) -> ViewMap:
    """A box of the picture (left, top, right, bottom) in the middle, with half as much again around it."""
    width, height = max(1, box[2] - box[0]), max(1, box[3] - box[1])
    zoom = min(widget[0] / width, widget[1] / height) / 1.5
    view = ViewMap(min(max(zoom, LEAST), MOST_CLOSE))
    return view.centred_on((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, widget)


def centred(raster: tuple[int, int], widget: tuple[int, int], zoom: float) -> ViewMap:
    """The picture's middle in the widget's middle, on whole pixels so that 1:1 is sharp."""
    left, top = ((w - r * zoom) / 2 for r, w in zip(raster, widget, strict=True))
    return ViewMap(zoom, float(round(left)), float(round(top)))
