"""Run a long job in a worker process (`core.worker`) and follow it.

A crash of native code or the system's out-of-memory killer takes the worker and not the editor: `drive` raises
WorkerDied. Nothing here knows Qt; the command line and the window use the same `drive`.
"""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import msgspec

from core import errors, processes
from core.catalog import JOBS, Job
from core.errors import Cancelled, JobError, LaminarError, WorkerDied
from core.job import Progress, content_key
from core.worker import CANCEL_GRACE, Answer, Request

TAIL_LINES = 200
"""Lines of the worker's stderr that are kept for a report."""
END_GRACE = 5.0
"""Seconds that a worker nobody waits for any more has to tidy up before it is killed."""


class JobFailed(Exception):  # noqa: N818 - a defect, told apart from what the user can mend
    """A job ended by an exception that nobody expected. report: the worker's traceback, to be copied."""

    def __init__(self, message: str, report: str) -> None:
        super().__init__(message)
        self.report = report


class Control:
    """The handle by which another thread pauses, resumes or cancels a `drive` that is under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pipe: IO[bytes] | None = None
        self._paused = False
        self.cancelled_at: float | None = None
        self.grace = CANCEL_GRACE

    def pause(self) -> None:
        """Hold the job at its next step."""
        self._paused = True
        self._send("pause")

    def resume(self) -> None:
        """Let a paused job go on."""
        self._paused = False
        self._send("resume")

    def cancel(self, grace: float = CANCEL_GRACE) -> None:
        """End the job at its next step; after `grace` seconds the worker is killed."""
        self.grace = grace
        if self.cancelled_at is None:
            self.cancelled_at = time.monotonic()
        self._send("cancel")

    @property
    def overdue(self) -> bool:
        """Whether the worker was given its time to end and did not."""
        return self.cancelled_at is not None and time.monotonic() - self.cancelled_at > self.grace

    def attach(self, pipe: IO[bytes] | None) -> None:
        """Connect to a worker's stdin; what was asked before is passed on."""
        with self._lock:
            self._pipe = pipe
        if pipe is not None and self.cancelled_at is not None:
            self._send("cancel")
        elif pipe is not None and self._paused:
            self._send("pause")

    def _send(self, command: str) -> None:
        with self._lock:
            if self._pipe is None:
                return
            try:
                self._pipe.write(msgspec.json.encode({"command": command}) + b"\n")
                self._pipe.flush()
            except OSError:
                self._pipe = None  # the worker has ended; drive sees it by itself


def drive(
    job: Job | str,
    root: Path,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    *,
    threads: int = 0,
    control: Control | None = None,
    log: Callable[[str], None] | None = None,
) -> Iterator[Progress]:
    """Run a job in a worker process and yield its progress; closing the generator ends the worker.

    Args:
        job: one of core.catalog, or its id.
        root: results folder of a keyed job, else where the work writes.
        log: called with each line the worker's libraries print, from another thread.

    Raises:
        LaminarError: what the work raised, of the same class; Cancelled after `control.cancel()`.
        WorkerDied: when the process ended without an answer.
        JobFailed: when the work raised anything else.
    """
    job = JOBS[job] if isinstance(job, str) else job
    control = control or Control()
    request = Request(job, str(root), dict(parameters), dict(inputs), threads)
    process = _start()
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    answers: queue.Queue[bytes | None] = queue.Queue()
    readers = (
        threading.Thread(target=_pump_answers, args=(process, answers), name="worker-answers", daemon=True),
        threading.Thread(target=_pump_log, args=(process, tail, log), name="worker-log", daemon=True),
    )
    try:
        for reader in readers:
            reader.start()
        _ask(process, request, control)
        yield from _follow(process, answers, control, job, tail)
    finally:
        control.attach(None)
        _end(process)
        for reader in readers:
            reader.join()
        processes.close_pipes(process.stdin, process.stdout, process.stderr)


def result_folder(
    job: Job | str, root: Path, parameters: Mapping[str, Any], inputs: Mapping[str, str]
) -> Path:
    """Where the result of this question is or will be; `root` itself for a job that is not keyed."""
    job = JOBS[job] if isinstance(job, str) else job
    return root / content_key(job.id, job.version, parameters, inputs) if job.keyed else root


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        processes.command("core.worker"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=processes.environment(PYTHONUNBUFFERED="1"),
    )


def _ask(process: subprocess.Popen[bytes], request: Request, control: Control) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(msgspec.json.encode(request) + b"\n")
        process.stdin.flush()
    except OSError:
        return  # it died at its start; _follow tells
    control.attach(process.stdin)


def _follow(
    process: subprocess.Popen[bytes],
    answers: queue.Queue[bytes | None],
    control: Control,
    job: Job,
    tail: deque[str],
) -> Iterator[Progress]:
    while True:
        try:
            line = answers.get(timeout=0.1)
        except queue.Empty:
            if control.overdue:
                process.kill()
            continue
        if line is None:
            process.wait()
            if control.cancelled_at is not None:
                raise Cancelled(f"{job.title} was cancelled")
            raise _death(process.returncode, job, tail)
        answer = msgspec.json.decode(line, type=Answer)
        if answer.kind == "done":
            return
        if answer.kind == "error":
            raise _error_of(answer)
        if answer.progress is not None:
            yield answer.progress


def _death(code: int, job: Job, tail: deque[str]) -> WorkerDied:
    retry = "retry; it goes on where it was" if job.keyed else "retry"
    if code in (-9, 137):
        return WorkerDied(
            f"{job.title}: the system stopped the worker, most likely for lack of memory",
            f"Close other programs or choose a shorter range, then {retry}",
        )
    last = next((line for line in tail if line.startswith("Fatal")), f"exit code {code}")
    return WorkerDied(
        f"{job.title}: the worker ended without a result ({last})",
        f"{retry.capitalize()}. If it ends again, try another source file and send us the job's log",
    )


def _error_of(answer: Answer) -> Exception:
    if not answer.type:
        return JobFailed(answer.message, answer.report)
    kind = getattr(errors, answer.type, JobError)
    error: LaminarError = kind(answer.message, answer.hint)
    return error


def _pump_answers(process: subprocess.Popen[bytes], answers: queue.Queue[bytes | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.endswith(b"\n"):  # a killed worker may leave half a line
            answers.put(line)
    answers.put(None)


def _pump_log(process: subprocess.Popen[bytes], tail: deque[str], log: Callable[[str], None] | None) -> None:
    assert process.stderr is not None
    for raw in process.stderr:
        line = raw.decode(errors="replace").rstrip()
        if line:
            tail.append(line)
            if log is not None:
                log(line)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let it end by itself, which takes away what is half-written, then kill it."""
    processes.close_pipes(process.stdin)
    try:
        process.wait(END_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
