"""What the queue of jobs is made of, and how it survives a crash of the editor."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from core.catalog import Job
from core.files import lock, read_json, write_atomic
from core.job import Progress
from core.timeline.model import new_id

log = logging.getLogger("laminar.jobs")

State = Literal["queued", "running", "paused", "done", "failed", "cancelled", "interrupted"]
ACTIVE: frozenset[State] = frozenset({"queued", "running", "paused"})
LOG_LINES = 500


class Order(msgspec.Struct, frozen=True):
    """All that is needed to run a job, frozen when it was queued: one JSON value.

    context: what the one who asked needs to place the result, such as {"media": id}; no part of the key.
    """

    job: str
    title: str
    root: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    context: dict[str, Any] = {}


@dataclass(eq=False)
class JobRecord:
    """One job of the queue, touched on the GUI thread only.

    interrupted: the editor ended before the job did; `retry` goes on where it was.

    folder: of the result, once done.
    preview: path of a picture, or empty.
    eta: seconds left, None while unknown.
    """

    order: Order
    job: Job
    id: str = field(default_factory=new_id)
    state: State = "queued"
    progress: Progress = field(default_factory=lambda: Progress(0, 0))
    eta: float | None = None
    log: list[str] = field(default_factory=list)
    preview: str = ""
    folder: Path | None = None
    error: Exception | None = None
    on_done: list[Callable[[JobRecord], None]] = field(default_factory=list)
    clock: Stopwatch = field(default_factory=lambda: Stopwatch())

    @property
    def title(self) -> str:
        return self.order.title

    @property
    def root(self) -> Path:
        return Path(self.order.root)

    @property
    def media_id(self) -> str:
        """The media that the job is about; empty for one about the whole film."""
        return str(self.order.context.get("media", ""))

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    def write(self, lines: Iterable[str]) -> None:
        """Add to the log, of which the newest lines are kept."""
        self.log.extend(lines)
        del self.log[:-LOG_LINES]


class Stopwatch:
    """Seconds a job has really run, and from them the seconds it still needs."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._since: float | None = None
        self._first: tuple[float, float] | None = None

    def run(self) -> None:
        if self._since is None:
            self._since = time.monotonic()

    def hold(self) -> None:
        self._spent, self._since = self.spent, None

    @property
    def spent(self) -> float:
        return self._spent + (time.monotonic() - self._since if self._since is not None else 0.0)

    def eta(self, part: float) -> float | None:
        """Seconds left by the pace since the first step (a resumed job starts far along); None while unknown, and for
        what a job does after its last frame."""
        if self._first is None or part < self._first[1]:
            self._first = (self.spent, part)
        spent, made = self.spent - self._first[0], part - self._first[1]
        return spent * (1 - part) / made if made > 0 and part < 1 else None


class QueueFile:
    """The orders that are not finished, on disk, one file for each running editor.

    A second file is locked as long as the editor lives: a queue whose lock is free was left by a crash. Writing
    happens on a thread of its own. Without a folder, or where it cannot be written, nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._name = f"queue-{os.getpid()}-{new_id()}"
        self._held: IO[bytes] | None = None
        self._writer = ThreadPoolExecutor(1, "job-queue")
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
                self._held = lock(folder / f"{self._name}.lock")
        except OSError as error:
            log.warning("the job queue cannot be kept: %s", error)

    def take_left(self) -> list[Order]:
        """The orders that editors which are gone left unfinished; their files are removed."""
        if self.folder is None or self._held is None:
            return []
        orders: list[Order] = []
        for path in sorted(self.folder.glob("queue-*.lock")):
            if path.stem == self._name or (held := lock(path)) is None:
                continue
            with held:
                orders += read_json(path.with_suffix(".json"), list[Order]) or []
                path.with_suffix(".json").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        return orders

    def save(self, orders: list[Order]) -> None:
        """Replace what is kept, soon."""
        if self._held is not None:
            self._writer.submit(self._write, orders)

    def _write(self, orders: list[Order]) -> None:
        assert self.folder is not None
        try:
            write_atomic(self.folder / f"{self._name}.json", msgspec.json.encode(orders))
        except OSError as error:
            log.warning("the job queue cannot be kept: %s", error)

    def close(self, keep: list[Order]) -> None:
        """Leave `keep` for the next start, or nothing at all."""
        self.save(keep)
        self._writer.shutdown()
        if self.folder is None or self._held is None:
            return
        self._held.close()
        if not keep:
            (self.folder / f"{self._name}.json").unlink(missing_ok=True)
            (self.folder / f"{self._name}.lock").unlink(missing_ok=True)


def jobs_about(records: Iterable[JobRecord], job_id: str, media_id: str) -> list[JobRecord]:
    """The jobs of a kind about a media, oldest first, also those that are through."""
    return [one for one in records if one.order.job == job_id and one.media_id == media_id]


def active_job(records: Iterable[JobRecord], job_id: str, media_id: str) -> JobRecord | None:
    """The job of a kind that is under way for a media, or waits for its turn."""
    return next((one for one in jobs_about(records, job_id, media_id) if one.active), None)
