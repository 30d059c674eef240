"""The bar under the mask view: the frames of one media, its key masks and scene cuts, and a strip per object.

A strip is the thin bar of `app.widgets.strip_art`: full where the track is sure, with a warning
under it where it is not, hatched where the object is missing. On it stand the object's key masks
(diamonds) and where it was found again (dots).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.editor import Editor
from app.masks.proposals import proposals_of
from app.masks.suggestions import suggestions_of
from app.masks.track_records import TrackRecord, records_of
from app.masks.track_watch import Live
from app.theme import colours
from app.widgets.strip_art import calm, columns_of, diamond, levels_of, strip_image
from core.media.appearances import Appearance
from core.project.project import Media, TrackedObject

EDGE = 14
AXIS = 24
"""Height of the bar with the frames; the strips lie below."""
ROW, STRIP = 13, 8
Place = TypeVar("Place", float, npt.NDArray[np.float64])
MOST = 6
"""Strips that are shown at once; with more objects, those around the object in hand."""


class MaskScrub(QWidget):
    """Click or drag to go to a frame; on a strip it also takes the object in hand."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._records = records_of(editor)
        self._suggestions, self._proposals = suggestions_of(editor), proposals_of(editor)
        self._frames = 0
        self._live: Live | None = None
        self._drawn: QPixmap | None = None
        """All but the playhead, as long as nothing else changes."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(
            self.tr("Frames of the media: key masks, tracked range, confidence of each object")
        )
        editor.state.media_frame_changed.connect(self.update)
        for happened in (self._records.ready, self._suggestions.changed, self._proposals.changed):
            happened.connect(self.redraw)
        editor.state.label_changed.connect(self.redraw)
        editor.document.changed.connect(lambda before, after: self.refresh())
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    @property
    def frames(self) -> int:
        """How many the media has; 0 as long as that is not known."""
        return self._frames

    def set_frames(self, frames: int) -> None:
        if frames != self._frames:
            self._frames = frames
            self.redraw()

    def set_live(self, live: Live | None) -> None:
        """What a running tracking job has done so far; None without one."""
        self._live = live
        self.redraw()

    def refresh(self) -> None:
        """Another media, or other objects."""
        rows = len(self._objects())
        self.setFixedHeight(AXIS + rows * ROW + (6 if rows else 4))
        self.redraw()

    def redraw(self, *_: object) -> None:
        """Draw all of it anew, soon."""
        self._drawn = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drawn = None

    def _media(self) -> Media | None:
        """As it is shown: a proposed track stands for the one there is."""
        return self._proposals.shown(self._editor.player.media)

    def _objects(self) -> tuple[TrackedObject, ...]:
        """The objects that have a strip."""
        media = self._editor.player.media
        objects = media.objects if media is not None else ()
        labels = [known.label for known in objects]
        label = self._editor.state.label
        at = labels.index(label) if label in labels else 0
        start = min(max(0, at - MOST // 2), max(0, len(objects) - MOST))
        return objects[start : start + MOST]

    # Geometry

    def x_of(self, frame: Place) -> Place:
        """Middle of a frame on the bar."""
        return EDGE + (frame + 0.5) / max(1, self._frames) * (self.width() - 2 * EDGE)

    def frame_at(self, x: float) -> int:
        part = (x - EDGE) / max(1, self.width() - 2 * EDGE)
        return min(max(int(part * self._frames), 0), max(0, self._frames - 1))

    def object_at(self, y: float) -> TrackedObject | None:
        """The object whose strip is there."""
        row, objects = int((y - AXIS) // ROW), self._objects()
        return objects[row] if 0 <= row < len(objects) else None

    # Hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            found = self.object_at(event.position().y())
            if found is not None:
                self._editor.state.set("label", found.label)
            self._go(self.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self.frame_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(frame)
        else:
            words = self.words(frame, self.object_at(event.position().y()))
            QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def words(self, frame: int, thing: TrackedObject | None) -> str:
        """What is known of a frame, and of an object there."""
        where, media = self.tr("Frame {0}").format(frame), self._media()
        record = self._records.of(media)
        if media is None or thing is None or record is None:
            return where
        parts = [where, thing.name]
        confidence = record.confidence(thing.label, frame)
        if any(key.frame == frame for key in media.key_masks):
            parts.append(self.tr("key mask"))
        elif record.missing(thing.label, frame):
            parts.append(self.tr("missing"))
        elif confidence is not None:
            parts.append(self.tr("confidence {0} %").format(round(100 * confidence)))
        reach = 4 / max(1e-6, self.x_of(1) - self.x_of(0))
        for known in record.history(thing.label).appearances:
            if abs(known.frame - frame) <= reach:
                parts.append(self.tr("seen again at {0}").format(known.frame))
        return " · ".join(parts)

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
        of, media = colours(), self._media()
        if self._drawn is None:
            self._drawn = self._draw(media)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        if self._frames and media is not None:
            frame = self._editor.state.media_frame
            x = self.x_of(frame)
            painter.fillRect(QRectF(x - 1, 2, 2, self.height() - 4), of.playhead)
            if any(key.frame == frame for key in media.key_masks):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(of.panel, 1))
                painter.setBrush(of.playhead)
                diamond(painter, x, 12.5, 5.5)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(of.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self, media: Media | None) -> QPixmap:
        of, ratio = colours(), self.devicePixelRatioF()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(of.panel)
        painter = QPainter(pixmap)
        bar = QRectF(EDGE, 10, self.width() - 2 * EDGE, 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.grid)
        painter.drawRoundedRect(bar, 2.5, 2.5)
        if self._frames and media is not None:
            record = self._records.of(media)
            self._paint_part(painter, media)
            self._paint_range(painter, bar, media)
            self._paint_cuts(painter, record)
            for row, thing in enumerate(self._objects()):
                self._paint_strip(painter, AXIS + row * ROW, thing, media, record)
            self._paint_keys(painter, [key.frame for key in media.key_masks], 12.5, 5.5)
            self._paint_suggestions(painter, media)
        painter.end()
        return pixmap

    def _paint_range(self, painter: QPainter, bar: QRectF, media: Media) -> None:
        of = colours()
        if media.track is not None:
            painter.setBrush(of.accent)
            painter.drawRoundedRect(self._span(bar, media.track.first, media.track.last), 2.5, 2.5)
        if self._live is not None:
            painter.setBrush(of.success)
            painter.drawRoundedRect(self._span(bar, self._live.first, self._live.last), 2.5, 2.5)

    def _paint_part(self, painter: QPainter, media: Media) -> None:
        """Brackets around what goes onto the timeline, the rest darker."""
        if media.part is None or media.info.video is None:
            return
        of, rate = colours(), media.info.video.rate
        first, last = rate.frame_at(media.part.start), rate.frames_before(media.part.end) - 1
        unit = (self.width() - 2 * EDGE) / max(1, self._frames)
        left, right = EDGE + first * unit, EDGE + (last + 1) * unit
        painter.setBrush(of.background)
        painter.drawRects(
            [QRectF(EDGE, 2, left - EDGE, AXIS - 3), QRectF(right, 2, self.width() - EDGE - right, AXIS - 3)]
        )
        painter.setPen(QPen(of.selection, 2))
        for x, inwards in ((left, 5), (right, -5)):
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(x + inwards, 3),
                        QPointF(x, 3),
                        QPointF(x, AXIS - 3),
                        QPointF(x + inwards, AXIS - 3),
                    ]
                )
            )
        painter.setPen(Qt.PenStyle.NoPen)

    def _span(self, bar: QRectF, first: int, last: int) -> QRectF:
        unit = bar.width() / max(1, self._frames)
        return QRectF(bar.left() + first * unit, bar.top(), max(1.5, (last - first + 1) * unit), bar.height())

    def _paint_cuts(self, painter: QPainter, record: TrackRecord | None) -> None:
        painter.setPen(QPen(colours().dim_text, 1, Qt.PenStyle.DotLine))
        for cut in record.appearances.cuts if record is not None else ():
            x = round(self.x_of(cut - 0.5)) + 0.5
            painter.drawLine(QPointF(x, 3), QPointF(x, self.height() - 3))
        painter.setPen(Qt.PenStyle.NoPen)

    def _paint_suggestions(self, painter: QPainter, media: Media) -> None:
        """A wedge over each frame that is worth drawing on."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().warning)
        for frame in self._suggestions.frames(media):
            x = self.x_of(frame)
            painter.drawPolygon(QPolygonF([QPointF(x - 4, 1), QPointF(x + 4, 1), QPointF(x, 8)]))

    def _paint_strip(
        self, painter: QPainter, top: float, thing: TrackedObject, media: Media, record: TrackRecord | None
    ) -> None:
        of, colour = colours(), QColor(thing.colour)
        if thing.label == self._editor.state.label:
            painter.fillRect(QRectF(0, top, self.width(), ROW), of.hover)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(EDGE / 2, top + ROW / 2), 3, 3)
        image = self._strip(thing, media, record)
        painter.drawImage(QPointF(EDGE, round(top + (ROW - STRIP) / 2)), image)
        middle = top + ROW / 2 - 1
        self._paint_keys(painter, self._records.keys(media).get(thing.label, ()), middle, 3.5)
        for known in record.history(thing.label).appearances if record is not None else ():
            self._paint_appearance(painter, known, middle, colour)

    def _strip(self, thing: TrackedObject, media: Media, record: TrackRecord | None) -> QImage:
        """A column of pixels shows the worst of its frames."""
        width = max(1, self.width() - 2 * EDGE)
        live = self._live
        track = (media.track.first, media.track.last) if media.track is not None else None
        columns = np.zeros(width, np.uint8)
        edges = np.floor(np.arange(width + 1) * (self._frames / width)).astype(np.int64)
        if track is not None:
            columns = calm(columns_of(levels_of(record, thing.label, track), track[0], edges))
        if live is not None:
            span = (live.first, live.last)
            fresh = columns_of(levels_of(None, thing.label, span, live.of(thing.label)), span[0], edges)
            columns = np.where(fresh > 0, fresh, columns)
        of = colours()
        return strip_image(columns, STRIP, QColor(thing.colour), of.warning, of.dim_text, thing.visible)

    def _paint_appearance(self, painter: QPainter, known: Appearance, y: float, colour: QColor) -> None:
        """A dot where it was found again; a ring where that is only a guess, or was refused."""
        of, sure = colours(), known.state in ("found", "accepted")
        painter.setPen(QPen(of.text if sure else of.dim_text, 1.2))
        painter.setBrush(colour if sure else of.panel)
        painter.drawEllipse(QPointF(self.x_of(known.frame), y), 3.2, 3.2)

    def _paint_keys(self, painter: QPainter, frames: Iterable[int], y: float, size: float) -> None:
        painter.setPen(QPen(colours().panel, 1))
        painter.setBrush(colours().text)
        numbers = np.asarray(list(frames), np.float64)
        # Thousands of imported masks cost no more than there is room.
        _, first = np.unique(self.x_of(numbers) // size, return_index=True)
        for frame in numbers[first].tolist():
            diamond(painter, self.x_of(frame), y, size)
        painter.setPen(Qt.PenStyle.NoPen)
