"""The object in hand as it is on the neighbouring frames, faintly under the masks of this one: to draw by."""

from __future__ import annotations

from PySide6.QtGui import QPainter

from app.editor import Editor
from app.playing.mask_sights import Onion
from app.viewer.canvas import Canvas, PaintedLayer
from app.viewer.overlay import BEHIND, Overlay
from app.viewer.view_map import ViewMap
from core.project.project import TrackedObject

COLOURS = ("#ff9a1f", "#22c7ff")
"""Before and after; told apart by every eye."""
OPACITY = 0.15


class OnionLayer(PaintedLayer):
    def __init__(self, editor: Editor, canvas: Canvas) -> None:
        self._editor, self._canvas = editor, canvas
        self.overlays = (Overlay(), Overlay())
        editor.state.label_changed.connect(self._recolour)
        self._recolour(editor.state.label)

    def _recolour(self, label: int) -> None:
        for overlay, colour in zip(self.overlays, COLOURS, strict=True):
            overlay.set_colours((TrackedObject(label, "", colour),), OPACITY, only=label)

    def show(self, onion: Onion) -> None:
        """Labels before and after, uint8 (H, W); None where there are none."""
        for overlay, labels in zip(self.overlays, onion, strict=True):
            if labels is not None or overlay.labels is not None:
                overlay.set_labels(labels, self._canvas.magnification)
                self._canvas.update()

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        if self._editor.player.in_media and self._editor.state.mask_look not in BEHIND:
            for overlay in self.overlays:
                overlay.paint(painter, self._canvas.picture_rect())
