"""The bar under the mask view: the frames of one media with its key masks, tracked range and confidence."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.editor import Editor
from app.theme import colours
from app.tracking import confidences
from core.project.project import Media

EDGE = 12
POOR = 0.6
"""Confidence under which a frame is worth a look."""


class MaskScrub(QWidget):
    """Click or drag to go to a frame; diamonds are key masks, the band is what is tracked, red is doubtful."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._frames = 0
        self._key = ""
        self._confidence: dict[int, float] = {}
        self._progress: tuple[int, int] | None = None
        self.setFixedHeight(34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Frames of the media: key masks and tracked range"))
        editor.state.media_frame_changed.connect(self.update)
        editor.document.changed.connect(lambda before, after: self.refresh())

    def sizeHint(self) -> QSize:
        return QSize(400, 34)

    def set_frames(self, frames: int) -> None:
        if frames != self._frames:
            self._frames = frames
            self.update()

    def set_progress(self, first: int, last: int) -> None:
        """The range of frames that a running tracking job has covered; -1 without one."""
        self._progress = (first, last) if first >= 0 else None
        self.update()

    def refresh(self) -> None:
        """Another media, or another tracking result."""
        media, data = self._editor.player.media, self._editor.document.data
        key = media.track.key if media is not None and media.track is not None else ""
        if key != self._key:
            self._key = key
            self._confidence = confidences(data, media) if media is not None and key else {}
        self.update()

    # Geometry

    def x_of(self, frame: float) -> float:
        """Middle of a frame on the bar."""
        return EDGE + (frame + 0.5) / max(1, self._frames) * (self.width() - 2 * EDGE)

    def frame_at(self, x: float) -> int:
        part = (x - EDGE) / max(1, self.width() - 2 * EDGE)
        return min(max(int(part * self._frames), 0), max(0, self._frames - 1))

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(self.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self.frame_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(frame)
        elif frame in self._confidence:
            text = self.tr("Frame {0}: confidence {1} %").format(frame, round(100 * self._confidence[frame]))
            QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._go(self._editor.state.media_frame + step)

    def _go(self, frame: int) -> None:
        self._editor.player.pause()
        self._editor.state.set("media_frame", min(max(frame, 0), max(0, self._frames - 1)))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        of, media = colours(), self._editor.player.media
        painter = QPainter(self)
        painter.fillRect(self.rect(), of.panel)
        bar = QRectF(EDGE, 13, self.width() - 2 * EDGE, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.grid)
        painter.drawRoundedRect(bar, 3, 3)
        if self._frames and media is not None:
            self._paint_tracked(painter, bar, media)
            self._paint_keys(painter, media)
            x = self.x_of(self._editor.state.media_frame)
            painter.fillRect(QRectF(x - 1, 4, 2, self.height() - 8), of.playhead)
        if self.hasFocus():
            painter.setPen(of.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_tracked(self, painter: QPainter, bar: QRectF, media: Media) -> None:
        of = colours()
        if media.track is not None:
            painter.setBrush(of.accent)
            painter.drawRoundedRect(self._span(bar, media.track.first, media.track.last), 3, 3)
            for frame, confidence in self._confidence.items():
                if confidence < POOR:
                    shade = QColor(of.error)
                    shade.setAlphaF(0.4 + 0.6 * (1 - confidence / POOR))
                    painter.fillRect(self._span(bar, frame, frame), shade)
        if self._progress is not None:
            painter.setBrush(of.success)
            painter.drawRoundedRect(self._span(bar, *self._progress).adjusted(0, 5, 0, 3), 2, 2)

    def _span(self, bar: QRectF, first: int, last: int) -> QRectF:
        unit = bar.width() / max(1, self._frames)
        return QRectF(bar.left() + first * unit, bar.top(), max(1.5, (last - first + 1) * unit), bar.height())

    def _paint_keys(self, painter: QPainter, media: Media) -> None:
        of = colours()
        for key in media.key_masks:
            x, y, size = self.x_of(key.frame), 17.0, 6.0
            here = key.frame == self._editor.state.media_frame
            painter.setPen(QColor(0, 0, 0, 160))
            painter.setBrush(of.playhead if here else of.selection)
            painter.drawPolygon(
                QPolygonF(
                    [QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)]
                )
            )
