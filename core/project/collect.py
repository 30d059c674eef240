"""A project with all it needs in one folder: to move it, to archive it, to give it away.

    FOLDER/My Film.laminar
    FOLDER/media/…                        each file once; folders of pictures as folders
    FOLDER/My Film_data/key_masks, results   those the project uses

A file that was copied whole is not copied again, so a cancelled collection goes on where it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from core.errors import ProjectError
from core.job import Progress, require_disk
from core.media.images import is_pattern, numbered
from core.project import file, results
from core.project.bounds import Notes
from core.project.paths import SUFFIX, data_folder, media_path
from core.project.project import Media, Project
from core.project.salvage import project_from
from core.project.trust import Trust

CHUNK = 4 * 2**20
MEDIA = "media"


class Copy(msgspec.Struct, frozen=True):
    """One file to bring over; size in bytes."""

    source: Path
    target: Path
    size: int


def collect(
    project: Project,
    project_file: Path | None,
    target: Path,
    *,
    data: Path | None = None,
    trust: Trust | None = None,
) -> Iterator[Progress]:
    """Copy a project with its media, key masks and used results into the folder `target`.

    Args:
        data: the data folder when it is not the one beside `project_file` (work that was never saved).

    Yields:
        Progress in bytes; the last with fields {"project": path, "missing": names of media that were not there}.

    Raises:
        ProjectError: when the folder holds another project of that name. OutOfDisk: before anything is copied.
        OSError: when a file cannot be read or written; giving the same call again goes on.
    """
    name = project_file.stem if project_file is not None else project.name or "Untitled"
    home = target / f"{_plain_name(name)}{SUFFIX}"
    _refuse_other(home, project, trust)
    data = data or (data_folder(project_file) if project_file is not None else None)
    media, copies, missing = _plan_media(project, project_file, target)
    if data is not None:
        copies += [_copy_of(*pair) for pair in results.files_of(project, data, data_folder(home))]
    todo = [one for one in copies if not _there(one)]
    require_disk(target, sum(one.size for one in todo))
    total = max(1, sum(one.size for one in copies))
    done = total - sum(one.size for one in todo)
    for one in todo:
        for copied in _copy(one):
            done += copied
            yield Progress(done, total, one.source.name)
    file.save(replace(project, media=media), home, keep=0, trust=trust)
    yield Progress(total, total, "Done", fields={"project": str(home), "missing": missing})


def collect_job(out: Path, *, project: dict[str, Any], project_file: str, data: str) -> Iterator[Progress]:
    """The same as a job of the catalog: `out` is the folder, the project a JSON value."""
    yield from collect(
        project_from(project, Notes()),
        Path(project_file) if project_file else None,
        out,
        data=Path(data) if data else None,
    )


def _refuse_other(home: Path, project: Project, trust: Trust | None) -> None:
    if home.exists() and file.load(home, trust=trust).project.id != project.id:
        raise ProjectError(f"{home} is another project", "Choose an empty folder")


def _plan_media(
    project: Project, project_file: Path | None, target: Path
) -> tuple[tuple[Media, ...], list[Copy], list[str]]:
    """The bin with its new paths, what to copy, and names of media that are not there."""
    media: list[Media] = []
    copies: list[Copy] = []
    missing: list[str] = []
    taken: set[str] = set()
    for one in project.media:
        source = media_path(project_file, one)
        pictures = (source.is_dir() or is_pattern(source)) and not one.missing
        if one.layer is not None and not one.missing and source.is_file():
            media.append(one)  # comes with the results; saving finds it there
            continue
        if one.missing or not (pictures or source.is_file()):
            missing.append(one.name)
            media.append(replace(one, path=str(source), missing=True))
            continue
        name = _free_name(source.parent.name if is_pattern(source) else source.name, taken)
        place = target / MEDIA / name
        if pictures:
            copies += [_copy_of(path, place / path.name) for path in numbered(source)]
            end = f"{name}/{source.name}" if is_pattern(source) else name
        else:
            copies.append(_copy_of(source, place))
            end = name
        media.append(replace(one, path=f"{MEDIA}/{end}", missing=False))
    return tuple(media), copies, missing


def _copy_of(source: Path, target: Path) -> Copy:
    return Copy(source, target, source.stat().st_size)


def _there(copy: Copy) -> bool:
    """Copied whole before: same size and same time of change."""
    try:
        old, new = copy.source.stat(), copy.target.stat()
    except OSError:
        return False
    return new.st_size == old.st_size and abs(new.st_mtime - old.st_mtime) < 2.0


def _copy(copy: Copy) -> Iterator[int]:
    """Copy one file beside its place, then rename; yields the bytes of each chunk."""
    copy.target.parent.mkdir(parents=True, exist_ok=True)
    part = copy.target.with_name(f".{copy.target.name}.part")
    try:
        with copy.source.open("rb") as source, part.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
                yield len(chunk)
        shutil.copystat(copy.source, part)
        part.replace(copy.target)
    finally:
        part.unlink(missing_ok=True)


def _free_name(name: str, taken: set[str]) -> str:
    """`name`, numbered when another media has it; compared without case, as some disks do."""
    path, number, free = Path(name), 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{path.stem} {number}{path.suffix}"
    taken.add(free.casefold())
    return free


def _plain_name(name: str) -> str:
    return "".join("_" if mark in '/\\:*?"<>|\0' else mark for mark in name).strip(" .") or "Untitled"
