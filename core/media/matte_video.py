"""Mattes of one object as a video, as compositors exchange them: grey, or in the alpha channel.

White (or opaque) is the object. FFV1 keeps every value of 8 bits, ProRes 4444 carries the matte as straight alpha
over white and is off by 1 of 255 at most, H.264 is small and good to a few of 255. Frame n of the video is frame n
of the clip.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

from core.arrays import to_float
from core.errors import MediaError
from core.media.info import Frame, FrameSource
from core.media.matte import Labels, Matte
from core.media.reader import open_source
from core.media.writer import FilmWriter, VideoSpec, coded_size, colours_for, to_encoder
from core.time import FrameRate

MatteFormat = Literal["ffv1", "prores4444", "h264"]

_NOT_GREY = 40
"""A pixel whose channels differ by more than this has a colour; lossy grey films stay below."""
_HINT = "Export the matte again as white on black, or as an alpha channel, at the clip's size and over all its frames"


@dataclass(frozen=True)
class MatteFile:
    """One way to write a matte video.

    suffix: of the file.
    container: FFmpeg's name.
    """

    title: str
    suffix: str
    container: str
    video: VideoSpec


FORMATS: Mapping[MatteFormat, MatteFile] = {
    "ffv1": MatteFile(
        "FFV1, grey, lossless",
        ".mkv",
        "matroska",
        VideoSpec("ffv1", "gray", {"level": "3", "slicecrc": "1", "slices": "4"}),
    ),
    "prores4444": MatteFile(
        "ProRes 4444, alpha",
        ".mov",
        "mov",
        VideoSpec("prores_ks", "yuva444p10le", {"profile": "4", "vendor": "apl0", "alpha_bits": "16"}),
    ),
    "h264": MatteFile(
        "H.264, grey", ".mp4", "mp4", VideoSpec("libx264", "yuv420p", {"crf": "12", "preset": "veryfast"})
    ),
}


def matte_format(path: Path) -> MatteFormat:
    """The format that a file's suffix asks for.

    Raises:
        MediaError: for any other suffix.
    """
    for name, known in FORMATS.items():
        if known.suffix == path.suffix.lower():
            return name
    known_ones = ", ".join(f"{known.suffix} ({known.title})" for known in FORMATS.values())
    raise MediaError(f"{path.name} has no suffix of a matte video", f"Use one of {known_ones}")


def write_matte_video(
    path: Path,
    mattes: Iterable[Matte],
    *,
    size: tuple[int, int],
    rate: FrameRate,
    format: MatteFormat | None = None,
) -> int:
    """Write one matte a frame; a whole file or nothing. The caller's iterable is the place for progress and cancel.

    Args:
        mattes: float32 (H, W) in [0, 1], in the order of the clip's frames.
        size: (width, height) of all of them. An odd size gets one more column or row in H.264.
        format: None takes the one of the suffix.

    Returns:
        How many frames were written.

    Raises:
        MediaError: for an unknown suffix, no mattes, one of another size, or when the disk refuses.
    """
    kind = FORMATS[format or matte_format(path)]
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        writer = FilmWriter(
            part,
            kind.container,
            size=coded_size(*size, kind.video.pixel_format),
            rate=rate,
            video=kind.video,
            name=path.name,
        )
        count = _write(writer, path, mattes, size, kind.video)
        part.replace(path)
    except OSError as error:
        raise MediaError(
            f"{path} cannot be written: {error.strerror}", "Check the disk and the folder"
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count


def _write(
    writer: FilmWriter, path: Path, mattes: Iterable[Matte], size: tuple[int, int], video: VideoSpec
) -> int:
    count, reformatter, colours = 0, VideoReformatter(), colours_for(size[1])
    try:
        for matte in mattes:
            if matte.shape != (size[1], size[0]):
                raise MediaError(
                    f"the matte of frame {count} for {path.name} is {matte.shape[1]}x{matte.shape[0]}, "
                    f"the others {size[0]}x{size[1]}",
                    "Track the object again over the whole clip",
                )
            grey = np.rint(np.clip(matte, 0, 1) * 255).astype(np.uint8)
            if video.pixel_format == "gray":
                writer.write_video(av.VideoFrame.from_ndarray(grey, "gray"))
            else:
                writer.write_video(to_encoder(_picture(grey, video.alpha), video, colours, reformatter))
            count += 1
        if count == 0:
            raise MediaError(f"there are no mattes for {path.name}", "Draw a mask and track it first")
    except BaseException:
        writer.abort()
        raise
    writer.close()
    return count


def _picture(grey: npt.NDArray[np.uint8], alpha: bool) -> Frame:
    if not alpha:
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
    white = np.full_like(grey, 255)
    return np.asarray(cv2.merge([white, white, white, grey]), np.uint8)


def read_matte_video(
    path: Path,
    *,
    size: tuple[int, int] | None = None,
    frames: int | None = None,
    first: int = 0,
    resize: bool = False,
) -> Iterator[tuple[int, Matte]]:
    """The mattes of a video, streamed: from its alpha channel where that says something, else from its grey.

    A video that was padded by one column or row to an even size is cut back to `size`.

    Args:
        size: (width, height) that they must have; None takes them as they are.
        frames: how many frames the clip has; None takes any number.
        first: the clip's frame that the video begins at. When it is not 0, the video may be shorter than the clip.
        resize: bring mattes of another size to `size` instead of raising.

    Yields:
        Frame number of the clip, and matte float32 (H, W) in [0, 1].

    Raises:
        MediaError: when the file cannot be read, has another size or number of frames, or is a film in colour; all
            but a frame that cannot be decoded before the first matte is given.
    """
    source = open_source(path)
    try:
        count = source.frame_count
        _check(path, source, count, size, frames, first, resize)
        alpha = source.has_alpha and _alpha_varies(source, count)
    except BaseException:
        source.close()
        raise
    return _mattes(path, source, range(count), alpha, size, first)


def to_labels(matte: Matte, label: int) -> Labels:
    """A matte as labels, uint8 (H, W): `label` where it covers half of the pixel or more, else 0."""
    return np.where(matte >= 0.5, np.uint8(label), np.uint8(0)).astype(np.uint8)


def _check(
    path: Path,
    source: FrameSource,
    count: int,
    size: tuple[int, int] | None,
    frames: int | None,
    first: int,
    resize: bool,
) -> None:
    own = source.width, source.height
    if size is not None and not resize and own not in (size, _even(size)):
        raise MediaError(
            f"{path.name} is {own[0]}x{own[1]}, the clip is {size[0]}x{size[1]}",
            f"Export the matte at {size[0]}x{size[1]}, or let it be resized",
        )
    if frames is None or (count == frames and first == 0):
        return
    if first == 0:
        raise MediaError(
            f"{path.name} has {count} frame{'s' if count != 1 else ''}, the clip has {frames}",
            "Export the matte over the whole clip at its frame rate, or say at which frame it begins",
        )
    if not 0 <= first <= frames - count:
        raise MediaError(
            f"{path.name} has {count} frames: begun at frame {first} it would end at {first + count - 1}, "
            f"the clip ends at {frames - 1}",
            "Let it begin earlier, or cut it",
        )


def _even(size: tuple[int, int]) -> tuple[int, int]:
    return size[0] + size[0] % 2, size[1] + size[1] % 2


def _alpha_varies(source: FrameSource, count: int) -> bool:
    """Whether the alpha channel is more than an opaque one: looked at in a few frames."""
    for number in sorted({0, count // 4, count // 2, 3 * count // 4, count - 1}):
        if int(source.frame(number)[..., -1].min()) < 255:
            return True
    return False


def _mattes(
    path: Path,
    source: FrameSource,
    numbers: range,
    alpha: bool,
    size: tuple[int, int] | None,
    first: int,
) -> Iterator[tuple[int, Matte]]:
    with closing(source):
        for number in numbers:
            grey = _grey(path, number, source.frame(number), alpha)
            yield first + number, to_float(_fitted(grey, size))


def _grey(path: Path, number: int, picture: Frame, alpha: bool) -> npt.NDArray[np.uint8]:
    if alpha:
        return picture[..., 3]
    colours = picture[..., :3]
    spread = colours.max(axis=2) - colours.min(axis=2)
    if np.count_nonzero(spread > _NOT_GREY) > spread.size // 1000:
        raise MediaError(f"frame {number} of {path.name} is in colour: it is no matte", _HINT)
    return colours[..., 1]


def _fitted(grey: npt.NDArray[Any], size: tuple[int, int] | None) -> npt.NDArray[Any]:
    own = grey.shape[1], grey.shape[0]
    if size is None or own == size:
        return grey
    if own == _even(size):
        return grey[: size[1], : size[0]]
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR))
