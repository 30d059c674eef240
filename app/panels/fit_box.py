"""A job that fits something to one clip and gets better while one watches: start, pause, stop, refine, and how good
it is.

A job tells its quality in the fields of its progress, {"psnr": dB, "seconds": s}; a result in report.json, where
psnr_over_time is a list of (seconds, dB).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.editor import Editor
from app.jobs.records import JobRecord, jobs_about
from app.layers.plot import QualityPlot
from app.panels.jobs import state_text
from app.widgets.amounts import length
from app.widgets.captions import note
from core.files import read_json

Points = tuple[tuple[float, float], ...]
REPORT = "report.json"
PREVIEW = QSize(280, 120)


class _Report(msgspec.Struct, frozen=True):
    psnr_over_time: tuple[tuple[float, float], ...] = ()


def read_quality(folder: Path) -> Points:
    """(seconds, dB) of a result; nothing where it does not say."""
    report = read_json(folder / REPORT, _Report)
    points = report.psnr_over_time if report is not None else ()
    return tuple(point for point in points if all(map(math.isfinite, point)))


@dataclass(frozen=True)
class FitWords:
    """What the buttons say: to begin, to begin anew, and what each does. name: of the whole box, for screen readers."""

    name: str
    begin: str
    again: str
    begin_tip: str
    again_tip: str


def _bar_text(record: JobRecord) -> str:
    """What fits into the bar: how far and how long; what is being done stands above it."""
    if record.state != "running":
        return state_text(record)
    part = f"{record.progress.part:.0%}" if record.progress.total else state_text(record)
    left = "" if record.eta is None else QCoreApplication.translate("FitBox", " · {0} left")
    return part + left.format(length(record.eta or 0.0))


class FitBox(QWidget):
    """Follows the newest job of a kind that was asked for one media.

    Args:
        job: its id in core.catalog. Orders must carry {"media": id} in their context.
        begin, stop: what the buttons do; they show errors themselves.
        estimate: words on the time, memory and disk that beginning takes; empty for none.
        possible: whether it can begin now.
    """

    def __init__(
        self,
        editor: Editor,
        job: str,
        words: FitWords,
        begin: Callable[[], object],
        stop: Callable[[], object],
        estimate: Callable[[], str],
        possible: Callable[[], bool],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._editor, self._job, self._words, self._estimate = editor, job, words, estimate
        self._possible = possible
        self._media, self._folder = "", Path()
        self._seen: dict[str, list[tuple[float, float]]] = {}
        self._preview = ""
        self._make(begin, stop)
        for happened in (editor.jobs.added, editor.jobs.changed, editor.jobs.finished):
            happened.connect(self._job_changed)
        self.show_media("", None)

    def _make(self, begin: Callable[[], object], stop: Callable[[], object]) -> None:
        tr = self.tr
        self.setAccessibleName(self._words.name)
        self.about = note(self)
        self.begin = QPushButton(self)
        self.begin.clicked.connect(begin)
        self.pause = QPushButton(tr("Pause"), self)
        self.pause.clicked.connect(self._pause)
        self.stop = QPushButton(tr("Stop"), self)
        self.stop.setToolTip(tr("End it and keep what there is by now"))
        self.stop.setAccessibleName(tr("Stop and keep"))
        self.stop.clicked.connect(stop)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(self._words.name)
        self.picture = QLabel(self)
        self.picture.setAccessibleName(tr("What it has made so far"))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.plot = QualityPlot(self._editor, self)
        self.points: Points = ()
        row = QHBoxLayout()
        row.setSpacing(4)
        for button in (self.begin, self.pause, self.stop):
            row.addWidget(button, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        for widget in (self.about, self.progress, self.picture, self.plot):
            column.addWidget(widget)

    # What is shown

    @property
    def record(self) -> JobRecord | None:
        """The newest job for the media, running or not."""
        found = jobs_about(self._editor.jobs.records, self._job, self._media)
        return found[-1] if found else None

    def show_media(self, media_id: str, folder: Path | None) -> None:
        """Follow another media. folder: of the result that it has; None when it has none."""
        if (media_id, folder or Path()) != (self._media, self._folder):
            self._media, self._folder = media_id, folder or Path()
            self.picture.clear()
            self.picture.hide()
            self._preview = ""
            self._show_points(())
            if folder is not None:
                self._editor.background.run(
                    lambda: (folder, read_quality(folder)), self._took_quality, lambda error: None
                )
        self.refresh()

    def _took_quality(self, read: tuple[Path, Points]) -> None:
        if read[0] == self._folder and not self._running():
            self._show_points(read[1])

    def _running(self) -> JobRecord | None:
        record = self.record
        return record if record is not None and record.active else None

    def _job_changed(self, record: JobRecord) -> None:
        if record.order.job != self._job:
            return
        fields = record.progress.fields
        if {"psnr", "seconds"} <= set(fields):
            points = self._seen.setdefault(record.id, [])
            point = (float(fields["seconds"]), float(fields["psnr"]))
            if all(map(math.isfinite, point)) and (not points or point[0] > points[-1][0]):
                points.append(point)
        if record is self.record:
            self.refresh()

    def refresh(self) -> None:
        """What can be done now, and how far the running job is."""
        record, has_result = self._running(), self._folder != Path()
        self.begin.setVisible(record is None)
        self.begin.setEnabled(bool(self._media) and self._possible())
        self.begin.setText(self._words.again if has_result else self._words.begin)
        tip = self._words.again_tip if has_result else self._words.begin_tip
        self.begin.setToolTip(tip)
        self.begin.setAccessibleName(self.begin.text())
        for widget in (self.pause, self.stop, self.progress):
            widget.setVisible(record is not None)
        self.about.setText(self._text(record, has_result))
        self.about.setVisible(bool(self.about.text()))
        if record is not None:
            self._show_running(record)

    def _show_points(self, points: Points) -> None:
        self.points = points
        self.plot.show_points(points)
        self.plot.setToolTip(
            self.tr("How closely it rebuilds the clip: decibels (PSNR) over seconds, more is better")
        )

    def _text(self, record: JobRecord | None, has_result: bool) -> str:
        if record is not None:
            return record.progress.message
        newest = self.record
        if newest is not None and newest.state in ("failed", "interrupted"):
            return state_text(newest)
        return "" if has_result or not self._media else self._estimate()

    def _show_running(self, record: JobRecord) -> None:
        paused = record.state != "running"
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setAccessibleName(self.pause.text())
        self.pause.setToolTip(self.tr("Hold it at its next step, or let it go on"))
        self.pause.setEnabled(record.state in ("running", "paused"))
        self.progress.setValue(round(1000 * record.progress.part))
        self.progress.setFormat(_bar_text(record))
        if points := self._seen.get(record.id):
            self._show_points(tuple(points))
        if record.preview and record.preview != self._preview:
            self._preview = record.preview
            self._editor.background.run(
                lambda: load_preview(record.preview), self._took_preview, lambda error: None
            )

    def _took_preview(self, image: QImage) -> None:
        self._preview = ""  # the next step may have drawn it anew under the same name
        if not image.isNull() and self._running() is not None:
            self.picture.setPixmap(QPixmap.fromImage(image))
            self.picture.show()

    def _pause(self) -> None:
        record = self._running()
        if record is not None and record.state == "running":
            self._editor.jobs.pause(record)
        elif record is not None:
            self._editor.jobs.resume(record)


def load_preview(path: str) -> QImage:
    """A job's picture at the size it is shown at; a null image when it cannot be read. For a thread."""
    reader = QImageReader(path)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(PREVIEW, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
