"""Stills and numbered pictures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import MediaError
from core.media import images
from core.media.probe import probe
from core.media.reader import open_source
from core.time import FrameRate, from_seconds
from tests.media_files import number_picture, read_number, write_pictures


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".bmp"])
def test_stills(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    Image.fromarray(number_picture(777)).save(path)
    info = probe(path)
    assert info.kind == "image" and info.available is None and info.duration == 0
    source = open_source(path, info)
    assert source.frame_count == 1 and source.index_at(10**12) == 0
    assert read_number(source.frame(0)) == 777 and read_number(source.frame(0, (32, 24))) == 777
    with pytest.raises(IndexError):
        source.frame(1)


def test_alpha_palette_and_sixteen_bits(tmp_path: Path) -> None:
    Image.fromarray(number_picture(5, alpha=True)).save(tmp_path / "a.png")
    source = open_source(tmp_path / "a.png")
    assert source.has_alpha and source.frame(0).shape == (48, 64, 4) and source.frame(0)[0, 0, 3] == 255
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([0, 0, 0, 200, 100, 50])
    palette.save(tmp_path / "p.png")
    assert tuple(open_source(tmp_path / "p.png").frame(0)[0, 0]) == (200, 100, 50)
    deep = np.full((8, 8), 0x8080, np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    info = probe(tmp_path / "deep.png")
    assert info.video is not None and info.video.bit_depth == 16
    assert open_source(tmp_path / "deep.png", info).frame(0)[0, 0, 0] == 128


@pytest.mark.parametrize("suffix", ["gif", "png", "apng"])
def test_a_picture_that_moves_is_a_film_with_its_own_times(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"moving.{suffix}"
    frames = [Image.fromarray(number_picture(number, alpha=True)) for number in range(4)]
    kind = "GIF" if suffix == "gif" else "PNG"
    delays = [40, 200, 40, 100]
    frames[0].save(path, kind, save_all=True, append_images=frames[1:], duration=delays, disposal=1)
    info = probe(path)
    assert info.kind == "video" and info.video is not None and info.video.alpha and info.video.variable_rate
    source = open_source(path, info)
    assert [read_number(source.frame(number)) for number in range(4)] == list(range(4))
    assert [source.time_of(number) for number in range(4)] == [
        from_seconds(Fraction(milliseconds, 1000)) for milliseconds in (0, 40, 240, 280)
    ]
    source.close()


@pytest.mark.parametrize("name", ["one.gif", "one.avif"])
def test_one_picture_is_a_still_whatever_films_its_kind_can_hold(name: str, tmp_path: Path) -> None:
    Image.fromarray(number_picture(5)).save(tmp_path / name)
    info = probe(tmp_path / name)
    assert info.kind == "image" and info.available is None and info.notes == ()
    assert read_number(open_source(tmp_path / name, info).frame(0)) == 5


def test_of_moving_webp_the_first_picture_is_shown_and_the_cure_told(tmp_path: Path) -> None:
    frames = [Image.fromarray(number_picture(number)) for number in (3, 4)]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    info = probe(tmp_path / "a.webp")
    assert info.kind == "image" and "save it as GIF, APNG or MP4" in info.notes[0]
    assert read_number(open_source(tmp_path / "a.webp", info).frame(0)) == 3


def test_exif_turns_the_picture(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by 90 degrees
    Image.fromarray(np.rot90(number_picture(9, (48, 64)), 1)).save(tmp_path / "a.jpg", exif=exif)
    info = probe(tmp_path / "a.jpg")
    assert info.video is not None and (info.video.width, info.video.height) == (48, 64)
    assert read_number(open_source(tmp_path / "a.jpg", info).frame(0)) == 9


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_folder_is_a_clip(suffix: str, tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "bear", 12, suffix=suffix)
    (folder / "Thumbs.db").write_bytes(b"x")
    info = probe(folder)
    assert info.kind == "sequence" and info.duration == FrameRate(25).time_of(12)
    source = open_source(folder, info)
    assert source.frame_count == 12
    assert [read_number(source.frame(number)) for number in (0, 11, 5)] == [0, 11, 5]
    assert source.index_at(source.time_of(7)) == 7 and source.index_at(10**12) == 11


@pytest.mark.parametrize("pattern", ["%05d.png", "#####.png", "*.png"])
def test_patterns(pattern: str, tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "bear", 4)
    Image.fromarray(number_picture(1)).save(folder / "other_0001.png")
    assert [file.name for file in images.numbered(folder / pattern)][:2] == ["00000.png", "00001.png"]
    assert probe(folder / pattern).duration == FrameRate(25).time_of(4)


def test_order_is_by_number_and_gaps_are_noted(tmp_path: Path) -> None:
    for number in (1, 2, 10, 12):
        Image.fromarray(number_picture(number)).save(tmp_path / f"shot{number}.png")
    info = probe(tmp_path)
    source = open_source(tmp_path, info)
    assert [read_number(source.frame(number)) for number in range(4)] == [1, 2, 10, 12]
    assert "8 numbers are missing" in info.notes[0]


def test_types_of_one_series_may_differ(tmp_path: Path) -> None:
    for number in range(6):
        suffix = ("png", "jpg", "PNG")[number % 3]
        Image.fromarray(number_picture(number)).save(tmp_path / f"{number:05}.{suffix}")
    source = open_source(tmp_path)
    assert [read_number(source.frame(number)) for number in range(source.frame_count)] == list(range(6))
    assert probe(tmp_path).notes == ()


def test_the_same_number_twice_makes_two_series_and_the_rest_is_told(tmp_path: Path) -> None:
    for number in range(4):
        Image.fromarray(number_picture(number)).save(tmp_path / f"{number:05}.jpg")
    Image.fromarray(number_picture(9)).save(tmp_path / "00002.png")
    Image.fromarray(number_picture(9)).save(tmp_path / "other_1.png")
    assert [file.suffix for file in images.numbered(tmp_path)] == [".jpg"] * 4
    assert probe(tmp_path).notes == ("2 pictures of another series, such as 00002.png, are left out",)


def test_of_two_equally_long_series_the_first_by_name_is_taken(tmp_path: Path) -> None:
    for name in ("b_1", "b_2", "a_1", "a_2"):
        Image.fromarray(number_picture(1)).save(tmp_path / f"{name}.png")
    assert [file.name for file in images.numbered(tmp_path)] == ["a_1.png", "a_2.png"]


def test_pictures_of_different_sizes_are_told(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "bear", 3)
    Image.new("RGB", (7, 5)).save(folder / "00002.png")
    assert any("different sizes" in note for note in probe(folder).notes)
    assert open_source(folder).frame(2).shape == open_source(folder).frame(0).shape


def test_a_damaged_picture_in_the_series_is_named(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "bear", 3)
    (folder / "00001.png").write_bytes((folder / "00001.png").read_bytes()[:60])
    source = open_source(folder)
    with pytest.raises(MediaError, match=r"00001\.png"):
        source.frame(1)
    assert read_number(source.frame(2)) == 2
