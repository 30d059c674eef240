"""The picture and what lies over it: a plain widget that paints an RGB32 image, zooms and pans.

What can be done on the picture is in layers (the handles of a clip, the mask pen): they paint after the picture,
top one last, and are asked top first for each press of a mouse button.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.masks.live_stroke import Rect
from app.playing.preview import Picture
from app.theme import colours
from app.viewer.overlay import draw_image
from app.viewer.view_map import ViewMap, centred, close_up, fit

SAFE_AREAS = (0.9, 0.8)
"""Action and title safe: parts of the width and height."""


class Layer(Protocol):
    """Something over the picture. Points are picture coordinates. `press` says whether the drag is its own.

    wants_key: the key is for this layer now, before any command of the window that has it as a shortcut.
    """

    def paint(self, painter: QPainter, view: ViewMap) -> None: ...
    def press(self, x: float, y: float, event: QMouseEvent) -> bool: ...
    def move(self, x: float, y: float, event: QMouseEvent) -> None: ...
    def release(self, x: float, y: float, event: QMouseEvent) -> None: ...
    def hover(self, x: float, y: float) -> Qt.CursorShape | None: ...
    def leave(self) -> None: ...
    def key(self, event: QKeyEvent) -> bool: ...
    def wants_key(self, event: QKeyEvent) -> bool: ...
    def double(self, x: float, y: float) -> bool: ...


class PaintedLayer:
    """A layer that only paints: the mouse and the keys are for others."""

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        raise NotImplementedError

    def press(self, x: float, y: float, event: QMouseEvent) -> bool:
        return False

    def move(self, x: float, y: float, event: QMouseEvent) -> None:
        pass

    def release(self, x: float, y: float, event: QMouseEvent) -> None:
        pass

    def hover(self, x: float, y: float) -> Qt.CursorShape | None:
        return None

    def leave(self) -> None:
        pass

    def key(self, event: QKeyEvent) -> bool:
        return False

    def wants_key(self, event: QKeyEvent) -> bool:
        return False

    def double(self, x: float, y: float) -> bool:
        return False


class Canvas(QWidget):
    """Shows pictures.

    Signals:
        seen_size_changed(width, height): device pixels that the whole picture covers.
        zoom_changed(part): device pixels of a picture pixel; 0 while it is fitted to the widget.
        double_clicked(): on the picture, when no layer wanted it.
    """

    seen_size_changed = Signal(int, int)
    zoom_changed = Signal(float)
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers: list[Layer] = []
        self._pressed = -(10**9)
        """When the mouse was last pressed here, in Qt's milliseconds."""
        self.picture: Picture | None = None
        self.view = ViewMap()
        self.message = ""
        self.hand = False
        """The hand tool: the left button moves the picture."""
        self.safe_areas = False
        self.thirds = False
        self.checkerboard = False
        self.plain = False
        """Black around the picture, edge to edge: the full-screen viewer."""
        self._raster = (1920, 1080)
        self._fitted = True
        self._panning: QPointF | None = None
        self._active: Layer | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 80)
        self.setAccessibleName(self.tr("Picture"))

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    # What is shown

    def set_picture(self, picture: Picture) -> None:
        self.picture = picture
        self.set_raster(picture.raster)
        self.update()

    def clear(self) -> None:
        self.picture = None
        self.update()

    def set_message(self, message: str) -> None:
        """Words in the middle of the canvas; empty for none."""
        if message != self.message:
            self.message = message
            self.update()

    def update_box(self, box: Rect) -> None:
        """Paint anew where a box of the picture is: left, top, right, bottom, exclusive."""
        left, top = self.view.to_widget(box[0] - 2, box[1] - 2)
        right, bottom = self.view.to_widget(box[2] + 2, box[3] + 2)
        self.update(QRectF(left - 2, top - 2, right - left + 4, bottom - top + 4).toAlignedRect())

    def set_raster(self, raster: tuple[int, int]) -> None:
        """The size of the film or the media, which the picture stands for."""
        if raster != self._raster:
            self._raster = raster
            self.fit()

    # Zoom and pan

    @property
    def fitted(self) -> bool:
        return self._fitted

    @property
    def magnification(self) -> float:
        """Device pixels of a picture pixel."""
        return self.view.zoom * self.devicePixelRatioF()

    def fit(self) -> None:
        self._fitted = True
        margin = 0.0 if self.plain else 8.0
        self._set_view(fit(self._raster, (self.width(), self.height()), margin))

    def set_zoom(self, magnification: float) -> None:
        """Show a picture pixel as this many device pixels, around the middle of the widget."""
        self._fitted = False
        zoom = magnification / self.devicePixelRatioF()
        if self.view.zoom <= 0:
            self._set_view(centred(self._raster, (self.width(), self.height()), zoom))
        else:
            self._set_view(self.view.zoomed_at(self.width() / 2, self.height() / 2, zoom / self.view.zoom))

    def show_box(self, box: Rect) -> None:
        """A box of the picture as large as it fits with its surroundings."""
        self._fitted = False
        self._set_view(close_up(box, (self.width(), self.height())))

    def centre_on(self, x: float, y: float) -> None:
        """A point of the picture in the middle, at the zoom there is."""
        if not self._fitted:
            self._set_view(self.view.centred_on(x, y, (self.width(), self.height())))

    def _set_view(self, view: ViewMap) -> None:
        self.view = view
        scale = self.magnification
        self.seen_size_changed.emit(round(self._raster[0] * scale), round(self._raster[1] * scale))
        self.zoom_changed.emit(0.0 if self._fitted else scale)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self.fit()
        else:
            grown = event.size() - event.oldSize()
            self._set_view(self.view.moved(grown.width() / 2, grown.height() / 2))

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self._fitted = False
            where = event.position()
            self._set_view(self.view.zoomed_at(where.x(), where.y(), 1.25**steps))
        event.accept()

    # The mouse

    def _at(self, event: QMouseEvent) -> tuple[float, float]:
        return self.view.to_picture(event.position().x(), event.position().y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.timestamp()
        hand = self.hand and event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or hand:
            self._panning = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        if self._active is None:
            x, y = self._at(event)
            self._active = next((layer for layer in reversed(self.layers) if layer.press(x, y, event)), None)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x, y = self._at(event)
        if self._panning is not None:
            moved = event.position() - self._panning
            self._panning = event.position()
            self._fitted = False
            self._set_view(self.view.moved(moved.x(), moved.y()))
        elif self._active is not None:
            self._active.move(x, y, event)
        else:
            self._hover(x, y)

    def _hover(self, x: float, y: float) -> None:
        shape = Qt.CursorShape.OpenHandCursor if self.hand else None
        for layer in reversed(self.layers):
            wanted = layer.hover(x, y)
            shape = shape or wanted
        self.setCursor(shape or Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        x, y = self._at(event)
        if self._panning is not None:
            self._panning = None
        elif self._active is not None:
            active, self._active = self._active, None
            active.release(x, y, event)
        self._hover(x, y)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.timestamp() - self._pressed > 2 * QApplication.doubleClickInterval():
            # The first click was on what stood here before, such as the start page.
            self.mousePressEvent(event)
            return
        x, y = self._at(event)
        if event.button() == Qt.MouseButton.LeftButton and not any(
            layer.double(x, y) for layer in reversed(self.layers)
        ):
            self.double_clicked.emit()

    def leaveEvent(self, event: object) -> None:
        for layer in self.layers:
            layer.leave()
        self.update()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(layer.wants_key(event) for layer in self.layers)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not any(layer.key(event) for layer in reversed(self.layers)):
            super().keyPressEvent(event)

    # Painting

    def picture_rect(self) -> QRectF:
        """Where the whole picture lies in the widget."""
        zoom = self.view.zoom
        return QRectF(self.view.left, self.view.top, self._raster[0] * zoom, self._raster[1] * zoom)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor("black") if self.plain else colours().viewer)
        target = self.picture_rect()
        if self.picture is not None:
            if self.checkerboard:
                painter.fillRect(target, _checkers())
            # Smooth while it is made smaller or a little larger; pixels stay pixels when looked at closely.
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth())
            draw_image(painter, target, self.picture.image)
        for layer in (
            self.layers if self.picture is not None else ()
        ):  # where they lie is known with the picture
            painter.save()
            layer.paint(painter, self.view)
            painter.restore()
        if self.safe_areas:
            self._paint_safe_areas(painter, target)
        if self.thirds:
            self._paint_thirds(painter, target)
        if self.message:
            self._paint_message(painter)
        if self.hasFocus() and not self.plain:
            painter.setPen(colours().accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _smooth(self) -> bool:
        assert self.picture is not None
        shown = self.picture_rect().width() * self.devicePixelRatioF()
        width = self.picture.image.width()
        return abs(shown - width) >= 2 and shown < 3 * width

    def _paint_safe_areas(self, painter: QPainter, target: QRectF) -> None:
        for shade, offset in ((QColor(0, 0, 0, 140), 1.0), (QColor(255, 255, 255, 170), 0.0)):
            painter.setPen(shade)
            for part in SAFE_AREAS:
                dx, dy = target.width() * (1 - part) / 2, target.height() * (1 - part) / 2
                painter.drawRect(target.adjusted(dx, dy, -dx, -dy).translated(offset, offset))
            centre = target.center() + QPointF(offset, offset)
            painter.drawLine(centre - QPointF(8, 0), centre + QPointF(8, 0))
            painter.drawLine(centre - QPointF(0, 8), centre + QPointF(0, 8))

    def _paint_thirds(self, painter: QPainter, target: QRectF) -> None:
        for shade, offset in ((QColor(0, 0, 0, 140), 1.0), (QColor(255, 255, 255, 170), 0.0)):
            painter.setPen(shade)
            for part in (1 / 3, 2 / 3):
                x, y = (
                    target.left() + part * target.width() + offset,
                    target.top() + part * target.height() + offset,
                )
                painter.drawLine(QPointF(x, target.top()), QPointF(x, target.bottom()))
                painter.drawLine(QPointF(target.left(), y), QPointF(target.right(), y))

    def _paint_message(self, painter: QPainter) -> None:
        around = self.rect().adjusted(24, 24, -24, -24)
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        box = QRectF(painter.boundingRect(around, flags, self.message)).adjusted(-12, -8, 12, 8)
        if self.picture is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 170))
            painter.drawRoundedRect(box, 6, 6)
            painter.setPen(QColor("#f0f0f0"))
        else:
            painter.setPen(QColor("#e8e8e8") if colours().viewer.lightness() < 128 else QColor("#303030"))
        painter.drawText(around, flags, self.message)


def _checkers() -> QBrush:
    """The pattern that stands for transparency."""
    tile = QPixmap(16, 16)
    tile.fill(QColor("#9a9a9a"))
    painter = QPainter(tile)
    for x, y in ((0, 0), (8, 8)):
        painter.fillRect(x, y, 8, 8, QColor("#c8c8c8"))
    painter.end()
    return QBrush(tile)
