"""The part of a media that goes onto the timeline, between an in and an out point of its own; pure, for
`document.edit`."""

from __future__ import annotations

from msgspec.structs import replace

from core.errors import EditError
from core.project.project import Project
from core.time import TimeRange


def with_part(
    project: Project, media_id: str, *, start: int | None = None, end: int | None = None
) -> Project:
    """The project with a new in point (source ticks) of a media, or a new out point; the other
    one stays unless it is on the wrong side, then it goes.

    Raises:
        EditError: when the media is gone, a still picture, or nothing would be left.
    """
    media = project.require_media(media_id)
    whole = media.available
    if whole is None:
        raise EditError(f"{media.name} has no length", "A picture stands as long as its clip does")
    old = media.part or whole
    low = old.start if start is None else start
    high = old.end if end is None else end
    if low >= high:
        low, high = (low, whole.end) if end is None else (whole.start, high)
    part = whole.intersection(TimeRange.between(low, high)) if low < high else TimeRange(0, 0)
    if part.duration == 0:
        raise EditError("nothing would be left between in and out", "Choose a moment inside the clip")
    return project.with_media(replace(media, part=None if part == whole else part))


def without_part(project: Project, media_id: str) -> Project:
    """The project in which all of a media goes onto the timeline."""
    return project.with_media(replace(project.require_media(media_id), part=None))
