"""The thread that drives one job's worker process and tells the GUI thread of it, at most 20 times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.jobs.records import JobRecord
from app.threads.gui_thread import gui_thread
from core.drive import Control, drive
from core.errors import LaminarError
from core.job import Progress, require_disk, require_memory

SIGNAL_SECONDS = 0.05
WATCH_SECONDS = 2.0
MEMORY_RESERVE = 200 * 2**20
"""Bytes of memory below which a running job is paused."""


class JobThread(threading.Thread):
    """One job under way. It reads its record's order and changes nothing of the record.

    Args:
        threads: how many the worker may use.
        arrived: called with the record, the latest Progress or None, and new lines of the log.
        short: called with the record and a LaminarError when disk or memory run low.
        ended: called once with the record and what it failed with, or None. All three on the GUI thread.
    """

    def __init__(
        self,
        record: JobRecord,
        threads: int,
        arrived: Callable[[JobRecord, Progress | None, list[str]], None],
        short: Callable[[JobRecord, LaminarError], None],
        ended: Callable[[JobRecord, Exception | None], None],
    ) -> None:
        super().__init__(name=f"job-{record.job.id}", daemon=True)
        self.control = Control()
        """Pauses, resumes and cancels the worker, from any thread."""
        self._record, self._threads = record, threads
        self._arrived, self._short, self._ended = arrived, short, ended
        self._gui = gui_thread()
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._told = self._looked = 0.0

    def run(self) -> None:
        """Drive the worker, then say how it ended."""
        order, job, root = self._record.order, self._record.job, self._record.root
        last: Progress | None = None
        error: Exception | None = None
        try:
            require_memory(job.memory)
            require_disk(root, job.disk)
            steps = drive(
                job,
                root,
                order.parameters,
                order.inputs,
                threads=self._threads,
                control=self.control,
                log=self._log,
            )
            for last in steps:
                self._tell(last)
                self._watch()
        except Exception as caught:  # noqa: BLE001 - the thread's edge: everything is handed to the GUI thread
            error = caught
        self._tell(last, at_once=True)
        self._gui.call(self._ended, self._record, error)

    def _log(self, line: str) -> None:
        with self._lock:
            self._lines.append(line)

    def _tell(self, step: Progress | None, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if not at_once and now - self._told < SIGNAL_SECONDS:
            return
        self._told = now
        with self._lock:
            lines, self._lines = self._lines, []
        self._gui.call(self._arrived, self._record, step, lines)

    def _watch(self) -> None:
        now = time.monotonic()
        if now - self._looked < WATCH_SECONDS:
            return
        self._looked = now
        try:
            require_disk(self._record.root, 0)
            require_memory(MEMORY_RESERVE)
        except LaminarError as error:
            self._gui.call(self._short, self._record, error)
