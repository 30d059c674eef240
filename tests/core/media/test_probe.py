"""What is found in good files, and what is said of bad ones."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from core.errors import MediaError
from core.media import scan
from core.media.fingerprint import fingerprint
from core.media.info import MediaInfo, VideoInfo
from core.media.probe import probe
from core.media.reader import open_source
from core.time import FrameRate, from_seconds
from tests.media_files import read_number, write_clip, write_pictures


def video(info: MediaInfo) -> VideoInfo:
    assert info.video is not None
    return info.video


def test_streams_size_rate_duration(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=60, rate=Fraction(30000, 1001), sound=1.0, sample_rate=44100)
    info = probe(path)
    assert info.kind == "video" and info.container == "mov" and info.size_bytes == path.stat().st_size
    found = video(info)
    assert (found.width, found.height, found.frames, found.codec) == (64, 48, 60, "h264")
    assert found.rate == FrameRate(30000, 1001) and not found.variable_rate
    assert info.duration == FrameRate(30000, 1001).time_of(60)
    assert info.audio is not None and (info.audio.codec, info.audio.sample_rate, info.audio.channels) == (
        "aac",
        44100,
        2,
    )
    assert info.notes == ()


@pytest.mark.parametrize("container", ["mp4", "mkv"])
def test_a_late_picture_starts_late(container: str, tmp_path: Path) -> None:
    info = probe(
        write_clip(tmp_path / f"a.{container}", frames=30, start=Fraction(1, 2), sound=1.0, b_frames=2)
    )
    assert video(info).start == from_seconds(0.5)
    assert info.audio is not None and info.audio.start == 0
    assert info.duration == from_seconds(Fraction(17, 10))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rotation": 90}, {"width": 48, "height": 64, "rotation": 90}),
        ({"rotation": 270}, {"width": 48, "height": 64, "rotation": 270}),
        ({"pixel_aspect": Fraction(4, 3)}, {"width": 85, "height": 48, "coded_width": 64}),
        ({"codec": "libx265", "pix_fmt": "yuv420p10le"}, {"bit_depth": 10, "alpha": False}),
        ({"codec": "mjpeg", "pix_fmt": "yuvj420p"}, {"full_range": True}),
        ({"options": {"colorprim": "bt709", "x264-params": "colormatrix=bt709:transfer=bt709:colorprim=bt709"}},
         {"colour_space": "bt709", "primaries": "bt709", "transfer": "bt709"}),
        ({"options": {"x264-params": "interlaced=1:tff=1"}}, {"interlaced": True}),
    ],
)  # fmt: skip
def test_details(changes: dict[str, Any], expected: dict[str, Any], tmp_path: Path) -> None:
    info = probe(write_clip(tmp_path / "a.mov", frames=5, **changes))
    found = video(info)
    assert {name: getattr(found, name) for name in expected} == expected
    assert any("interlaced" in note for note in info.notes) == found.interlaced


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("a.webm", "libvpx-vp9", "yuva420p"), ("a.mov", "prores_ks", "yuva444p10le"), ("a.mkv", "ffv1", "bgra"),
     ("b.mov", "png", "rgba")],
)  # fmt: skip
def test_alpha_survives(name: str, codec: str, pix_fmt: str, tmp_path: Path) -> None:
    options = {"deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "0"} if "vp9" in codec else {}
    path = write_clip(tmp_path / name, frames=4, codec=codec, pix_fmt=pix_fmt, alpha=True, options=options)
    info = probe(path)
    assert video(info).alpha
    source = open_source(path, info)
    ramp = source.frame(2)[24, :, 3]
    assert ramp[0] > 250 and ramp[-1] < 5 and abs(int(ramp[32]) - 126) < 6
    assert read_number(source.frame(3)) == 3
    source.close()


def test_uneven_rate_is_noticed_and_rounding_is_not(tmp_path: Path) -> None:
    even = probe(write_clip(tmp_path / "a.mkv", frames=50, rate=Fraction(24000, 1001)))
    assert not video(even).variable_rate and video(even).rate == FrameRate(24000, 1001)
    times = [Fraction(number * number, 500) for number in range(20)]
    uneven = probe(write_clip(tmp_path / "b.mkv", frames=20, times=times))
    assert video(uneven).variable_rate and "the frame rate varies" in uneven.notes


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_of_a_long_file_the_header_is_believed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clip(tmp_path / name, frames=100, sound=4.0, size=(160, 120))
    whole = probe(path)
    monkeypatch.setattr(scan, "SCAN_BYTES", 2000)
    info = probe(path)
    assert video(info).rate == FrameRate(25) and not info.notes
    assert abs(info.duration - whole.duration) < from_seconds(0.1)
    assert video(info).frames == (100 if name == "a.mp4" else 0)
    source = open_source(path, info)
    assert source.index_at(from_seconds(2)) == 50
    assert source.frame_count == 100 and read_number(source.frame(99)) == 99
    source.close()


def test_sound_only(tmp_path: Path) -> None:
    info = probe(write_clip(tmp_path / "a.wav", frames=0, sound=1.5, audio_codec="pcm_s16le"))
    assert info.kind == "audio" and info.video is None and info.duration == from_seconds(1.5)
    assert info.audio is not None and info.sounds == (), "streams are listed where there is a choice"


def test_a_sound_with_one_picture_does_not_have_a_thousand_frames_a_second(tmp_path: Path) -> None:
    info = probe(
        write_clip(
            tmp_path / "song.mkv",
            frames=1,
            codec="mjpeg",
            pix_fmt="yuvj420p",
            sound=1.0,
            rate=Fraction(1000),
        )
    )
    assert video(info).rate == FrameRate(25) and info.duration >= from_seconds(1)


def test_fingerprint_follows_the_content(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4")
    before = probe(path).fingerprint
    moved = path.rename(tmp_path / "b.mp4")
    assert fingerprint(moved) == before
    data = bytearray(moved.read_bytes())
    data[-1] ^= 1
    moved.write_bytes(data)
    assert fingerprint(moved) != before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name on this system")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "camera.mp4")
    with pytest.raises(MediaError, match=r"camera\.mp4 is a pipe") as caught:
        probe(tmp_path / "camera.mp4")
    assert "as a file" in caught.value.hint


def test_a_cut_off_film_loads_in_part(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mkv", frames=200, size=(160, 120), gop=10)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    info = probe(path)
    assert 50 < video(info).frames < 200
    assert any("damaged end" in note for note in info.notes)
    source = open_source(path, info)
    assert read_number(source.frame(50)) == 50
    source.frame(source.frame_count - 1)
    source.close()


def test_a_hole_shows_the_last_good_picture(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=60, size=(160, 120), gop=10)
    data = bytearray(path.read_bytes())
    for place in range(len(data) // 2, len(data) // 2 + 1500):
        data[place] = 0x55
    path.write_bytes(data)
    source = open_source(path)
    numbers = [read_number(source.frame(number)) for number in range(source.frame_count)]
    assert numbers[:20] == list(range(20)) and numbers[50:] == list(range(50, 60))
    assert numbers != list(range(60))
    source.close()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.mp4", b"", "is empty"),
        ("text.mp4", b"these are words\n" * 50, "is not a video"),
        ("text.txt", b"these are words\n" * 50, "is not a video"),
        (
            "list.m3u8",
            b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
            "is not a",
        ),
        ("list.ffconcat", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "is not a"),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500), "is an HEIC photo"),
        ("zero.png", bytes(500), "is not a picture"),
        ("cut.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "is damaged"),
    ],
)
def test_bad_files_name_themselves_and_a_cure(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MediaError, match=says) as caught:
        probe(path)
    assert name in caught.value.message and caught.value.hint


def test_an_unfinished_recording_says_so(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=100, size=(160, 120))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaError, match=r"a\.mp4 was not finished"):
        probe(path)


def test_missing_file_and_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.mp4 is not there"):
        probe(tmp_path / "gone.mp4")
    with pytest.raises(MediaError, match="holds no numbered pictures"):
        probe(tmp_path)


def test_wrong_suffixes_do_not_matter(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "a.mp4", frames=10).rename(tmp_path / "a.jpg")
    assert video(probe(film)).frames == 10
    picture = (write_pictures(tmp_path / "series", 1) / "00000.png").rename(tmp_path / "b.mp4")
    assert probe(picture).kind == "image"


def test_coarse_time_stamps_hide_no_usual_rate(tmp_path: Path) -> None:
    film = write_clip(
        tmp_path / "a.mkv", frames=30, rate=Fraction(60000, 1001), format="matroska", sound=0.53
    )
    info = probe(film)
    assert info.video is not None
    assert (info.video.rate, info.video.variable_rate) == (FrameRate(60000, 1001), False)
    # The last blocks of sound make no frames that are not there.
    assert info.duration == info.video.rate.time_of(30)
