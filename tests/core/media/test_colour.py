"""Decoded colours against the matrices of the standards, written out here in numpy."""

from __future__ import annotations

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.reformatter import VideoReformatter

from core.media.colour import to_rgb
from core.media.info import VideoInfo
from core.time import FrameRate

WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
PATCHES = np.random.default_rng(3).random((24, 3))


def encode(rgb: npt.NDArray[np.float64], matrix: str, full: bool, depth: int) -> list[int]:
    red, blue = WEIGHTS[matrix]
    luma = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2]
    chroma = (rgb[2] - luma) / 2 / (1 - blue), (rgb[0] - luma) / 2 / (1 - red)
    scale, top = 2 ** (depth - 8), 2**depth - 1
    if full:
        values = [luma * top, *(part * top + 128 * scale for part in chroma)]
    else:
        values = [(16 + 219 * luma) * scale, *((128 + 224 * part) * scale for part in chroma)]
    return [round(min(max(value, 0), top)) for value in values]


def patch(values: list[int], layout: str) -> av.VideoFrame:
    frame = av.VideoFrame(32, 16, layout)
    kind = np.uint16 if "10" in layout or "12" in layout else np.uint8
    for plane, value in zip(frame.planes, values, strict=True):
        plane.update(np.full(plane.buffer_size // kind().itemsize, value, kind).tobytes())
    return frame


def video(layout: str, matrix: str, full: bool, coded_height: int = 16, rotation: int = 0) -> VideoInfo:
    width, height = (16, 32) if rotation % 180 else (32, 16)
    return VideoInfo("test", width, height, 32, coded_height, FrameRate(25), pixel_format=layout,
                     colour_space=matrix, full_range=full, rotation=rotation)  # fmt: skip


@pytest.mark.parametrize("layout", ["yuv420p", "yuv444p", "yuv420p10le", "yuv422p10le", "yuv444p12le"])
@pytest.mark.parametrize("matrix", WEIGHTS)
@pytest.mark.parametrize("full", [False, True])
def test_colours_are_those_of_the_standard(layout: str, matrix: str, full: bool) -> None:
    depth = 12 if "12" in layout else 10 if "10" in layout else 8
    reformatter = VideoReformatter()
    for rgb in PATCHES:
        shown = to_rgb(
            patch(encode(rgb, matrix, full, depth), layout), video(layout, matrix, full), None, reformatter
        )
        assert np.abs(shown - rgb * 255).max() <= 2.0


@pytest.mark.parametrize(("height", "matrix"), [(480, "bt601"), (720, "bt709"), (1080, "bt709")])
def test_untagged_goes_by_the_height(height: int, matrix: str) -> None:
    for rgb in PATCHES[:6]:
        picture = patch(encode(rgb, matrix, False, 8), "yuv444p")
        shown = to_rgb(picture, video("yuv444p", "", False, height), None, VideoReformatter())
        assert np.abs(shown - rgb * 255).max() <= 2.0


def test_rotation_turns_clockwise() -> None:
    picture = np.zeros((16, 32, 3), np.uint8)
    picture[:, :8] = 255
    frame = av.VideoFrame.from_ndarray(picture, "rgb24")
    shown = to_rgb(frame, video("rgb24", "rgb", True, rotation=90), None, VideoReformatter())
    assert shown.shape == (32, 16, 3) and shown[:8].min() == 255 and shown[8:].max() == 0
