"""What the desk asks of the disk, as plain functions that run beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from core.errors import ProjectError
from core.job import write_atomic
from core.project.paths import data_folder
from core.project.project import Project

if TYPE_CHECKING:
    from app.editor import Editor


@dataclass(frozen=True)
class Loaded:
    """notes: what the user should know of a partial load."""

    project: Project
    path: Path
    data: Path
    read_only: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Saved:
    path: Path
    data: Path


def load(path: Path) -> Loaded:
    """Raises ProjectError when the file cannot be read."""
    try:
        project = msgspec.json.decode(path.read_bytes(), type=Project)
    except (OSError, msgspec.MsgspecError) as error:
        raise ProjectError(f"{path.name} cannot be read: {error}", "Open one of its backups") from error
    return Loaded(project, path, data_folder(path))


def save(project: Project, old: Path | None, data: Path | None, path: Path, backups: int) -> Saved:
    """Raises ProjectError when the disk refuses."""
    try:
        write_atomic(path, msgspec.json.format(msgspec.json.encode(project), indent=1))
    except OSError as error:
        raise ProjectError(f"{path.name} cannot be written: {error}", "Choose another folder") from error
    return Saved(path, data_folder(path))


def import_media(editor: Editor, paths: list[Path]) -> None:
    """Hand files to the bin."""
    if find_spec("app.media_import") is not None:
        import_module("app.media_import").import_paths(editor, paths)
