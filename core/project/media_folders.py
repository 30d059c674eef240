"""Folders of the media bin, and what of it is in use: pure functions on the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from msgspec.structs import replace

from core.errors import EditError
from core.project.project import Project

LONGEST_NAME = 100


def folders(project: Project) -> dict[str, int]:
    """Names of the folders in order, each with how many media lie in it."""
    counted = Counter(media.folder for media in project.media if media.folder)
    return {name: counted[name] for name in sorted(counted, key=str.casefold)}


def in_folder(project: Project, media_ids: Collection[str], name: str) -> Project:
    """The project with media laid into a folder; an empty name takes them out of theirs.

    Raises:
        EditError: when the name is too long.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise EditError("the name of the folder is too long", f"Use up to {LONGEST_NAME} letters")
    media = tuple(replace(one, folder=name) if one.id in media_ids else one for one in project.media)
    return replace(project, media=media)


def used_media(project: Project) -> frozenset[str]:
    """Ids of the media that clips of any film show or sound."""
    clips = (clip for sequence in project.sequences for _, _, clip in sequence.clips())
    return frozenset(clip.media_id for clip in clips if clip.media_id)
