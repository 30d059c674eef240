"""Who has a project open: a lock in its data folder, with the owner beside it, so that a second window is told.

The lock is the system's and goes with its process, however that ends. Where the file lies on
another machine's disk, which may know no such locks, the owner's file tells: its holder touches it
every minute, and one that was not touched for STALE seconds is taken over.
"""

from __future__ import annotations

import getpass
import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

from core.files import lock, read_json, write_json
from core.project.paths import data_folder

TOUCHED = 60.0
"""Seconds after which a holder says anew that it is there."""
STALE = 300.0


class Holder(msgspec.Struct, frozen=True):
    """Who has a project open.

    since: seconds since 1970.
    """

    user: str
    machine: str
    process: int
    since: float

    @property
    def here(self) -> bool:
        """On this computer, and the same user's."""
        return (self.user, self.machine) == (_user(), socket.gethostname())


@dataclass
class Hold:
    """A project that this process has open. project: its file."""

    project: Path
    owner: Holder
    _lock: IO[bytes]

    def touch(self) -> None:
        """Say that it is still open. Does nothing when the folder is gone or cannot be written."""
        with suppress(OSError):
            os.utime(_owner_file(self.project))

    def visitor(self) -> Holder | None:
        """Who opened it anyway since it is held here, last; None when nobody did."""
        found = read_json(_visitor_file(self.project), Holder)
        return found if found is not None and found.since >= self.owner.since else None

    def release(self) -> None:
        """Let others have it, and leave nothing behind."""
        with suppress(OSError):  # the folder is gone or cannot be written; the lock goes with the file
            for path in (_owner_file(self.project), _visitor_file(self.project), _lock_file(self.project)):
                path.unlink(missing_ok=True)
            data_folder(self.project).rmdir()  # where nothing else is in it
        self._lock.close()


def hold(project: Path, *, force: bool = False) -> Hold | Holder | None:
    """Take a project for this process.

    Args:
        project: its file, absolute.
        force: also when somebody on another machine seems to have it.

    Returns:
        The hold; who has it otherwise; None where nothing can be written, so that nobody can save there either.
    """
    try:
        data_folder(project).mkdir(exist_ok=True)
        held = lock(_lock_file(project))
        known = read_json(_owner_file(project), Holder)
        if held is None:
            return known or Holder("", "", 0, time.time())
        if known is not None and not force and _elsewhere(project, known):
            held.close()
            return known
        owner = _me()
        write_json(_owner_file(project), owner)
    except OSError:
        return None
    return Hold(project, owner, held)


def visit(project: Path) -> None:
    """Let whoever holds a project know that it was opened here anyway. Does nothing where nothing can be written."""
    with suppress(OSError):
        write_json(_visitor_file(project), _me())


def _me() -> Holder:
    return Holder(_user(), socket.gethostname(), os.getpid(), time.time())


def _elsewhere(project: Path, known: Holder) -> bool:
    """Whether a holder on another machine was there lately. On this one its lock would have told."""
    if known.machine == socket.gethostname():
        return False
    return time.time() - _owner_file(project).stat().st_mtime < STALE


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return ""


def _lock_file(project: Path) -> Path:
    return data_folder(project) / "open.lock"


def _owner_file(project: Path) -> Path:
    return data_folder(project) / "open.json"


def _visitor_file(project: Path) -> Path:
    return data_folder(project) / "visited.json"
