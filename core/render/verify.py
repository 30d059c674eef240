"""Reads an exported file back: does it hold what was asked for?

Packets are counted and their times compared, which costs a read of the file; the first picture is decoded. What is
wrong is told in one sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image

from core.errors import MediaError
from core.time import FrameRate

TIMES_LOOSE = frozenset({"matroska", "webm", "webp", "gif"})
"""Containers that count time in milliseconds or coarser."""
SOUND_SLACK = Fraction(1, 10)
"""Seconds that the sound may be longer or shorter than the picture: encoders work in blocks."""


@dataclass(frozen=True)
class Expected:
    """What an exported file must hold.

    size: (width, height) as coded.
    colour_tag: FFmpeg's matrix number, None where nothing is tagged.
    """

    frames: int
    size: tuple[int, int]
    rate: FrameRate
    container: str
    alpha: bool
    sound: bool
    colour_tag: int | None

    @property
    def seconds(self) -> Fraction:
        return Fraction(self.frames * self.rate.den, self.rate.num)


def verify_film(path: Path, expected: Expected, name: str) -> None:
    """Raises MediaError when the file is not what was asked for. name: what the error calls the file."""
    try:
        with av.open(str(path)) as file:
            problem = _film_problem(file, expected)
    except (OSError, ValueError) as error:
        problem = str(error)
    if problem:
        raise MediaError(
            f"{name} did not come out right: {problem}",
            "Export again; if it happens again, take another preset",
        )


def _film_problem(file: Any, expected: Expected) -> str:
    if not file.streams.video:
        return "it has no picture"
    stream = file.streams.video[0]
    if expected.sound and not file.streams.audio:
        return "it has no sound"
    context = stream.codec_context
    if (context.width, context.height) != expected.size:
        return f"its pictures are {context.width}x{context.height}, not {expected.size[0]}x{expected.size[1]}"
    if expected.colour_tag is not None and int(context.colorspace) != expected.colour_tag:
        return f"its colour matrix is tagged {int(context.colorspace)}, not {expected.colour_tag}"
    times, sound_end, first = _walk(file, stream)
    if len(times) != expected.frames:
        return f"it has {len(times)} frames, not {expected.frames}"
    if first is None:
        return "its first picture cannot be decoded"
    if expected.alpha and not _has_alpha(stream, first):
        return "its transparency is lost"
    if problem := _time_problem(times, stream.time_base, expected):
        return problem
    if expected.sound and sound_end is not None and abs(sound_end - expected.seconds) > SOUND_SLACK:
        return f"its sound lasts {float(sound_end):.2f} s, its picture {float(expected.seconds):.2f} s"
    return ""


def _walk(file: Any, stream: Any) -> tuple[list[int], Fraction | None, Any]:
    """Time stamps of the pictures in order, end of the sound in seconds, the first picture."""
    times: list[int] = []
    sound_end: Fraction | None = None
    first: Any = None
    for packet in file.demux():
        if packet.size == 0 or packet.pts is None:
            continue
        if packet.stream.type == "audio":
            sound_end = (packet.pts + (packet.duration or 0)) * packet.stream.time_base
        elif packet.stream is stream:
            times.append(packet.pts)
            if first is None:
                first = next(iter(packet.decode()), None)
    if first is None:
        first = next(iter(stream.codec_context.decode(None)), None)
    return sorted(times), sound_end, first


def _time_problem(times: list[int], time_base: Fraction, expected: Expected) -> str:
    """Constant rate: frame n stands at n frame durations, to the precision that the container can say."""
    slack = Fraction(11, 1000) if expected.container in TIMES_LOOSE else Fraction(1, 100_000)
    duration = Fraction(expected.rate.den, expected.rate.num)
    for number, time in enumerate(times):
        at = (time - times[0]) * time_base
        if abs(at - number * duration) > slack:
            return f"frame {number} stands at {float(at):.4f} s, not {float(number * duration):.4f} s"
    return ""


def _has_alpha(stream: Any, first: Any) -> bool:
    if stream.codec_context.name in ("vp9", "libvpx-vp9"):  # the usual decoder leaves it out: trust the flag
        return stream.metadata.get("alpha_mode", stream.metadata.get("ALPHA_MODE", "")) == "1"
    return any(component.is_alpha for component in first.format.components) or first.format.name == "pal8"


def verify_animation(path: Path, expected: Expected, name: str) -> None:
    """GIF and WebP merge equal frames: compares size and duration. Raises MediaError as `verify_film`."""
    problem = ""
    try:
        with Image.open(path) as image:
            size, total, count = image.size, 0, getattr(image, "n_frames", 1)
            for number in range(count):
                image.seek(number)
                image.load()
                total += int(image.info.get("duration", 0))
    except (OSError, ValueError, EOFError) as error:
        size, total, count, problem = expected.size, 0, 1, str(error)
    if not problem and size != expected.size:
        problem = f"its pictures are {size[0]}x{size[1]}, not {expected.size[0]}x{expected.size[1]}"
    slack = max(0.05, 2 / expected.rate.fps)
    still = count == 1  # all frames were equal: one picture says it all
    if not problem and not still and abs(total / 1000 - float(expected.seconds)) > slack:
        problem = f"it lasts {total / 1000:.2f} s, not {float(expected.seconds):.2f} s"
    if problem:
        raise MediaError(f"{name} did not come out right: {problem}", "Export again, or take another preset")


def verify_sound(path: Path, samples: int, name: str) -> None:
    """A WAV file holds exactly `samples` samples. Raises MediaError when it does not."""
    try:
        with av.open(str(path)) as file:
            stream = file.streams.audio[0]
            found = sum(frame.samples for frame in file.decode(stream))
    except (OSError, ValueError, IndexError) as error:
        raise MediaError(f"{name} cannot be read back: {error}", "Export again") from error
    if found != samples:
        raise MediaError(f"{name} holds {found} samples, not {samples}", "Export again")
