"""Moving, scaling and turning the selected clip on the picture: one undo step a drag."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.editor import Editor
from app.theme import colours
from app.view_map import ViewMap
from core.errors import EditError
from core.project.project import Project
from core.timeline import edits
from core.timeline.model import Clip, Keys, MediaUse, Sequence, Solid, Track, value_at

Grip = Literal["move", "scale", "rotate"]
REACH = 9.0
"""Logical pixels around a corner in which it is caught."""
TREMBLE = 3.0
"""Logical pixels that a press may wander before it is a drag."""
TURN_ARM = 28.0
"""Logical pixels from the top edge to the turning handle."""


@dataclass(frozen=True)
class Placement:
    """How a clip lies in the film: centre, size before turning (film pixels), clockwise degrees."""

    x: float
    y: float
    width: float
    height: float
    rotation: float

    def corners(self) -> list[tuple[float, float]]:
        """Top left, top right, bottom right, bottom left."""
        half = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        return [self.point(a * self.width / 2, b * self.height / 2) for a, b in half]

    def point(self, dx: float, dy: float) -> tuple[float, float]:
        """A point given from the centre along the clip's own axes."""
        angle = math.radians(self.rotation)
        cos, sin = math.cos(angle), math.sin(angle)
        return self.x + dx * cos - dy * sin, self.y + dx * sin + dy * cos

    def inside(self, x: float, y: float) -> bool:
        angle = math.radians(-self.rotation)
        dx, dy = x - self.x, y - self.y
        along = dx * math.cos(angle) - dy * math.sin(angle)
        across = dx * math.sin(angle) + dy * math.cos(angle)
        return abs(along) <= self.width / 2 and abs(across) <= self.height / 2


def placement(project: Project, sequence: Sequence, clip: Clip, source_time: int) -> Placement | None:
    """Where the clip's picture lies at a source time; None when it has no picture of its own."""
    if isinstance(clip.content, MediaUse):
        try:
            video = project.find_media(clip.content.media_id).info.video
        except KeyError:
            return None
        if video is None:
            return None
        fit = min(sequence.width / video.width, sequence.height / video.height)
        width, height = video.width * fit, video.height * fit
    elif isinstance(clip.content, Solid):
        width, height = float(sequence.width), float(sequence.height)
    else:
        return None
    scale = value_at(clip.scale, source_time)
    return Placement(
        sequence.width / 2 + value_at(clip.x, source_time),
        sequence.height / 2 + value_at(clip.y, source_time),
        width * scale,
        height * scale,
        value_at(clip.rotation, source_time),
    )


def place(sequence: Sequence, clip_id: str, source_time: int, values: dict[str, float]) -> Sequence:
    """The film with new values of a clip's x, y, scale or rotation: a keyframe at `source_time` where the value
    is animated.

    Raises:
        EditError: when the clip is gone or its track is locked.
    """
    for name, value in values.items():
        try:
            clip = sequence.find(clip_id)[2]
        except KeyError:
            raise EditError("this clip is no longer in the film") from None
        known = getattr(clip, name)
        if isinstance(known, Keys):
            before = [key.easing for key in known.keys if key.time <= source_time]
            easing = before[-1] if before else "linear"
            sequence = edits.set_key(sequence, clip_id, name, source_time, value, easing=easing)
        else:
            sequence = edits.set_clip(sequence, clip_id, **{name: value})
    return sequence


@dataclass
class _Drag:
    grip: Grip
    clip_id: str
    source_time: int
    begin: tuple[float, float]
    at: Placement
    clip: Clip
    begun: bool = False


class Handles:
    """The layer of the film view: a frame around the one selected clip under the playhead."""

    def __init__(self, editor: Editor, canvas: QWidget) -> None:
        self._editor, self._canvas = editor, canvas
        self._drag: _Drag | None = None
        self._view = ViewMap()

    def _selected(self) -> tuple[Track, Clip, int, Placement] | None:
        """The one picture clip that is selected and under the playhead."""
        editor = self._editor
        sequence = editor.document.sequence
        if sequence is None or editor.state.view != "sequence" or editor.state.tool != "select":
            return None
        if not editor.player.viewing.plain:
            return None
        time, found = editor.state.playhead, []
        for track, where, clip in sequence.clips():
            if clip.id in editor.state.selection and track.kind == "video" and time in where:
                found.append((track, clip, clip.time_map.at(time - where.start)))
        if len(found) != 1:
            return None
        track, clip, source_time = found[0]
        at = placement(editor.document.project, sequence, clip, source_time)
        return None if at is None else (track, clip, source_time, at)

    def _grip(self, x: float, y: float) -> Grip | None:
        selected = self._selected()
        if selected is None or selected[0].locked:
            return None
        at, reach = selected[3], REACH / self._view.zoom
        if math.dist((x, y), self._turning_point(at)) <= reach:
            return "rotate"
        if any(math.dist((x, y), corner) <= reach for corner in at.corners()):
            return "scale"
        return "move" if at.inside(x, y) else None

    def _turning_point(self, at: Placement) -> tuple[float, float]:
        # Inside the frame when the clip fills the film, so that it can be reached.
        arm = TURN_ARM / self._view.zoom
        outside = at.point(0, -at.height / 2 - arm)
        return outside if outside[1] > 0 else at.point(0, -at.height / 2 + arm)

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if self._grip(x, y) is None:
            self._pick(x, y)
        selected, grip = self._selected(), self._grip(x, y)
        if selected is None or grip is None:
            return False
        _, clip, source_time, at = selected
        self._drag = _Drag(grip, clip.id, source_time, (x, y), at, clip)
        self._editor.document.begin_drag(f"viewer-{grip}-{clip.id}-{id(self._drag)}")
        return True

    def _pick(self, x: float, y: float) -> None:
        """Select the topmost clip under the mouse."""
        editor, sequence = self._editor, self._editor.document.sequence
        if sequence is None or editor.state.view != "sequence" or editor.state.tool != "select":
            return
        time = editor.state.playhead
        for track in reversed(sequence.tracks):
            found = track.at(time)
            if track.kind != "video" or track.muted or found is None or not isinstance(found[1], Clip):
                continue
            where, clip = found[0], found[1]
            at = placement(editor.document.project, sequence, clip, clip.time_map.at(time - where.start))
            if clip.enabled and at is not None and at.inside(x, y):
                editor.state.set("selection", frozenset({clip.id}))
                return

    def move(self, x: float, y: float, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        if not self._drag.begun:
            # A click is not a move: the hand may tremble.
            if math.dist(self._drag.begin, (x, y)) * self._view.zoom < TREMBLE:
                return
            self._drag.begun = True
        values = dragged(self._drag.grip, self._drag.clip, self._drag.source_time, self._drag.at,
                         self._drag.begin, (x, y),
                         bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))  # fmt: skip
        names = {"move": "Move picture", "scale": "Scale picture", "rotate": "Turn picture"}
        try:
            self._editor.document.edit_sequence(
                names[self._drag.grip], place, self._drag.clip_id, self._drag.source_time, values
            )
        except EditError as error:
            self._end()
            self._editor.notify.failure(error)

    def release(self, x: float, y: float, event: QMouseEvent) -> None:
        self._end()

    def _end(self) -> None:
        if self._drag is not None:
            self._drag = None
            self._editor.document.end_drag()

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        shapes = {
            "move": Qt.CursorShape.SizeAllCursor,
            "scale": Qt.CursorShape.SizeFDiagCursor,
            "rotate": Qt.CursorShape.CrossCursor,
        }
        grip = self._grip(x, y)
        return shapes[grip] if grip is not None else None

    def leave(self) -> None:
        """Nothing is under the mouse any more; nothing to do."""

    def key(self, event: QKeyEvent) -> bool:
        return False

    def wants_key(self, event: QKeyEvent) -> bool:
        return False

    def double(self, x: float, y: float) -> bool:
        return False

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        self._view = view
        selected = self._selected()
        if selected is None:
            return
        at = selected[3]
        corners = [QPointF(*view.to_widget(*corner)) for corner in at.corners()]
        turn = QPointF(*view.to_widget(*self._turning_point(at)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in (QPen(QColor(0, 0, 0, 150), 3), QPen(colours().selection, 1.5)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(QPolygonF(corners))
            painter.drawLine(QPolygonF(corners[:2]).boundingRect().center(), turn)
        painter.setPen(QPen(QColor(0, 0, 0, 200), 1))
        painter.setBrush(colours().selection)
        for corner in corners:
            painter.drawRect(int(corner.x()) - 4, int(corner.y()) - 4, 8, 8)
        painter.drawEllipse(turn, 5, 5)


def dragged(
    grip: Grip,
    clip: Clip,
    source_time: int,
    at: Placement,
    begin: tuple[float, float],
    now: tuple[float, float],
    straight: bool,
) -> dict[str, float]:
    """The clip's new values after a drag from `begin` to `now`, film pixels.

    straight: keep to one direction, or turn in steps of 15 degrees.
    """
    dx, dy = now[0] - begin[0], now[1] - begin[1]
    if grip == "move":
        if straight:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        x, y = value_at(clip.x, source_time), value_at(clip.y, source_time)
        return {"x": round(x + dx, 1), "y": round(y + dy, 1)}
    centre = (at.x, at.y)
    if grip == "scale":
        before, after = math.dist(begin, centre), math.dist(now, centre)
        scale = value_at(clip.scale, source_time) * after / max(before, 1e-6)
        return {"scale": round(min(max(scale, 0.01), 20.0), 4)}
    turned = math.degrees(
        math.atan2(now[1] - at.y, now[0] - at.x) - math.atan2(begin[1] - at.y, begin[0] - at.x)
    )
    rotation = value_at(clip.rotation, source_time) + (turned + 180) % 360 - 180
    return {"rotation": float(round(rotation / 15) * 15) if straight else round(rotation, 1)}
