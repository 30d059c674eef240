"""Frame n is frame n, in any order, whatever the container and codec do."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import av
import pytest

from core.media.probe import probe
from core.media.reader import VideoSource, open_source
from tests.media_files import read_number, write_clip

_RANDOM = random.Random(1)
UNEVEN = [Fraction(0), *accumulate(Fraction(_RANDOM.choice((1, 2, 3, 5)), 60) for _ in range(49))]
X265_OPEN = "log-level=none:keyint=15:min-keyint=15:open-gop=1:bframes=3:pools=1:frame-threads=1:scenecut=0"

CLIPS: dict[str, dict[str, Any]] = {
    "constant.mp4": {"frames": 40},
    "b.mp4": {"frames": 50, "b_frames": 3, "gop": 20},
    "b2997.mkv": {"frames": 50, "b_frames": 3, "gop": 20, "rate": Fraction(30000, 1001)},
    "b.ts": {"frames": 50, "b_frames": 3, "gop": 20},
    "uneven.mp4": {"frames": 50, "times": UNEVEN, "b_frames": 2},
    "uneven.mkv": {"frames": 50, "times": UNEVEN},
    "open265.mp4": {"frames": 60, "codec": "libx265", "options": {"preset": "medium", "x265-params": X265_OPEN}},
    "open264.mkv": {
        "frames": 60, "b_frames": 3, "gop": 15, "options": {"preset": "medium", "x264-params": "open-gop=1:scenecut=0"}
    },
    "long.mp4": {"frames": 120, "b_frames": 3, "gop": 250, "options": {"preset": "medium"}},
    "long265.mkv": {"frames": 60, "codec": "libx265", "b_frames": 4, "gop": 250, "options": {"preset": "medium"}},
    "rotated.mp4": {"frames": 10, "rotation": 90},
    "upside.mp4": {"frames": 10, "rotation": 180},
    "wide_pixels.mp4": {"frames": 10, "pixel_aspect": Fraction(4, 3)},
    "ten_bit.mp4": {"frames": 10, "codec": "libx265", "pix_fmt": "yuv420p10le"},
    "prores4444.mov": {"frames": 5, "codec": "prores_ks", "pix_fmt": "yuva444p10le", "alpha": True},
    "ffv1.mkv": {"frames": 5, "codec": "ffv1", "pix_fmt": "bgra", "alpha": True},
    "mpeg4.avi": {"frames": 40, "codec": "mpeg4", "b_frames": 2},
    "raw.h264": {"frames": 30, "b_frames": 2, "format": "h264"},
    "late_picture.mp4": {"frames": 30, "start": Fraction(1, 2), "sound": 1.5, "b_frames": 2},
    "one.mp4": {"frames": 1},
    "odd.mkv": {"frames": 10, "size": (63, 47), "pix_fmt": "yuv444p"},
    "intra.mov": {"frames": 10, "codec": "mjpeg", "pix_fmt": "yuvj420p"},
}  # fmt: skip


@pytest.fixture(scope="module", params=CLIPS, ids=str)
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = write_clip(tmp_path_factory.mktemp("clip") / request.param, **CLIPS[request.param])
    opened = open_source(path)
    yield opened, CLIPS[request.param]
    opened.close()


def test_every_frame_in_order_and_in_any_order(source: Any) -> None:
    reader, spec = source
    numbers = list(range(spec["frames"]))
    assert reader.frame_count == spec["frames"]
    assert [read_number(reader.frame(number)) for number in numbers] == numbers
    random.Random(2).shuffle(numbers)
    assert [read_number(reader.frame(number)) for number in numbers] == numbers
    assert reader.notes == ()


def test_times_lead_back_to_frames(source: Any) -> None:
    reader, spec = source
    for number in range(spec["frames"]):
        start = reader.time_of(number)
        assert reader.index_at(start) == number
        assert number == 0 or reader.index_at(start - 1) == number - 1
    assert reader.index_at(-(10**12)) == 0
    assert reader.index_at(10**15) == spec["frames"] - 1


def test_size_and_shape(source: Any) -> None:
    reader, _ = source
    channels = 4 if reader.has_alpha else 3
    assert reader.frame(0).shape == (reader.height, reader.width, channels)
    small = reader.frame(0, (32, 24))
    assert small.shape == (24, 32, channels) and small.flags.c_contiguous and read_number(small) == 0


def test_no_such_frame(source: Any) -> None:
    reader, spec = source
    with pytest.raises(IndexError):
        reader.frame(spec["frames"])
    with pytest.raises(IndexError):
        reader.frame(-1)


def test_native_planes_for_export(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=5)
    reader = VideoSource(path, probe(path))
    picture = reader.video_frame(3)
    assert isinstance(picture, av.VideoFrame) and picture.format.name == "yuv420p"
    reader.rest()
    assert read_number(reader.frame(4)) == 4
    reader.close()


def test_uneven_times_are_those_of_the_file(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=50, times=UNEVEN)
    info = probe(path)
    assert info.video is not None and info.video.variable_rate
    reader = open_source(path, info)
    assert [Fraction(reader.time_of(number), 705_600_000) for number in range(50)] == UNEVEN
    reader.close()


def test_clips_that_show_one_file_at_different_times_do_not_make_it_seek(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "film.mp4", frames=60, gop=250)
    reader = VideoSource(path, probe(path))
    asked = [start + number for number in range(15) for start in (0, 20, 40)]
    assert [read_number(reader.frame(number)) for number in asked] == asked
    assert len(reader._decoders) == 3, "one for each place, each goes on from where it stands"
    reader.rest()
    assert [read_number(reader.frame(number)) for number in asked] == asked
    reader.close()


def test_playing_and_jumping_need_one_decoder(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "film.mp4", frames=60)
    reader = VideoSource(path, probe(path))
    asked = [*range(10), 50, *range(30, 40), *range(36, 26, -1)]
    assert [read_number(reader.frame(number)) for number in asked] == asked
    assert len(reader._decoders) == 1
    reader.close()
