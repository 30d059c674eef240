"""Moving, scaling and turning a picture or a text on the atlas: one undo step a drag, the film follows the hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent

from app.atlas.session import AtlasSession
from app.editor import Editor
from app.panels.placing import Grip, Placement, PlacingDrag, PlacingHandles, Point, way
from app.viewer.canvas import Canvas
from core.project import atlas_edits
from core.project.atlas_kinds import AtlasEdit, edit_numbers
from core.project.atlas_pictures import picture_size
from core.render.atlas_stack import text_size

SIZES = {"stamp": ("scale", 0.01, 50.0), "text": ("size", 2.0, 4000.0)}
"""The number that a corner changes, and its bounds."""


def dragged(
    grip: Grip, edit: AtlasEdit, at: Placement, begin: Point, now: Point, straight: bool
) -> dict[str, float]:
    """The edit's new numbers after a drag from `begin` to `now`, atlas pixels.

    straight: keep to one direction, or turn in steps of 15 degrees.
    """
    numbers = edit_numbers(edit)
    if grip == "move":
        dx, dy = way(begin, now, straight)
        return {"x": round(numbers["x"] + dx, 1), "y": round(numbers["y"] + dy, 1)}
    if grip == "scale":
        name, low, high = SIZES[edit.kind]
        return {name: round(min(max(numbers[name] * at.scaled_by(begin, now), low), high), 3)}
    return {"rotation": at.turned_to(numbers["rotation"], begin, now, straight)}


class AtlasHandles(PlacingHandles):
    """The layer with a frame around the picture or text in hand, for the tool "select". page: that the canvas
    shows; what lies on another one, or on the atlas (0), has no frame there."""

    def __init__(self, editor: Editor, canvas: Canvas, session: AtlasSession) -> None:
        super().__init__(editor)
        self._session = session
        self._held: tuple[AtlasEdit, str] | None = None
        self.page = 0
        session.changed.connect(canvas.update)

    def _chosen(self) -> tuple[AtlasEdit, Placement] | None:
        edit = self._session.edit
        if edit is None or edit.kind not in SIZES or edit.page != self.page:
            return None
        if self._editor.state.tool != "select":
            return None
        size = self._size(edit)
        if size is None:
            return None
        numbers = edit_numbers(edit)
        scale = numbers.get("scale", 1.0)
        at = Placement(numbers["x"], numbers["y"], size[0] * scale, size[1] * scale, numbers["rotation"])
        return edit, at

    def _size(self, edit: AtlasEdit) -> tuple[int, int] | None:
        """Pixels of the edit's picture before it is scaled."""
        if edit.kind == "text":
            return text_size(edit)
        data = self._editor.document.data
        return picture_size(data, edit.file) if data is not None else None

    def placed(self) -> Placement | None:
        chosen = self._chosen()
        return chosen[1] if chosen is not None else None

    def loose(self) -> bool:
        return self._editor.player.in_atlas

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        chosen, grip, media = self._chosen(), self.grip(x, y), self._session.media
        if event.button() != Qt.MouseButton.LeftButton or chosen is None or grip is None or media is None:
            return False
        edit, at = chosen
        self._held = edit, media.id
        self.catch(grip, x, y, at, f"atlas-{grip}-{edit.id}")
        return True

    def drag_to(self, drag: PlacingDrag, now: Point, straight: bool) -> bool:
        assert self._held is not None, "a drag begins with an edit"
        edit, media = self._held
        numbers = dragged(drag.grip, edit, drag.at, drag.begin, now, straight)
        names = {"move": "Move on the object", "scale": "Scale on the object", "rotate": "Turn on the object"}
        return self._session.change(
            names[drag.grip], atlas_edits.change_edit, media, edit.id, numbers=numbers
        )
