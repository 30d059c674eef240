"""A clip at the speeds of a plan as a film of one clip: a project that any export can write, with its sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from core.errors import MediaError
from core.media.info import FrameSource, MediaInfo
from core.project.project import Media, Project, new_project
from core.retime.speed_up import SpeedPlan, Ticks
from core.time import FrameRate, TimeRange
from core.timeline import edits
from core.timeline.model import Between, MediaUse, new_id, new_sequence


def frame_times(source: FrameSource, end: int | None = None) -> Ticks:
    """int64 (N + 1,) source ticks: where each frame starts, and where the last one ends.

    Args:
        end: ticks; where the media end. With a rate that varies the last frame may be shorter than the mean.
    """
    starts = [source.time_of(n) for n in range(source.frame_count)]
    last = starts[-1] + source.rate.frame_ticks
    return np.array([*starts, last if end is None else max(starts[-1] + 1, min(last, end))], np.int64)


def length_for(times: Ticks, rate: float, film: FrameRate) -> int:
    """Ticks of a film `rate` times shorter than `times`, in whole frames, one at least."""
    wanted = int((times[-1] - times[0]) / rate)
    return max(film.snap(wanted), film.frame_ticks)


def fast_film(
    clip: Path, info: MediaInfo, plan: SpeedPlan, *, keep_pitch: bool = True, between: Between = "nearest"
) -> Project:
    """The clip, picture and sound, along the plan's time map, at its own size and rate.

    Args:
        keep_pitch: sound keeps its pitch whatever the speed is; else it follows, as on a tape.
        between: what shows between the clip's frames where it is slowed down (core.timeline.model.Clip).

    Raises:
        MediaError: when the clip has no picture.
    """
    if info.video is None:
        raise MediaError(f"{clip} has no picture", "Give a video or a folder of images")
    video = info.video
    media = Media(new_id(), clip.stem, str(clip.absolute()), info)
    sequence = new_sequence(clip.stem, video.width, video.height, video.rate)
    named = {track.name: track.id for track in sequence.tracks}
    use, whole = MediaUse(media.id, info.available), info.available or TimeRange(0, info.duration)
    tracks = {"video_track": named["V1"], "audio_track": named["A1"] if info.audio else None}
    clips = edits.media_clips(use, media.name, whole, **tracks)
    length = video.rate.snap(plan.length)
    sped = {
        track: replace(
            one,
            duration=max(length, video.rate.frame_ticks),
            time_map=plan.time_map(),
            keep_pitch=keep_pitch,
            between=between,
        )
        for track, one in clips.items()
    }
    sequence = edits.insert(sequence, 0, sped)
    return new_project(clip.stem).with_media(media).with_sequence(sequence)
