"""Find words in the film: type, and go to where they are; put others in their place in titles and subtitles."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.widgets.columns import dialog_column
from core.time import timecode
from core.timeline.finding import Hit, found, replaced

MOST = 200
"""Places that are listed; a longer list is no help."""


PATIENCE = 150
"""Milliseconds after an edit of the film before it is looked through again."""


class FindDialog(QDialog):
    """Stays open beside the film while it is worked on."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._hits: list[Hit] = []
        self.setWindowTitle(self.tr("Find in the film"))
        self.resize(theme.roomy(560, 400))
        self.words = QLineEdit(clearButtonEnabled=True)
        self.words.setPlaceholderText(self.tr("Words in names, titles, subtitles, markers"))
        self.words.setAccessibleName(self.tr("Words to find"))
        self.words.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels([self.tr("Where"), self.tr("Time"), self.tr("Track")])
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.setAccessibleName(self.tr("Places found"))
        self.count = QLabel()
        self.by = QLineEdit()
        self.by.setPlaceholderText(self.tr("In titles and subtitles, put in their place"))
        self.by.setAccessibleName(self.tr("Words to put in their place"))
        self.case = QCheckBox(self.tr("Same case"))
        self.case.setToolTip(self.tr("Only where upper and lower case are as typed"))
        self.replace = QPushButton(self.tr("Replace all"), autoDefault=False)
        row = QHBoxLayout()
        for part in (self.by, self.case, self.replace):
            row.addWidget(part)
        dialog_column(self, self.words, self.list, self.count, row)
        self.words.textChanged.connect(self._look)
        self.list.currentItemChanged.connect(self._go)
        self.list.itemClicked.connect(self._go)
        self.replace.clicked.connect(self._replace)
        self._again = QTimer(self, singleShot=True, interval=PATIENCE)
        self._again.timeout.connect(self._look)
        editor.document.changed.connect(self._again.start)
        self._look()
        self.words.setFocus()

    def _look(self) -> None:
        """List what the film has of the words now."""
        sequence = self._editor.document.sequence
        self._hits = found(sequence, self.words.text()) if sequence is not None else []
        self.list.blockSignals(True)
        self.list.clear()
        for hit in self._hits[:MOST]:
            assert sequence is not None
            self.list.addTopLevelItem(
                QTreeWidgetItem(
                    [hit.text, timecode(hit.start, sequence.rate), hit.track or self.tr("Marker")]
                )
            )
        self.list.blockSignals(False)
        self.count.setText(self._told())
        titles = any(hit.place == "title" for hit in self._hits)
        self.replace.setEnabled(titles)
        self.replace.setToolTip("" if titles else self.tr("No title or subtitle has these words"))

    def _told(self) -> str:
        if not self.words.text().strip():
            return ""
        if len(self._hits) > MOST:
            return self.tr("{0} places, the first {1} of them are listed").format(len(self._hits), MOST)
        return self.tr("{0} places").format(len(self._hits)) if len(self._hits) != 1 else self.tr("One place")

    def _go(self) -> None:
        """Show the place in hand: the playhead stands there, and its clip is selected."""
        row = self.list.indexOfTopLevelItem(self.list.currentItem())
        if not 0 <= row < len(self._hits):
            return
        hit, state = self._hits[row], self._editor.state
        self._editor.player.pause()
        state.set("view", "sequence")
        state.set("playhead", hit.start)
        if hit.place != "marker":
            state.set("selection", frozenset({hit.id}))

    def _replace(self) -> None:
        words, by, case = self.words.text(), self.by.text(), self.case.isChecked()
        with self._editor.notify.failures():
            sequence = self._editor.document.sequence
            if sequence is None:
                return
            changed, count, left = replaced(sequence, words, by, case=case)
            if count:
                self._editor.document.edit_sequence(self.tr("Replace words"), lambda film: changed)
            told = self.tr("Replaced in {0} titles").format(count)
            if left:
                told += self.tr("; {0} are on locked tracks").format(left)
            self._editor.notify.status(told)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down and Enter in the words go through the list."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1}
        key = Qt.Key(event.key())
        count = self.list.topLevelItemCount()
        if key not in step:
            return False
        if count:
            now = self.list.indexOfTopLevelItem(self.list.currentItem()) if self.list.currentItem() else -1
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.list.setCurrentIndex(self.list.model().index((now + (-1 if back else step[key])) % count, 0))
        return True
