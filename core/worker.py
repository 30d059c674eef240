"""A long job in its own process: `python -m core.worker` on one side, `drive` on the other.

The parent writes one JSON line {job, root, parameters, inputs, threads} to the worker's stdin and then, whenever
it likes, {"command": "pause" | "resume" | "cancel"}. The worker answers with JSON lines on stdout:
{"kind": "progress", ...}, and at the end {"kind": "done"} or {"kind": "error", type, message, hint, report}.
What libraries print goes to stderr, which the parent keeps as the job's log. When stdin closes the parent is gone
and the worker ends. A crash of native code or the system's out-of-memory killer takes the worker and not the
editor: `drive` raises WorkerDied.

Neither side knows Qt; the command line and the window use the same `drive`.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
import psutil

from core import errors
from core.catalog import JOBS, Job, run_job_of
from core.errors import Cancelled, JobError, LaminarError, OutOfMemory, WorkerDied
from core.job import Progress, content_key

CANCEL_GRACE = 10.0
"""Seconds a cancelled worker has to reach its next step before it is killed."""
TAIL_LINES = 200
"""Lines of the worker's stderr that are kept for a report."""
NICE = 10


class Request(msgspec.Struct, frozen=True):
    """What the worker is asked to do. threads: 0 means one less than the machine has."""

    job: Job
    root: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    threads: int = 0


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line from the worker."""

    kind: str
    progress: Progress | None = None
    type: str = ""
    message: str = ""
    hint: str = ""
    report: str = ""


class JobFailed(Exception):  # noqa: N818 - a defect, told apart from what the user can mend
    """A job ended by an exception that nobody expected. report: the worker's traceback, to be copied."""

    def __init__(self, message: str, report: str) -> None:
        super().__init__(message)
        self.report = report


# ---------------------------------------------------------------------------------------------- parent side


class Control:
    """The handle by which another thread pauses, resumes or cancels a `drive` that is under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pipe: IO[bytes] | None = None
        self._paused = False
        self.cancelled_at: float | None = None
        self.grace = CANCEL_GRACE

    def pause(self) -> None:
        self._paused = True
        self._send("pause")

    def resume(self) -> None:
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
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                _close(pipe)


def result_folder(
    job: Job | str, root: Path, parameters: Mapping[str, Any], inputs: Mapping[str, str]
) -> Path:
    """Where the result of this question is or will be; `root` itself for a job that is not keyed."""
    job = JOBS[job] if isinstance(job, str) else job
    return root / content_key(job.id, job.version, parameters, inputs) if job.keyed else root


def _start() -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parent.parent)
    paths = [home, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    # -P: nothing is imported from the folder the user happens to stand in.
    return subprocess.Popen(
        [sys.executable, "-P", "-X", "faulthandler", "-m", "core.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"},
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
    """Let it end by itself for a moment, then kill it."""
    if process.stdin is not None:
        _close(process.stdin)
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        return  # unsent bytes for a process that is gone


# ---------------------------------------------------------------------------------------------- worker side


@dataclass
class _Orders:
    """What the parent wants now; set by the thread that reads stdin."""

    running: threading.Event
    cancelled: threading.Event
    finished: threading.Event

    def checkpoint(self) -> None:
        """Wait while paused. Raises Cancelled."""
        self.running.wait()
        if self.cancelled.is_set():
            raise Cancelled("cancelled")


def main() -> int:
    """The worker's life. Returns the exit code."""
    # Ctrl+C reaches every process of the terminal: the parent decides, and this one ends at a step's end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    commands, answers = _take_pipes()
    line = commands.readline()
    if not line:
        return 0
    request = msgspec.json.decode(line, type=Request)
    _be_modest(request.threads)
    orders = _Orders(threading.Event(), threading.Event(), threading.Event())
    orders.running.set()
    threading.Thread(target=_obey, args=(commands, orders), name="orders", daemon=True).start()
    try:
        _send(answers, _work(request, orders, answers))
    except BrokenPipeError:
        return 1  # the parent is gone
    finally:
        orders.finished.set()
    return 0


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep stdin and stdout for the protocol; libraries and their children get nothing and stderr."""
    commands, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return commands, answers


def _be_modest(threads: int) -> None:
    """Leave the machine usable. Before any library that makes its own threads is imported."""
    count = str(threads if threads > 0 else max(1, (os.cpu_count() or 2) - 1))
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
        os.environ[name] = count
    os.environ["OMP_WAIT_POLICY"] = "passive"
    try:
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else NICE)
    except (psutil.Error, OSError):
        return  # a courtesy, not a need


def _obey(commands: IO[bytes], orders: _Orders) -> None:
    for line in commands:
        command = msgspec.json.decode(line)["command"]
        if command == "pause":
            orders.running.clear()
        elif command == "resume":
            orders.running.set()
        elif command == "cancel":
            orders.cancelled.set()
            orders.running.set()
    # stdin closed: the parent is gone or has no more use for us
    orders.cancelled.set()
    orders.running.set()
    if not orders.finished.wait(CANCEL_GRACE):
        os._exit(1)  # stuck in a step that does not end


def _work(request: Request, orders: _Orders, answers: IO[bytes]) -> Answer:
    """Run the job to its end, sending progress. Returns the last answer."""
    try:
        steps = run_job_of(request.job, Path(request.root), request.parameters, request.inputs)
        try:
            for step in steps:
                _send(answers, Answer("progress", step))
                orders.checkpoint()
        finally:
            close = getattr(steps, "close", None)
            if close is not None:
                close()
    except BrokenPipeError:
        raise
    except LaminarError as error:
        return Answer("error", type=type(error).__name__, message=error.message, hint=error.hint)
    except BaseException as error:  # noqa: BLE001 - the process's edge: everything becomes an answer
        return _defect(error)
    return Answer("done")


def _defect(error: BaseException) -> Answer:
    report = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return Answer(
            "error",
            type=OutOfMemory.__name__,
            message="there was not enough memory for this job",
            hint="Close other programs, or work on a shorter range",
            report=report,
        )
    if isinstance(error, OSError) and error.filename:
        return Answer(
            "error",
            type=JobError.__name__,
            message=f"{error.filename}: {error.strerror}",
            hint="Check that the file is there and that the folder can be written",
            report=report,
        )
    return Answer("error", message=f"{type(error).__name__}: {error}", report=report)


def _send(answers: IO[bytes], answer: Answer) -> None:
    answers.write(msgspec.json.encode(answer) + b"\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
