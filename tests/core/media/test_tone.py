"""High dynamic range comes down to that of usual screens, the same way everywhere."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.media.probe import probe
from core.media.proxy import make_proxy, proxy_info, proxy_path
from core.media.reader import VideoSource, open_source
from core.media.thumbnails import thumbnails
from core.media.tone import PAPER, tone_mapped

WHITE = 234
"""What paper white becomes: there is room above it for what shines."""


def pq(nits: float) -> float:
    """The inverse of the curve under test, from ST 2084."""
    root = (nits / 10000) ** 0.1593017578125
    return float(((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** 78.84375)


def grey(*values: float) -> np.ndarray:
    return np.repeat(np.round(np.array(values) * 65535).astype(np.uint16)[None, :, None], 3, 2)


def test_paper_white_is_the_same_by_both_curves_and_greys_stay_grey() -> None:
    by_pq = tone_mapped(grey(0, pq(PAPER / 10), pq(PAPER), pq(1000), 1), "pq")
    by_hlg = tone_mapped(grey(0, 0.75, 1), "hlg")
    assert np.ptp(by_pq.astype(int), axis=2).max() <= 1 and np.ptp(by_hlg.astype(int), axis=2).max() <= 1
    assert by_pq[0, :, 1] == pytest.approx([0, 255 * 0.1 ** (1 / 2.4), WHITE, 255, 255], abs=1)
    assert by_hlg[0, :, 1] == pytest.approx([0, WHITE, 255], abs=1)


@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_more_light_is_never_darker_and_no_step_is_seen(transfer: str) -> None:
    ramp = tone_mapped(np.repeat(np.arange(65536, dtype=np.uint16)[None, :, None], 3, 2), transfer)[0, :, 1]
    steps = np.diff(ramp.astype(int))
    assert steps.min() >= 0 and steps.max() <= 1


def write_high(path: Path, transfer: int, code: float) -> Path:
    """Three frames of one grey, ten bits, tagged as phones do."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        context = stream.codec_context
        context.colorspace, context.color_primaries, context.color_trc, context.color_range = (
            9,
            9,
            transfer,
            1,
        )
        for _ in range(3):
            frame = av.VideoFrame(64, 48, "yuv420p10le")
            for plane, value in zip(frame.planes, (round(64 + 876 * code), 512, 512), strict=True):
                plane.update(np.full(plane.buffer_size // 2, value, np.uint16).tobytes())
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("transfer", "code"), [(16, pq(PAPER)), (18, 0.75)])
def test_frames_thumbnails_and_proxies_of_a_phones_film_agree(
    tmp_path: Path, transfer: int, code: float
) -> None:
    path = write_high(tmp_path / "phone.mp4", transfer, code)
    info = probe(path)
    assert info.video is not None and info.video.transfer in ("pq", "hlg")
    assert any("high dynamic range" in note for note in info.notes)
    source = open_source(path, info)
    assert isinstance(source, VideoSource)
    assert source.frame(1) == pytest.approx(np.full((48, 64, 3), WHITE), abs=2)
    (picture,) = [picture for _, picture in thumbnails(path, info, [0], 24)]
    assert picture == pytest.approx(np.full((24, 32, 3), WHITE), abs=2)
    source.close()
    (tmp_path / "proxy").mkdir()
    list(make_proxy(tmp_path / "proxy", path=str(path), height=24))
    small = open_source(proxy_path(tmp_path / "proxy"), proxy_info(tmp_path / "proxy"))
    assert small.frame(1) == pytest.approx(np.full((24, 32, 3), WHITE), abs=3)
    small.close()


@pytest.mark.parametrize("layout", ["yuv420p10le", "yuv422p10le", "yuv444p10le"])
def test_colours_are_the_same_at_the_clips_own_size_and_smaller(tmp_path: Path, layout: str) -> None:
    ramp = np.linspace(0, 65535, 64).astype(np.uint16)
    picture = np.zeros((48, 64, 3), np.uint16)
    picture[..., 0], picture[..., 1], picture[..., 2] = ramp, ramp[::-1], ramp[:48, None]
    path = tmp_path / "phone.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("ffv1", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = 64, 48, layout
        context = stream.codec_context
        context.colorspace, context.color_primaries, context.color_trc, context.color_range = 9, 9, 18, 1
        frame = av.VideoFrame.from_ndarray(picture, "rgb48le")
        out.mux(stream.encode(frame.reformat(format=layout, dst_colorspace=9, dst_color_range=1)))
        out.mux(stream.encode(None))
    info = probe(path)
    assert info.video is not None and info.video.transfer == "hlg"
    source = open_source(path, info)
    own, half = source.frame(0).astype(float), source.frame(0, (32, 24)).astype(float)
    source.close()
    assert np.abs(own.mean((0, 1)) - half.mean((0, 1))).max() < 4
    assert np.abs(own.reshape(24, 2, 32, 2, 3).mean((1, 3)) - half).mean() < 8
