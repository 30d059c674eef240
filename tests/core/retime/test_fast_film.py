"""A plan as a film: length, time map, sound beside the picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from core.media.info import AudioInfo, MediaInfo, VideoInfo
from core.retime.fast_film import fast_film, frame_times, length_for
from core.retime.speed_up import plan
from core.time import FrameRate, TimeRange
from core.timeline.model import Clip

RATE = FrameRate(30000, 1001)


class _Source:
    rate, frame_count = RATE, 90

    def time_of(self, index: int) -> int:
        return RATE.time_of(index)


def _info(sound: bool = True) -> MediaInfo:
    video = VideoInfo("h264", 320, 180, 320, 180, RATE, frames=90)
    audio = AudioInfo("aac", 48000, 2) if sound else None
    return MediaInfo("video", "mp4", RATE.time_of(90), 1, "f", video, audio)


def _clips(sound: bool) -> list[Clip]:
    times = frame_times(_Source())  # type: ignore[arg-type]
    got = plan(np.linspace(0, 1, 90), times, length=length_for(times, 2, RATE))
    film = fast_film(Path("a.mp4"), _info(sound), got)
    assert film.sequence is not None
    assert film.sequence.frame_count == 45
    return [clip for _, _, clip in film.sequence.clips()]


def test_picture_and_sound_run_along_one_map_and_end_together() -> None:
    clips = _clips(sound=True)
    assert len(clips) == 2
    assert clips[0].time_map == clips[1].time_map
    assert clips[0].duration == clips[1].duration == RATE.time_of(45)
    assert clips[0].link == clips[1].link != ""
    assert all(clip.keep_pitch for clip in clips)


def test_nothing_beyond_the_source_is_asked_for() -> None:
    (clip,) = _clips(sound=False)
    assert TimeRange(0, RATE.time_of(90)).covers(clip.source_range)
    assert clip.source_range.duration > RATE.time_of(89)


def test_what_shows_between_frames_is_the_clips_to_say() -> None:
    got = plan(np.linspace(0, 1, 90), frame_times(_Source()), rate=2)  # type: ignore[arg-type]
    film = fast_film(Path("a.mp4"), _info(), got, between="flow")
    assert film.sequence is not None
    assert {clip.between for _, _, clip in film.sequence.clips()} == {"flow"}


@pytest.mark.parametrize("rate", [0.5, 1, 3, 7.3, 1000])
def test_lengths_are_whole_frames(rate: float) -> None:
    times = np.arange(91) * RATE.frame_ticks
    frames = Fraction(length_for(times, rate, RATE), RATE.frame_ticks)
    assert frames >= 1
    assert abs(float(frames) - max(1, 90 / rate)) < 0.51


@pytest.mark.parametrize("missing", [1, RATE.frame_ticks // 2, 2 * RATE.frame_ticks])
def test_the_last_frame_ends_with_the_media(missing: int) -> None:
    """A clip of varying rate may end before its last frame has lasted as long as the mean one."""
    end = RATE.time_of(90) - missing
    times = frame_times(_Source(), end)  # type: ignore[arg-type]
    assert len(times) == 91
    assert times[-1] == max(end, times[-2] + 1)
    assert np.all(np.diff(times) > 0)
