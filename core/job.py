"""Long work: a generator that yields Progress, driven into a content-keyed folder.

A feature is a function `work(out: Path, **parameters) -> Iterator[Progress]`. It writes into `out`, yields at
least twice a second (the point of progress, pause and cancel) and leaves a checkpoint at least every minute, from
which the same call goes on. `run_job` wraps it: ROOT/KEY.partial/ while it runs, manifest.json when it ends, one
rename to ROOT/KEY/. KEY is the hash of all that determines the result, so asking twice costs nothing, and a job
that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from core.errors import Cancelled, JobError, OutOfDisk, OutOfMemory
from core.files import lock, read_json, write_json

MANIFEST = "manifest.json"
PATIENCE = 4.0
"""Seconds that work waits for another process to end the same work."""
DISK_RESERVE = 200 * 2**20
"""Bytes of disk that a job leaves free."""


class Progress(msgspec.Struct, frozen=True):
    """Where a job is. preview: path of a picture in the job's folder worth showing, or empty.

    fields: numbers for live views, such as {"frame": 12, "confidence": 0.93}.
    """

    done: float
    total: float
    message: str = ""
    preview: str = ""
    fields: dict[str, Any] = {}

    @property
    def part(self) -> float:
        """0 to 1."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total > 0 else 0.0


class Manifest(msgspec.Struct, frozen=True):
    """What a result folder says of itself.

    inputs: name to fingerprint.
    outputs: name to path inside the folder.
    """

    kind: str
    version: int
    parameters: dict[str, Any]
    inputs: dict[str, str]
    outputs: dict[str, str] = {}
    scores: dict[str, Any] = {}
    complete: bool = False


Report = Callable[[float], bool]
"""Of work that is no job: told how much is done, 0 to 1; its False stops the work."""
Work = Callable[..., Iterator[Progress]]


def content_key(kind: str, version: int, parameters: Mapping[str, Any], inputs: Mapping[str, str]) -> str:
    """32 hex digits that determine a result: same question, same key, on every machine."""
    text = msgspec.json.encode([kind, version, dict(parameters), dict(inputs)], order="deterministic")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a result folder; None when there is none or it cannot be read."""
    return read_json(folder / MANIFEST, Manifest)


@contextmanager
def sole_writer(root: Path, key: str) -> Iterator[None]:
    """Hold the right to write ROOT/KEY.partial.

    A worker whose parent was killed has it for a moment longer: that is waited for.

    Raises:
        JobError: when another process has it.
    """
    path = root / f"{key}.lock"
    until = time.monotonic() + PATIENCE
    while (held := lock(path)) is None and time.monotonic() < until:
        time.sleep(0.1)
    if held is None:
        raise JobError(
            f"the same work is already being done in {root} by another process",
            "Wait until it is done, or stop it there",
        )
    try:
        yield
    finally:
        if sys.platform == "win32":
            held.close()
        with suppress(OSError):  # a disk that is gone or read-only by now is told of by what failed on it
            path.unlink()  # before the lock goes, so that nobody locks a file that is about to go
        held.close()


def require_disk(folder: Path, needed: int) -> None:
    """Raises OutOfDisk when `folder`'s disk has less than `needed` bytes beside the reserve."""
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if free < needed + DISK_RESERVE:
        raise OutOfDisk(
            f"the disk of {place} has {free / 2**30:.1f} GB free, this needs {(needed + DISK_RESERVE) / 2**30:.1f} GB",
            "Free some space, or choose a place on another disk",
        )


def require_memory(needed: int) -> None:
    """Raises OutOfMemory when less than `needed` bytes of memory are available."""
    import psutil

    available = psutil.virtual_memory().available
    if available < needed:
        raise OutOfMemory(
            f"{available / 2**30:.1f} GB of memory are available, this needs {needed / 2**30:.1f} GB",
            "Close other programs, or work on a shorter range",
        )


def run_job(
    root: Path,
    kind: str,
    version: int,
    work: Work,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
    outputs: Mapping[str, str] | None = None,
) -> Iterator[Progress]:
    """Drive `work(out=..., **parameters)` into ROOT/KEY and yield its progress.

    Args:
        root: the results folder; made when missing.
        parameters: JSON values handed to `work`; part of the key.
        inputs: fingerprints of the files that the parameters name; part of the key.
        outputs: name to file inside the folder, written to the manifest.

    Raises:
        JobError: when another process is making the same result, or the folder goes away meanwhile.
        Whatever `work` raises; the partial folder stays, and the same call goes on from it.
    """
    key = content_key(kind, version, parameters, inputs)
    final, partial = root / key, root / f"{key}.partial"
    root.mkdir(parents=True, exist_ok=True)
    with sole_writer(root, key):
        if (found := read_manifest(final)) is not None and found.complete:
            yield Progress(1, 1, "Already made")
            return
        manifest = Manifest(kind, version, dict(parameters), dict(inputs), dict(outputs or {}))
        _prepare(partial, manifest)
        with _explained(partial):
            for step in work(out=partial, **parameters):
                require_there(partial)  # else an hour's work would learn of it when it writes its result
                yield _with_full_preview(step, partial)
            done = msgspec.structs.replace(manifest, complete=True, scores=_scores(partial))
            write_manifest(partial, done)
            if final.exists():
                shutil.rmtree(final)
            partial.rename(final)
    yield Progress(1, 1, "Done")


def require_there(folder: Path) -> None:
    """Raises JobError when the folder that work is writing into went away."""
    if not folder.is_dir():
        gone = next((parent for parent in reversed(folder.parents) if not parent.exists()), folder)
        raise JobError(
            f"the folder that the result is written to is gone: {gone}",
            "It was removed, renamed or unplugged meanwhile: put it back, then retry, and the work goes on from there",
        )


@contextmanager
def _explained(partial: Path) -> Iterator[None]:
    """Whatever work stumbles over when its folder is gone, the folder is what the user is told of."""
    try:
        yield
    except Cancelled:
        raise
    except Exception:
        require_there(partial)
        raise


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Raises OSError when the disk refuses; the old manifest is untouched."""
    write_json(folder / MANIFEST, manifest)


def _prepare(partial: Path, manifest: Manifest) -> None:
    """The folder to go on in. Files without a readable manifest may be anything: the work starts anew."""
    if partial.exists() and read_manifest(partial) is None and any(partial.iterdir()):
        shutil.rmtree(partial)
    partial.mkdir(exist_ok=True)
    for litter in partial.glob(".*.tmp"):
        litter.unlink()
    write_manifest(partial, manifest)


def _with_full_preview(step: Progress, folder: Path) -> Progress:
    """Works may name their preview relative to their folder; whoever watches gets the whole path."""
    if not step.preview or Path(step.preview).is_absolute():
        return step
    return msgspec.structs.replace(step, preview=str(folder / step.preview))


def _scores(folder: Path) -> dict[str, Any]:
    """Figures that the work left in scores.json, if any."""
    return read_json(folder / "scores.json", dict[str, Any]) or {}


def drain(steps: Iterator[Progress], report: Callable[[Progress], bool] | None = None) -> None:
    """Run a job to its end on this thread; `report` returns False to cancel.

    Raises:
        Cancelled: when `report` asked for it.
    """
    for step in steps:
        if report is not None and not report(step):
            close = getattr(steps, "close", None)
            if close is not None:
                close()
            raise Cancelled("cancelled")
