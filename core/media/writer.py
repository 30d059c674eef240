"""Films, sound and pictures to disk, through PyAV.

Pictures reach an encoder as av.VideoFrame in its own pixel format; `to_yuv` makes one out of RGB with the matrix and
range that the file is tagged with. Frame n gets time stamp n in a time base of one frame: constant rate, nothing
rounded.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from core.errors import MediaError
from core.media.info import Chapter, Frame
from core.time import TICKS_PER_SECOND, FrameRate

SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP
HD_LINES = 720
"""From this height on a film is BT.709, below BT.601, as players assume of untagged files."""


@dataclass(frozen=True)
class VideoSpec:
    """How pictures are encoded.

    options: the encoder's own.
    metadata: of the stream.
    """

    codec: str
    pixel_format: str
    options: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    codec_tag: str = ""

    @property
    def alpha(self) -> bool:
        return self.pixel_format.startswith(("yuva", "rgba", "bgra", "gbrap")) or self.pixel_format == "pal8"

    @property
    def yuv(self) -> bool:
        return self.pixel_format.startswith("yuv") or self.pixel_format in ("nv12", "p010le")


@dataclass(frozen=True)
class AudioSpec:
    """How sound is encoded.

    rate: samples a second that the encoder needs; 0 takes the film's.
    """

    codec: str
    bit_rate: int = 0
    rate: int = 0


@dataclass(frozen=True)
class Colours:
    """What a YUV file is made with and tagged with. tag: FFmpeg's number for matrix, primaries and transfer."""

    name: str
    matrix: Colorspace
    tag: int


BT709 = Colours("bt709", Colorspace.ITU709, 1)
BT601 = Colours("bt601", Colorspace.ITU601, 6)


def colours_for(height: int) -> Colours:
    """The colours of a film of that many lines."""
    return BT709 if height >= HD_LINES else BT601


def coded_size(width: int, height: int, pixel_format: str) -> tuple[int, int]:
    """The size that can be encoded: even where chroma is subsampled."""
    described = av.VideoFormat(pixel_format, width, height)
    across = -(-width // described.chroma_width()) if described.is_planar else 1
    down = -(-height // described.chroma_height()) if described.is_planar else 1
    if pixel_format == "nv12":
        across = down = 2
    return width + width % across, height + height % down


def to_encoder(picture: Frame, spec: VideoSpec, colours: Colours, reformatter: VideoReformatter) -> Any:
    """RGB or straight RGBA, uint8 (H, W, 3|4), as an av.VideoFrame in the encoder's format and even size.

    Args:
        reformatter: kept by the caller, for it keeps swscale's tables; not to be shared between threads.
    """
    height, width = picture.shape[:2]
    wide, high = coded_size(width, height, spec.pixel_format)
    if (wide, high) != (width, height):
        picture = np.pad(picture, ((0, high - height), (0, wide - width), (0, 0)), mode="edge")
    if spec.alpha and picture.shape[2] == 3:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA), np.uint8)
    if not spec.alpha and picture.shape[2] == 4:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB), np.uint8)
    if spec.pixel_format == "pal8":
        return _paletted(picture)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgba" if spec.alpha else "rgb24")
    if frame.format.name == spec.pixel_format:
        return frame
    return reformatter.reformat(
        frame,
        format=spec.pixel_format,
        src_colorspace=colours.matrix,
        dst_colorspace=colours.matrix,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG if spec.yuv else ColorRange.JPEG,
        interpolation=SCALING,
        threads=1,
    )


def _paletted(picture: Frame) -> Any:
    """256 colours of the picture's own, the last one transparent."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(picture[..., :3]), "RGB")
    reduced = image.quantize(255, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    indices = np.asarray(reduced, np.uint8).copy()
    indices[picture[..., 3] < 128] = 255
    known = np.array(reduced.getpalette() or [], np.uint8).reshape(-1, 3)[:255]
    palette = np.zeros((256, 4), np.uint8)  # ARGB
    palette[:255, 0] = 255
    palette[: len(known), 1:] = known
    return av.VideoFrame.from_ndarray((indices, palette), format="pal8")


CHAPTERED = frozenset({"mp4", "mov", "matroska", "webm"})
"""Containers that can hold chapters."""


class FilmWriter:
    """One file with a picture stream, a sound stream, or both.

    Raises:
        MediaError: from every method, when the encoder or the disk refuses.
    """

    def __init__(
        self,
        path: Path,
        container: str,
        *,
        size: tuple[int, int] = (0, 0),
        rate: FrameRate | None = None,
        video: VideoSpec | None = None,
        audio: AudioSpec | None = None,
        sample_rate: int = 48000,
        container_options: Mapping[str, str] | None = None,
        threads: int = 0,
        name: str = "",
        chapters: Sequence[Chapter] = (),
    ) -> None:
        """size and rate: of the picture, already even where it must be. name: what errors call
        the file. chapters: left out where the container has none."""
        self._name = name or path.name
        self._frames = self._samples = 0
        self._sample_rate = sample_rate
        self._video: Any = None
        self._audio: Any = None
        try:
            self._file: Any = av.open(str(path), "w", format=container, options=dict(container_options or {}))
        except (OSError, ValueError) as error:
            raise self._refused(error) from error
        try:
            if video is not None:
                assert rate is not None
                self._video = self._add_video(video, size, rate, threads)
            if audio is not None:
                self._audio = self._add_audio(audio)
            if chapters and container in CHAPTERED:
                self._file.set_chapters(_as_av(chapters))
            self._file.start_encoding()
        except (OSError, ValueError) as error:
            self.abort()
            raise self._refused(error) from error

    def write_video(self, frame: Any) -> None:
        """The next picture: an av.VideoFrame in the encoder's format; its time stamp is set here."""
        frame.pts = self._frames
        frame.time_base = self._video.codec_context.time_base
        # Else the encoder keeps the source's frame types, and the file is 1.8 times larger.
        frame.pict_type = PictureType.NONE
        self._frames += 1
        self._encode(self._video, frame)

    def write_audio(self, samples: npt.NDArray[np.float32]) -> None:
        """The next samples, float32 (count, 2) in [-1, 1] at the film's sample rate."""
        if len(samples) == 0:
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "fltp", "stereo")
        frame.sample_rate = self._sample_rate
        frame.pts = self._samples
        frame.time_base = Fraction(1, self._sample_rate)
        self._samples += len(samples)
        self._encode(self._audio, frame)

    def close(self) -> None:
        """Finish the file. Raises MediaError when the disk refuses."""
        for stream in (self._video, self._audio):
            if stream is not None:
                self._encode(stream, None)
        try:
            self._file.close()
        except (OSError, ValueError) as error:
            raise self._refused(error) from error

    def abort(self) -> None:
        """Let go of an unfinished file."""
        with contextlib.suppress(OSError, ValueError):  # nothing of it is kept
            self._file.close()

    def _encode(self, stream: Any, frame: Any) -> None:
        try:
            for packet in stream.encode(frame):
                self._file.mux(packet)
        except (OSError, ValueError) as error:
            raise self._refused(error) from error

    def _add_video(self, spec: VideoSpec, size: tuple[int, int], rate: FrameRate, threads: int) -> Any:
        stream = self._file.add_stream(
            spec.codec, rate=Fraction(rate.num, rate.den), options=dict(spec.options)
        )
        context = stream.codec_context
        context.width, context.height = size
        context.pix_fmt = spec.pixel_format
        context.time_base = stream.time_base = Fraction(rate.den, rate.num)
        if spec.codec_tag:
            context.codec_tag = spec.codec_tag
        if threads:
            context.thread_count = threads
        else:
            context.thread_type = "AUTO"
        if spec.yuv:
            tag = colours_for(size[1]).tag
            context.colorspace = context.color_primaries = context.color_trc = tag
            context.color_range = ColorRange.MPEG
        stream.metadata.update(spec.metadata)
        return stream

    def _add_audio(self, spec: AudioSpec) -> Any:
        stream = self._file.add_stream(spec.codec, rate=spec.rate or self._sample_rate, layout="stereo")
        if spec.bit_rate:
            stream.codec_context.bit_rate = spec.bit_rate
        return stream

    def _refused(self, error: Exception) -> MediaError:
        reason = getattr(error, "strerror", None) or str(error)
        return MediaError(
            f"{self._name} cannot be written: {reason}", "Check the disk, or choose another preset or folder"
        )


def _as_av(chapters: Sequence[Chapter]) -> list[dict[str, object]]:
    """In milliseconds, which every container can tell."""
    scale = TICKS_PER_SECOND // 1000
    return [
        {
            "id": number, "start": chapter.start // scale, "end": chapter.end // scale,
            "time_base": Fraction(1, 1000), "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(chapters, 1)
    ]  # fmt: skip


def write_png(path: Path, picture: Frame, compression: int = 3) -> None:
    """One picture, uint8 (H, W, 3|4) RGB(A), as PNG. Raises MediaError when the disk refuses."""
    order = cv2.COLOR_RGBA2BGRA if picture.shape[2] == 4 else cv2.COLOR_RGB2BGR
    _, data = cv2.imencode(".png", cv2.cvtColor(picture, order), [cv2.IMWRITE_PNG_COMPRESSION, compression])
    try:
        path.write_bytes(data.tobytes())
    except OSError as error:
        raise MediaError(
            f"{path} cannot be written: {error.strerror}", "Check the disk and the folder"
        ) from error
