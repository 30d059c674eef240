"""Files that are whole or not there, JSON of ours, locks that go with their process, paths as they were chosen."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import IO, TypeVar

import msgspec

T = TypeVar("T")


def plain(path: Path) -> Path:
    """The path whole and without `..`; links are not followed, so it stays as the user chose it."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() follows links


NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no JSON, or not of the type that was asked for."""


def read_json(path: Path, kind: type[T]) -> T | None:
    """What a JSON file of ours says; None when it is not there, cannot be read or is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, *NOT_JSON):
        return None


def write_atomic(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Write a whole file or nothing: temporary file beside it, fsync, rename.

    Args:
        sync: make it last through a power cut; without, only readers never see half a file.

    Raises:
        OSError: when the disk refuses; the old file is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        error.filename = str(path)  # a full disk does not say whose, others name the temporary file
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, value: object) -> None:
    """Write a value as JSON that people can read; a whole file or nothing. Raises OSError when the disk refuses."""
    write_atomic(path, msgspec.json.format(msgspec.json.encode(value), indent=1))


def link_or_copy(source: Path, target: Path) -> None:
    """A finished file, which never changes, at a second place; what stands there already stays.

    Raises:
        OSError: when it cannot be written.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _try_lock(file: IO[bytes]) -> bool:
    """Take the system's lock on an open file without waiting; it goes with the process, however that ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def lock(path: Path) -> IO[bytes] | None:
    """Open `path` for appending and lock it for this process; None when another one holds it. Closing it unlocks.

    Raises:
        OSError: when the file cannot be opened.
    """
    file = path.open("ab")
    # The holder before may have deleted the file after we opened it: then this lock guards nothing.
    if _try_lock(file) and path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
        return file
    file.close()
    return None
