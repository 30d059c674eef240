"""Small jobs that the tests run in real worker processes."""

from __future__ import annotations

import ctypes
import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path

from core.catalog import Job
from core.errors import MediaError
from core.files import write_atomic
from core.job import Progress


def count(out: Path, *, steps: int, seconds: float = 0.0) -> Iterator[Progress]:
    """Writes one small file a step and goes on after the last one that is there."""
    for number in range(steps):
        target = out / f"{number:05}.txt"
        if not target.exists():
            time.sleep(seconds)
            write_atomic(target, str(number * number).encode())
        yield Progress(number + 1, steps, f"step {number + 1}", str(target))


def tidy(out: Path, *, seconds: float) -> Iterator[Progress]:
    """Leaves something half-written unless it is given the time to take it away."""
    half = out / "half.part"
    half.touch()
    try:
        yield Progress(0, 2)
        yield Progress(1, 2)
    finally:
        time.sleep(seconds)
        half.unlink()


def noisy(out: Path, *, text: str) -> Iterator[Progress]:
    """Prints on both layers, as libraries do."""
    print(text)
    os.write(1, b"native " + text.encode() + b"\n")
    yield Progress(1, 1)


def refuses(out: Path, *, name: str) -> Iterator[Progress]:
    yield Progress(0, 1)
    raise MediaError(f"{name} cannot be read", "Choose another file")


def defect(out: Path) -> Iterator[Progress]:
    yield Progress(0, 1)
    raise ValueError("not expected")


def crash(out: Path) -> Iterator[Progress]:
    yield Progress(0, 1)
    ctypes.string_at(0)


def stuck(out: Path, *, seconds: float) -> Iterator[Progress]:
    """Does not reach its next step for a long time."""
    yield Progress(0, 1)
    time.sleep(seconds)
    yield Progress(1, 1)


def fill(out: Path) -> Iterator[Progress]:
    yield Progress(0, 1)
    raise MemoryError


def full(out: Path) -> Iterator[Progress]:
    yield Progress(0, 1)
    raise OSError(errno.ENOSPC, "No space left on device")  # as a write to an open file says it


def test_job(name: str, **fields: object) -> Job:
    return Job(name, name.title(), "A job of the tests.", f"{__name__}:{name}", 1, **fields)  # type: ignore[arg-type]


test_job.__test__ = False  # type: ignore[attr-defined]
JOBS = {
    name: test_job(name)
    for name in ("count", "tidy", "noisy", "refuses", "defect", "crash", "stuck", "fill", "full")
}
