"""The queue of long jobs: what runs, what waits, how far it is, and hands to stop or reorder it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFont, QImage, QImageReader, QPixmap, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.jobs.records import JobRecord
from app.widgets.amounts import length
from app.widgets.columns import panel_column
from core.errors import LaminarError

PREVIEW = QSize(96, 54)
PREVIEW_SECONDS = 0.5
BAR_STEPS = 1000


def _tr(text: str) -> str:
    return QCoreApplication.translate("JobsPanel", text)


def state_text(record: JobRecord) -> str:
    """One line that says where a job is."""
    words = {
        "queued": _tr("Waiting") if record.progress.total == 0 else _tr("Waiting to go on"),
        "running": _tr("Starting") if record.progress.total == 0 else f"{record.progress.part:.0%}",
        "paused": _tr("Paused at {0}").format(f"{record.progress.part:.0%}"),
        "done": _tr("Done in {0}").format(length(record.clock.spent)),
        "failed": _tr("Failed"),
        "cancelled": _tr("Cancelled"),
        "interrupted": _tr("Interrupted; what it made is kept"),
    }
    parts = [words[record.state]]
    if record.state == "running" and record.eta is not None:
        parts.append(_tr("{0} left").format(length(record.eta)))
    if record.state == "running" and record.progress.message:
        parts.append(record.progress.message)
    if record.state == "failed" and record.error is not None:
        error = record.error
        parts.append(f"{error.message}. {error.hint}" if isinstance(error, LaminarError) else str(error))
    return "  ·  ".join(parts)


class LogWindow(QDialog):
    """The log of one job, growing while it runs."""

    def __init__(self, editor: Editor, record: JobRecord, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Log of {0}").format(record.title))
        self.resize(theme.roomy(720, 420))
        self._record = record
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(self.tr("Log"))
        self.text.setFont(QFont(["monospace"], 9))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        editor.jobs.changed.connect(self._refresh)
        self._refresh(record)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())

    def _refresh(self, record: JobRecord) -> None:
        if record is not self._record:
            return
        text = "\n".join(record.log) or self.tr("Nothing was logged.")
        if text != self.text.toPlainText():
            self.text.setPlainText(text)
            self.text.moveCursor(QTextCursor.MoveOperation.End)


class JobRow(QFrame):
    """One job as a card: title, bar, picture and state, buttons; narrow enough for a side dock."""

    def __init__(self, editor: Editor, record: JobRecord, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(record.title)
        self.record = record
        self._editor = editor
        self._asked_preview = ("", 0.0)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedSize(PREVIEW)
        self.picture.setAccessibleName(self.tr("Preview"))
        self.picture.hide()
        self.title = QLabel(record.title, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.title.setProperty("role", "heading")
        self.state = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(self.tr("Progress of {0}").format(record.title))
        self._make_buttons()
        self._lay_out()
        self.refresh()

    def _make_buttons(self) -> None:
        jobs, record = self._editor.jobs, self.record
        self.up = self._button("arrow-up", self.tr("Earlier"), partial(jobs.move, record, -1))
        self.down = self._button("arrow-down", self.tr("Later"), partial(jobs.move, record, 1))
        self.up.setArrowType(Qt.ArrowType.UpArrow)
        self.down.setArrowType(Qt.ArrowType.DownArrow)
        self.pause = self._button("pause", self.tr("Pause"), partial(jobs.pause, record))
        self.resume = self._button("resume", self.tr("Resume"), partial(jobs.resume, record))
        self.retry = self._button("redo", self.tr("Retry"), partial(jobs.retry, record))
        self.cancel = self._button("stop", self.tr("Cancel"), partial(jobs.cancel, record))
        self.folder = self._button("folder", self.tr("Open folder"), self._open_folder)
        self.log = self._button("list", self.tr("Show log"), self.show_log)
        self.remove = self._button("close", self.tr("Remove from the list"), partial(jobs.remove, record))

    def _button(self, icon: str, name: str, pressed: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon(icon))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: pressed())
        return button

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for button in (
            self.up, self.down, self.pause, self.resume, self.retry, self.cancel, self.folder, self.log, self.remove,
        ):  # fmt: skip
            buttons.addWidget(button)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.state)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        panel_column(self, self.title, self.bar, row, buttons)

    # ------------------------------------------------------------------------------------------ showing

    def refresh(self) -> None:
        """Show the record as it is now."""
        record = self.record
        state = record.state
        self.state.setText(state_text(record))
        role = {"failed": "error", "paused": "warning", "interrupted": "warning"}.get(state, "dim")
        if self.state.property("role") != role:
            self.state.setProperty("role", role)
            self.state.style().unpolish(self.state)
            self.state.style().polish(self.state)
        unknown = state == "running" and record.progress.total == 0
        self.bar.setRange(0, 0 if unknown else BAR_STEPS)
        self.bar.setValue(round(record.progress.part * BAR_STEPS))
        self.bar.setVisible(record.active)
        shown = {
            self.up: state == "queued",
            self.down: state == "queued",
            self.pause: state == "running",
            self.resume: state in ("paused", "interrupted"),
            self.retry: state in ("failed", "cancelled"),
            self.cancel: record.active,
            self.folder: state == "done" and record.folder is not None,
            self.remove: not record.active,
        }
        for button, visible in shown.items():
            button.setVisible(visible)
        self._ask_preview()

    def _ask_preview(self) -> None:
        """Read the newest preview beside the window, at most twice a second."""
        path, (asked, when) = self.record.preview, self._asked_preview
        now = time.monotonic()
        if not path or (now - when < PREVIEW_SECONDS if self.record.active else path == asked):
            return  # a job at work draws the same file again and again
        self._asked_preview = (path, now)
        scale = self.devicePixelRatioF()
        self._editor.background.run(
            partial(read_preview, path, PREVIEW * scale), partial(self._show_preview, scale), self._no_preview
        )

    def _show_preview(self, scale: float, image: QImage) -> None:
        if not image.isNull():
            picture = QPixmap.fromImage(image)
            picture.setDevicePixelRatio(scale)
            self.picture.setPixmap(picture)
            self.picture.show()

    def _no_preview(self, error: BaseException) -> None:
        self.picture.hide()

    # ------------------------------------------------------------------------------------------ buttons

    def _open_folder(self) -> None:
        folder = self.record.folder
        if folder is not None and folder.is_dir():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        else:
            self._editor.notify.warning(
                self.tr("The folder {0} is gone").format(folder), self.tr("Start the job again")
            )

    def show_log(self) -> LogWindow:
        window = LogWindow(self._editor, self.record, self)
        window.show()
        return window


def read_preview(path: str, size: QSize) -> QImage:
    """The picture, fitted into `size`; a null image when it cannot be read. Runs on any thread."""
    reader = QImageReader(path)
    if not Path(path).is_file() or not reader.canRead():
        return QImage()
    full = reader.size()
    reader.setScaledSize(full.scaled(size, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class JobsPanel(QWidget):
    """All jobs of the session, the queue in the order in which it will run."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Jobs"))
        self._editor = editor
        self.rows: dict[str, JobRow] = {}
        self.empty = QLabel(
            self.tr("No jobs yet.\nTracking, proxies and exports run here while you go on editing."),
            alignment=Qt.AlignmentFlag.AlignCenter,
            wordWrap=True,
        )
        self.empty.setProperty("role", "dim")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName(self.tr("List of jobs"))
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(scroll)
        jobs = editor.jobs
        jobs.added.connect(self._add)
        jobs.changed.connect(self._change)
        jobs.removed.connect(self._remove)
        jobs.reordered.connect(self._order)
        for record in jobs.records:
            self._add(record)

    def _add(self, record: JobRecord) -> None:
        row = JobRow(self._editor, record, self)
        self.rows[record.id] = row
        self._column.insertWidget(self._column.count() - 1, row)
        self._stack.setCurrentIndex(1)

    def _change(self, record: JobRecord) -> None:
        if record.id in self.rows:
            self.rows[record.id].refresh()

    def _remove(self, record: JobRecord) -> None:
        row = self.rows.pop(record.id, None)
        if row is not None:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._stack.setCurrentIndex(1 if self.rows else 0)

    def _order(self) -> None:
        for place, record in enumerate(self._editor.jobs.records):
            self._column.insertWidget(place, self.rows[record.id])
