"""Matte videos: what is written comes back; what does not fit is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import MediaError
from core.media.matte_video import FORMATS, MatteFormat, read_matte_video, to_labels, write_matte_video
from core.media.writer import FilmWriter, VideoSpec, colours_for, to_encoder
from core.time import FrameRate

RATE = FrameRate(25, 1)
TOLERANCE = {"ffv1": 0, "prores4444": 1, "h264": 8}


def mattes(count: int = 5, width: int = 64, height: int = 48) -> list[np.ndarray]:
    found = []
    for frame in range(count):
        disc = np.zeros((height, width), np.float32)
        cv2.circle(disc, (20 + 4 * frame, height // 2), 12, 1.0, -1)
        found.append(np.rint(cv2.GaussianBlur(disc, (0, 0), 2.5) * 255).astype(np.float32) / 255)
    return found


def write_film(path: Path, pictures: list[np.ndarray], video: VideoSpec) -> None:
    from av.video.reformatter import VideoReformatter

    height, width = pictures[0].shape[:2]
    writer = FilmWriter(path, "matroska", size=(width, height), rate=RATE, video=video)
    for picture in pictures:
        writer.write_video(to_encoder(picture, video, colours_for(height), VideoReformatter()))
    writer.close()


@pytest.mark.parametrize("kind", list(FORMATS))
@pytest.mark.parametrize("size", [(64, 48), (63, 47)])
def test_mattes_come_back_as_written(tmp_path: Path, kind: MatteFormat, size: tuple[int, int]) -> None:
    path = tmp_path / f"matte{FORMATS[kind].suffix}"
    wanted = mattes(5, *size)
    assert write_matte_video(path, wanted, size=size, rate=RATE) == 5
    found = list(read_matte_video(path, size=size, frames=5))
    assert [frame for frame, _ in found] == list(range(5))
    for (_, matte), true in zip(found, wanted, strict=True):
        assert matte.dtype == np.float32 and matte.shape == true.shape
        assert np.abs(matte - true).max() * 255 <= TOLERANCE[kind] + 0.01
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_labels_from_half_a_pixel_on() -> None:
    matte = np.array([[0.0, 0.49, 0.5, 1.0]], np.float32)
    np.testing.assert_array_equal(to_labels(matte, 3), [[0, 0, 3, 3]])


def test_a_part_of_the_clip_begins_where_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "matte.mkv"
    write_matte_video(path, mattes(3), size=(64, 48), rate=RATE)
    assert [frame for frame, _ in read_matte_video(path, frames=10, first=7)] == [7, 8, 9]
    with pytest.raises(MediaError, match=r"matte\.mkv has 3 frames.*end at 10"):
        read_matte_video(path, frames=10, first=8)


def test_another_size_is_refused_or_resized(tmp_path: Path) -> None:
    path = tmp_path / "matte.mkv"
    write_matte_video(path, mattes(2), size=(64, 48), rate=RATE)
    with pytest.raises(MediaError, match=r"matte\.mkv is 64x48, the clip is 32x24") as caught:
        read_matte_video(path, size=(32, 24))
    assert "32x24" in caught.value.hint
    assert next(read_matte_video(path, size=(32, 24), resize=True))[1].shape == (24, 32)


def test_another_number_of_frames_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "matte.mkv"
    write_matte_video(path, mattes(3), size=(64, 48), rate=RATE)
    with pytest.raises(MediaError, match=r"matte\.mkv has 3 frames, the clip has 4") as caught:
        read_matte_video(path, frames=4)
    assert "frame" in caught.value.hint


def test_a_film_in_colour_is_no_matte(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, 10:40] = (200, 40, 40)
    write_film(path, [picture] * 2, VideoSpec("ffv1", "bgr0"))
    with pytest.raises(MediaError, match=r"film\.mkv is in colour"):
        list(read_matte_video(path))


def test_opaque_alpha_gives_way_to_the_grey(tmp_path: Path) -> None:
    path = tmp_path / "grey.mkv"
    grey = np.rint(mattes(1)[0] * 255).astype(np.uint8)
    write_film(path, [np.dstack([grey, grey, grey, np.full_like(grey, 255)])] * 2, VideoSpec("ffv1", "bgra"))
    _, matte = next(read_matte_video(path))
    np.testing.assert_allclose(matte * 255, grey, atol=0.01)


@pytest.mark.parametrize("content", [b"", b"no film at all" * 50])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mov"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"broken\.mov"):
        read_matte_video(path)


def test_writing_fails_whole(tmp_path: Path) -> None:
    def failing() -> Iterator[np.ndarray]:
        yield mattes(1)[0]
        raise MediaError("the mask of frame 1 cannot be read")

    path = tmp_path / "matte.mkv"
    with pytest.raises(MediaError, match="frame 1"):
        write_matte_video(path, failing(), size=(64, 48), rate=RATE)
    with pytest.raises(MediaError, match="no mattes"):
        write_matte_video(path, [], size=(64, 48), rate=RATE)
    with pytest.raises(MediaError, match=r"frame 1 for matte\.mkv is 20x20"):
        write_matte_video(path, [mattes(1)[0], np.zeros((20, 20), np.float32)], size=(64, 48), rate=RATE)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MediaError, match=r"\.mkv"):
        write_matte_video(tmp_path / "matte.xyz", mattes(1), size=(64, 48), rate=RATE)
    with pytest.raises(MediaError, match="cannot be written"):
        write_matte_video(tmp_path / "none" / "matte.mkv", mattes(1), size=(64, 48), rate=RATE)
