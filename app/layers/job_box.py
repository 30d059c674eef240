"""The part of the layers panel that takes a clip apart: which objects, what it costs, and the running job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.jobs.records import JobRecord
from app.layers import work
from app.layers.plot import QualityPlot
from app.layers.watch import watch_of
from app.masks.object_list import LABEL, swatch
from app.widgets.amounts import rough, size
from app.widgets.captions import note
from core.layers.result import Report
from core.project.project import Media

PREVIEW_HEIGHT = 150
ROW = 28
MOST_ROWS = 4
BAR_MARGIN = 6
"""Pixels that the text in the bar keeps from its ends."""


class Preview(QLabel):
    """A picture as large as there is room, never larger than it is."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._picture = QPixmap()
        self._wanted = ""
        self._shown: tuple[str, int] = ("", 0)
        self._reading = False
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("The layers so far"))
        self.hide()

    def show_file(self, path: str) -> None:
        """The picture in a file, read beside the window and anew when the file has changed; what cannot be read leaves
        the one before, an empty path shows none."""
        self._wanted = path
        if not path:
            self._shown, self._picture = ("", 0), QPixmap()
            self.hide()
        elif not self._reading:
            self._reading = True
            known = self._shown
            self._editor.background.run(
                lambda: _read(path, known), self._take, lambda error: self._take(None)
            )

    def _take(self, found: tuple[QImage, tuple[str, int]] | None) -> None:
        self._reading = False
        if found is None or found[1][0] != self._wanted:
            return
        self._picture, self._shown = QPixmap.fromImage(found[0]), found[1]
        self.show()
        self._fit()

    def _fit(self) -> None:
        if not self._picture.isNull():
            wide = max(1, min(self.width(), self._picture.width()))
            fitted = self._picture.scaled(
                QSize(wide, PREVIEW_HEIGHT),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self.setPixmap(fitted)
            self.setFixedHeight(fitted.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _read(path: str, known: tuple[str, int]) -> tuple[QImage, tuple[str, int]] | None:
    """The picture and what tells it from another; None when it is the known one or cannot be read."""
    stamp = path, Path(path).stat().st_mtime_ns
    if stamp == known:
        return None
    image = QImage(path)
    if image.isNull():
        return None
    small = (
        image.scaled(960, PREVIEW_HEIGHT * 2, Qt.AspectRatioMode.KeepAspectRatio)
        if image.height() > PREVIEW_HEIGHT * 2
        else image
    )
    return small, stamp


class JobBox(QWidget):
    """Shows the media that `show_media` was given."""

    def __init__(self, editor: Editor, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self._media: Media | None = None
        self._watch = watch_of(editor)
        self._make()
        self._lay_out()
        self._watch.moved.connect(lambda record: self.refresh())
        self._watch.reported.connect(self._reported)

    def _make(self) -> None:
        tr = self.tr
        self.effort = QComboBox(self)
        for name, title in (("quick", tr("Quick")), ("good", tr("Good"))):
            self.effort.addItem(title, name)
        self.effort.setCurrentIndex(1)
        self.effort.setAccessibleName(tr("How long to work on it"))
        self.effort.setToolTip(
            tr(
                "Quick stops at the first result, Good takes the time it needs; it can be stopped at any moment"
            )
        )
        self.effort.currentIndexChanged.connect(lambda index: self.refresh())
        self.objects = QListWidget(self)
        self.objects.setAccessibleName(tr("Objects with a layer of their own"))
        self.objects.setToolTip(tr("Ticked objects get a layer of their own; the others share one"))
        self.objects.setIconSize(QSize(14, 14))
        self.objects.itemChanged.connect(lambda item: self.refresh())
        self.cost = note(self)
        self.cost.setAccessibleName(tr("What it takes"))
        self.start = QPushButton(theme.icon("layers"), tr("Make layers"), self)
        self.start.setToolTip(tr("Take the clip apart into background, objects and shadows"))
        self.start.clicked.connect(self._start)
        self.refine = QPushButton(tr("Refine"), self)
        self.refine.setToolTip(tr("Make them as good as they get, in the time that takes"))
        self.refine.clicked.connect(self._refine)
        self.pause = QPushButton(self)
        self.pause.setToolTip(tr("Hold the job at its next step, or let it go on"))
        self.pause.setAccessibleName(tr("Pause"))
        self.pause.clicked.connect(self._pause)
        self.stop = QPushButton(theme.icon("stop"), tr("Stop and keep"), self)
        self.stop.setToolTip(
            tr("Stop, and keep the layers that are there; making them again goes on from there")
        )
        self.stop.clicked.connect(self._stop)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(tr("Making layers"))
        self.progress.setRange(0, 1000)
        self.plot = QualityPlot(self._editor, self)
        self.preview = Preview(self._editor, self)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.objects)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.start, 1)
        row.addWidget(self.refine)
        row.addWidget(self.effort)
        row.addWidget(self.pause, 1)
        row.addWidget(self.stop, 1)
        column.addLayout(row)
        column.addWidget(self.cost)
        column.addWidget(self.progress)
        column.addWidget(self.plot)
        column.addWidget(self.preview)

    # What is shown

    def show_media(self, media: Media | None) -> None:
        """The media whose objects are offered; None for none."""
        before, self._media = self._media, media
        if media is None or before is None or before.id != media.id or before.objects != media.objects:
            self._fill_objects(media)
        changed = before is None or media is None or before.id != media.id or before.layers != media.layers
        if media is not None and changed:
            self.plot.show_points(())
            self._watch.ask(media.id)
        self.refresh()

    def _fill_objects(self, media: Media | None) -> None:
        with QSignalBlocker(self.objects):
            self.objects.clear()
            for known in media.objects if media is not None else ():
                item = QListWidgetItem(swatch(known.colour), known.name)
                item.setData(LABEL, known.label)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked)
                self.objects.addItem(item)
        rows = min(MOST_ROWS, max(1, self.objects.count()))
        self.objects.setFixedHeight(rows * ROW + 8)
        self.objects.setVisible(self.objects.count() > 1)

    def chosen(self) -> list[int]:
        """Labels of the ticked objects."""
        items = (self.objects.item(row) for row in range(self.objects.count()))
        return [int(item.data(LABEL)) for item in items if item.checkState() == Qt.CheckState.Checked]

    def refresh(self) -> None:
        """What can be done now, what it costs, and how far the running job is."""
        media = self._media
        record = work.running(self._editor, media.id) if media is not None else None
        ready = media is not None and media.track is not None and bool(self.chosen()) and record is None
        self.start.setEnabled(ready)
        self.start.setText(
            self.tr("Make again") if media is not None and media.layers else self.tr("Make layers")
        )
        self.refine.setVisible(media is not None and media.layers is not None and record is None)
        self.refine.setEnabled(ready)
        self.start.setVisible(record is None)
        self.effort.setVisible(record is None)
        self.objects.setEnabled(record is None)
        self.pause.setVisible(record is not None)
        self.stop.setVisible(record is not None)
        self.progress.setVisible(record is not None)
        self.cost.setText(self._words(media, ready))
        self.cost.setVisible(bool(self.cost.text()))
        if record is None:
            self.preview.show_file("")
        else:
            self._show_record(record)

    def _words(self, media: Media | None, ready: bool) -> str:
        if media is None or media.info.video is None:
            return ""
        if media.track is None:
            return self.tr("Draw a mask on its objects and track them first.")
        if not ready:
            return "" if self.chosen() else self.tr("Tick at least one object.")
        cost = work.estimate(media, len(self.chosen()), str(self.effort.currentData()))
        words = self.tr("First layers after about {0}").format(rough(cost.first))
        if cost.whole > 1.5 * cost.first:
            words += self.tr(", done after {0}").format(rough(cost.whole))
        return words + self.tr(" · memory {0} · disk {1}").format(size(cost.memory), size(cost.disk))

    def _show_record(self, record: JobRecord) -> None:
        paused = record.state in ("paused", "interrupted")
        self.pause.setIcon(theme.icon("resume" if paused else "pause"))
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setEnabled(record.state != "queued")
        self.progress.setValue(round(1000 * record.progress.part))
        state = {"queued": self.tr("waiting"), "paused": self.tr("paused")}.get(
            record.state, f"{record.progress.part:.0%}"
        )
        message = f" · {record.progress.message}" if record.progress.message else ""
        room = self.progress.width() - 2 * BAR_MARGIN
        shown = self.progress.fontMetrics().elidedText(state + message, Qt.TextElideMode.ElideRight, room)
        self.progress.setFormat(shown)
        self.progress.setToolTip(record.progress.message)
        self.preview.show_file(record.preview)

    def _reported(self, media_id: str, report: Report) -> None:
        if self._media is not None and media_id == self._media.id:
            self.plot.show_points(report.psnr_over_time)

    # What is done

    def _start(self) -> None:
        self._submit(str(self.effort.currentData()))

    def _refine(self) -> None:
        self._submit("good")

    def _submit(self, effort: str) -> None:
        media = self._media
        if media is not None:
            self._run(lambda: work.start(self._editor, media, self.chosen(), effort))

    def _pause(self) -> None:
        record = work.running(self._editor, self._media.id) if self._media is not None else None
        if record is not None and record.state == "paused":
            self._editor.jobs.resume(record)
        elif record is not None:
            self._editor.jobs.pause(record)

    def _stop(self) -> None:
        record = work.running(self._editor, self._media.id) if self._media is not None else None
        if record is not None:
            self._editor.jobs.cancel(record)

    def _run(self, deed: Callable[[], Any]) -> None:
        with self._editor.notify.failures():
            deed()
