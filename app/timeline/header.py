"""The column of track headers: name, and buttons to hide or mute, to hear alone, to lock."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from app import theme
from app.theme import Colours
from app.timeline.layout import HEADER, RULER, Layout, Row
from core.timeline.model import Track

Button = Literal["muted", "solo", "locked"]
BUTTONS: tuple[Button, ...] = ("muted", "solo", "locked")
SIDE = 18
FACE = 24
TWO_LINES = theme.grown(20) + 32
"""Height of a row whose buttons stand below its name."""
"""Width of a button with its margin."""


def button_boxes(row: Row) -> dict[Button, QRect]:
    """Where the header's buttons are, in view pixels."""
    y = row.top + (max(0, row.height - SIDE) // 2 if row.height < TWO_LINES else row.height - SIDE - 8)
    left = HEADER - FACE * len(BUTTONS) - 4
    return {name: QRect(left + index * FACE, y, SIDE, SIDE) for index, name in enumerate(BUTTONS)}


def button_at(row: Row, x: float, y: float) -> Button | None:
    for name, box in button_boxes(row).items():
        if box.adjusted(-3, -3, 3, 3).contains(int(x), int(y)):
            return name
    return None


def _icon(track: Track, button: Button) -> str:
    if button == "locked":
        return "lock" if track.locked else "unlock"
    if button == "solo":
        return "solo"
    if track.kind == "video":
        return "eye-off" if track.muted else "eye"
    return "mute" if track.muted else "speaker"


def draw_headers(painter: QPainter, layout: Layout, colours: Colours, current: str, title: str) -> None:
    """All headers and the corner above them.

    Args:
        current: id of the track that commands act on.
        title: of the corner.
    """
    painter.fillRect(0, 0, HEADER, layout.height, colours.panel)
    painter.save()
    painter.setClipRect(0, RULER, HEADER, layout.height - RULER)
    for row in layout.rows:
        if row.bottom > RULER and row.top < layout.height:
            _header(painter, row, colours, row.track.id == current)
    painter.restore()
    painter.save()
    painter.fillRect(0, 0, HEADER, RULER, colours.raised)
    painter.setFont(theme.timecode_font(11))
    painter.setPen(colours.text)
    painter.drawText(QRect(0, 0, HEADER, RULER), Qt.AlignmentFlag.AlignCenter, title)
    painter.setPen(QPen(colours.border, 1))
    painter.drawLine(HEADER - 1, 0, HEADER - 1, layout.height)
    painter.drawLine(0, RULER - 1, HEADER, RULER - 1)
    painter.restore()


def _draw_gain(painter: QPainter, gain: float, room: QRect, colours: Colours) -> None:
    """The volume of a track that is not as it is, where there is room for it."""
    font = QFont(painter.font())
    font.setPixelSize(theme.grown(10))
    font.setBold(False)
    text = f"{gain:+.1f} dB"
    if QFontMetrics(font).horizontalAdvance(text) <= room.width():
        painter.setFont(font)
        painter.setPen(colours.dim_text)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def _header(painter: QPainter, row: Row, colours: Colours, current: bool) -> None:
    track = row.track
    painter.fillRect(0, row.top, HEADER, row.height, colours.hover if current else colours.raised)
    stripe = colours.video_clip if track.kind == "video" else colours.audio_clip
    painter.fillRect(0, row.top, 4, row.height, colours.accent if current else stripe)
    font = QFont(painter.font())
    font.setPixelSize(theme.grown(12))
    font.setBold(True)
    painter.setFont(font)
    boxes = button_boxes(row)
    two_lines = row.height >= TWO_LINES
    room = HEADER - 20 if two_lines else boxes["muted"].left() - 14
    height = theme.grown(20) if two_lines else row.height
    box = QRect(12, row.top + (6 if two_lines else 0), room, height)
    name = QFontMetrics(font).elidedText(track.name, Qt.TextElideMode.ElideRight, room)
    painter.setPen(colours.dim_text if track.muted else colours.text)
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
    if track.gain:
        _draw_gain(
            painter,
            track.gain,
            box.adjusted(QFontMetrics(font).horizontalAdvance(name) + 8, 0, 0, 0),
            colours,
        )
    for button, where in boxes.items():
        on = bool(getattr(track, button))
        if on:
            painter.fillRect(where.adjusted(-2, -2, 2, 2), colours.hover)
        state = theme.QIcon.State.On if on and button == "solo" else theme.QIcon.State.Off
        painter.setOpacity(1.0 if on or button == "muted" else 0.45)
        theme.icon(_icon(track, button)).paint(
            painter, where, Qt.AlignmentFlag.AlignCenter, theme.QIcon.Mode.Normal, state
        )
        painter.setOpacity(1.0)
