"""Whether the files of a project are still what they were: gone, back, or others in their place."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from msgspec.structs import replace

from core.errors import MediaError
from core.media.fingerprint import fingerprint
from core.media.images import is_pattern
from core.media.info import MediaInfo
from core.project.media_choices import kept_choices
from core.project.project import Media, Project

State = Literal["there", "gone", "other"]


class Seen(NamedTuple):
    """How a file looked: its path; size, time of change and number on the disk, None where none of them tells of the
    content (a folder of pictures); its fingerprint, empty while nothing spoke for another than that of the media."""

    path: Path
    stamp: tuple[int, int, int] | None
    content: str = ""


class Found(NamedTuple):
    """A media's id, how its file is, and how it looked."""

    media: str
    state: State
    seen: Seen | None


def look(media: Media, path: Path, before: Seen | None) -> Found:
    """How the file of a media is now; reads of it only when its size or time speak for another content."""
    if before is not None and before.path != path:
        before = None
    try:
        status = (path.parent if is_pattern(path) else path).stat()
        if media.info.kind == "sequence" or path.is_dir():
            return Found(media.id, "there", Seen(path, None))
        stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
        content = before.content if before is not None and before.stamp == stamp else ""
        known = status.st_size == media.info.size_bytes if before is None else before.stamp == stamp
        if not known and not content:
            content = fingerprint(path)
    except OSError:
        return Found(media.id, "gone", before)
    same = content in ("", media.info.fingerprint)
    return Found(media.id, "there" if same else "other", Seen(path, stamp, content))


def with_missing(project: Project, ids: frozenset[str], missing: bool) -> Project:
    """The project with media marked as missing, or as there again; no edit, for the disk did it."""
    if not any(one.id in ids and one.missing != missing for one in project.media):
        return project
    media = tuple(replace(one, missing=missing) if one.id in ids else one for one in project.media)
    return replace(project, media=media)


def is_worked_on(media: Media) -> bool:
    """Whether something was made of its pictures that another file would spoil: masks, an atlas, layers, a path."""
    return bool(
        media.key_masks or media.track or media.atlas or media.atlas_edits or media.layers or media.camera
    )


def check_fits(media: Media, info: MediaInfo, path: Path) -> None:
    """Raises MediaError when another file cannot stand where clips show this media."""
    if (media.info.video is None) != (info.video is None) or (
        info.audio is None and media.info.audio is not None
    ):
        raise MediaError(f"{path.name} does not have the streams of {media.name}", "Choose another file")
    if info.duration < media.info.duration and media.info.kind != "image":
        raise MediaError(
            f"{path.name} is shorter than {media.name}", "Choose the whole file, or import it as new media"
        )


def with_file(project: Project, media_id: str, path: Path, info: MediaInfo) -> Project:
    """The media tied to another file. What was made from another content is let go: proxy, track,
    atlas, the camera's path and how fast things go; what was drawn and painted stays. Raises
    EditError when it is not in the bin any more."""
    media = project.require_media(media_id)
    changed = replace(media, path=str(path), info=kept_choices(media.info, info), missing=False)
    if info.fingerprint != media.info.fingerprint:
        changed = replace(changed, proxy="", track=None, atlas="", camera="", speediness="")
    return project.with_media(changed)
