"""Whether the two fields of interlaced media are shown as one moment or together; pure, for `document.edit`."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from core.media.info import MediaInfo
from core.project.project import Project


def with_fields(project: Project, media_ids: Iterable[str], woven: bool) -> Project:
    """The project in which interlaced media show both fields together (`woven`), or one rebuilt from the other where they
    comb. A proxy that shows them otherwise is let go. Media that are not interlaced stay.

    Raises:
        EditError: when one is not in the bin any more.
    """
    for media_id in media_ids:
        media = project.require_media(media_id)
        video = media.info.video
        if video is not None and video.interlaced and video.woven != woven:
            info = replace(media.info, video=replace(video, woven=woven))
            project = project.with_media(replace(media, info=info, proxy=""))
    return project


def kept_choice(before: MediaInfo, found: MediaInfo) -> MediaInfo:
    """What was found in a file that takes the place of another, with the user's choice for that one."""
    if before.video is None or found.video is None or not before.video.woven:
        return found
    return replace(found, video=replace(found.video, woven=found.video.interlaced))
