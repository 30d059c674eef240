"""A clip at the speeds of a plan as a film of one clip: a project that any export can write, with its sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from core.media.info import FrameSource, MediaInfo
from core.project.clip_film import clip_film
from core.project.project import Project
from core.retime.speed_up import SpeedPlan, Ticks
from core.time import FrameRate
from core.timeline.model import Between, Clip


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

    def sped(one: Clip) -> Clip:
        assert info.video is not None
        length = max(info.video.rate.snap(plan.length), info.video.rate.frame_ticks)
        return replace(one, duration=length, time_map=plan.time_map(), keep_pitch=keep_pitch, between=between)

    return clip_film(clip, info, sped)
