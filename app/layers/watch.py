"""Follows the job that takes a media apart: how good it is by now, and what becomes of it when it
ends or is stopped."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor import Editor
from app.jobs.records import JobRecord
from app.layers import work
from app.layers.results import keep_stopped, take_result
from core.layers.result import Report, read_report
from core.project.paths import results_folder

LOOK_MS = 700
"""The report of a running job is read this often."""


class LayerWatch(QObject):
    """Signals:
    moved(JobRecord): a job of this kind was added, went on or ended.
    reported(media id, Report): how good the layers of a media are by now.
    """

    moved = Signal(object)
    reported = Signal(str, object)

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._reading = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        editor.jobs.added.connect(self._changed)
        editor.jobs.changed.connect(self._changed)
        editor.jobs.finished.connect(self._finished)
        editor.jobs.handle(work.JOB, partial(take_result, editor))

    def _record(self) -> JobRecord | None:
        found = (
            one for one in self._editor.jobs.records if one.order.job == work.JOB and one.state == "running"
        )
        return next(found, None)

    def _changed(self, record: JobRecord) -> None:
        if record.order.job == work.JOB:
            running = self._record() is not None
            if running != self._timer.isActive():
                self._timer.start() if running else self._timer.stop()
            self.moved.emit(record)

    def _look(self) -> None:
        record = self._record()
        if record is not None and not self._reading:
            self._reading = True
            media = record.media_id
            folder = work.live_folder(record)
            self._editor.background.run(
                lambda: read_report(folder), partial(self._tell, media), lambda error: self._tell(media, None)
            )

    def ask(self, media_id: str) -> None:
        """Read the report of a media's layers, as they are in the project."""
        media = self._editor.document.project.known_media(media_id)
        data = self._editor.document.data
        if media is not None and media.layers is not None and data is not None:
            folder = results_folder(data) / media.layers.key
            self._editor.background.run(
                lambda: read_report(folder), partial(self._tell, media_id), lambda error: None
            )

    def _tell(self, media_id: str, report: Report | None) -> None:
        self._reading = False
        if report is not None:
            self.reported.emit(media_id, report)

    def _finished(self, record: JobRecord) -> None:
        if record.order.job != work.JOB:
            return
        if record.state == "cancelled":
            self._editor.background.run(
                lambda: keep_stopped(work.live_folder(record)),
                lambda kept: self._take_kept(record, kept),
                self._editor.notify.failure,
            )
        self.moved.emit(record)

    def _take_kept(self, record: JobRecord, kept: Path | None) -> None:
        if kept is None:
            self._editor.notify.info(
                self.tr("There were no layers yet to keep"),
                self.tr("Make layers goes on from where it was stopped"),
            )
            return
        with self._editor.notify.failures():
            take_result(self._editor, record, kept)


def watch_of(editor: Editor) -> LayerWatch:
    """The session's one `LayerWatch`, made when first asked for."""
    return editor.one(LayerWatch)
