"""Interlaced films: what comb is rebuilt from the earlier field, and nothing else is touched."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from core.media.fields import plane, rebuilt
from core.media.info import Frame, MediaInfo
from core.media.probe import probe
from core.media.proxy import make_proxy, proxy_info, proxy_path
from core.media.reader import VideoSource, open_source
from core.media.thumbnails import thumbnail
from core.time import from_seconds
from tests.core.render.exporting import psnr
from tests.interlaced import moments, write_interlaced

KINDS = [
    ("a.mp4", "libx264", "yuv420p"),
    ("a.mpg", "mpeg2video", "yuv420p"),
    ("b.mpg", "mpeg2video", "yuv422p"),
    ("a.mov", "prores_ks", "yuv422p10le"),
]


def woven(info: MediaInfo) -> MediaInfo:
    """The same media with both fields shown together."""
    assert info.video is not None
    return replace(info, video=replace(info.video, woven=True))


def frames(path: Path, info: MediaInfo) -> list[Frame]:
    with closing(open_source(path, info)) as source:
        return [source.frame(number) for number in range(source.frame_count)]


@pytest.mark.parametrize("bottom_first", [False, True])
@pytest.mark.parametrize(("name", "codec", "pix_fmt"), KINDS)
def test_frames_are_of_one_moment(
    name: str, codec: str, pix_fmt: str, bottom_first: bool, tmp_path: Path
) -> None:
    truth = moments(8)
    path = write_interlaced(tmp_path / name, truth, codec, pix_fmt, bottom_first)
    info = probe(path)
    assert info.video is not None and info.video.interlaced and info.video.bottom_first == bottom_first
    order = "lower" if bottom_first else "upper"
    assert info.notes == (f"interlaced, the {order} field first: where its lines comb, one field is rebuilt",)
    together, apart = frames(path, woven(info)), frames(path, info)
    for shown, before, wanted in zip(apart, together, truth[::2], strict=True):
        assert psnr(shown, wanted) > psnr(before, wanted) + 6
        red_before, red = (np.abs(one[..., 0].astype(int) - wanted[..., 0]).max() for one in (before, shown))
        assert red < red_before * 0.7  # nor do coloured edges comb
        np.testing.assert_array_equal(shown[:24], before[:24])  # nothing moves there
        np.testing.assert_array_equal(shown[-30:, 120:], before[-30:, 120:])


@pytest.mark.parametrize("bottom_first", [False, True])
def test_a_progressive_film_in_an_interlaced_stream_loses_nothing(bottom_first: bool, tmp_path: Path) -> None:
    progressive = [one for one in moments(4) for _ in range(2)]
    path = write_interlaced(tmp_path / "psf.mp4", progressive, bottom_first=bottom_first)
    info = probe(path)
    assert info.video is not None and info.video.interlaced
    with closing(VideoSource(path, info)) as source, closing(VideoSource(path, woven(info))) as plain:
        for number in range(4):
            np.testing.assert_array_equal(source.frame(number), plain.frame(number))
            picture = plain.video_frame(number)
            assert rebuilt(picture, info.video) is picture


def test_a_capture_that_is_not_marked_is_rebuilt_when_that_is_wanted(tmp_path: Path) -> None:
    truth = moments(4)
    path = write_interlaced(tmp_path / "a.avi", truth, "mjpeg", "yuvj422p")
    info = probe(path)
    assert info.video is not None and not info.video.interlaced
    wanted = replace(info, video=replace(info.video, unmarked=True))
    for before, shown, moment in zip(frames(path, info), frames(path, wanted), truth[::2], strict=True):
        assert psnr(shown, moment) > psnr(before, moment) + 6


def test_noise_does_not_comb(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    still = [
        np.clip(one + noise.normal(0, 5, one.shape[:2])[..., None], 0, 255).astype(np.uint8)
        for one in moments(6, moving=False)
    ]
    path = write_interlaced(tmp_path / "noise.mp4", still)
    info = probe(path)
    for one, other in zip(frames(path, info), frames(path, woven(info)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_frame_is_the_same_however_it_was_reached(tmp_path: Path) -> None:
    path = write_interlaced(tmp_path / "a.mp4", moments(24))
    info = probe(path)
    played = frames(path, info)
    with closing(open_source(path, info)) as source:
        for number in (11, 3, 7, 0):
            np.testing.assert_array_equal(source.frame(number), played[number])


def test_proxies_and_thumbnails_show_what_frames_show(tmp_path: Path) -> None:
    truth = moments(8)
    path = write_interlaced(tmp_path / "a.mp4", truth)
    info = probe(path)
    small = thumbnail(path, info, from_seconds(Fraction(3, 25)), 128)
    assert psnr(small, truth[6]) > 30
    good = {}
    for chosen in ("apart", "together"):
        folder = tmp_path / chosen
        folder.mkdir()
        list(make_proxy(folder, path=str(path), height=128, fields=chosen))
        good[chosen] = psnr(frames(proxy_path(folder), proxy_info(folder))[3], truth[6])
    assert good["apart"] > good["together"] + 2


def test_camcorders_tapes_begin_below(tmp_path: Path) -> None:
    truth = moments(2, (720, 576))
    path = write_interlaced(tmp_path / "tape.dv", truth, "dvvideo", bottom_first=True)
    info = probe(path)
    assert info.video is not None and info.video.bottom_first
    with closing(VideoSource(path, info)) as source, closing(VideoSource(path, woven(info))) as plain:
        picture, before = source.video_frame(0), plain.video_frame(0)
        assert not picture.interlaced_frame and before.interlaced_frame
        np.testing.assert_array_equal(plane(picture, 0)[1::2], plane(before, 0)[1::2])
        assert (plane(picture, 0)[0::2] != plane(before, 0)[0::2]).any()
