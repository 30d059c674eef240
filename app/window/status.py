"""What goes on: the status bar with the film and the running job, and a note while something is read or made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.threads.large_edit import LargeEdits
from app.threads.long_work import long_work_of
from app.widgets.amounts import length, time_text
from core.time import seconds

if TYPE_CHECKING:
    from app.editor import Editor
    from app.jobs.runner import JobRunner


class FilmStatus(QLabel):
    """Size, rate and length of the active sequence."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._document = editor.document
        self.setProperty("role", "dim")
        self.setContentsMargins(8, 2, 8, 2)
        editor.document.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        sequence = self._document.sequence
        if sequence is None:
            self.setText("")
            return
        parts = (
            f"{sequence.width}×{sequence.height}",
            self.tr("{0} fps").format(sequence.rate),
            self.tr("{0} frames").format(sequence.frame_count),
            time_text(seconds(sequence.duration)),
        )
        self.setText("  ·  ".join(parts))


class BusyNote(QDialog):
    """Says what the window waits for, once that takes longer than a blink; the window stays free to use."""

    PATIENCE_MS = 400

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("One moment"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.words = QLabel()
        bar = QProgressBar(maximum=0, textVisible=False)
        bar.setAccessibleName(self.tr("Working"))
        bar.setMinimumWidth(320)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(bar)
        self._wait = QTimer(self, singleShot=True, interval=self.PATIENCE_MS)
        self._wait.timeout.connect(self.show)

    def say(self, words: str) -> None:
        """Show these words soon, and until they are empty."""
        self.words.setText(words)
        self.setAccessibleDescription(words)
        if not words:
            self._wait.stop()
            self.hide()
        elif not self.isVisible():
            self._wait.start()


class JobStatus(QWidget):
    """Hidden while nothing runs."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._jobs: JobRunner | None = None
        self.words = QLabel()
        self.bar = QProgressBar(maximum=1000, textVisible=False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(self.tr("Progress of the running job"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addWidget(self.bar)
        self.hide()

    def follow(self, jobs: JobRunner) -> None:
        self._jobs = jobs
        for signal in (jobs.added, jobs.changed, jobs.removed):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Show the running job, else one that is held, and how many wait."""
        record = self._jobs.running if self._jobs is not None else None
        if record is None and self._jobs is not None:
            record = next((held for held in self._jobs.records if held.state == "paused"), None)
        self.setVisible(record is not None)
        if record is None or self._jobs is None:
            return
        waiting = sum(other.state == "queued" for other in self._jobs.records)
        parts = [record.title]
        if record.state == "paused":
            parts.append(self.tr("paused"))
        elif record.eta is not None:
            parts.append(self.tr("{0} left").format(length(record.eta)))
        if waiting:
            parts.append(self.tr("{0} more waiting").format(waiting))
        self.words.setText("  ·  ".join(parts))
        known = record.progress.total > 0
        self.bar.setMaximum(1000 if known else 0)
        self.bar.setValue(round(record.progress.part * 1000))


class EditStatus(QWidget):
    """An edit of very many clips that is worked out (app.threads.large_edit), once that takes longer than a blink: its
    name, how many of its clips are done where that is known, and how many edits wait behind it; hidden else."""

    PATIENCE_MS, PACE_MS = 300, 200

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._edits = editor.one(LargeEdits)
        self.words = QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(self.tr("Progress of the edit"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addWidget(self.bar)
        self._pace = QTimer(self)
        self._pace.timeout.connect(self.refresh)
        self._edits.moved.connect(self._moved)
        self.hide()

    def _moved(self) -> None:
        if self._edits.now is None:
            self._pace.stop()
            self.hide()
        elif not self._pace.isActive():
            self._pace.start(self.PATIENCE_MS)

    def refresh(self) -> None:
        """Show how far it is by now."""
        order = self._edits.now
        if order is None:
            return
        self._pace.setInterval(self.PACE_MS)
        done = order.steps.done if order.steps is not None else 0
        self.bar.setMaximum(order.count if order.steps is not None else 0)
        self.bar.setValue(done)
        of = self.tr("{0} of {1} clips") if order.steps is not None else self.tr("{1} clips")
        parts = [order.name, of.format(f"{done:,}", f"{order.count:,}")]
        if self._edits.waiting:
            parts.append(self.tr("{0} more waiting").format(self._edits.waiting))
        self.words.setText("  ·  ".join(parts))
        self.show()


class WorkStatus(QWidget):
    """A stop for what goes on beside the window and is no job (app.threads.long_work), whose
    words the bar shows; hidden else."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._work = long_work_of(editor)
        self.stop = QToolButton(self)
        self.stop.setIcon(theme.icon("stop"))
        self.stop.setAutoRaise(True)
        self.stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop.clicked.connect(self._work.stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.stop)
        self._work.moved.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        words = self.tr("Stop: {0}").format(self._work.title)
        self.stop.setToolTip(words)
        self.stop.setAccessibleName(words)
        self.setVisible(self._work.busy)
