"""Speed curves come out of an export with the very frames that the map says, read from numbers in the picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from core.media.audio import open_audio
from core.media.probe import probe
from core.time import TICKS_PER_SECOND, FrameRate
from core.timeline import edits
from core.timeline.curve import NATURAL
from core.timeline.model import BETWEEN, Between, Clip, Sequence
from tests.core.render.exporting import RATE, TICK, Desk, audio, video
from tests.media_files import frames_of, read_number, write_clip


def on_film(clip: Clip) -> Sequence:
    return Sequence("s", "film", 64, 48, RATE, tracks=(video(clip),))


def of(sequence: Sequence) -> Clip:
    return next(clip for _, _, clip in sequence.clips())


def mapped(clip: Clip) -> list[int]:
    """The source frame of every frame of the film, as the map says."""
    count = RATE.frames_before(clip.duration)
    return [RATE.frame_at(clip.time_map.at(n * TICK)) for n in range(count)]


def test_ramps_freezes_and_reverse_show_the_frames_of_the_map(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=60, b_frames=2)
    desk = Desk(tmp_path)
    film = on_film(desk.use(path, 60))
    name = of(film).id
    film = edits.ramp(film, name, 5 * TICK, 20 * TICK, last=3 * NATURAL)
    film = edits.ramp(film, name, 20 * TICK, 26 * TICK, last=NATURAL // 4, ease=30)
    film = edits.freeze_part(film, name, 10 * TICK, 4 * TICK)
    film = edits.reverse_part(film, name, 16 * TICK, 24 * TICK)
    clip, expected = of(film), mapped(of(film))
    assert expected[10:15] == [expected[10]] * 5 and expected[17] < expected[16], (
        "it does freeze and turn round"
    )
    found = [
        read_number(picture) for picture in frames_of(desk.export("film.mp4", "h264-master", video(clip)))
    ]
    assert found == expected
    turned = of(edits.reverse(film, name))
    back = frames_of(desk.export("back.mp4", "h264-master", video(turned)))
    assert [read_number(picture) for picture in back] == mapped(turned)


@pytest.mark.parametrize("between", BETWEEN)
def test_high_rate_media_is_slowed_with_its_own_frames_only(tmp_path: Path, between: Between) -> None:
    path = write_clip(tmp_path / "fast.mp4", frames=80, rate=Fraction(240))
    assert probe(path).video is not None
    desk = Desk(tmp_path, rate=FrameRate(30))
    whole = desk.use(path, 1)
    film = replace(on_film(whole), rate=FrameRate(30))
    clip = replace(whole, duration=desk.rate.time_of(10), between=between)
    film = edits.set_speed(replace(film, tracks=(video(clip),)), whole.id, 1, 8)
    found = frames_of(desk.export("slow.mp4", "h264-master", video(of(film))))
    assert [read_number(picture) for picture in found] == list(range(80))


def test_sound_and_picture_of_a_ramp_end_together(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=50, sound=2.0)
    desk = Desk(tmp_path)
    picture = desk.use(path, 50)
    film = edits.ramp(on_film(picture), picture.id, 0, 40 * TICK, first=NATURAL // 2, last=2 * NATURAL)
    clip = of(film)
    made = desk.export(
        "film.mov", "prores-hq", video(clip), audio(replace(clip, id="sound", keep_pitch=True))
    )
    info = probe(made)
    assert info.video is not None and info.audio is not None
    sound = open_audio(made, info)
    length = Fraction(sound.sample_count, sound.rate)
    heard = np.abs(sound.read(0, sound.sample_count, sound.rate)).max(axis=1)
    sound.close()
    picture_end = Fraction(RATE.frames_before(clip.duration) * TICK, TICKS_PER_SECOND)
    assert abs(length - picture_end) <= Fraction(20, 1000)
    assert np.flatnonzero(heard > 0.01)[-1] / 48000 == pytest.approx(float(picture_end), abs=0.02)
