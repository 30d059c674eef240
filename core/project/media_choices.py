"""What the user chooses of a media: which sound is heard, how fields are shown; pure, for `document.edit`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.media import info as media_info
from core.media.info import AudioInfo, MediaInfo
from core.project.project import Project


def with_fields(project: Project, media_ids: Iterable[str], apart: bool) -> Project:
    """The project in which films have one field rebuilt from the other where they comb (`apart`),
    or show both together. Films that are not marked as interlaced are treated so too. A proxy
    that shows them otherwise is let go.

    Raises:
        EditError: when one is not in the bin any more.
    """
    for media_id in media_ids:
        media = project.require_media(media_id)
        video = media.info.video
        if media.info.kind == "video" and video is not None and video.fields_apart != apart:
            info = media_info.with_fields(media.info, "apart" if apart else "together")
            project = project.with_media(replace(media, info=info, proxy=""))
    return project


def sounds_of(info: MediaInfo) -> list[AudioInfo]:
    """All that can be heard of a media, each as `MediaInfo.audio` would be: every stream with each of its channels,
    then two neighbouring mono streams as left and right, as many cameras record."""
    streams = info.sounds or ((info.audio,) if info.audio is not None else ())
    found = []
    for stream in streams:
        alone = range(1, stream.channels + 1) if stream.channels > 1 else ()
        found += [replace(stream, channel=channel) for channel in (0, *alone)]
    for left, right in itertools.pairwise(streams):
        if left.channels == right.channels == 1 and left.sample_rate == right.sample_rate:
            found.append(replace(left, right=right.stream))
    return found


def with_sound(project: Project, media_id: str, audio: AudioInfo) -> Project:
    """The project in which `audio`, one of `sounds_of`, is heard of a media.

    Raises:
        EditError: when the media is gone or has no such sound.
    """
    media = project.require_media(media_id)
    if audio not in sounds_of(media.info):
        raise EditError(f"{media.name} has no such sound", "Choose one of its streams and channels")
    return project.with_media(replace(media, info=replace(media.info, audio=audio)))


def kept_choices(before: MediaInfo, found: MediaInfo) -> MediaInfo:
    """What was found in a file that takes the place of another, with the user's choices for that one where they fit."""
    was, video = before.video, found.video
    if was is not None and video is not None:
        woven, unmarked = was.woven and video.interlaced, was.unmarked and not video.interlaced
        found = replace(found, video=replace(video, woven=woven, unmarked=unmarked))
    if before.audio is not None:
        chosen = _choice(before.audio)
        audio = next((one for one in sounds_of(found) if _choice(one) == chosen), found.audio)
        found = replace(found, audio=audio)
    return found


def _choice(audio: AudioInfo) -> tuple[int, int, int]:
    return audio.stream, audio.channel, audio.right
