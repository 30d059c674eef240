"""Every edit since the last save, safe from a crash as soon as it is made.

A journal is a file of records: length and CRC-32 of the payload (little-endian, 4 bytes each), then the payload,
one JSON object. The first is the base, the whole project and where it belongs; each other one is the patch of an
edit (`core.project.patches`). Appending is all that is ever done to a file; a save, or a file grown too long,
starts the next one and then removes the one before. What a crash cuts short is a last record that does not match
its CRC, and reading stops before it.

`record` compares, appends a few hundred bytes to the system's cache and returns: from then on a crash of the program
cannot lose the edit. Whatever may take long is done on a thread: writing a base, syncing to the disk (at most once an
interval, for the case that the power goes), removing old files. While the next base is being written, edits still
go to the file before, and what came meanwhile follows the base as one patch; only then does the new file get its name,
so whichever file a crash leaves as the newest holds every edit.
A lock file tells a living editor's journal from one that was left behind (`core.project.recovery`).
"""

from __future__ import annotations

import os
import queue
import struct
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import msgspec

from core.files import lock
from core.project.patches import diff
from core.project.project import Project
from core.timeline.model import new_id

SUFFIX = ".journal"
UNBEGUN = ".begun"
"""Of a file that edits do not go to yet."""
AGAIN = 5.0
"""Seconds after which a journal that could not be written is tried anew."""
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


class _Start(msgspec.Struct, frozen=True):
    """What a fresh file starts from; see `Journal.start`."""

    project: Project
    file: Path | None
    data: Path | None
    saved: bool


@dataclass(frozen=True)
class _Retired:
    """A file that is written no more, to be closed."""

    handle: int


class _Dirty:
    """Something was written that is not synced yet."""


def _record_of(before: Project, after: Project) -> bytes:
    """What leads from one value to another, as it is written; empty where they are equal."""
    patch = diff(before, after)
    return pack(msgspec.json.encode(patch)) if patch is not None else b""


class Journal:
    """The journal of one editing session. `start` and `record` never wait for the disk.

    Args:
        folder: where journals lie, such as `folders().config / "journals"`; made when missing.
        interval: seconds after which edits are on the disk itself at the latest.
        on_error: called from any thread when the journal cannot be written, once until it can be again; each edit
            tries anew, and so does the journal by itself.
    """

    def __init__(
        self, folder: Path, interval: float = 1.0, on_error: Callable[[OSError], None] | None = None
    ) -> None:
        self._folder, self.interval, self._on_error = folder, interval, on_error
        self._session = f"{int(time.time())}-{new_id()}"
        self._tasks: queue.Queue[_Start | _Retired | _Dirty | threading.Event | None] = queue.Queue()
        self._held: IO[bytes] | None = None
        self._number = self._oldest = 0
        self._lock = threading.Lock()
        # Under the lock: the file that edits go to (None: none yet, or broken), what it holds so far, what it should.
        self._handle: int | None = None
        self._size = 0
        self._dirty = self._failed = self._pending = False
        self._begun: _Start | None = None
        self._last: Project | None = None
        self._ready: tuple[Project, Project, bytes] | None = None
        """What `prepare` worked out: from which value to which, and the record of it; empty where they are equal."""
        self._current: Project | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def start(self, project: Project, file: Path | None, data: Path | None, *, saved: bool = True) -> None:
        """Begin anew from this value: after opening, saving and making a new project.

        saved: whether the file holds this value (a new, still empty project counts as saved).
        """
        with self._lock:
            other = self._current is None or self._current.id != project.id
            self._begun, self._current = _Start(project, file, data, saved), project
            self._pending = True
            if other and self._handle is not None:
                self._retire()  # edits of this project do not belong into the other's journal
            self._tasks.put(self._begun)

    def prepare(self, project: Project) -> None:
        """Work out, on any thread, what `record` will write once the document has this value."""
        with self._lock:
            last = self._last
        if last is not None:
            self._ready = last, project, _record_of(last, project)

    def _packed(self, last: Project, project: Project) -> bytes:
        ready, self._ready = self._ready, None
        if ready is not None and ready[0] is last and ready[1] is project:
            return ready[2]
        return _record_of(last, project)

    def record(self, project: Project) -> None:
        """The document has this value now. When this returns, a crash of the program cannot lose it any more."""
        with self._lock:
            if project is self._current:
                return  # it is what was begun from, or the same again
            self._current = project
            if self._begun is None:
                return  # nothing was begun: nothing to recover
            if self._handle is None:
                if not self._pending:  # else the base that is being written takes it along
                    self._begin_again(project)
                return
            assert self._last is not None
            packed = self._packed(self._last, project)
            if not packed:
                return
            try:
                self._size += _write_all(self._handle, packed)
            except OSError as error:
                self._retire()  # nothing may follow a broken record
                self._tell(error)
                return
            self._last = project
            self._became_dirty()
            if self._size > MAX_BYTES:
                self._size = 0
                self._begin_again(project)

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
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        if not keep:
            for number in range(self._oldest, self._number + 1):
                self._path(number).unlink(missing_ok=True)
        if self._held is not None:
            if not keep:
                (self._folder / f"{self._session}.lock").unlink(missing_ok=True)
            self._held.close()
            self._held = None

    # ------------------------------------------------------------------------------------------ under the lock

    def _begin_again(self, project: Project) -> None:
        """Ask the thread for a fresh file that starts from this value."""
        assert self._begun is not None
        self._begun = _Start(project, self._begun.file, self._begun.data, saved=False)
        self._pending = True
        self._tasks.put(self._begun)

    def _retire(self) -> None:
        """Let the file go; the thread, which may be syncing it, closes it."""
        assert self._handle is not None
        self._tasks.put(_Retired(self._handle))
        self._handle = self._last = None

    def _became_dirty(self) -> None:
        if not self._dirty:
            self._dirty = True
            self._tasks.put(_Dirty())

    def _tell(self, error: OSError) -> None:
        if not self._failed and self._on_error is not None:
            self._on_error(error)
        self._failed = True

    # ------------------------------------------------------------------------------------------ on the thread

    def _run(self) -> None:
        due: float | None = None
        while True:
            try:
                waiting = AGAIN if self._failed else None
                task = self._tasks.get(timeout=waiting if due is None else max(0.0, due - time.monotonic()))
            except queue.Empty:
                self._try_again()
                self._guarded(self._sync)
                due = None
                continue
            if isinstance(task, _Start):
                if task is self._begun:  # else a later one follows
                    self._guarded(partial(self._begin, task))
                    with self._lock:
                        self._pending = task is not self._begun
            elif isinstance(task, _Dirty):
                due = due or time.monotonic() + self.interval
            elif isinstance(task, _Retired):
                self._guarded(partial(os.close, task.handle))
            else:
                self._guarded(self._sync)
                due = None
                if task is None:
                    return
                task.set()

    def _try_again(self) -> None:
        """There may be room by now, and the user may make no further edit."""
        with self._lock:
            begun, current = self._begun, self._current
            if not self._failed or self._pending or begun is None or current is None:
                return
            if begun.project is current:  # as it was to be begun
                self._pending = True
                self._tasks.put(begun)
            else:
                self._begin_again(current)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            with self._lock:
                self._tell(error)

    def _begin(self, start: _Start) -> None:
        """Bring the next file with its base to the disk, turn the edits to it, let the one before go."""
        if self._held is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._held = lock(self._folder / f"{self._session}.lock")
        self._number += 1
        # A Base, of the project as it is: to make dicts of it would give the window's garbage
        # collector much to look at.
        base = {
            "project": start.project,
            "file": str(start.file or ""),
            "data": str(start.data or ""),
            "saved": start.saved,
        }
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0)
        begun = self._path(self._number).with_suffix(UNBEGUN)
        handle = os.open(begun, flags, 0o600)
        try:
            size = _write_all(handle, pack(msgspec.json.encode(base)))
            os.fsync(handle)
            before = self._turn(start.project, handle, size, begun)
        except OSError:
            os.close(handle)
            begun.unlink(missing_ok=True)
            raise
        if before is not None:
            os.close(before)
        for number in range(self._oldest, self._number):
            self._path(number).unlink(missing_ok=True)
        self._oldest = self._number

    def _turn(self, project: Project, handle: int, size: int, begun: Path) -> int | None:
        """Let edits go to `handle` from now on, the file `begun`, which holds `project`; returns the handle before."""
        with self._lock:
            assert self._current is not None
            if (patch := diff(project, self._current)) is not None:
                size += _write_all(handle, pack(msgspec.json.encode(patch)))
                self._became_dirty()
            begun.replace(self._path(self._number))
            before, self._handle, self._size, self._last = self._handle, handle, size, self._current
            self._failed = False
            return before

    def _sync(self) -> None:
        with self._lock:
            handle, dirty = self._handle, self._dirty
            self._dirty = False
        if handle is not None and dirty:
            os.fsync(handle)

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._session}-{number:06}{SUFFIX}"


def _write_all(handle: int, data: bytes) -> int:
    """Returns the count of bytes. Raises OSError."""
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
    return len(data)
