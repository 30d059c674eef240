"""The bar in the mask view that tells what a proposed tracking would change, and takes the user's word on it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.editor import Editor
from app.masks.proposals import Proposal, proposals_of
from app.theme import colours
from app.viewer.difference import colour_of
from app.viewer.scrub import EDGE, MaskScrub
from app.widgets.buttons import names_command
from core.media.mask_changes import GAINED, LEAST, LOST, totals

HEIGHT = 22


class ProposalBar(QFrame):
    """Hidden without a proposal for the media in the mask view. run: runs a command by its id."""

    def __init__(
        self, editor: Editor, scrub: MaskScrub, run: Callable[[str], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._proposals = proposals_of(editor)
        self.setAccessibleName(self.tr("The new tracking, not accepted yet"))
        self.words = QLabel(self)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.strip = ChangeStrip(editor, scrub, self)
        self.looks: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.most = QPushButton(self)
        self.most.setFlat(True)
        names_command(self.most, self.tr("Go to the frame that changes most"))
        self.most.setAccessibleName(self.tr("Go to the frame that changes most"))
        self.most.clicked.connect(self._go_to_most)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._row_of_words())
        column.addLayout(self._row_of_choices(run))
        column.addWidget(self.strip)
        self._proposals.changed.connect(self.refresh)
        for happened in (editor.state.view_changed, editor.state.media_changed):
            happened.connect(lambda value: self.refresh())
        self.refresh()

    def _row_of_words(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.most)
        for kind, text in ((GAINED, self.tr("gained")), (LOST, self.tr("lost"))):
            row.addWidget(QLabel(f'<span style="color: {colour_of(kind).name()}">■</span> {text}', self))
        return row

    def _row_of_choices(self, run: Callable[[str], object]) -> QHBoxLayout:
        tr, row = self.tr, QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 2)
        row.setSpacing(4)
        for look, text in (
            ("before", tr("Before")),
            ("after", tr("After")),
            ("difference", tr("Difference")),
        ):
            button = QPushButton(text, self)
            button.setCheckable(True)
            names_command(button, tr("Show the masks so"), "mask.compare")
            button.clicked.connect(lambda checked, look=look: self._proposals.set_look(look))
            self._group.addButton(button)
            self.looks[look] = button
            row.addWidget(button)
        row.addStretch(1)
        self.discard = self._button(tr("Discard"), tr("Leave everything as it was"), "mask.discard", run)
        self.accept = self._button(
            tr("Accept"), tr("The new masks take the place of the old ones"), "mask.accept", run
        )
        self.accept.setDefault(True)
        row.addWidget(self.discard)
        row.addWidget(self.accept)
        return row

    def _button(self, text: str, tip: str, command: str, run: Callable[[str], object]) -> QPushButton:
        button = QPushButton(text, self)
        names_command(button, tip, command)
        button.clicked.connect(lambda: run(command))
        return button

    def refresh(self) -> None:
        found = self._proposals.of(self._editor.state.media) if self._editor.player.in_media else None
        self.setVisible(found is not None)
        if found is None:
            return
        self.looks[self._proposals.look].setChecked(True)
        whole = totals(self._proposals.changes)
        self.most.setVisible(whole.most >= 0)
        self.most.setText(self.tr("Most at frame {0}").format(whole.most))
        text = self.text(found)
        self.words.setText(text)
        self.words.setToolTip(text)
        self.setAccessibleDescription(text)

    def text(self, found: Proposal) -> str:
        """What would change, in one line."""
        whole = totals(self._proposals.changes)
        if self._proposals.compared < 1:
            return self.tr("Comparing… {0}").format(f"{self._proposals.compared:.0%}")
        if not whole.frames:
            return self.tr("Nothing would change")
        return self.tr("{0} of {1} frames change, by {2} % on average").format(
            whole.frames, len(found.frames), f"{100 * whole.mean:.2g}"
        )

    def _go_to_most(self) -> None:
        self._editor.player.pause()
        self._editor.state.set("media_frame", totals(self._proposals.changes).most)


class ChangeStrip(QWidget):
    """How much each frame changes, over the frames of the scrub bar below; click to go to one."""

    def __init__(self, editor: Editor, scrub: MaskScrub, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor, self._scrub = editor, scrub
        self._proposals = proposals_of(editor)
        self._drawn: QImage | None = None
        self._frames = 0
        self._proposals.changed.connect(self.redraw)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Change of each frame"))
        editor.state.media_frame_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def redraw(self) -> None:
        """Draw all of it anew, soon."""
        self._drawn = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._editor.player.pause()
        self._editor.state.set("media_frame", self._scrub.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self._scrub.frame_at(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
        known = self._proposals.changes.get(frame)
        if known is not None:
            words = self.tr("Frame {0}: {1} % gained, {2} % lost").format(
                frame, f"{100 * known.gained:.3g}", f"{100 * known.lost:.3g}"
            )
            QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        of = colours()
        painter = QPainter(self)
        painter.fillRect(QRectF(EDGE, HEIGHT - 2, self.width() - 2 * EDGE, 1), of.grid)
        if self._drawn is None or self._drawn.width() != self.width() or self._frames != self._scrub.frames:
            self._frames = self._scrub.frames
            self._drawn = self._picture()
        painter.drawImage(0, 0, self._drawn)
        x = self._scrub.x_of(self._editor.state.media_frame)
        painter.fillRect(QRectF(x - 1, 0, 2, HEIGHT), of.playhead)
        painter.end()

    def _picture(self) -> QImage:
        """A bar a frame, of what is gained with what is lost on it; a column of pixels shows its largest."""
        width, height = self.width(), HEIGHT - 2
        columns = [(0.0, 0.0, 0.0)] * width
        for frame, change in self._proposals.changes.items():
            known = (change.amount, change.gained, change.lost)
            left = int(self._scrub.x_of(frame - 0.5))
            if left >= width:
                break  # the clip's length is not known yet
            if known[0] >= LEAST and known > columns[left]:
                right = min(width, max(left + 1, int(self._scrub.x_of(frame + 0.5)) - 1))
                columns[left:right] = [known] * (right - left)
        parts = np.asarray(columns, np.float32).T[1:]
        scale = (height - 3) / max(0.1, float(parts.sum(axis=0).max()))
        gained, whole = parts[0] * scale, parts.sum(axis=0) * scale
        above = np.arange(height, 0, -1)[:, None] - 0.5
        pixels = np.zeros((height, width), np.uint32)
        pixels[above < whole] = colour_of(LOST).rgba()
        pixels[above < gained] = colour_of(GAINED).rgba()
        image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
        return image.copy()
