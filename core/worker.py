"""A long job in its own process: `python -m core.worker`. The other side is `core.drive`.

The parent writes one JSON line {job, root, parameters, inputs, threads} to the worker's stdin and then, whenever
it likes, {"command": "pause" | "resume" | "cancel"}. The worker answers with JSON lines on stdout:
{"kind": "progress", ...}, and at the end {"kind": "done"} or {"kind": "error", type, message, hint, report}.
What libraries print goes to stderr, which the parent keeps as the job's log. When stdin closes the parent is gone
and the worker ends.
"""

from __future__ import annotations

import errno
import faulthandler
import os
import signal
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
import psutil

from core.catalog import Job, run
from core.errors import Cancelled, JobError, LaminarError, OutOfDisk, OutOfMemory
from core.job import Progress

CANCEL_GRACE = 10.0
"""Seconds a cancelled worker has to reach its next step before it is killed."""
NICE = 10
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


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
    faulthandler.enable()
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
        steps = run(request.job, Path(request.root), request.parameters, request.inputs)
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
        return _defect(error, request.root)
    return Answer("done")


def _defect(error: BaseException, root: str) -> Answer:
    report = "".join(traceback.format_exception(error))
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return Answer(
            "error",
            type=OutOfMemory.__name__,
            message="there was not enough memory for this job",
            hint="Close other programs, or work on a shorter range",
            report=report,
        )
    if isinstance(error, OSError) and error.errno in DISK_FULL:  # which does not always name a file
        return Answer(
            "error",
            type=OutOfDisk.__name__,
            message=f"the disk is full: {error.filename or root}",
            hint="Free some space, then give the same work again",
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
