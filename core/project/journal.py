"""Every edit since the last save, on disk within moments, without the window ever waiting.

A journal is a file of records: length and CRC-32 of the payload (little-endian, 4 bytes each), then the payload,
one JSON object. The first is the base, the whole project and where it belongs; each other one is the patch of an
edit (`core.project.patches`). Appending is all that is ever done to a file; a save, or a file grown too long,
starts the next one and then removes the one before. What a crash cuts short is a last record that does not match
its CRC, and reading stops before it.

A writer thread makes the patches and writes: to the system at once, which a crash of the program cannot undo, and
to the disk at most once an interval, for the case that the power goes. A lock file tells a living editor's journal
from one that was left behind (`core.project.recovery`).
"""

from __future__ import annotations

import contextlib
import os
import queue
import struct
import threading
import time
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import msgspec

from core.job import lock
from core.project.patches import diff
from core.project.project import Project
from core.timeline.model import new_id

SUFFIX = ".journal"
MAX_BYTES = 32 * 2**20
"""A journal longer than this starts anew from a fresh base."""
_HEAD = struct.Struct("<II")


class Base(msgspec.Struct, frozen=True):
    """Where a journal starts. file and data: the project file and the data folder, empty while there is none."""

    project: dict[str, Any]
    file: str = ""
    data: str = ""
    saved: bool = True
    """Whether `file` holds just this project; false for work that was never saved in this state."""


def pack(payload: bytes) -> bytes:
    """One record."""
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def records(data: bytes) -> list[bytes]:
    """The payloads of all intact records from the start."""
    found = []
    at = 0
    while at + _HEAD.size <= len(data):
        length, crc = _HEAD.unpack_from(data, at)
        payload = data[at + _HEAD.size : at + _HEAD.size + length]
        if len(payload) != length or zlib.crc32(payload) != crc:
            break
        found.append(payload)
        at += _HEAD.size + length
    return found


class _Start(msgspec.Struct):
    project: Project
    file: Path | None
    data: Path | None
    saved: bool


class Journal:
    """The journal of one editing session. All methods return at once but `flush` and `close`.

    Args:
        folder: where journals lie, such as `folders().config / "journals"`; made when missing.
        interval: seconds after which edits are on the disk itself at the latest.
        on_error: called once, from the writer thread, when the journal cannot be written; it tries on at each edit.
    """

    def __init__(
        self, folder: Path, interval: float = 1.0, on_error: Callable[[OSError], None] | None = None
    ) -> None:
        self._folder, self._interval, self._on_error = folder, interval, on_error
        self._session = f"{int(time.time())}-{new_id()}"
        self._tasks: queue.Queue[_Start | Project | threading.Event | None] = queue.Queue()
        self._file: IO[bytes] | None = None
        self._held: IO[bytes] | None = None
        self._number = self._oldest = 0
        self._start: _Start | None = None
        self._synced = True
        self._failed = False
        self.written = 0
        """Edits that have reached the system since the session began; read by tests and by the status bar."""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def start(self, project: Project, file: Path | None, data: Path | None, *, saved: bool = True) -> None:
        """Begin anew from this value: after opening, saving and making a new project.

        saved: whether the file holds this value (a new, still empty project counts as saved).
        """
        self._tasks.put(_Start(project, file, data, saved))

    def record(self, project: Project) -> None:
        """The document has this value now."""
        self._tasks.put(project)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until all that was recorded is on the disk. Returns whether it is."""
        done = threading.Event()
        self._tasks.put(done)
        return done.wait(timeout) and not self._failed

    def close(self, *, keep: bool = False) -> None:
        """End the session. keep: leave the journal to be recovered; else it is removed, all being saved."""
        if self._thread.is_alive():
            self._tasks.put(None)
            self._thread.join()
        if self._file is not None:
            self._file.close()
            self._file = None
        if not keep:
            for number in range(self._oldest, self._number + 1):
                self._path(number).unlink(missing_ok=True)
        if self._held is not None:
            if not keep:
                (self._folder / f"{self._session}.lock").unlink(missing_ok=True)
            self._held.close()
            self._held = None

    # ------------------------------------------------------------------------------------------ writer thread

    def _run(self) -> None:
        due: float | None = None
        while True:
            try:
                wait = None if due is None else max(0.0, due - time.monotonic())
                task = self._tasks.get(timeout=wait)
            except queue.Empty:
                self._guarded(self._sync)
                due = None
                continue
            if task is None or isinstance(task, threading.Event):
                self._guarded(self._sync)
                due = None
                if task is None:
                    return
                task.set()
                continue
            self._guarded(partial(self._take, task))
            due = due or time.monotonic() + self._interval

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            self._abandon()
            if not self._failed and self._on_error is not None:
                self._on_error(error)
            self._failed = True

    def _abandon(self) -> None:
        """After a failed write nothing may follow the broken record: the next edit starts a new file."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _take(self, task: _Start | Project) -> None:
        if isinstance(task, _Start):
            self._start = task
            self._begin(task)
            self._failed = False
            return
        start = self._start
        if start is None:
            return  # nothing was begun: nothing to recover
        before, start.project = start.project, task
        if self._file is None or self._file.tell() > MAX_BYTES:
            start.saved = False
            self._begin(start)
        elif (patch := diff(before, task)) is not None:
            self._append(msgspec.json.encode(patch))
        self._failed = False
        self.written += 1

    def _begin(self, start: _Start) -> None:
        """Open the next file with its base on the disk, then let the one before go."""
        if self._held is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._held = lock(self._folder / f"{self._session}.lock")
        self._abandon()
        self._number += 1
        base = Base(
            msgspec.to_builtins(start.project), str(start.file or ""), str(start.data or ""), start.saved
        )
        self._file = self._path(self._number).open("wb", buffering=0)
        self._append(msgspec.json.encode(base))
        self._sync()
        for number in range(self._oldest, self._number):
            self._path(number).unlink(missing_ok=True)
        self._oldest = self._number

    def _append(self, payload: bytes) -> None:
        assert self._file is not None
        record = memoryview(pack(payload))
        while record:
            record = record[self._file.write(record) :]
        self._synced = False

    def _sync(self) -> None:
        if self._file is not None and not self._synced:
            os.fsync(self._file.fileno())
            self._synced = True

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._session}-{number:06}{SUFFIX}"
