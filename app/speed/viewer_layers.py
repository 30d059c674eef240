"""What the Speed panel paints over the viewer: where the pace was seen, and the names of two films side by side."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.editor import Editor
from app.speed.compare import comparison_of
from app.speed.pace import paces_of
from app.speed.subject import subject_of
from app.viewer.canvas import PaintedLayer
from app.viewer.view_map import ViewMap
from core.project.project import Media

STRONGEST = 170
"""Alpha where the pace was seen most."""


class PaceLayer(PaintedLayer):
    """The activation map nearest to the frame that is shown, in warm colours, as long as it is asked for."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._paces = paces_of(editor)
        self._drawn: tuple[int, QImage] | None = None

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        found = self._shown() if self._paces.overlay else None
        if found is None:
            return
        media, frame = found
        pace = self._paces.of(media)
        heat = pace.map_at(frame) if pace is not None else None
        if heat is None:
            return
        if self._drawn is None or self._drawn[0] != id(heat):
            self._drawn = (id(heat), heat_image(heat))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._place(view, media), self._drawn[1])

    def _shown(self) -> tuple[Media, int] | None:
        """The media under the eye and its frame."""
        editor = self._editor
        if editor.player.in_media:
            media = editor.player.media
            return (media, editor.state.media_frame) if media is not None else None
        subject = subject_of(editor)
        if subject is None or subject.media is None or subject.media.info.video is None:
            return None
        if editor.state.playhead not in subject.where:
            return None
        source = subject.clip.time_map.at(editor.state.playhead - subject.where.start)
        return subject.media, subject.media.info.video.rate.frame_at(max(0, source))

    def _place(self, view: ViewMap, media: Media) -> QRectF:
        """Where the media's picture lies, fitted into the film."""
        video, film = media.info.video, self._editor.document.sequence
        assert video is not None
        size = (video.width, video.height)
        raster = size if self._editor.player.in_media or film is None else (film.width, film.height)
        scale = min(raster[0] / size[0], raster[1] / size[1])
        width, height = size[0] * scale, size[1] * scale
        left, top = (raster[0] - width) / 2, (raster[1] - height) / 2
        x, y = view.to_widget(left, top)
        return QRectF(x, y, width * view.zoom, height * view.zoom)


def heat_image(heat: np.ndarray) -> QImage:
    """uint8 (h, w) as a picture that is clear where nothing was seen."""
    smooth = cv2.resize(heat, (heat.shape[1] * 8, heat.shape[0] * 8), interpolation=cv2.INTER_CUBIC)
    colours = cv2.applyColorMap(smooth, cv2.COLORMAP_INFERNO)
    alpha = ((smooth.astype(np.float32) / 255) ** 2 * STRONGEST).astype(np.uint8)
    pixels = np.ascontiguousarray(np.dstack([colours, alpha]))
    height, width = alpha.shape
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32).copy()


class CompareLayer(PaintedLayer):
    """A line between the two halves, and what they are."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._comparison = comparison_of(editor)

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        plan, film = self._comparison.plan, self._editor.document.sequence
        if not self._comparison.clip or plan is None or film is None or self._editor.player.in_media:
            return
        tr = self._comparison.tr
        left, top = view.to_widget(0, 0)
        width, height = film.width * view.zoom, film.height * view.zoom
        painter.setPen(QPen(QColor(255, 255, 255, 120), 1))
        painter.drawLine(QPointF(left + width / 2, top), QPointF(left + width / 2, top + height))
        for number, text in enumerate((tr("Even, {0} ×").format(f"{plan.rate:.2f}"), tr("Adaptive"))):
            middle = left + width * (0.25 + 0.5 * number)
            box = painter.fontMetrics().boundingRect(text).adjusted(-8, -4, 8, 4)
            place = QRectF(
                middle - box.width() / 2, top + height * 0.25 - box.height() - 4, box.width(), box.height()
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 170))
            painter.drawRoundedRect(place, 5, 5)
            painter.setPen(QColor("#f0f0f0"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
