"""The queue of long jobs: one heavy job at a time, each in a worker process driven by a `JobThread`.

Records belong to the GUI thread; what the driving thread tells arrives here by queued signals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from app.jobs.records import JobRecord, Order, QueueFile, Stopwatch
from app.jobs.thread import JobThread
from app.window.notify import Notifier
from core.catalog import JOBS, Job
from core.drive import JobFailed, result_folder
from core.errors import Cancelled, LaminarError
from core.job import Progress, read_manifest
from core.settings import Settings

OnDone = Callable[[JobRecord], None]


class JobRunner(QObject):
    """Runs the jobs of core.catalog for the window.

    Args:
        queue_folder: where unfinished orders are kept against a crash, such as `folders().cache / "jobs"`; None
            keeps nothing.
        jobs: the table of jobs; core.catalog's but in tests.

    Signals:
        added(JobRecord), changed(JobRecord), removed(JobRecord); reordered().
        finished(JobRecord): it is done, failed or cancelled; after `changed`.
    """

    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    reordered = Signal()
    finished = Signal(object)

    def __init__(
        self,
        settings: Settings,
        notify: Notifier,
        parent: QObject | None = None,
        *,
        queue_folder: Path | None = None,
        jobs: Mapping[str, Job] = JOBS,
    ) -> None:
        super().__init__(parent)
        self.records: list[JobRecord] = []
        """All jobs of this session, oldest order first; the queued ones start in this order."""
        self._settings, self._notify, self._jobs = settings, notify, jobs
        self._file = QueueFile(queue_folder)
        self._runs: dict[str, JobThread] = {}
        self._handlers: dict[str, OnDone] = {}
        self._held = self._closed = False

    # ------------------------------------------------------------------------------------------ asking for work

    def submit(
        self,
        job_id: str,
        title: str,
        parameters: Mapping[str, Any],
        inputs: Mapping[str, str],
        *,
        root: Path,
        on_done: OnDone | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> JobRecord:
        """Queue a job; its settings are frozen now. The same question asked twice is answered by one record.

        Args:
            parameters: JSON values for the work.
            inputs: fingerprints of the files that the parameters name.
            root: the results folder, `results_folder(document.data)`; for an export the folder it writes to.
            on_done: called on the GUI thread when the result is there.
            context: JSON values kept with the record for whoever places the result, also after a crash.

        Raises:
            KeyError: for an unknown job.
            TypeError: for parameters that are no JSON.
        """
        job = self._jobs[job_id]
        order = _frozen(Order(job_id, title, str(root), dict(parameters), dict(inputs), dict(context or {})))
        for known in self.records:
            if known.active and job.keyed and _question(known.order) == _question(order):
                known.on_done += [on_done] if on_done else []
                return known
        record = JobRecord(order, job, on_done=[on_done] if on_done else [])
        self._add(record)
        folder = result_folder(job, root, order.parameters, order.inputs)
        if job.keyed and (manifest := read_manifest(folder)) is not None and manifest.complete:
            record.progress = Progress(1, 1, self.tr("Already made"))
            record.clock.run()
            QTimer.singleShot(0, self, lambda: self._finish(record, None))
            record.state = "running"
        else:
            self._advance()
        return record

    def handle(self, job_id: str, on_done: OnDone) -> None:
        """What to do with the results of a kind of job that come without `on_done`: those resumed after a crash."""
        self._handlers[job_id] = on_done

    def restore(self) -> list[JobRecord]:
        """Offer what a crash left unfinished as interrupted records. Call once, when the window is up."""
        left = [
            JobRecord(order, self._jobs[order.job], state="interrupted")
            for order in self._file.take_left()
            if order.job in self._jobs
        ]
        for record in left:
            self._add(record)
        if left:
            self._notify.info(
                self.tr("Some jobs were not finished last time"),
                self.tr("Resume or remove them in the Jobs panel"),
            )
        return left

    # ------------------------------------------------------------------------------------------ hands on the queue

    @property
    def running(self) -> JobRecord | None:
        return next((record for record in self.records if record.state == "running"), None)

    def pause(self, record: JobRecord) -> None:
        """Hold a running job at its next step; the next in the queue may go."""
        if record.state == "running" and record.id in self._runs:
            self._runs[record.id].control.pause()
            record.clock.hold()
            self._set(record, "paused")
            self._advance()

    def resume(self, record: JobRecord) -> None:
        """Let a paused job go on, at once or when the running one is through; retry an interrupted one."""
        if record.state == "interrupted":
            self.retry(record)
        elif record.state == "paused":
            self._held = False
            self._set(record, "queued")
            self._advance()

    def cancel(self, record: JobRecord) -> None:
        """Stop a job; what it made so far stays and a retry goes on from it."""
        self._held = False
        if record.id in self._runs:
            self._runs[record.id].control.cancel()
            record.write([self.tr("Cancel was asked for")])
            self.changed.emit(record)
        elif record.active:
            self._finish(record, Cancelled("cancelled"))

    def retry(self, record: JobRecord) -> None:
        """Queue a failed, cancelled or interrupted job again, as it was asked for."""
        if record.active or record.state == "done":
            return
        record.error, record.eta, record.clock = None, None, Stopwatch()
        record.progress = Progress(0, 0)
        self._held = False
        self.records.remove(record)
        self.records.append(record)
        self._set(record, "queued")
        self.reordered.emit()
        self._advance()

    def move(self, record: JobRecord, by: int) -> None:
        """Let a queued job pass `by` others of the queue, towards the front when negative."""
        queued = [other for other in self.records if other.state == "queued"]
        if record not in queued:
            return
        places = [self.records.index(other) for other in queued]
        at = queued.index(record)
        queued.insert(min(max(at + by, 0), len(queued) - 1), queued.pop(at))
        for place, other in zip(places, queued, strict=True):
            self.records[place] = other
        self._keep()
        self.reordered.emit()

    def remove(self, record: JobRecord) -> None:
        """Forget a record that is not active; its result stays."""
        if not record.active and record in self.records:
            self.records.remove(record)
            self._keep()
            self.removed.emit(record)

    def clear_finished(self) -> None:
        for record in [record for record in self.records if not record.active]:
            if record.state != "interrupted":
                self.remove(record)

    def shutdown(self) -> None:
        """End all workers and threads; unfinished jobs are offered at the next start."""
        if self._closed:
            return
        self._closed = True
        for run in self._runs.values():
            run.control.cancel(grace=1.0)
        for run in self._runs.values():
            run.join()
        self._runs.clear()
        self._file.close(self._unfinished())

    # ------------------------------------------------------------------------------------------ inside

    def _add(self, record: JobRecord) -> None:
        self.records.append(record)
        self.added.emit(record)
        self._keep()

    def _unfinished(self) -> list[Order]:
        states = {"queued", "running", "paused", "interrupted"}
        return [record.order for record in self.records if record.state in states]

    def _keep(self) -> None:
        if not self._closed:
            self._file.save(self._unfinished())

    def _set(self, record: JobRecord, state: Any) -> None:
        record.state = state
        self._keep()
        self.changed.emit(record)

    def _advance(self) -> None:
        """Start the first of the queue when nothing runs."""
        if self._closed or self._held or self.running is not None:
            return
        record = next((record for record in self.records if record.state == "queued"), None)
        if record is None:
            return
        record.clock.run()
        if record.id in self._runs:
            self._runs[record.id].control.resume()
        else:
            self._start(record)
        self._set(record, "running")

    def _start(self, record: JobRecord) -> None:
        threads = int(self._settings.number("threads"))
        run = JobThread(record, threads, self._on_arrived, self._on_short, self._on_ended)
        self._runs[record.id] = run
        run.start()

    def _on_arrived(self, record: JobRecord, step: Progress | None, lines: list[str]) -> None:
        if self._closed or not record.active:
            return
        record.write(lines)
        if step is not None:
            if step.message and step.message != record.progress.message:
                record.write([step.message])
            record.progress = step
            record.preview = step.preview or record.preview
            record.eta = record.clock.eta(step.part)
        self.changed.emit(record)

    def _on_short(self, record: JobRecord, error: LaminarError) -> None:
        """Disk or memory run low: hold everything before it hurts."""
        if self._closed or record.state != "running" or record.id not in self._runs:
            return
        self._held = True
        record.write([str(error)])
        self.pause(record)
        self._notify.warning(
            self.tr("{title} is paused: {reason}").format(title=record.title, reason=error.message),
            self.tr("{cure}, then resume it in the Jobs panel").format(cure=error.hint),
        )

    def _on_ended(self, record: JobRecord, error: Exception | None) -> None:
        run = self._runs.pop(record.id, None)
        if run is not None:
            run.join()
        if not self._closed:
            self._finish(record, error)

    def _finish(self, record: JobRecord, error: Exception | None) -> None:
        if self._closed:
            return
        record.clock.hold()
        record.error, record.eta = error, None
        if error is None:
            order = record.order
            record.folder = result_folder(record.job, record.root, order.parameters, order.inputs)
            record.preview = record.preview.replace(f"{record.folder}.partial", str(record.folder))
            self._set(record, "done")
        else:
            report = error.report if isinstance(error, JobFailed) else ""
            record.write((report or str(error)).splitlines())
            self._set(record, "cancelled" if isinstance(error, Cancelled) else "failed")
            self._notify.failure(error, report)
        self.finished.emit(record)
        if error is None:
            self._hand_over(record)
        self._advance()

    def _hand_over(self, record: JobRecord) -> None:
        handler = self._handlers.get(record.order.job)
        for on_done in record.on_done or ([handler] if handler else []):
            try:
                on_done(record)
            except Exception as error:  # noqa: BLE001 - the queue goes on whatever a listener does
                self._notify.failure(error)


def _frozen(order: Order) -> Order:
    """A deep copy through JSON: nothing the caller still holds can change it."""
    return msgspec.json.decode(msgspec.json.encode(order), type=Order)


def _question(order: Order) -> tuple[Any, ...]:
    return order.job, order.root, order.parameters, order.inputs
