"""The corners between which the selected clip is drawn, dragged on the picture: one undo step a drag."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF

from app.inspector import animation
from app.panels.placing import REACH, Drag, DragLayer, Point, way
from app.theme import colours
from app.viewer.handles import between, pick, selected_clip
from app.viewer.view_map import ViewMap
from core.motion.planar import Corners
from core.render.corner_pin import corners_of, pin_of, values_at
from core.render.plan import Layer, layer_at
from core.timeline.effects import CORNERS, corner
from core.timeline.model import Clip

WHOLE = len(CORNERS)
"""What is caught when it is none of the corners, but what lies between them."""


@dataclass(frozen=True)
class _Held:
    """What a drag of a corner holds.

    layer: the clip at the playhead as it was when the drag began.
    corners: where they were then, film pixels.
    """

    layer: Layer
    corners: Corners


class CornerHandles(DragLayer[int, _Held]):
    """The layer of the film view with the corners of the one selected clip that has some; the
    number of a corner is caught, or WHOLE."""

    def _pinned(self) -> tuple[Layer, Corners, bool] | None:
        """The clip at the playhead, its corners in film pixels, and whether its track is locked."""
        selected, sequence = selected_clip(self._editor), self._editor.document.sequence
        if selected is None or sequence is None:
            return None
        track, clip, clip_time = selected
        if pin_of(clip) is None:
            return None
        layer = layer_at(clip, clip_time)
        corners = corners_of(layer, (sequence.width, sequence.height))
        return (layer, corners, track.locked) if corners is not None else None

    def _caught(self, x: float, y: float) -> int | None:
        pinned = self._pinned()
        if pinned is None or pinned[2]:
            return None
        far = np.linalg.norm(pinned[1] - (x, y), axis=1)
        if far.min() <= REACH / self._view.zoom:
            return int(far.argmin())
        return WHOLE if between(pinned[1], x, y) else None

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        pinned, caught = self._pinned(), self._caught(x, y)
        if event.button() != Qt.MouseButton.LeftButton or pinned is None or caught is None:
            return False
        layer, corners, _ = pinned
        self.catch(caught, x, y, _Held(layer, corners), f"corner-{layer.clip.id}")
        return True

    def clicked(self, x: float, y: float) -> None:
        pick(self._editor, x, y)

    def drag_to(self, drag: Drag[int, _Held], now: Point, straight: bool) -> bool:
        sequence, held = self._editor.document.sequence, drag.at
        if sequence is None:
            return False
        numbers = range(WHOLE) if drag.grip == WHOLE else (drag.grip,)
        corners = held.corners.copy()
        corners[list(numbers)] += way(drag.begin, now, straight)
        values = values_at(held.layer, (sequence.width, sequence.height), corners)
        clip = held.layer.clip
        with self._editor.notify.failures():
            self._editor.document.edit_sequence(
                "Move corners" if drag.grip == WHOLE else "Move corner",
                animation.with_values,
                clip.id,
                [(spot, round(values[spot.name], 3)) for spot in _spots(clip, numbers)],
                drag.playhead,
            )
            return True
        return False

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        caught = self._caught(x, y)
        if caught is None:
            return None
        return Qt.CursorShape.SizeAllCursor if caught == WHOLE else Qt.CursorShape.CrossCursor

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        self._view = view
        pinned = self._pinned()
        if pinned is None:
            return
        corners = [QPointF(*view.to_widget(*corner)) for corner in pinned[1]]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 150), 3), QPen(colours().selection, 1.5)):
            painter.setPen(pen)
            painter.drawPolygon(QPolygonF(corners))
            for at in corners:  # open rings, so that the corner of what lies below is seen in them
                painter.drawEllipse(at, 7, 7)
                painter.drawPoint(at)


def _spots(clip: Clip, numbers: range | tuple[int, ...]) -> list[animation.Spot]:
    """The numbers of corners that a clip's corner pin keeps."""
    pin = pin_of(clip)
    assert pin is not None
    names = {corner(number, axis) for number in numbers for axis in "xy"}
    return [spot for spot in animation.effect_spots(pin.kind, pin.id) if spot.name in names]
