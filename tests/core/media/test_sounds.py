"""Files with several sound streams, and recorders whose channels have no place."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.media.audio import open_audio
from core.media.guard import examine
from core.media.info import MediaInfo
from core.media.probe import probe
from core.project.media_choices import kept_choices, sounds_of, with_sound
from core.project.project import Media, Project
from core.time import from_seconds

RATE = 48000


def tone(amplitude: float, seconds: float = 1.0) -> np.ndarray:
    """int16 (n,): 440 Hz of that amplitude."""
    wave = amplitude * np.sin(2 * np.pi * 440 * np.arange(round(RATE * seconds)) / RATE)
    return np.rint(32767 * wave).astype(np.int16)


def write_streams(path: Path, amplitudes: Sequence[float], starts: Sequence[Fraction]) -> Path:
    """One mono stream of a second for each amplitude."""
    with av.open(str(path), "w") as out:
        streams = [out.add_stream("pcm_s16le", rate=RATE, options={}) for _ in amplitudes]
        for stream in streams:
            stream.codec_context.layout = "mono"
        for stream, amplitude, start in zip(streams, amplitudes, starts, strict=True):
            frame = av.AudioFrame.from_ndarray(tone(amplitude)[None], "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, round(start * RATE), Fraction(1, RATE)
            out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode(None))
    return path


def write_recorder(path: Path, amplitudes: Sequence[float]) -> Path:
    """A plain WAV file with a channel for each amplitude, which says nothing of where they belong."""
    samples = np.stack([tone(one) for one in amplitudes], axis=1)
    count, data = len(amplitudes), samples.astype("<i2").tobytes()
    head = struct.pack("<HHIIHH", 1, count, RATE, RATE * count * 2, count * 2, 16)
    parts = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(parts)) + parts)
    return path


def levels(path: Path, info: MediaInfo, stream: int = 0, channel: int = 0, right: int = -1) -> list[float]:
    """Peak of the left and the right side in the middle of what is heard then."""
    plain = (info.sounds or (info.audio,))[stream]
    assert plain is not None
    audio = replace(plain, channel=channel, right=right)
    project = with_sound(Project("p", media=(Media("m", "m", str(path), info),)), "m", audio)
    with closing(open_audio(path, project.find_media("m").info)) as sound:
        heard = sound.read(RATE // 4, RATE // 2, RATE)
    return [round(float(side), 2) for side in np.abs(heard).max(axis=0)]


def test_another_stream_can_be_heard(tmp_path: Path) -> None:
    path = write_streams(tmp_path / "camera.mov", (0.1, 0.4), (Fraction(0), Fraction(0)))
    info = probe(path)
    assert [one.stream for one in info.sounds] == [0, 1] and info.audio == info.sounds[0]
    assert info.notes == ("2 sound streams; the first is used, another can be chosen in the bin",)
    assert levels(path, info) == [0.1, 0.1] and levels(path, info, 1) == [0.4, 0.4]
    assert examine(path, deep=True) == info


def test_two_mono_streams_are_left_and_right(tmp_path: Path) -> None:
    path = write_streams(tmp_path / "camera.mov", (0.1, 0.4, 0.2), (Fraction(0),) * 3)
    info = probe(path)
    assert levels(path, info, 0, right=1) == [0.1, 0.4] and levels(path, info, 1, right=2) == [0.4, 0.2]
    with pytest.raises(EditError, match="has no such sound"):
        levels(path, info, 0, right=2)


def test_another_stream_keeps_its_own_start(tmp_path: Path) -> None:
    path = write_streams(tmp_path / "late.mkv", (0.1, 0.4), (Fraction(0), Fraction(1, 2)))
    info = probe(path)
    assert [one.start for one in info.sounds] == [0, from_seconds(Fraction(1, 2))]
    with closing(open_audio(path, replace(info, audio=info.sounds[1]))) as sound:
        heard = np.abs(sound.read(0, RATE, RATE)).max(axis=1)
    assert heard[: RATE // 2 - 1].max() == 0 and heard[RATE // 2 :].max() > 0.39


@pytest.mark.parametrize("count", [3, 4, 6, 8, 12])
def test_no_channel_of_a_recorder_is_lost(count: int, tmp_path: Path) -> None:
    for number in range(count):
        amplitudes = [0.4 if place == number else 0.0 for place in range(count)]
        path = write_recorder(tmp_path / f"{number}.wav", amplitudes)
        info = probe(path)
        assert f"{count} sound channels without a place" in info.notes[0]
        mixed = levels(path, info)
        assert mixed[number % 2] >= 0.1 and mixed[1 - number % 2] == 0
        assert levels(path, info, channel=number + 1) == [0.4, 0.4]
        assert levels(path, info, channel=1 + (number + 1) % count) == [0, 0]


def test_channels_of_a_place_are_mixed_as_that_says_and_one_can_be_heard_alone(tmp_path: Path) -> None:
    path = tmp_path / "film.mka"
    loud = np.zeros((RATE, 8), np.float32)
    loud[:, 2] = tone(0.4) / 32768  # the middle
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=RATE, options={"b": "512k"})
        stream.codec_context.layout = "7.1"
        frame = av.AudioFrame.from_ndarray(loud.reshape(1, -1), "flt", "7.1")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        mixer = av.AudioResampler(format="fltp", layout="7.1", rate=RATE, frame_size=1024)
        for part in (*mixer.resample(frame), *mixer.resample(None)):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    info = probe(path)
    assert info.audio is not None and info.audio.channels == 8 and info.notes == ()
    assert levels(path, info) == pytest.approx([0.28, 0.28], abs=0.02)
    assert levels(path, info, channel=3) == pytest.approx([0.4, 0.4], abs=0.02)


def test_of_stereo_one_side_can_be_heard_alone(tmp_path: Path) -> None:
    path = write_recorder(tmp_path / "lapel.wav", (0.4, 0.1))
    info = probe(path)
    assert info.notes == () and levels(path, info) == [0.4, 0.1]
    assert levels(path, info, channel=1) == [0.4, 0.4] and levels(path, info, channel=2) == [0.1, 0.1]


def test_the_choice_outlives_a_new_link_where_it_fits(tmp_path: Path) -> None:
    info = probe(write_streams(tmp_path / "a.mov", (0.1, 0.4), (Fraction(0), Fraction(0))))
    chosen = replace(info, audio=info.sounds[1])
    assert kept_choices(chosen, info) == chosen and chosen.heard != info.heard
    other = probe(write_streams(tmp_path / "b.mov", (0.1,), (Fraction(0),)))
    assert kept_choices(chosen, other) == other


def test_what_is_not_there_cannot_be_chosen(tmp_path: Path) -> None:
    path = write_recorder(tmp_path / "a.wav", (0.4, 0.1))
    info = probe(path)
    assert [(one.stream, one.channel) for one in sounds_of(info)] == [(0, 0), (0, 1), (0, 2)]
    with pytest.raises(EditError, match="has no such sound"):
        levels(path, info, channel=3)
