"""Draws a media of the bin as a card (grid) or as a row (list)."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app import theme
from app.media_bin.model import MEDIA_ROLE, badges, facts
from app.timeline.pictures import Pictures, Wish
from app.widgets.amounts import clock
from core.project.project import Media

CARD_WIDTH, WORDS_HEIGHT = theme.grown(124), theme.grown(48)
"""Of a card at least, and of what stands below its picture, pixels."""
ROW = theme.grown(46)
FAINT = 8
"""Alpha, of 255, up to which a pixel of a layer counts as empty."""
Index = QModelIndex | QPersistentModelIndex


def card_size(room: int) -> QSize:
    """Of cards that fill a width of `room` pixels, as many beside each other as are wide enough; pictures of 16:9."""
    width = max(CARD_WIDTH, room // max(1, room // CARD_WIDTH))
    return QSize(width, (width - 16) * 9 // 16 + WORDS_HEIGHT)


def poster_time(media: Media) -> int:
    """The source time whose picture stands for the media: an eighth into it, for a layer half, where its object is
    likely in view."""
    if media.info.kind == "image":
        return 0
    return media.info.duration // (8 if media.layer is None else 2)


def shown_part(image: QImage) -> QRect:
    """The part of a see-through picture that shows anything, with a little room; all of it when it is empty.

    image: 8 bits a channel, the fourth of them alpha.
    """
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    seen = rows[:, 3 : 4 * image.width() : 4] > FAINT
    if not seen.any():
        return image.rect()
    down, across = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    found = QRect(QPoint(int(across[0]), int(down[0])), QPoint(int(across[-1]), int(down[-1])))
    room = max(found.width(), found.height()) // 8 + 1
    return found.adjusted(-room, -room, room, room) & image.rect()


class MediaDelegate(QStyledItemDelegate):
    """Paints the rows or cards of the bin.

    grid: cards or rows. card: size of a card.
    """

    def __init__(self, pictures: Pictures, parent: QObject) -> None:
        super().__init__(parent)
        self.grid = True
        self.card = card_size(CARD_WIDTH)
        self._pictures = pictures
        self._wishes: list[Wish] = []
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._send_wishes)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.card if self.grid else QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        media: Media = index.data(MEDIA_ROLE)
        box = QRect(option.rect).adjusted(3, 2, -3, -2)
        state = option.state
        painter.save()
        self._ground(painter, box, state)
        if self.grid:
            picture = QRect(
                box.left() + 5, box.top() + 5, box.width() - 10, box.height() - theme.grown(34) - 10
            )
            text = QRect(picture.left(), picture.bottom() + 3, picture.width(), theme.grown(34) + 2)
        else:
            picture = QRect(box.left() + 4, box.top() + 3, theme.grown(62), box.height() - 6)
            text = QRect(
                picture.right() + 8, box.top() + 3, box.width() - theme.grown(62) - 20, box.height() - 6
            )
        self._picture(painter, picture, media)
        self._words(painter, text, media)
        painter.restore()

    def _ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        colours = theme.colours()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or over:
            painter.setPen(QPen(colours.accent, 1.5) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(colours.hover)
            painter.drawRoundedRect(box, 5, 5)

    def _picture(self, painter: QPainter, box: QRect, media: Media) -> None:
        colours = theme.colours()
        painter.fillRect(box, colours.background)
        if media.missing:
            theme.icon("warning").paint(painter, box.adjusted(8, 8, -8, -8))
        elif media.info.video is None:
            theme.icon("audio").paint(painter, box.adjusted(6, 6, -6, -6))
        else:
            self._poster(painter, box, media)
        if media.info.kind != "image" and self.grid:
            part = f"[{clock(media.part.duration)}] " if media.part is not None else ""
            self._tag(painter, box, part + clock(media.info.duration))
        left = box.left() + 3
        for word, colour in badges(media) if self.grid else []:
            left = self._badge(painter, left, box.top() + 3, word, colour)

    def _poster(self, painter: QPainter, box: QRect, media: Media) -> None:
        time = poster_time(media)
        image = self._pictures.thumbnail(media, time)
        if image is None:
            self._wishes.append(self._pictures.wish(media, time))
            self._ask.start()
            return
        part = shown_part(image) if image.hasAlphaChannel() else image.rect()
        size = part.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(box.topLeft(), size)
        target.moveCenter(box.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if image.hasAlphaChannel():
            painter.fillRect(box, theme.SEE_THROUGH)
        painter.drawImage(target, image, part)

    def _send_wishes(self) -> None:
        wishes, self._wishes = self._wishes, []
        self._pictures.want("bin", wishes)

    def _tag(self, painter: QPainter, box: QRect, text: str) -> None:
        painter.setFont(_small(painter.font()))
        width = QFontMetrics(painter.font()).horizontalAdvance(text) + 8
        tag = QRect(box.right() - width - 2, box.bottom() - theme.grown(15) - 2, width, theme.grown(15))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.QColor(0, 0, 0, 170))
        painter.drawRoundedRect(tag, 3, 3)
        painter.setPen(theme.QColor("#ffffff"))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)

    def _badge(self, painter: QPainter, left: int, top: int, word: str, colour: str) -> int:
        painter.setFont(_small(painter.font()))
        width = QFontMetrics(painter.font()).horizontalAdvance(word) + 8
        box = QRect(left, top, width, theme.grown(15))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(getattr(theme.colours(), colour))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(theme.colours().accent_text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
        return left + width + 3

    def _words(self, painter: QPainter, box: QRect, media: Media) -> None:
        colours = theme.colours()
        font = QFont(painter.font())
        font.setPixelSize(theme.grown(12))
        painter.setFont(font)
        half = box.height() // 2
        top, bottom = (
            QRect(box.left(), box.top(), box.width(), half),
            QRect(box.left(), box.top() + half, box.width(), half),
        )
        painter.setPen(colours.error if media.missing else colours.text)
        name = QFontMetrics(font).elidedText(media.name, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(top, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(_small(font))
        painter.setPen(colours.dim_text)
        words = facts(media) if not self.grid else facts(media).rsplit("  ", 1)[0]
        painter.drawText(bottom, Qt.AlignmentFlag.AlignVCenter, words)
        if not self.grid:
            left = box.left() + QFontMetrics(painter.font()).horizontalAdvance(words) + 8
            for word, colour in badges(media):
                left = self._badge(painter, left, bottom.top() + 1, word, colour)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        edit = QLineEdit(parent)
        edit.setAccessibleName(self.tr("Name of the media"))
        return edit


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(theme.grown(10))
    return small
