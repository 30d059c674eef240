"""The pen of the atlas view: a layer over the atlas and one over the frame, painting on either.

Left paints, right and Alt rub out; the tools for text, pictures and fills are clicks. What is under the brush
is seen as a veil in the brush's colour until the picture below has it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from app.atlas.painting import Surface
from app.atlas.session import AtlasSession
from app.editor import Editor
from app.masks.live_stroke import Rect
from app.viewer.brush_circle import TOOLS, BrushCircle
from app.viewer.canvas import Canvas
from app.viewer.overlay import draw_image
from app.viewer.view_map import ViewMap

CLICKS = ("text", "stamp", "fill")
RUBBER = QColor(255, 255, 255)


class StampWish(QWidget):
    """Signals: wanted(x, y, page): a picture is to be laid on a point of the page, or of the atlas (page 0)."""

    wanted = Signal(float, float, int)


class AtlasPen:
    """The layer of the atlas view that paints.

    surface: what its canvas shows. scale: the surface's pixels for one pixel of the film. page: the page
    of the atlas that is shown, counted from 1; 0: the atlas itself.
    """

    def __init__(self, editor: Editor, canvas: Canvas, session: AtlasSession, surface: Surface) -> None:
        self._editor, self._canvas, self.session, self.surface = editor, canvas, session, surface
        self.scale = 1.0
        self.page = 0
        self.wish = StampWish(canvas)
        self.wish.hide()
        self._circle = BrushCircle(canvas, lambda: editor.state.brush * self.scale)
        self._pixels: npt.NDArray[np.uint32] | None = None
        self._veil: QImage | None = None
        session.live_changed.connect(self._live)
        editor.state.brush_changed.connect(lambda size: canvas.update())

    @property
    def active(self) -> bool:
        return self._editor.player.in_atlas and self.session.ready and self._canvas.picture is not None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the surface."""
        picture = self._canvas.picture
        return picture.raster if picture is not None else (1, 1)

    # The veil

    def _live(self, surface: str, rect: Rect | None) -> None:
        if surface != self.surface:
            return
        live = self.session.live
        if live is None or live.size != self.size:
            self._pixels = self._veil = None
            self._canvas.update()
            return
        if self._pixels is None or rect is None:
            self._pixels = np.zeros((live.size[1], live.size[0]), np.uint32)
            kind = QImage.Format.Format_ARGB32_Premultiplied
            self._veil = QImage(self._pixels.data, *live.size, live.size[0] * 4, kind)
        if rect is not None:
            left, top, right, bottom = rect
            cover = live.cover[top:bottom, left:right]
            self._pixels[top:bottom, left:right] = self._table()[cover]
            self._canvas.update_box(rect)

    def _table(self) -> npt.NDArray[np.uint32]:
        """Coverage to premultiplied ARGB."""
        colour = RUBBER if self.session.erasing else QColor(self.session.colour)
        most = 0.6 if self.session.erasing else self.session.opacity
        alpha = np.rint(np.arange(256) * most).astype(np.uint32)
        levels = (colour.red(), colour.green(), colour.blue())
        red, green, blue = (np.rint(alpha * (level / 255)).astype(np.uint32) for level in levels)
        return (alpha << 24 | red << 16 | green << 8 | blue).astype(np.uint32)

    # The mouse

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        tool = self._editor.state.tool
        right = event.button() == Qt.MouseButton.RightButton
        if not self.active or not (right or event.button() == Qt.MouseButton.LeftButton):
            return False
        if tool in TOOLS:
            rubs = tool == "eraser" or right or bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            return self.session.begin(self.surface, x, y, self.size, self.scale, erase=rubs, page=self.page)
        if tool in CLICKS and not right:
            self._click(tool, x, y)
            return True
        return False

    def _click(self, tool: str, x: float, y: float) -> None:
        if tool == "stamp" and self.page:
            self.wish.wanted.emit(x, y, self.page)
            return
        if tool == "stamp":
            self.session.locate(self.surface, x, y, lambda at: self.wish.wanted.emit(*at, 0))
            return
        self.session.add_at(tool, self.surface, x, y, self.page)
        if tool == "text":
            self._editor.state.set("tool", "select")

    def move(self, x: float, y: float, event: QMouseEvent) -> None:
        self._circle.move((x, y))
        self.session.extend(x, y)

    def release(self, x: float, y: float, event: QMouseEvent) -> None:
        self.session.finish()

    def double(self, x: float, y: float) -> bool:
        return self.active and self._editor.state.tool in (*TOOLS, *CLICKS)

    def wants_key(self, event: QKeyEvent) -> bool:
        return self.session.stroking and event.key() == Qt.Key.Key_Escape

    def key(self, event: QKeyEvent) -> bool:
        """Escape takes the stroke away."""
        if not self.wants_key(event):
            return False
        self.session.cancel()
        return True

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        if not self.active:
            return None
        self._circle.move((x, y))
        tool = self._editor.state.tool
        if tool in TOOLS:
            return self._circle.cursor
        return Qt.CursorShape.CrossCursor if tool in CLICKS else None

    def leave(self) -> None:
        self._circle.leave()

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        if not self._editor.player.in_atlas:
            return
        if self._veil is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.zoom < 3)
            draw_image(painter, self._canvas.picture_rect(), self._veil)
        if self.active and self._editor.state.tool in TOOLS:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            erasing = self._editor.state.tool == "eraser"
            self._circle.paint(painter, view, RUBBER if erasing else QColor(self.session.colour))
