"""Notices over the window: what happened, what to do about it, a report to copy for defects.

They lie at the bottom right of the window, never take the focus and never wait for an answer. They go away by
themselves, but for defects, whose report can be copied until they are closed, and those that offer something.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.window.notify import Notice

WIDTH = 440
MOST = 4
"""Notices shown at once; the oldest gives way."""
STAY = {"info": 5_000, "warning": 15_000, "error": 20_000}
"""Milliseconds; a defect with a report stays until it is closed."""


def sentence(message: str) -> str:
    """The message with a capital, unless it begins with the name of a file."""
    first = message.split(" ", 1)[0]
    return message if "." in first.rstrip(".,:;") else message[:1].upper() + message[1:]


class NoticeCard(QFrame):
    """One notice."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setProperty("role", "notice")
        self.setProperty("level", notice.level)
        self.setAccessibleName(f"{notice.level}: {notice.message}. {notice.hint}")
        self._timer = QTimer(self, singleShot=True, interval=STAY[notice.level])
        self._timer.timeout.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        self.sign = QLabel()
        self._draw_sign()
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(), 1)
        close = QToolButton()
        close.setIcon(theme.icon("close"))
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close notice"))
        close.setIconSize(QSize(14, 14))
        close.clicked.connect(self.dismiss)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        if not notice.stays:
            self._timer.start()

    def _draw_sign(self) -> None:
        self.sign.setPixmap(theme.icon(self.notice.level).pixmap(QSize(20, 20)))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "sign"):  # another theme
            self._draw_sign()
        super().changeEvent(event)

    def _words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        for text, role in ((sentence(self.notice.message), "heading2"), (self.notice.hint, "dim")):
            if text:
                label = QLabel(text, wordWrap=True)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setProperty("role", role)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(label)
        if self.notice.report:
            copy = QPushButton(self.tr("Copy report"))
            copy.clicked.connect(self.copy_report)
            column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        if self.notice.offers:
            column.addLayout(self._offers())
        return column

    def _offers(self) -> QHBoxLayout:
        """A button for each; the notice goes with the first that is pressed."""
        row = QHBoxLayout()
        row.setSpacing(8)
        for words, work in self.notice.offers:
            button = QPushButton(words)
            button.clicked.connect(self.dismiss)
            button.clicked.connect(partial(_done, work))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def height_at(self, width: int) -> int:
        """Room the card needs; asked before it was ever shown."""
        self.ensurePolished()
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height())

    def copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.notice.report)

    def dismiss(self) -> None:
        self.hide()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.notice.stays:
            self._timer.start()
        super().leaveEvent(event)


def _done(work: Callable[[], object], _: bool = False) -> None:
    work()


class Notices(QWidget):
    """The stack of cards; lies over `window` and lets the mouse through beside them."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setAccessibleName(self.tr("Notices"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        window.installEventFilter(self)
        self.hide()

    def cards(self) -> list[NoticeCard]:
        """Shown cards, oldest first."""
        found = self.findChildren(NoticeCard, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [card for card in found if not card.isHidden()]

    def show_notice(self, notice: Notice) -> None:
        """Add a card; the same notice again only starts its time anew."""
        for card in self.cards():
            if card.notice == notice:
                card.dismiss()
        for card in self.cards()[: max(0, len(self.cards()) - MOST + 1)]:
            card.dismiss()
        card = NoticeCard(notice, self)
        card.destroyed.connect(self._place)
        self._column.insertWidget(self._column.count() - 1, card)
        self.show()
        card.show()  # at once, so that it is counted
        self._place()

    def _place(self) -> None:
        window = self._window
        cards = self.cards()
        if not cards:
            self.hide()
            return
        width = min(theme.grown(WIDTH), window.width() - 32)
        height = min(sum(card.height_at(width) + 8 for card in cards), window.height() - 80)
        self.setGeometry(window.width() - width - 16, window.height() - height - 32, width, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
