"""Work that a crash left behind: find it, read it up to the last intact record, offer it as a copy.

Nothing is overwritten and nothing is removed before the user has decided. `find` reads small files from a local
folder; run it on a thread of its own, so that even a slow disk does not hold up the window.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec

from core.errors import ProjectError
from core.files import lock
from core.project import file as project_file
from core.project import results
from core.project.bounds import Notes
from core.project.journal import SUFFIX, UNBEGUN, Base, records
from core.project.patches import apply
from core.project.paths import SUFFIX as PROJECT_SUFFIX
from core.project.paths import data_folder
from core.project.project import Project
from core.project.salvage import project_from
from core.project.trust import Trust

log = logging.getLogger("laminar.recovery")


@dataclass
class Left:
    """A journal that a crash left.

    edits: how many there were since the last save.
    changed: time of the last one, seconds since 1970. It stays locked for this process until `discard` or
        `release`.
    """

    journal: Path
    project: Project
    file: Path | None
    data: Path | None
    edits: int
    changed: float
    held: IO[bytes]

    @property
    def name(self) -> str:
        return self.file.stem if self.file is not None else self.project.name

    def release(self) -> None:
        """Leave it for the next start."""
        self.held.close()

    def discard(self) -> None:
        """Throw the journal away."""
        _remove_journals(self.held_path)
        self.held_path.unlink(missing_ok=True)
        self.held.close()

    @property
    def held_path(self) -> Path:
        return Path(str(self.held.name))


def find(folder: Path) -> list[Left]:
    """What sessions that are gone left unsaved, newest first; journals with nothing unsaved are removed."""
    found = []
    for path in sorted(folder.glob("*.lock")):
        try:
            held = lock(path)
        except OSError:
            continue
        if held is None:
            continue  # its editor is alive
        left = _left(path, held)
        if left is not None:
            found.append(left)
    return sorted(found, key=lambda left: left.changed, reverse=True)


def _left(path: Path, held: IO[bytes]) -> Left | None:
    for journal in reversed(_of_session(path)):
        try:
            base, project, edits = read(journal)
        except (OSError, ProjectError) as error:
            log.warning("%s: %s", journal, error)
            continue
        left = Left(
            journal,
            project,
            Path(base.file) if base.file else None,
            Path(base.data) if base.data else None,
            edits,
            journal.stat().st_mtime,
            held,
        )
        if _unsaved(left, base):
            return left
        break
    _remove_journals(path)
    path.unlink(missing_ok=True)
    held.close()
    return None


def _remove_journals(lock_path: Path) -> None:
    """Those of a session, with one that was not begun yet."""
    for suffix in (SUFFIX, UNBEGUN):
        for path in lock_path.parent.glob(f"{lock_path.stem}-*{suffix}"):
            path.unlink(missing_ok=True)


def _of_session(lock_path: Path) -> list[Path]:
    return sorted(lock_path.parent.glob(f"{lock_path.stem}-*{SUFFIX}"))


def _unsaved(left: Left, base: Base) -> bool:
    if left.edits == 0 and base.saved:
        return False
    if left.file is None:
        return True
    try:
        saved = project_file.load(left.file).project
    except ProjectError:
        return True
    return _comparable(saved, left.file) != _comparable(left.project, left.file)


def _comparable(project: Project, file: Path) -> Project:
    """The project without what loading finds out anew, its paths written in one way."""
    media = tuple(msgspec.structs.replace(media, missing=False) for media in project.media)
    return project_file.rebased(msgspec.structs.replace(project, media=media), file, file)


def read(journal: Path) -> tuple[Base, Project, int]:
    """The base, the project after the last intact edit, and the number of edits.

    Raises:
        OSError: when it cannot be read.
        ProjectError: when not even its base is intact.
    """
    payloads = records(journal.read_bytes())
    if not payloads:
        raise ProjectError(f"{journal} holds nothing", "Nothing can be recovered from it")
    try:
        base, value, edits = _replayed(payloads)
        if edits < len(payloads) - 1:  # a patch that does not fit may have changed the value halfway
            base, value, edits = _replayed(payloads[: edits + 1])
        return base, project_from(value, Notes()), edits
    except (msgspec.MsgspecError, ValueError) as error:
        raise ProjectError(f"{journal} is damaged", "Open the project or one of its backups") from error


def _replayed(payloads: list[bytes]) -> tuple[Base, Any, int]:
    """The base, its project with the patches applied as far as they fit, and how many did."""
    base = msgspec.json.decode(payloads[0], type=Base)
    value: Any = base.project  # grows by the patches, in place
    for edits, payload in enumerate(payloads[1:]):
        try:
            value = apply(value, msgspec.json.decode(payload))
        except (msgspec.MsgspecError, KeyError, IndexError, TypeError, ValueError, AttributeError):
            return base, value, edits
    return base, value, len(payloads) - 1


def restore(left: Left, folder: Path | None = None, *, trust: Trust | None = None) -> Path:
    """Write the recovered work as a new project, "My Film (recovered).laminar", and return its path.

    The copy lies beside the project, or in `folder` when the project was never saved or its folder is gone. Key
    masks and results come along. The journal stays until `left.discard()`.

    Raises:
        ProjectError: when nothing can be written there.
    """
    home = left.file.parent if left.file is not None and left.file.parent.is_dir() else folder
    if home is None:
        raise ProjectError(f"{left.name} was never saved", "Choose a folder for the recovered copy")
    target = _free(home, left.name)
    try:
        if left.data is not None:
            results.carry(left.project, left.data, data_folder(target))
    except OSError as error:
        raise ProjectError(
            f"the masks of {left.name} cannot be copied to {home}: {error.strerror}",
            "Choose another folder",
        ) from error
    project_file.save(left.project, target, was=left.file, trust=trust)
    return target


def _free(folder: Path, name: str) -> Path:
    """A path in `folder` that neither a project nor its data folder uses."""
    number = 1
    while True:
        text = f"{name} (recovered)" if number == 1 else f"{name} (recovered {number})"
        path = folder / f"{text}{PROJECT_SUFFIX}"
        if not path.exists() and not data_folder(path).exists():
            return path
        number += 1
