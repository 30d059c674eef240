"""Moving, scaling and turning the selected clip, or the text of a title, on the picture: one undo step a drag."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.actions.registry import perform
from app.editor import Editor
from app.inspector import animation
from app.inspector.animation import Spot
from app.panels.placing import FLAT, TURN_ARM, Placement, PlacingDrag, PlacingHandles, Plane, Point, way
from app.viewer.title_place import dragged_title, is_turned, text_placement, turned_title
from core.motion.planar import Corners, flat, onto
from core.project.project import Project
from core.render.corner_pin import corners_of, fitting, pin_of
from core.render.plan import layer_at
from core.timeline import edits
from core.timeline.effects import CLIP_PARAMETERS
from core.timeline.model import Clip, Sequence, Title, Track, value_at


def placement(project: Project, sequence: Sequence, clip: Clip, source_time: int) -> Placement:
    """Where the clip's picture lies at a source time; that of a title is as large as the film."""
    width, height = fitting(project.picture_size(sequence, clip), (sequence.width, sequence.height))
    scale = value_at(clip.scale, source_time)
    return Placement(
        sequence.width / 2 + value_at(clip.x, source_time),
        sequence.height / 2 + value_at(clip.y, source_time),
        width * scale,
        height * scale,
        value_at(clip.rotation, source_time),
    )


def selected_clip(editor: Editor) -> tuple[Track, Clip, int] | None:
    """The one clip that is selected and under the playhead of the film view, on a track of
    pictures, with its track and its own time there."""
    sequence = editor.document.sequence
    if sequence is None or editor.state.view != "sequence" or editor.state.tool != "select":
        return None
    if not editor.player.viewing.plain:
        return None
    time, found = editor.state.playhead, []
    for track in sequence.tracks:
        at = track.at(time) if track.kind == "video" else None
        if at is not None and isinstance(at[1], Clip) and at[1].id in editor.state.selection:
            found.append((track, at[1], time - at[0].start))
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Lying:
    """The selected clip at the playhead, and its picture as the clip's effects get it.

    picture: where it lies as long as it is flat, and `plane` how that is seen on the film: between the corners of a
        corner pin.
    """

    track: Track
    clip: Clip
    source_time: int
    picture: Placement
    plane: Plane


def selected_picture(editor: Editor) -> Lying | None:
    """What lies on the film of the one clip that is selected at the playhead; None where that is nothing flat."""
    selected, sequence = selected_clip(editor), editor.document.sequence
    if selected is None or sequence is None:
        return None
    track, clip, clip_time = selected
    project, film, time = (
        editor.document.project,
        (sequence.width, sequence.height),
        clip.time_map.at(clip_time),
    )
    corners = corners_of(layer_at(clip, clip_time), film)
    if corners is None:
        return Lying(track, clip, time, placement(project, sequence, clip, time), FLAT)
    width, height = fitting(project.picture_size(sequence, clip), film)
    picture = Placement(width / 2, height / 2, width, height, 0)
    return Lying(track, clip, time, picture, Plane(onto((width, height), corners))) if flat(corners) else None


def selected_thing(editor: Editor) -> tuple[Track, Clip, int, Placement] | None:
    """The selected clip at the playhead with its track, the source time that it shows, and where its picture or the
    text of a title lies; None where a corner pin says that."""
    selected, sequence = selected_clip(editor), editor.document.sequence
    if selected is None or sequence is None or pin_of(selected[1]) is not None:
        return None
    track, clip, clip_time = selected
    source_time = clip.time_map.at(clip_time)
    place = _seen(editor.document.project, sequence, clip, source_time)
    return None if place is None else (track, clip, source_time, place)


def _seen(project: Project, sequence: Sequence, clip: Clip, source_time: int) -> Placement | None:
    """Where the picture of a clip lies, or the text of a title."""
    if isinstance(clip.content, Title):
        return text_placement(sequence, clip, source_time)
    return placement(project, sequence, clip, source_time)


def pick(editor: Editor, x: float, y: float) -> None:
    """Select the topmost clip that is seen at a point of the film."""
    sequence = editor.document.sequence
    if sequence is None or editor.state.view != "sequence" or editor.state.tool != "select":
        return
    time = editor.state.playhead
    for track in reversed(sequence.tracks):
        found = track.at(time)
        if track.kind != "video" or track.muted or found is None or not isinstance(found[1], Clip):
            continue
        where, clip = found[0], found[1]
        if clip.enabled and _shows(editor.document.project, sequence, clip, time - where.start, x, y):
            editor.state.set("selection", frozenset({clip.id}))
            return


def _shows(project: Project, sequence: Sequence, clip: Clip, clip_time: int, x: float, y: float) -> bool:
    """Whether a clip's picture is at a point of the film."""
    corners = corners_of(layer_at(clip, clip_time), (sequence.width, sequence.height))
    if corners is not None:
        return between(corners, x, y)
    at = _seen(project, sequence, clip, clip.time_map.at(clip_time))
    return at is not None and at.inside(x, y)


def between(corners: Corners, x: float, y: float) -> bool:
    """Whether a point lies between corners, float64 (N, 2)."""
    outline = QPolygonF([QPointF(*corner) for corner in corners])
    return outline.containsPoint(QPointF(x, y), Qt.FillRule.OddEvenFill)


NAMES = {"move": "Move picture", "scale": "Scale picture", "rotate": "Turn picture"}


@dataclass(frozen=True)
class _Held:
    """The clip of a drag as it was when it began."""

    clip: Clip
    source_time: int


class Handles(PlacingHandles):
    """The layer of the film view: a frame around the one selected clip under the playhead."""

    def __init__(self, editor: Editor, canvas: QWidget) -> None:
        super().__init__(editor)
        self._canvas = canvas
        self._held: _Held | None = None

    def placed(self) -> Placement | None:
        selected = selected_thing(self._editor)
        return selected[3] if selected is not None else None

    def loose(self) -> bool:
        selected = selected_thing(self._editor)
        return selected is not None and not selected[0].locked

    def turning_point(self, at: Placement) -> Point:
        # Inside the frame when the clip fills the film, so that it can be reached.
        outside = super().turning_point(at)
        return outside if outside[1] > 0 else at.point(0, -at.height / 2 + TURN_ARM / self._view.zoom)

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if self.grip(x, y) is None:
            pick(self._editor, x, y)
        selected, grip = selected_thing(self._editor), self.grip(x, y)
        if selected is None or grip is None:
            return False
        _, clip, source_time, at = selected
        self._held = _Held(clip, source_time)
        self.catch(grip, x, y, at, f"viewer-{grip}-{clip.id}")
        return True

    def clicked(self, x: float, y: float) -> None:
        pick(self._editor, x, y)

    def double(self, x: float, y: float) -> bool:
        """Twice on a title: its text can be written."""
        selected = selected_thing(self._editor)
        if selected is None or not isinstance(selected[1].content, Title) or not selected[3].inside(x, y):
            return False
        perform(self._editor, "clip.write_title")
        return True

    def drag_to(self, drag: PlacingDrag, now: Point, straight: bool) -> bool:
        held = self._held
        assert held is not None, "a drag begins with a clip"
        text = isinstance(held.clip.content, Title)
        names = {"move": "Move title", "scale": "Scale title", "rotate": "Turn title"} if text else NAMES
        with self._editor.notify.failures():
            self._editor.document.edit_sequence(names[drag.grip], self._put, held, drag, now, straight)
            return True
        return False

    def _put(self, film: Sequence, held: _Held, drag: PlacingDrag, now: Point, straight: bool) -> Sequence:
        """The film with what is dragged where it is now."""
        clip, source_time = held.clip, held.source_time
        if isinstance(clip.content, Title) and drag.grip == "rotate":
            title, values = turned_title(drag, film, clip, source_time, now, straight)
            film = edits.set_clip(film, clip.id, content=title)
        elif isinstance(clip.content, Title) and not (drag.grip == "move" and is_turned(clip, source_time)):
            title = dragged_title(drag, film, clip, source_time, now, straight)
            return edits.set_clip(film, clip.id, content=title)
        else:
            values = dragged(drag, clip, source_time, now, straight)
        spots = [(Spot(one), values[one.name]) for one in CLIP_PARAMETERS if one.name in values]
        return animation.with_values(film, clip.id, spots, drag.playhead)


def dragged(drag: PlacingDrag, clip: Clip, source_time: int, now: Point, straight: bool) -> dict[str, float]:
    """The clip's new values, by name, after a drag to `now`, film pixels.

    Args:
        clip: as it was when the drag began.
        straight: keep to one direction, or turn in steps of 15 degrees.
    """
    at, begin = drag.at, drag.begin
    if drag.grip == "move":
        dx, dy = way(begin, now, straight)
        x, y = value_at(clip.x, source_time), value_at(clip.y, source_time)
        return {"x": round(x + dx, 1), "y": round(y + dy, 1)}
    if drag.grip == "scale":
        scale = value_at(clip.scale, source_time) * at.scaled_by(begin, now)
        return {"scale": round(scale, 4)}
    return {"rotation": at.turned_to(value_at(clip.rotation, source_time), begin, now, straight)}
