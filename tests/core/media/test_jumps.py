"""Recordings whose clock jumps: their parts follow one another, picture and sound in step."""

from __future__ import annotations

import itertools
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.media.audio import open_audio
from core.media.jumps import Jump, closed, find_jumps, opened
from core.media.probe import probe
from core.media.reader import open_source
from core.media.thumbnails import thumbnail
from core.time import TICKS_PER_SECOND, FrameRate, from_seconds
from tests.media_files import read_number, write_clip


def joined(folder: Path, starts: tuple[int, ...], **changes: Any) -> Path:
    """Fifty frames and two seconds of sound from each start of a clock, seconds, one after the other."""
    parts = []
    for start in starts:
        begin = Fraction(start)
        spec = {"frames": 50, "sound": 2.0, "b_frames": 2, **changes}
        part = write_clip(
            folder / f"{start}.ts", start=begin, audio_start=begin, format="mpegts", size=(96, 64), **spec
        )
        parts.append(part.read_bytes())
    path = folder / "joined.ts"
    path.write_bytes(b"".join(parts))
    return path


@pytest.mark.parametrize("starts", [(100, 5000), (100, 20), (100, 5000, 9000)])
def test_parts_follow_one_another(starts: tuple[int, ...], tmp_path: Path) -> None:
    path, parts = joined(tmp_path, starts), len(starts)
    info = probe(path)
    assert info.video is not None and info.video.rate == FrameRate(25) and not info.video.variable_rate
    assert abs(info.duration - from_seconds(2 * parts)) < from_seconds(Fraction(1, 10))
    assert info.notes == (f"joined recordings: {parts} parts with clocks of their own follow one another",)
    with closing(open_source(path, info)) as source:
        wanted = [*range(50)] * parts
        assert [read_number(source.frame(number)) for number in range(source.frame_count)] == wanted
        assert read_number(source.frame(60)) == 10
    small = thumbnail(path, info, from_seconds(2 * parts - 1), 64)
    assert 12 < read_number(small) <= 37  # seeking here goes by key frames, every 12


def test_sound_stays_in_step_and_is_the_same_from_anywhere(tmp_path: Path) -> None:
    path = joined(tmp_path, (100, 5000, 9000))
    info = probe(path)
    assert info.video is not None
    with closing(open_audio(path, info)) as sound:
        heard = sound.read(0, 6 * sound.rate, sound.rate)
    loud = np.nonzero(np.abs(heard[:, 0]) > 0.5)[0] / 48000 - info.video.start / TICKS_PER_SECOND
    clicks = [loud[0], *(after for before, after in itertools.pairwise(loud) if after - before > 0.5)]
    np.testing.assert_allclose(clicks, range(6), atol=0.03)
    with closing(open_audio(path, info)) as sound:  # AAC fills in some noise of its own
        np.testing.assert_allclose(sound.read(5 * 48000, 48000, 48000), heard[5 * 48000 :], atol=0.01)


def test_uneven_times_lead_back_to_their_frames(tmp_path: Path) -> None:
    times = [Fraction(number, 25) + (Fraction(1, 100) if number % 3 else 0) for number in range(50)]
    path = joined(tmp_path, (100, 5000), times=times)
    info = probe(path)
    assert info.video is not None and info.video.variable_rate
    with closing(open_source(path, info)) as source:
        found = [source.time_of(number) for number in range(100)]
        assert found[-1] - found[0] < from_seconds(5) and found == sorted(set(found))
        assert [source.index_at(time) for time in found] == list(range(100))


def test_a_long_pause_of_a_file_with_a_clock_of_its_own_stays(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "slides.mkv", frames=3, times=[Fraction(0), Fraction(1), Fraction(90)])
    info = probe(path)
    assert info.jumps == () and info.duration > from_seconds(90)


def test_times_close_and_open() -> None:
    second = TICKS_PER_SECOND
    pts = [0, 1, 2, 100, 101, 300]
    jumps = find_jumps(pts, Fraction(1))
    assert jumps == (Jump(100 * second, 97 * second), Jump(300 * second, 198 * second))
    assert [closed(one * second, jumps) for one in pts] == [number * second for number in range(6)]
    assert [opened(number * second, jumps) for number in range(6)] == [one * second for one in pts]
