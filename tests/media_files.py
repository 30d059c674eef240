"""Small real media files for tests, with the frame number written into the picture.

The number stands in 4x4 blocks, black or white, over the whole frame (frames 0 to 65535), with a coloured edge, so it
survives any codec, scaling and rotation: `read_number(rgb)` gives it back. `write_clip` encodes with PyAV.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from core.media.reader import open_source

Picture = npt.NDArray[np.uint8]


def number_picture(number: int, size: tuple[int, int] = (64, 48), alpha: bool = False) -> Picture:
    """uint8 (H, W, 3) or (H, W, 4): `number` in blocks; alpha falls from left to right. size: (width, height)."""
    width, height = size
    rows = np.arange(height) * 4 // height
    columns = np.arange(width) * 4 // width
    bits = rows[:, None] * 4 + columns[None, :]
    grey = np.where(number >> bits & 1, 235, 20).astype(np.uint8)
    picture = np.repeat(grey[..., None], 3, axis=2)
    if alpha:
        ramp = np.linspace(255, 0, width).astype(np.uint8)
        picture = np.dstack([picture, np.broadcast_to(ramp, (height, width))])
    return np.ascontiguousarray(picture)


def read_number(picture: Picture) -> int:
    """The number that `number_picture` wrote, from the middle of each block."""
    height, width = picture.shape[:2]
    grey = picture[..., :3].mean(axis=2)
    ys = (np.arange(4) * 2 + 1) * height // 8
    xs = (np.arange(4) * 2 + 1) * width // 8
    bits = grey[np.ix_(ys, xs)].ravel() > 127
    return int((bits.astype(np.int64) << np.arange(16)).sum())


@dataclass(frozen=True)
class ClipSpec:
    """What to encode. times: presentation times in seconds of a variable-rate clip (else number / rate).

    start, audio_start: seconds before the first picture or sound. sound: seconds of a stereo tone with a click at
    every full second, 0 for none. rotation: clockwise degrees the player has to turn the stored picture by.
    """

    frames: int = 30
    size: tuple[int, int] = (64, 48)
    rate: Fraction = Fraction(25)
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    gop: int = 12
    b_frames: int = 0
    options: dict[str, str] = field(default_factory=dict)
    times: Sequence[Fraction] | None = None
    start: Fraction = Fraction(0)
    sound: float = 0.0
    audio_start: Fraction = Fraction(0)
    sample_rate: int = 48000
    audio_codec: str = "aac"
    rotation: int = 0
    pixel_aspect: Fraction | None = None
    alpha: bool = False
    time_base: Fraction | None = None
    format: str | None = None


def write_clip(path: Path, spec: ClipSpec | None = None, **changes: Any) -> Path:
    """Encode a clip as `spec` says, with single fields changed: `write_clip(path, frames=50, gop=250)`."""
    given = ClipSpec(**changes) if spec is None else spec
    with av.open(str(path), "w", format=given.format) as container:
        video = _video_stream(container, given) if given.frames else None
        audio = _audio_stream(container, given) if given.sound else None
        packets = [*(_video_packets(video, given) if video is not None else ())]
        packets += [*(_audio_packets(audio, given) if audio is not None else ())]
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            container.mux(packet)
    return path


def _video_stream(container: Any, spec: ClipSpec) -> Any:
    stream = container.add_stream(spec.codec, rate=spec.rate, options=_options(spec))
    stream.width, stream.height = spec.size
    stream.pix_fmt = spec.pix_fmt
    stream.codec_context.gop_size = spec.gop
    stream.codec_context.time_base = _time_base(spec)
    if spec.b_frames or spec.codec in ("mpeg4", "mpeg2video"):
        stream.codec_context.max_b_frames = spec.b_frames
    if spec.rotation:
        stream.set_display_rotation(-spec.rotation)
    if spec.pixel_aspect is not None:
        stream.codec_context.sample_aspect_ratio = spec.pixel_aspect
    return stream


def _options(spec: ClipSpec) -> dict[str, str]:
    options = dict(spec.options)
    if spec.codec == "libx264":
        options = {"preset": "ultrafast", "crf": "18", "bf": str(spec.b_frames), "g": str(spec.gop)} | options
    if spec.codec == "libx265":
        parameters = f"log-level=none:keyint={spec.gop}:bframes={spec.b_frames}:pools=1:frame-threads=1"
        options = {"preset": "ultrafast", "x265-params": parameters} | options
    return options


def _time_base(spec: ClipSpec) -> Fraction:
    if spec.time_base is not None:
        return spec.time_base
    return Fraction(1, 90000) if spec.times is not None or spec.start else 1 / spec.rate


def _video_packets(stream: Any, spec: ClipSpec) -> list[Any]:
    packets: list[Any] = []
    base = _time_base(spec)
    for number in range(spec.frames):
        shown = spec.size[::-1] if spec.rotation % 180 else spec.size
        picture = np.ascontiguousarray(
            np.rot90(number_picture(number, shown, spec.alpha), spec.rotation // 90)
        )
        frame = av.VideoFrame.from_ndarray(picture, "rgba" if spec.alpha else "rgb24").reformat(
            format=spec.pix_fmt
        )
        time = spec.times[number] if spec.times is not None else number / spec.rate
        frame.pts, frame.time_base = round((time + spec.start) / base), base
        packets += stream.encode(frame)
    return packets + list(stream.encode(None))


def _audio_stream(container: Any, spec: ClipSpec) -> Any:
    stream = container.add_stream(spec.audio_codec, rate=spec.sample_rate)
    stream.codec_context.layout = "stereo"
    return stream


def tone(seconds: float, rate: int) -> npt.NDArray[np.float32]:
    """float32 (samples, 2): a quiet 440 Hz tone with a loud 2 ms click at each full second."""
    count = round(seconds * rate)
    time = np.arange(count) / rate
    mono = 0.1 * np.sin(2 * np.pi * 440 * time)
    for second in range(int(seconds) + 1):
        mono[second * rate : second * rate + rate // 500] = 0.9
    return np.repeat(mono[:, None], 2, axis=1).astype(np.float32)


def _audio_packets(stream: Any, spec: ClipSpec) -> list[Any]:
    samples = tone(spec.sound, spec.sample_rate)
    packets: list[Any] = []
    step = 1024
    for start in range(0, len(samples), step):
        chunk = np.ascontiguousarray(samples[start : start + step].T)
        frame = av.AudioFrame.from_ndarray(chunk, "fltp", "stereo")
        frame.sample_rate = spec.sample_rate
        frame.time_base = Fraction(1, spec.sample_rate)
        frame.pts = start + round(spec.audio_start * spec.sample_rate)
        packets += stream.encode(frame)
    return packets + list(stream.encode(None))


def write_pictures(folder: Path, count: int, size: tuple[int, int] = (64, 48), suffix: str = ".png") -> Path:
    """A folder of numbered pictures from 00000."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        Image.fromarray(number_picture(number, size)).save(folder / f"{number:05}{suffix}")
    return folder


def frames_of(path: Path) -> npt.NDArray[np.uint8]:
    """All frames of a film, uint8 (N, H, W, 3 or 4)."""
    with closing(open_source(path)) as source:
        return np.stack([source.frame(n) for n in range(source.frame_count)])
