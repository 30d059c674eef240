"""The project file: one readable JSON, saved whole or not at all, read with suspicion.

Saving writes a temporary file, syncs it, reads it back, keeps the old file as a backup and renames. Fields that a
newer version left in the file are kept. Loading upgrades older schemas step by step, opens newer ones read-only,
and reads what can be read of a damaged one (`core.project.salvage`, `core.project.checks`).

Paths: media inside the project's folder are stored relative to it, others absolute. See core.project.trust.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from core.errors import ProjectError
from core.project import backups
from core.project.bounds import Notes
from core.project.paths import SUFFIX, data_folder, is_recording, layer_path, media_path, recordings_folder
from core.project.project import SCHEMA, Media, Project
from core.project.salvage import project_from
from core.project.trust import Trust, record, with_trust
from core.project.unknown import graft, unknown_in

MAX_BYTES = 128 * 2**20
"""A project file is smaller; 2,000 clips take about 2 MB."""

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
UPGRADES: Mapping[int, Upgrade] = {}
"""From schema n to n + 1, on decoded JSON. Empty as long as schema 1 is the first that was released."""


@dataclass(frozen=True)
class Loaded:
    """A project as it was read from its file.

    notices: what the user should know.
    read_only: a newer version made it, saving would lose what that knows.
    partial: something could not be read; the file as it was becomes a backup when it is saved over.
    strangers: names of media outside the project's folder that nobody chose on this computer; they are marked
        missing.
    """

    project: Project
    notices: tuple[str, ...] = ()
    read_only: bool = False
    partial: bool = False
    strangers: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notices with one for the strangers, for those who do not tell of missing media otherwise."""
        if not self.strangers:
            return self.notices
        names = ", ".join(self.strangers[:3]) + (" …" if len(self.strangers) > 3 else "")
        lie, were = ("lies", "was") if len(self.strangers) == 1 else ("lie", "were")
        words = f"{names} {lie} outside the project's folder and {were} not chosen on this computer"
        return (*self.notices, f"{words}; relink to use")


# ------------------------------------------------------------------------------------------------------ reading


def load(
    path: Path,
    *,
    place: Path | None = None,
    trust: Trust | None = None,
    upgrades: Mapping[int, Upgrade] = UPGRADES,
    schema: int = SCHEMA,
) -> Loaded:
    """Read a project file; media are not looked at (see core.project.relink).

    Args:
        place: where the project belongs when `path` is a backup of it; media paths start from there.
        trust: files this user has chosen; None is the user's own list.

    Raises:
        ProjectError: when the file cannot be read or holds no project; names the file and the cure.
    """
    raw = _upgraded(_read(path), upgrades, schema, path)
    notes = Notes()
    newer = _schema_of(raw, path) > schema
    if newer:
        notes.mended(
            f"{path.name} was made by a newer Laminar; it is opened read-only, save a copy to work on it"
        )
    try:
        project = project_from(raw, notes)
    except ValueError:
        raise ProjectError(
            f"{path} is not a Laminar project", "Choose a file that ends in .laminar"
        ) from None
    project, strangers = with_trust(project, place or path, trust or Trust())
    if not newer:
        project = replace(project, schema=SCHEMA)
    return Loaded(project, notes.shown, newer, notes.lost, tuple(strangers))


def _read(path: Path) -> dict[str, Any]:
    cure = "Open one of the backups in its data folder"
    try:
        if path.is_dir():
            raise ProjectError(f"{path} is a folder", f"Name the {SUFFIX} file in it")
        if not path.is_file():
            raise ProjectError(f"{path} is not there", "Check the place, or choose another project")
        if path.stat().st_size > MAX_BYTES:
            raise ProjectError(
                f"{path} is too large for a project ({path.stat().st_size / 2**20:.0f} MB)", cure
            )
        raw = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise ProjectError(
            f"{path} cannot be read: {error.strerror}", "Check that you may read it"
        ) from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        if path.suffix != SUFFIX:
            raise ProjectError(f"{path} is no project", f"Choose a {SUFFIX} file") from error
        raise ProjectError(f"{path} is damaged: it is not whole JSON", cure) from error
    if not isinstance(raw, dict):
        raise ProjectError(f"{path} is not a Laminar project", "Choose a file that ends in .laminar")
    return raw


def _schema_of(raw: dict[str, Any], path: Path) -> int:
    schema = raw.get("schema", SCHEMA)
    if type(schema) is not int or schema < 0:
        raise ProjectError(f"{path} does not say its version", "Open one of the backups in its data folder")
    return schema


def _upgraded(
    raw: dict[str, Any], upgrades: Mapping[int, Upgrade], schema: int, path: Path
) -> dict[str, Any]:
    while (at := _schema_of(raw, path)) < schema:
        if at not in upgrades:
            raise ProjectError(
                f"{path} is of version {at}, which nothing can read any more", "Use an older Laminar"
            )
        try:
            raw = {**upgrades[at](raw), "schema": at + 1}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProjectError(
                f"{path} is damaged: version {at} of it cannot be upgraded",
                "Open one of the backups in its data folder",
            ) from error
    return raw


# ------------------------------------------------------------------------------------------------------- saving


def save(
    project: Project,
    path: Path,
    *,
    was: Path | None = None,
    keep: int = 20,
    trust: Trust | None = None,
) -> Project:
    """Write the project to `path`, whole or not at all; runs on any thread.

    Args:
        was: the file the project was loaded from or last saved to, when that is another one: relative paths start
            there, and its unknown fields are kept.
        keep: backups kept of the file that is replaced.
        trust: where the media's places are remembered; None is the user's own list.

    Returns:
        The project as stored, with its paths as they stand in the file.

    Raises:
        ProjectError: when it cannot be written; the old file is as it was.
    """
    source = was or path
    stored = rebased(project, source, path)
    data = _encode(stored, source)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _refuse_newer(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        _write_synced(temporary, data)
        _prove(temporary, stored)
        if path.exists():
            backups.add(path, data_folder(path), keep)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _not_saved(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    with contextlib.suppress(
        OSError
    ):  # the next start asks for these media again; the project itself is safe
        record(stored, path, trust or Trust())
    return stored


def _not_saved(path: Path, error: OSError) -> ProjectError:
    cure = "Free some space on the disk or save it somewhere else; the file on disk is as it was"
    if error.errno == errno.ENAMETOOLONG:
        cure = "Choose a shorter name: the disk has no room for it and for those of its backups"
    return ProjectError(f"{path} cannot be saved: {error.strerror or error}", cure)


def rebased(project: Project, was: Path | None, path: Path) -> Project:
    """The project with media paths as they must stand in a file at `path`: relative inside its folder, else whole.
    Layers are results, which move with the project: they are looked for in its new data folder; so are recordings that
    were brought there, whose names are not given twice."""
    return Rebase(was, path)(project)


class Rebase:
    """`rebased` for many values of one project: what they share, as nearly all their media, is looked at once."""

    def __init__(self, was: Path | None, path: Path) -> None:
        self._was, self._path = was.absolute() if was else None, path.absolute()
        self._known: dict[int, tuple[Media, Media]] = {}
        """By the id of a media, which is kept so that no other gets that id."""
        self._bins: dict[int, tuple[tuple[Media, ...], tuple[Media, ...]]] = {}

    def __call__(self, project: Project) -> Project:
        media = project.media
        if id(media) not in self._bins:
            moved = tuple(self._moved(one) for one in media)
            self._bins[id(media)] = media, moved if moved != media else media
        found = self._bins[id(media)][1]
        return project if found is media else replace(project, media=found)

    def _moved(self, one: Media) -> Media:
        if id(one) not in self._known:
            place = self._place(one)
            self._known[id(one)] = one, one if place == one.path else replace(one, path=place)
        return self._known[id(one)][1]

    def _place(self, one: Media) -> str:
        home, data = self._path.parent, data_folder(self._path)
        if one.layer is not None:
            return layer_path(data, one.layer).relative_to(home).as_posix()
        whole = Path(os.path.normpath(media_path(self._was, one)))
        brought = recordings_folder(data) / whole.name
        if is_recording(whole) and brought.is_file():
            whole = brought
        if not whole.is_absolute():
            return one.path
        return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)


def _encode(project: Project, source: Path) -> bytes:
    """Readable JSON with the unknown fields of the file it came from."""
    if _wholly_known(source):
        return _readable(project)
    value = _plain(project)
    try:
        raw = _read(source)
        if raw.get("id") == project.id:
            graft(value, unknown_in(raw, _plain(msgspec.convert(raw, Project))))
    except (ProjectError, msgspec.ValidationError, ValueError):
        pass  # a new file, or one that says nothing more than we know
    return _readable(value)


def _readable(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _wholly_known(path: Path) -> bool:
    """Whether a file is just what is written of what is known of it, as nearly all are. Told without making dicts of a
    whole film, which the window's garbage collector would have to look through."""
    try:
        data = path.read_bytes()
        return _readable(msgspec.json.decode(data, type=Project)) == data
    except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
        return False


def _plain(project: Project) -> dict[str, Any]:
    """As decoded JSON."""
    value: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(project))
    return value


def _refuse_newer(path: Path) -> None:
    """Raises ProjectError when saving would replace the file of a newer version."""
    try:
        schema = _read(path).get("schema", 0)
    except ProjectError:
        return
    if isinstance(schema, int) and schema > SCHEMA:
        raise ProjectError(f"{path} was made by a newer Laminar", "Save under another name")


def _sweep(path: Path) -> None:
    """Remove temporary files that a killed save left; a young one may be another program's that saves right now."""
    for litter in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        if time.time() - litter.stat().st_mtime > 60:
            litter.unlink(missing_ok=True)


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _prove(path: Path, project: Project) -> None:
    """Read back what was written. Raises ProjectError unless it is the project."""
    try:
        written = msgspec.json.decode(path.read_bytes(), type=Project)
    except (msgspec.MsgspecError, ValueError) as error:
        raise ProjectError(
            f"the copy of {path.name} on disk is not readable", "Save it on another disk"
        ) from error
    if written != project:
        raise ProjectError(f"the copy of {path.name} on disk differs", "Save it on another disk")


def _sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
