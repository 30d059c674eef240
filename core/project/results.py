"""The results folder of a project: which it uses, how large the others are, and carrying them along.

Results are rebuildable; key masks and painted pictures are the user's work and are never cleaned.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from core.errors import ProjectError
from core.files import link_or_copy, lock
from core.job import read_manifest
from core.project.atlas_edits import is_edit_file
from core.project.names import is_look_name, is_mask_name, is_result_key
from core.project.paths import (
    atlas_edits_folder,
    is_recording,
    key_masks_folder,
    looks_folder,
    recordings_folder,
    results_folder,
)
from core.project.project import Project


class Result(msgspec.Struct, frozen=True):
    """A folder of results.

    kind: the job's id, empty when it does not say.
    partial: not finished.
    size: bytes.
    """

    key: str
    folder: Path
    kind: str
    size: int
    partial: bool
    used: bool


def made(folder: Path) -> Path:
    """A folder for results, made where it is missing.

    Raises:
        ProjectError: when the disk refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectError(
            f"{folder} cannot be made: {error.strerror}",
            "Free some space, or save the project on another disk",
        ) from error
    return folder


def used_keys(project: Project) -> frozenset[str]:
    """Keys of the results that the project refers to."""
    keys = {
        key for media in project.media for key in (media.proxy, media.atlas, media.speediness, media.camera)
    }
    keys |= {media.track.key for media in project.media if media.track is not None}
    keys |= {media.layers.key for media in project.media if media.layers is not None}
    keys |= {media.layer.key for media in project.media if media.layer is not None}
    return frozenset(key for key in keys if is_result_key(key))


def attached(project: Project, media_id: str, /, **keys: str) -> Project:
    """The project with keys of results in fields of a media: proxy, speediness, camera.

    Raises:
        EditError: when the media is gone.
    """
    return project.with_media(replace(project.require_media(media_id), **keys))


def used_masks(project: Project) -> frozenset[str]:
    """Names of the key mask files that the project refers to."""
    names = (mask.file for media in project.media for mask in media.key_masks)
    return frozenset(name for name in names if is_mask_name(name))


def used_pictures(project: Project) -> frozenset[str]:
    """Names of the painted pictures that the project refers to."""
    names = (edit.file for media in project.media for edit in media.atlas_edits)
    return frozenset(name for name in names if is_edit_file(name))


def used_looks(project: Project) -> frozenset[str]:
    """Names of the looks that the project's effects refer to."""
    names = (
        effect.look.file
        for sequence in project.sequences
        for _, _, clip in sequence.clips()
        for effect in clip.effects
        if effect.look is not None
    )
    return frozenset(name for name in names if is_look_name(name))


def used_recordings(project: Project) -> frozenset[str]:
    """Names of the media that may be recordings of the program."""
    return frozenset(Path(media.path).name for media in project.media if is_recording(Path(media.path)))


def listed(data: Path, projects: Iterable[Project]) -> list[Result]:
    """All results, largest first. projects: every value that may still be shown, such as those that undo keeps."""
    used = frozenset[str]().union(*(used_keys(project) for project in projects))
    found = []
    root = results_folder(data)
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        key = folder.name.removesuffix(".partial")
        if not is_result_key(key) or not folder.is_dir() or folder.is_symlink():
            continue
        manifest = read_manifest(folder)
        partial = folder.name != key
        size = size_of(folder)
        found.append(Result(key, folder, manifest.kind if manifest else "", size, partial, key in used))
    return sorted(found, key=lambda result: -result.size)


def clean(data: Path, projects: Iterable[Project]) -> int:
    """Remove the results that nobody uses and that no job is making, and pictures between frames that were made
    beforehand of media that nobody has; returns the bytes that became free.

    Raises:
        OSError: when one cannot be removed.
    """
    from core.media.made import clear_made  # which loads OpenCV, and the window opens with this module

    projects = tuple(projects)
    freed = clear_made(data, frozenset(m.info.seen for project in projects for m in project.media))
    for result in listed(data, projects):
        if result.used:
            continue
        lock_path = results_folder(data) / f"{result.key}.lock"
        held = lock(lock_path)
        if held is None:
            continue  # a job is at it
        with held:
            shutil.rmtree(result.folder)
            lock_path.unlink(missing_ok=True)
        freed += result.size
    return freed


def size_of(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


def carry(project: Project, source: Path, target: Path) -> None:
    """Bring the key masks, painted pictures, looks, recordings and results that a project uses from one data folder to
    another, for a copy of it.

    Finished files never change, so they are linked where the disk allows it. What is there already stays.

    Raises:
        OSError: when the target cannot be written.
    """
    if source.absolute() == target.absolute():
        return
    for path, place in files_of(project, source, target):
        link_or_copy(path, place)
    for name in sorted(used_recordings(project)):
        if (recordings_folder(source) / name).is_file():
            link_or_copy(recordings_folder(source) / name, recordings_folder(target) / name)


def files_of(project: Project, source: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    """The key masks, the painted pictures, the looks and the files of the results that a project uses, as
    far as they are there, each with its place in another data folder."""
    for folder, names in (
        (key_masks_folder, used_masks(project)),
        (atlas_edits_folder, used_pictures(project)),
        (looks_folder, used_looks(project)),
    ):
        for name in sorted(names):
            if (folder(source) / name).is_file():
                yield folder(source) / name, folder(target) / name
    root = results_folder(source)
    for key in sorted(used_keys(project)):
        for path in sorted((root / key).rglob("*")):
            if path.is_file():
                yield path, results_folder(target) / path.relative_to(root)


def bring(folder: Path, data: Path) -> Path:
    """Move a finished result into this data folder, when the project was saved elsewhere while it was made.

    Returns:
        Where the result is now.

    Raises:
        OSError: when it cannot be moved.
    """
    target = results_folder(data) / folder.name
    if folder.absolute() != target.absolute() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, target)
    return target
