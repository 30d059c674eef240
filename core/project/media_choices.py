"""What the user chooses of a media: which sound is heard, how fields are shown; pure, for `document.edit`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.media.info import AudioInfo, MediaInfo
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


def sounds_of(info: MediaInfo) -> list[AudioInfo]:
    """All that can be heard of a media, each as `MediaInfo.audio` would be: every stream with each of its channels, then two
    neighbouring mono streams as left and right, as many cameras record."""
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
    if before.video is not None and found.video is not None and before.video.woven:
        found = replace(found, video=replace(found.video, woven=found.video.interlaced))
    if before.audio is not None:
        chosen = _choice(before.audio)
        audio = next((one for one in sounds_of(found) if _choice(one) == chosen), found.audio)
        found = replace(found, audio=audio)
    return found


def _choice(audio: AudioInfo) -> tuple[int, int, int]:
    return audio.stream, audio.channel, audio.right
