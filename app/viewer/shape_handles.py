"""The shape that an effect of the selected clip is limited to: moved, sized and turned on the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPolygonF

from app.editor import Editor
from app.inspector import animation
from app.inspector.animation import Spot
from app.panels.placing import FLAT, REACH, Grip, Placement, PlacingDrag, PlacingHandles, Plane, Point, way
from app.theme import colours
from app.viewer.handles import selected_picture
from app.viewer.view_map import ViewMap
from core.timeline.effects import SHAPE_PARAMETERS
from core.timeline.model import Clip, Effect, value_at

BESIDE = 14.0
"""Logical pixels that the frame of a freeform shape is drawn outside of it, so that its corners leave the points
free."""


ROUND = 96
"""Corners that an ellipse is drawn with."""


@dataclass(frozen=True)
class Shaped:
    """The last effect of a clip that has a shape, at a source time.

    picture: where the clip's picture lies as long as it is flat.
    shape: where the shape does.
    plane: how both are seen on the film.
    """

    clip: Clip
    effect: Effect
    locked: bool
    source_time: int
    picture: Placement
    shape: Placement
    plane: Plane


def shaped(editor: Editor) -> Shaped | None:
    """What can be dragged of the selected clip at the playhead."""
    lying = selected_picture(editor)
    if lying is None:
        return None
    clip, time, picture = lying.clip, lying.source_time, lying.picture
    effect = next((one for one in reversed(clip.effects) if one.shape and one.enabled), None)
    if effect is None:
        return None
    values = {one.name: value_at(effect.params.get(one.name, one.default), time) for one in SHAPE_PARAMETERS}
    return Shaped(clip, effect, lying.track.locked, time, picture, shape_on(picture, values), lying.plane)


def shape_on(picture: Placement, values: dict[str, float]) -> Placement:
    """Where a shape lies on the flat picture. values: of SHAPE_PARAMETERS, by name."""
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
        along, over = picture.own(at.x + dx, at.y + dy)
        return {
            "shape_x": round(50 + 100 * along / picture.width, 2),
            "shape_y": round(50 + 100 * over / picture.height, 2),
        }
    if drag.grip == "rotate":
        turn = at.turned_to(at.rotation, drag.begin, now, straight) - picture.rotation
        return {"shape_turn": round(turn, 1)}
    if straight:
        wider = higher = at.scaled_by(drag.begin, now)
    else:
        wider, higher = (
            abs(b) / max(abs(a), 1e-6) for a, b in zip(at.own(*drag.begin), at.own(*now), strict=True)
        )
    return {
        "shape_width": round(100 * at.width * wider / picture.width, 2),
        "shape_height": round(100 * at.height * higher / picture.height, 2),
    }


class ShapeHandles(PlacingHandles):
    """The layer of the film view with the frame of the shape, over that of the clip."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._held: Shaped | None = None

    def placed(self) -> Placement | None:
        found = shaped(self._editor)
        if found is None or found.effect.shape != "freeform":
            return found.shape if found is not None else None
        beside = 2 * BESIDE / self._view.zoom / found.plane.zoom(found.shape.x, found.shape.y)
        return replace(found.shape, width=found.shape.width + beside, height=found.shape.height + beside)

    def plane(self) -> Plane:
        found = shaped(self._editor)
        return found.plane if found is not None else FLAT

    def grip(self, x: float, y: float) -> Grip | None:
        """A corner of the clip's picture that a corner pin holds is not taken from it."""
        grip, found = super().grip(x, y), shaped(self._editor)
        if grip != "move" or found is None or found.plane is FLAT:
            return grip
        corners, reach = found.picture.corners(), REACH / self._view.zoom
        return None if any(math.dist((x, y), found.plane.on(*one)) <= reach for one in corners) else grip

    def loose(self) -> bool:
        found = shaped(self._editor)
        return found is not None and not found.locked

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        found, grip = shaped(self._editor), self.grip(x, y)
        if event.button() != Qt.MouseButton.LeftButton or found is None or grip is None:
            return False
        self._held = found
        self.catch(grip, x, y, found.shape, f"shape-{grip}-{found.effect.id}")
        return True

    def drag_to(self, drag: PlacingDrag, now: Point, straight: bool) -> bool:
        held = self._held
        assert held is not None, "a drag begins with a shape"
        flat = replace(drag, begin=held.plane.off(*drag.begin))
        values = dragged(flat, held.picture, held.plane.off(*now), straight)
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
        found = shaped(self._editor)
        if found is None or found.effect.shape != "ellipse":
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        line = QPolygonF([QPointF(*view.to_widget(*found.plane.on(*at))) for at in around(found.shape)])
        for pen in (QPen(QColor(0, 0, 0, 150), 3), QPen(colours().selection, 1.5)):
            painter.setPen(pen)
            painter.drawPolygon(line)


def around(at: Placement) -> list[Point]:
    """Points of the ellipse that a frame holds."""
    angles = [2 * math.pi * n / ROUND for n in range(ROUND)]
    return [at.point(math.cos(a) * at.width / 2, math.sin(a) * at.height / 2) for a in angles]
