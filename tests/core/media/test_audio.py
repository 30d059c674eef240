"""Samples stand where the file says, however they are asked for."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from core.errors import MediaError
from core.media.audio import open_audio, peaks
from core.media.probe import probe
from tests.media_files import tone, write_clip

SOUNDS: dict[str, dict[str, Any]] = {
    "a.wav": {"frames": 0, "audio_codec": "pcm_s16le"},
    "a.flac": {"frames": 0, "audio_codec": "flac"},
    "a.mp3": {"frames": 0, "audio_codec": "libmp3lame"},
    "a.m4a": {"frames": 0},
    "a.webm": {"frames": 0, "audio_codec": "libopus"},
    "film.mp4": {"frames": 20},
    "film.mkv": {"frames": 20},
    "late_picture.mkv": {"frames": 20, "start": Fraction(1, 2)},
    "late_sound.mkv": {"frames": 20, "audio_start": Fraction(1, 2)},
    "uneven.mp4": {"frames": 20, "times": [Fraction(number * number, 300) for number in range(20)]},
    "film.mov": {"frames": 20, "audio_codec": "pcm_s24le", "sample_rate": 44100},
}


@pytest.mark.parametrize("name", SOUNDS)
def test_sound_stands_in_step_and_pieces_equal_the_whole(name: str, tmp_path: Path) -> None:
    spec = SOUNDS[name]
    path = write_clip(tmp_path / name, sound=4.5, **spec)
    source = open_audio(path)
    rate, delay = source.rate, int(spec.get("audio_start", 0) * spec.get("sample_rate", 48000))
    whole = source.read(0, 5 * rate, rate)
    reference = tone(4.5, rate)[2 * rate - 500 : 2 * rate + 500, 0]
    around = whole[delay + 2 * rate - 2000 : delay + 2 * rate + 2000, 0]
    lag = int(np.argmax(np.correlate(around, reference, "valid"))) - 1500
    assert abs(lag) <= 1
    assert not whole[: max(0, delay - 1100)].any()
    fresh = open_audio(path)
    for start in (3 * rate + 77, 1000, 2 * rate - 5, 4 * rate):
        assert np.abs(fresh.read(start, 3000, rate) - whole[start : start + 3000]).max() < 2e-3
    source.close()
    fresh.close()


def test_another_rate_has_no_seams_and_keeps_the_tone(tmp_path: Path) -> None:
    source = open_audio(write_clip(tmp_path / "a.wav", frames=0, sound=2.0, audio_codec="pcm_s16le"))
    whole = source.read(0, 44100, 44100)
    pieces = np.concatenate([source.read(start, 441, 44100) for start in range(0, 44100, 441)])
    assert np.array_equal(whole, pieces)
    time = np.arange(10000, 30000) / 44100
    assert np.abs(whole[10000:30000, 0] - 0.1 * np.sin(2 * np.pi * 440 * time)).max() < 1e-3
    source.close()


def test_half_the_rate_plays_twice_as_fast(tmp_path: Path) -> None:
    source = open_audio(write_clip(tmp_path / "a.wav", frames=0, sound=4.0, audio_codec="pcm_s16le"))
    fast = source.read(0, 72000, Fraction(48000, 2))
    clicks = np.flatnonzero(np.diff((np.abs(fast[:, 0]) > 0.5).astype(int)) == 1)
    assert np.allclose(clicks, [24000, 48000], atol=40)
    source.close()


def test_outside_is_silence(tmp_path: Path) -> None:
    source = open_audio(write_clip(tmp_path / "a.wav", frames=0, sound=1.0, audio_codec="pcm_s16le"))
    assert not source.read(-5000, 4000, 48000).any()
    assert not source.read(60000, 4000, 48000).any()
    assert source.read(10, 0, 44100).shape == (0, 2)
    assert source.read(-100, 200, 48000)[100:].any()
    source.close()


def test_peaks_come_second_by_second(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.wav", frames=0, sound=2.5, audio_codec="pcm_s16le")
    parts = list(peaks(path, probe(path), 50))
    assert [len(part) for part in parts] == [50, 50, 25]
    assert parts[0][0, 1] == pytest.approx(0.9, abs=0.01)
    assert parts[1][10, 1] == pytest.approx(0.1, abs=0.01) and parts[1][10, 0] == pytest.approx(
        -0.1, abs=0.01
    )


def test_no_sound(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"silent\.mp4 has no sound"):
        open_audio(write_clip(tmp_path / "silent.mp4", frames=3))


@pytest.mark.parametrize(("layout", "channels"), [("mono", 1), ("5.1", 6)])
def test_other_channels_become_stereo(layout: str, channels: int, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    values = np.zeros((1, 4800 * channels), np.int16)
    values[0, ::channels] = 8192  # the first channel: the only one, or the left front
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout=layout)
        frame = av.AudioFrame.from_ndarray(values, "s16", layout)
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source = open_audio(path)
    left, right = source.read(1000, 100, 48000).T
    assert left.min() == left.max() and left[0] > 0.05
    assert right[0] == (left[0] if channels == 1 else 0)
    assert channels == 6 or left[0] == 0.25
    source.close()


def test_what_a_lower_rate_cannot_hold_is_not_heard(tmp_path: Path) -> None:
    """It would come out as another tone: 10 kHz as 6 kHz, of 16,000 samples a second."""
    waves = np.sin(2 * np.pi * 10_000 * np.arange(48_000) / 48_000)
    with wave.open(str(tmp_path / "high.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((20_000 * waves).astype("<i2").tobytes())
    source = open_audio(tmp_path / "high.wav")
    assert np.abs(source.read(12_000, 24_000, 48_000)).max() > 0.5
    assert np.abs(source.read(4_000, 8_000, 16_000)).max() < 1e-3
    source.close()
