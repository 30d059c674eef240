"""A film of one clip: the whole media, picture and sound, at its own size and rate, as any export can write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import MediaError
from core.media.info import MediaInfo
from core.project.project import Media, Project, new_project
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Clip, MediaUse, new_id, new_sequence


def clip_film(clip: Path, info: MediaInfo, change: Callable[[Clip], Clip]) -> Project:
    """A project of one media and one film of it.

    Args:
        change: what to make of the clip on each track.

    Raises:
        MediaError: when the clip has no picture.
    """
    if info.video is None:
        raise MediaError(f"{clip} has no picture", "Give a video or a folder of images")
    media = Media(new_id(), clip.stem, str(clip.absolute()), info)
    sequence = new_sequence(clip.stem, info.video.width, info.video.height, info.video.rate)
    named = {track.name: track.id for track in sequence.tracks}
    use, whole = MediaUse(media.id, info.available), info.available or TimeRange(0, info.duration)
    clips = edits.media_clips(
        use, media.name, whole, video_track=named["V1"], audio_track=named["A1"] if info.audio else None
    )
    changed = {track: change(one) for track, one in clips.items()}
    return new_project(clip.stem).with_media(media).with_sequence(edits.insert(sequence, 0, changed))
