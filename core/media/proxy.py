"""Small all-intra copies for smooth scrubbing: every frame is a key frame, frame n is frame n of the source.

H.264 intra with fast decoding in MP4; a source with alpha becomes PNG in MOV. Time stamps are those of the source
(exact for a variable rate too), counted from its first frame. The proxy is an ordinary file: `proxy_path` and
`proxy_info` of the result folder go to `open_source` or the pool in place of the source's own. A proxy that was
interrupted starts anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import msgspec
from av.video.reformatter import ColorRange, VideoReformatter

from core.errors import MediaError
from core.files import NOT_JSON, write_atomic
from core.job import Progress, require_disk
from core.media.colour import matrix_of, stored_size, swscale_matrix, to_rgb
from core.media.info import Fields, MediaInfo, VideoInfo, with_fields
from core.media.opening import FAILURES
from core.media.probe import probe
from core.media.reader import VideoSource
from core.media.tone import is_high
from core.time import TICKS_PER_SECOND

INFO = "proxy.json"
_NAMES = {False: "proxy.mp4", True: "proxy.mov"}
_TAGS = {"bt709": 1, "bt601": 6, "bt2020": 9}


def proxy_path(folder: Path) -> Path:
    """The film in a finished result folder. Raises MediaError when there is none."""
    for name in _NAMES.values():
        if (folder / name).exists():
            return folder / name
    raise MediaError(f"there is no proxy in {folder.name}", "Make the proxy again")


def proxy_info(folder: Path) -> MediaInfo:
    """The proxy's own info, with the rate and the start of its source. Raises MediaError when it is not finished."""
    try:
        return msgspec.json.decode((folder / INFO).read_bytes(), type=MediaInfo)
    except (OSError, *NOT_JSON) as error:
        raise MediaError(f"the proxy in {folder.name} is not finished", "Make the proxy again") from error


def make_proxy(
    out: Path,
    *,
    path: str,
    height: int = 360,
    fields: Fields = "",
    info: MediaInfo | None = None,
) -> Iterator[Progress]:
    """Write the proxy of the video file `path` into the folder `out`.

    Args:
        height: lines of the proxy as displayed; made even, and never more than the source has.
        fields: the user's choice for a film's fields.

    Raises:
        MediaError: when the source is no video file or cannot be read.
        OutOfDisk: when there is no room.
    """
    source_info = info or probe(Path(path))
    if source_info.kind != "video" or source_info.video is None:
        raise MediaError(f"{Path(path).name} is not a video file", "Only video files need proxies")
    source = VideoSource(Path(path), with_fields(source_info, fields))
    target = out / _NAMES[source_info.video.alpha]
    part = target.with_stem("part")
    try:
        require_disk(out, _expected_bytes(source, height))
        yield from _encode(source, source_info.video, part, height)
    except FAILURES as error:
        raise MediaError(f"the proxy of {Path(path).name} cannot be written", str(error)) from error
    finally:
        source.close()
    part.replace(target)
    write_atomic(out / INFO, msgspec.json.encode(_with_times(probe(target), source_info)))


def _with_times(proxy: MediaInfo, source: MediaInfo) -> MediaInfo:
    """The proxy's info with the source's times, so that both lead the same time to the same frame."""
    assert proxy.video is not None and source.video is not None
    video = msgspec.structs.replace(
        proxy.video,
        rate=source.video.rate,
        variable_rate=source.video.variable_rate,
        start=source.video.start,
    )
    return msgspec.structs.replace(proxy, duration=source.duration, video=video)


def _expected_bytes(source: VideoSource, height: int) -> int:
    pixels = height * height * source.width // max(1, source.height)
    return source.frame_count * pixels // (1 if source.has_alpha else 3)


def _size(video: VideoInfo, height: int) -> tuple[int, int]:
    """(width, height) as displayed, even, square pixels."""
    lines = max(2, min(height, video.height) // 2 * 2)
    return max(2, round(video.width * lines / video.height / 2) * 2), lines


def _encode(source: VideoSource, video: VideoInfo, part: Path, height: int) -> Iterator[Progress]:
    width, lines = stored_size(video, _size(video, height))
    count, said = source.frame_count, 0.0
    base = source.time_base if video.variable_rate else Fraction(video.rate.den, video.rate.num)
    reformatter = VideoReformatter()
    with av.open(str(part), "w") as container:
        stream = _stream(container, video, width, lines, base)
        for number in range(count):
            frame = _small(source.video_frame(number), video, width, lines, stream.pix_fmt, reformatter)
            frame.pts, frame.time_base = _stamp(source, number, video, base), base
            container.mux(stream.encode(frame))
            if time.monotonic() - said > 0.25:
                said = time.monotonic()
                yield Progress(number, count, "Making proxy")
        container.mux(stream.encode(None))
    yield Progress(count, count, "Making proxy")


def _stamp(source: VideoSource, number: int, video: VideoInfo, base: Fraction) -> int:
    if not video.variable_rate:
        return number
    return round(Fraction(source.time_of(number) - source.time_of(0), TICKS_PER_SECOND) / base)


def _stream(container: Any, video: VideoInfo, width: int, height: int, base: Fraction) -> Any:
    rate = Fraction(video.rate.num, video.rate.den)
    if video.alpha:
        stream = container.add_stream("png", rate=rate)
        stream.pix_fmt = "rgba"
    else:
        options = {"preset": "superfast", "tune": "fastdecode", "crf": "20", "g": "1", "bf": "0"}
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.colorspace = _TAGS[matrix_of(video)]
        stream.codec_context.color_range = int(ColorRange.MPEG)
    stream.width, stream.height = width, height
    stream.codec_context.time_base = base
    if video.rotation:
        stream.set_display_rotation(-video.rotation)
    return stream


def _small(
    picture: Any, video: VideoInfo, width: int, height: int, layout: str, reformatter: VideoReformatter
) -> Any:
    """The picture scaled, in the source's matrix and limited range; its range of light is that of usual screens."""
    full = video.full_range or picture.format.name.startswith("yuvj")
    matrix = swscale_matrix(video)
    if is_high(video):
        upright = msgspec.structs.replace(video, rotation=0)
        picture, full = to_rgb(picture, upright, (width, height), reformatter), True
        picture = av.VideoFrame.from_ndarray(picture, "rgb24")
    small = reformatter.reformat(
        picture,
        width,
        height,
        layout,
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG if video.alpha else ColorRange.MPEG,
        threads=1,
    )
    small.pict_type = 0  # the encoder chooses; the source's own type would be forced on it
    return small
