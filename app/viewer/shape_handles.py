"""The shape that an effect of the selected clip is limited to: moved, sized and turned on the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QTransform

from app.editor import Editor
from app.inspector import animation
from app.inspector.animation import Spot
from app.panels.placing import Placement, PlacingDrag, PlacingHandles, Point, way
from app.theme import colours
from app.viewer.handles import selected_picture
from app.viewer.view_map import ViewMap
from core.timeline.effects import SHAPE_PARAMETERS
from core.timeline.model import Clip, Effect, value_at


@dataclass(frozen=True)
class _Shaped:
    """The last effect of a clip that has a shape. picture: where the clip's picture lies. shape: where the shape does,
    both in film pixels."""

    clip: Clip
    effect: Effect
    locked: bool
    picture: Placement
    shape: Placement


def shape_on(picture: Placement, values: dict[str, float]) -> Placement:
    """Where a shape lies on the film. values: of SHAPE_PARAMETERS, by name."""
    x, y = picture.point(
        (values["shape_x"] / 100 - 0.5) * picture.width, (values["shape_y"] / 100 - 0.5) * picture.height
    )
    return Placement(
        x,
        y,
        values["shape_width"] / 100 * picture.width,
        values["shape_height"] / 100 * picture.height,
        picture.rotation + values["shape_turn"],
    )


def dragged(drag: PlacingDrag, picture: Placement, now: Point, straight: bool) -> dict[str, float]:
    """The shape's new values after a drag; a corner sets width and height, with `straight` both alike."""
    at = drag.at
    if drag.grip == "move":
        dx, dy = way(drag.begin, now, straight)
        along, over = _turned_back(picture.rotation, at.x + dx - picture.x, at.y + dy - picture.y)
        return {
            "shape_x": round(50 + 100 * along / picture.width, 2),
            "shape_y": round(50 + 100 * over / picture.height, 2),
        }
    if drag.grip == "rotate":
        turn = at.turned_to(at.rotation, drag.begin, now, straight) - picture.rotation
        return {"shape_turn": round(turn, 1)}
    if straight:
        by = at.scaled_by(drag.begin, now)
        wide, high = at.width * by, at.height * by
    else:
        along, over = _turned_back(at.rotation, now[0] - at.x, now[1] - at.y)
        wide, high = 2 * abs(along), 2 * abs(over)
    return {
        "shape_width": round(100 * wide / picture.width, 2),
        "shape_height": round(100 * high / picture.height, 2),
    }


def _turned_back(degrees: float, dx: float, dy: float) -> Point:
    angle = math.radians(-degrees)
    return dx * math.cos(angle) - dy * math.sin(angle), dx * math.sin(angle) + dy * math.cos(angle)


class ShapeHandles(PlacingHandles):
    """The layer of the film view with the frame of the shape, over that of the clip."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._held: _Shaped | None = None

    def _shaped(self) -> _Shaped | None:
        selected = selected_picture(self._editor)
        if selected is None:
            return None
        track, clip, source_time, picture = selected
        effect = next((one for one in reversed(clip.effects) if one.shape and one.enabled), None)
        if effect is None:
            return None
        values = {
            one.name: value_at(effect.params.get(one.name, one.default), source_time)
            for one in SHAPE_PARAMETERS
        }
        return _Shaped(clip, effect, track.locked, picture, shape_on(picture, values))

    def placed(self) -> Placement | None:
        shaped = self._shaped()
        return shaped.shape if shaped is not None else None

    def loose(self) -> bool:
        shaped = self._shaped()
        return shaped is not None and not shaped.locked

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        shaped, grip = self._shaped(), self.grip(x, y)
        if event.button() != Qt.MouseButton.LeftButton or shaped is None or grip is None:
            return False
        self._held = shaped
        self.catch(grip, x, y, shaped.shape, f"shape-{grip}-{shaped.effect.id}")
        return True

    def drag_to(self, drag: PlacingDrag, now: Point, straight: bool) -> bool:
        held = self._held
        assert held is not None, "a drag begins with a shape"
        values = dragged(drag, held.picture, now, straight)
        spots = [
            (Spot(one, held.effect.id), values[one.name]) for one in SHAPE_PARAMETERS if one.name in values
        ]
        names = {"move": "Move shape", "scale": "Size shape", "rotate": "Turn shape"}
        with self._editor.notify.failures():
            self._editor.document.edit_sequence(
                names[drag.grip], animation.with_values, held.clip.id, spots, drag.playhead
            )
            return True
        return False

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        super().paint(painter, view)
        shaped = self._shaped()
        if shaped is None or shaped.effect.shape != "ellipse":
            return
        at = shaped.shape
        painter.save()
        painter.setTransform(
            QTransform()
            .translate(*view.to_widget(at.x, at.y))
            .rotate(at.rotation)
            .scale(view.zoom, view.zoom),
            True,
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for shade, width in ((QColor(0, 0, 0, 150), 3), (colours().selection, 1.5)):
            pen = QPen(shade, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), at.width / 2, at.height / 2)
        painter.restore()
