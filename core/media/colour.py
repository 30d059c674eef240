"""Decoded pictures to RGB arrays: matrix and range by the tags, then rotation and square pixels.

An untagged picture is BT.709 from 720 lines on and BT.601 below, limited range, as players agree on. swscale does
matrix, range, bit depth and scaling in one pass. What has a high dynamic range is brought down (core.media.tone).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from core.media.info import Frame, VideoInfo
from core.media.tone import is_high, tone_mapped

MATRICES = {0: "rgb", 1: "bt709", 4: "bt601", 5: "bt601", 6: "bt601", 7: "bt709", 9: "bt2020", 10: "bt2020"}
"""FFmpeg's matrix numbers to our names; others are untagged."""

_SWSCALE = {"bt601": Colorspace.ITU601, "bt709": Colorspace.ITU709, "bt2020": Colorspace.BT2020}
_QUALITY = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


def matrix_of(video: VideoInfo) -> str:
    """The matrix to use: the tag, or the usual one for the size. "rgb" never occurs for YUV."""
    if video.colour_space in _SWSCALE:
        return video.colour_space
    return "bt709" if video.coded_height >= 720 else "bt601"


def swscale_matrix(video: VideoInfo) -> Colorspace:
    """The matrix to use, as swscale names it."""
    return _SWSCALE[matrix_of(video)]


def stored_size(video: VideoInfo, size: tuple[int, int] | None) -> tuple[int, int]:
    """(width, height) to scale the stored picture to, so that it has `size` after rotation."""
    width, height = size or (video.width, video.height)
    return (height, width) if video.rotation % 180 else (width, height)


def rotate(picture: Frame, clockwise: int) -> Frame:
    """Turn by 0, 90, 180 or 270 degrees; contiguous."""
    turned = np.rot90(picture, -(clockwise // 90) % 4)
    return np.ascontiguousarray(turned)


def to_rgb(
    picture: Any, video: VideoInfo, size: tuple[int, int] | None, reformatter: VideoReformatter
) -> Frame:
    """An av.VideoFrame as uint8 (H, W, 3) RGB, or (H, W, 4) with straight alpha where `video.alpha`.

    Args:
        size: (width, height) of the result in display orientation; None for the picture's own.
        reformatter: kept by the caller, for it keeps swscale's tables; not to be shared between threads.
    """
    width, height = stored_size(video, size)
    full = video.full_range or picture.format.name.startswith("yuvj")
    matrix = swscale_matrix(video)
    high = is_high(video)
    planar = _is_yuv(picture.format) and not high
    packed, planes = ("rgba", "gbrap") if video.alpha else ("rgb24", "gbrp")
    out = reformatter.reformat(
        picture,
        width,
        height,
        "gbrp16le" if high else planes if planar else packed,  # to packed RGB of 16 bit swscale errs
        src_colorspace=matrix,
        dst_colorspace=matrix,
        interpolation=_QUALITY,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        threads=1,
    )
    if high:
        array = tone_mapped(np.asarray(out.to_ndarray(), np.uint16), video.transfer)
    else:
        array = _interleaved(out) if planar else np.asarray(out.to_ndarray(), np.uint8)
    return rotate(array, video.rotation) if video.rotation else array


def _is_yuv(layout: Any) -> bool:
    return not layout.is_rgb and layout.name != "pal8" and len(layout.components) >= 3


def _interleaved(planar: Any) -> Frame:
    """Planes in the order G, B, R(, A) as one RGB(A) array.

    swscale is three times as fast to planes as to packed RGB at this quality, and OpenCV packs them in no time.
    """
    import cv2  # only where pictures are shown: the program starts without it

    green, blue, red, *alpha = (
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in planar.planes
    )
    return np.asarray(cv2.merge([red, green, blue, *alpha]), np.uint8)
