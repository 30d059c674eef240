"""Media that are not where they were: say which, find them again, and with one of them all that moved along.

A file is recognised by its fingerprint (size and parts of the content), so a renamed copy is found too; the name
only says where to look first.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from core.errors import MediaError
from core.media.fingerprint import fingerprint
from core.media.images import is_pattern
from core.media.probe import probe
from core.project.file import rebased
from core.project.paths import media_path
from core.project.project import Media, Project
from core.project.trust import Trust, with_trust

MAX_FILES = 100_000
MAX_SECONDS = 20.0
"""Bounds of a search: a whole disk is not walked."""


def check(project: Project, project_file: Path | None, trust: Trust | None = None) -> Project:
    """The project with `missing` set on media whose file is not there or may not be read; looks at each file.

    trust: the files this user has chosen; None is the user's own list.
    """
    if project_file is not None:
        project, _ = with_trust(project, project_file, trust or Trust())
    media = tuple(
        one if one.missing or _exists(media_path(project_file, one)) else replace(one, missing=True)
        for one in project.media
    )
    return replace(project, media=media)


def same_content(path: Path, media: Media) -> bool:
    """Whether a file (or folder of pictures) is the media. False when it cannot be read."""
    try:
        if media.info.kind == "sequence":
            return probe(path).fingerprint == media.info.fingerprint
        if not path.is_file() or path.stat().st_size != media.info.size_bytes:
            return False
        return fingerprint(path) == media.info.fingerprint
    except (OSError, MediaError):
        return False


def place_of(media: Media, chosen: Path) -> Path:
    """What the user means by a file: of numbered pictures any one stands for their folder or pattern."""
    if media.info.kind != "sequence" or not chosen.is_file():
        return chosen
    name = Path(media.path)
    return chosen.parent / name.name if is_pattern(name) else chosen.parent


def siblings(project: Project, project_file: Path | None, media_id: str, chosen: Path) -> dict[str, Path]:
    """Where the other missing media are, now that the user has shown where one of them is.

    First those that moved in the same way, then any in the folder of `chosen` and below.

    Returns:
        media id to path, `media_id` itself included.

    Raises:
        KeyError: when there is no such media.
    """
    shown = project.find_media(media_id)
    chosen = place_of(shown, chosen)
    old_home = media_path(project_file, shown).parent
    found = {media_id: chosen}
    for media in project.media:
        if media.missing and media.id != media_id:
            moved = os.path.relpath(media_path(project_file, media), old_home)
            candidate = Path(os.path.normpath(chosen.parent / moved))
            if same_content(candidate, media):
                found[media.id] = candidate
    left = replace(project, media=tuple(media for media in project.media if media.id not in found))
    return found | search(left, chosen.parent)


def search(project: Project, folder: Path) -> dict[str, Path]:
    """The missing media that lie in a folder or below: by name first, then renamed ones by size and content."""
    missing = {media.id: media for media in project.media if media.missing}
    names: dict[str, list[Path]] = {}
    sizes: dict[int, list[Path]] = {}
    wanted = {media.info.size_bytes for media in missing.values()}
    folders = [folder]
    if missing:
        for path, size in _files(folder):
            if size == 0 and path.is_dir():
                folders.append(path)
            names.setdefault(path.name.casefold(), []).append(path)
            if size in wanted:
                sizes.setdefault(size, []).append(path)
    found: dict[str, Path] = {}
    for media in missing.values():
        name = Path(media.path).name
        named = names.get(name.casefold(), [])
        if is_pattern(Path(name)):
            named = [home / name for home in folders]
        for candidate in (*named, *sizes.get(media.info.size_bytes, [])):
            if same_content(candidate, media):
                found[media.id] = candidate
                break
    return found


def relinked(project: Project, places: Mapping[str, Path], project_file: Path | None) -> Project:
    """The project with media at new places, no longer missing; a pure function for `document.edit`."""
    media = tuple(
        replace(one, path=str(places[one.id]), missing=False, layer=None) if one.id in places else one
        for one in project.media
    )
    changed = replace(project, media=media)
    return rebased(changed, project_file, project_file) if project_file is not None else changed


def _exists(path: Path) -> bool:
    try:
        return path.parent.is_dir() if is_pattern(path) else path.exists()
    except OSError:
        return False


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Files and folders below, with sizes (0 for a folder), within the bounds; unreadable places are left out."""
    end = time.monotonic() + MAX_SECONDS
    count = 0
    for home, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            yield Path(home, name), 0
        for name in sorted(names):
            count += 1
            if count > MAX_FILES or time.monotonic() > end:
                return
            path = Path(home, name)
            try:
                yield path, path.stat().st_size
            except OSError:
                continue
