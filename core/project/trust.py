"""Which files a project may read. No path in a project leads outside its folders unless the user chose the file.

Inside means: in the project file's own folder or below, links followed. A project from elsewhere that names
another place would make the program read whatever its author liked, so such a media counts as missing until the
user imports or relinks that file here. What was chosen is remembered by full path in a list of this user's, never
in the project. Saving a project records its media.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from core.files import plain, read_json, write_atomic
from core.project.paths import media_path
from core.project.project import Media, Project
from core.settings import folders

LIMIT = 20_000
"""Paths remembered; the oldest go first."""


class Trust:
    """The files this user has chosen. A damaged or unwritable list is an empty one."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folders().config / "chosen_files.json"
        self._chosen = dict.fromkeys(read_json(self.path, list[str]) or ())

    def __contains__(self, path: Path) -> bool:
        return str(plain(path)) in self._chosen

    def add(self, paths: Iterable[Path]) -> None:
        """Remember files the user has chosen.

        Raises:
            OSError: when the list cannot be written; they hold for this value all the same.
        """
        fresh = [text for text in (str(plain(path)) for path in paths) if text not in self._chosen]
        if not fresh:
            return
        kept = [*self._chosen, *fresh][-LIMIT:]
        self._chosen = dict.fromkeys(kept)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(self.path, msgspec.json.encode(kept))


def outside(project_file: Path, media: Media) -> bool:
    """Whether a media's path leaves the project's folder. The path is not touched when its text says so already."""
    home = plain(project_file).parent
    path = plain(media_path(project_file, media))
    if not path.is_relative_to(home):
        return True
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(home))


def with_trust(project: Project, project_file: Path, trust: Trust) -> tuple[Project, list[str]]:
    """The project with media that it may not read marked missing, and the names of these."""
    names = []
    media = []
    for one in project.media:
        refused = outside(project_file, one) and media_path(project_file, one) not in trust
        if refused:
            names.append(one.name)
        media.append(replace(one, missing=refused) if one.missing != refused else one)
    return replace(project, media=tuple(media)), names


def record(project: Project, project_file: Path, trust: Trust) -> None:
    """Remember the media that the project reads from outside its folder.

    Raises:
        OSError: when the list cannot be written.
    """
    trust.add(
        media_path(project_file, one)
        for one in project.media
        if not one.missing and outside(project_file, one)
    )
