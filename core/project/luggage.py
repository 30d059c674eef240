"""What clips take along when they are copied from one project and pasted into another: their media, with masks, results
and paint, and their looks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from core.errors import EditError
from core.project.paths import is_recording, layer_path, looks_folder, media_path, recordings_folder
from core.project.project import Media, Project
from core.project.relink import check
from core.project.results import carry, used_looks
from core.time import FrameRate
from core.timeline.model import Clip, MediaUse, Sequence, Track


class Luggage(msgspec.Struct, frozen=True):
    """What clips take along to another project.

    data: the data folder that the clips come from; empty when it is not known.
    media: theirs, with whole paths.
    """

    data: str = ""
    media: tuple[Media, ...] = ()


def packed(project: Project, project_file: Path | None, data: Path | None, clips: Iterable[Clip]) -> Luggage:
    """What these clips of a project need."""
    wanted = {clip.media_id for clip in clips}
    media = (
        replace(one, path=str(media_path(project_file, one).absolute()))
        for one in project.media
        if one.id in wanted
    )
    return Luggage("" if data is None else str(data.absolute()), tuple(media))


def wanting(project: Project, data: Path, luggage: Luggage, clips: tuple[Clip, ...]) -> bool:
    """Whether something that these clips need has to be brought; asks the disk for a few names.

    Raises:
        EditError: when they need a film of another project.
    """
    films = {one.id for one in project.sequences}
    if any(clip.sequence_id not in films for clip in clips if clip.sequence_id is not None):
        raise EditError(
            "a compound clip cannot be pasted into another project", "Copy the clips that it is made of"
        )
    if {one.id for one in luggage.media} - {one.id for one in project.media}:
        return True
    looks = used_looks(_project_of((), clips))
    return any(not (looks_folder(data) / name).is_file() for name in looks)


def brought(
    luggage: Luggage, known: frozenset[str], clips: tuple[Clip, ...], data: Path, project_file: Path | None
) -> tuple[Media, ...]:
    """Bring the files into another data folder; returns the media that are new there. Files that this user never chose
    are marked missing.

    Args:
        known: ids of the media that are there.

    Raises:
        OSError: when the disk refuses.
    """
    fresh = tuple(one for one in luggage.media if one.id not in known)
    project = _project_of(fresh, clips)
    if luggage.data:
        carry(project, Path(luggage.data), data)
    moved = replace(project, media=tuple(_placed(one, data) for one in fresh))
    return check(moved, project_file or data / "Untitled").media


def unpacked(
    project: Project, project_file: Path | None, media: Iterable[Media]
) -> tuple[Project, dict[str, str]]:
    """The project with these media in its bin, and for each of their ids the one it has there:
    what is in the bin already is not put there twice."""
    media = tuple(media)
    if not media:
        return project, {}
    there = {media_path(project_file, one).absolute(): one.id for one in project.media}
    fresh = {one.id: one for one in media if one.id not in there.values()}
    ids = {name: there.get(Path(one.path), name) for name, one in fresh.items()}
    added = tuple(one for name, one in fresh.items() if ids[name] == name)
    return replace(project, media=(*project.media, *added)), ids


def renamed(clip: Clip, ids: dict[str, str]) -> Clip:
    """The clip with the id of its media changed where `ids` has it."""
    content = clip.content
    if isinstance(content, MediaUse) and content.media_id in ids:
        return replace(clip, content=replace(content, media_id=ids[content.media_id]))
    return clip


def _placed(media: Media, data: Path) -> Media:
    """The media with the path that it has in a data folder, if it was brought there."""
    if media.layer is not None:
        return replace(media, path=str(layer_path(data, media.layer)))
    path = Path(media.path)
    place = recordings_folder(data) / path.name
    return replace(media, path=str(place)) if is_recording(path) and place.is_file() else media


def _project_of(media: tuple[Media, ...], clips: tuple[Clip, ...]) -> Project:
    track = Track("", "video", items=clips)
    return Project("", media=media, sequences=(Sequence("", "", 16, 16, FrameRate(25), tracks=(track,)),))
