"""Boxes around where the object in hand was seen again, on the frames where it was."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.editor import Editor
from app.masks.found_again import Entry, entries
from app.masks.proposals import proposals_of
from app.masks.track_records import records_of
from app.viewer.canvas import PaintedLayer
from app.viewer.overlay import BEHIND
from app.viewer.view_map import ViewMap


class FoundLayer(PaintedLayer):
    """Whole where the program or the user took it for the object, dashed where it is a guess or was refused."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._records, self._proposals = records_of(editor), proposals_of(editor)

    def paint(self, painter: QPainter, view: ViewMap) -> None:
        media, state = self._proposals.shown(self._editor.player.media), self._editor.state
        if media is None or not self._editor.player.in_media or state.mask_look in BEHIND:
            return
        known = media.known_object(state.label)
        if known is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for entry in entries(self._records.of(media), media, state.label):
            if entry.box is not None and entry.frame == state.media_frame:
                self._paint_box(painter, view, entry, QColor(known.colour))

    def _paint_box(self, painter: QPainter, view: ViewMap, entry: Entry, colour: QColor) -> None:
        assert entry.box is not None
        x, y, width, height = entry.box
        left, top = view.to_widget(x, y)
        box = QRectF(left, top, width * view.zoom, height * view.zoom)
        sure = entry.state in ("found", "accepted")
        style = Qt.PenStyle.SolidLine if sure else Qt.PenStyle.DashLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 150), 4), QPen(colour, 2, style)):
            painter.setPen(pen)
            painter.drawRoundedRect(box, 4, 4)
        text = f"{entry.score:.0%}" if entry.score else ""
        if text:
            place = painter.fontMetrics().boundingRect(text).adjusted(-4, -2, 4, 2)
            place.moveBottomLeft(box.topLeft().toPoint())
            painter.fillRect(place, QColor(0, 0, 0, 170))
            painter.setPen(QColor("#f0f0f0"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
