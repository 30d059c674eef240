"""Slow motion and other frame rates: frames that never were, between those that are there.

`slowmo` is the job: pictures of a clip at any factor or rate as PNG files, real frames bit for bit, the others made
by the voxel-flow network or, in the fast way, by splatted motion. A picture that is already there is not made again,
so an interrupted job goes on. `betweens` is the road of the export to the network.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from core.errors import MediaError
from core.files import write_atomic
from core.job import Progress, require_disk
from core.media.info import Fields, FrameSource
from core.media.reader import open_source
from core.media.writer import write_png
from core.motion.between import REAL, Betweens
from core.motion.splat import Picture
from core.retime.slow_film import write_film
from core.retime.views import views_of
from core.time import FrameRate

FRAMES, VIEWS, REPORT = "frames", "views", "report.json"
FASTEST_RATE, LARGEST_FACTOR, MOST = 1000, 1000, 10**6
_BYTES_PER_PIXEL = 2


class Moment(NamedTuple):
    """Frame `frame` of the source, or what shows at time t between it and the next."""

    frame: int
    t: float = 0.0


def at_factor(count: int, factor: Fraction) -> list[Moment]:
    """The pictures of `count` frames that last `factor` times as long: (count - 1) * factor + 1 when it is whole."""
    pictures = math.floor((count - 1) * factor) + 1
    return [_moment(Fraction(n) / factor) for n in range(pictures)]


def at_rate(source: FrameSource, rate: FrameRate) -> list[Moment]:
    """The pictures of a source at another rate, from its first frame's time to its last's; it plays no slower."""
    start, end = source.time_of(0), source.time_of(source.frame_count - 1)
    pictures = rate.frames_before(end - start) + 1
    moments = []
    for n in range(pictures):
        time = start + rate.time_of(n)
        if time > end:
            break
        index = source.index_at(time)
        begins = source.time_of(index)
        last = index + 1 >= source.frame_count
        length = 1 if last else source.time_of(index + 1) - begins
        moments.append(_moment(index + (Fraction(0) if last else Fraction(time - begins, length))))
    return moments


def _moment(place: Fraction) -> Moment:
    index = math.floor(place)
    t = float(place - index)
    return Moment(index + 1) if t >= 1 - REAL else Moment(index, t if t > REAL else 0.0)


def betweens(frame: Callable[[int], Picture], count: int, *, fast: bool = False, tile: int = 0) -> Betweens:
    """The pictures between a clip's frames: by the network, or by splatting alone when fast.

    Raises:
        LaminarError: when the network's weights are missing.
    """
    if fast:
        return Betweens(frame, count, fast=True)
    from core.retime.synthesis import TILE, NetBetweens, Synthesizer  # torch takes seconds to load

    made = NetBetweens(frame, count)
    made.synthesizer = Synthesizer(tile=tile or TILE)
    return made


def slowmo(
    out: Path,
    *,
    clip: str,
    fields: Fields = "",
    factor: str = "",
    rate: str = "",
    fast: bool = False,
    views: bool = False,
    first: int = 0,
    last: int = -1,
    path: str = "",
    preset: str = "",
) -> Iterator[Progress]:
    """Write OUT/frames/00000.png and on, and OUT/report.json; with a path a film instead of the pictures.

    Args:
        clip: a video or a folder of pictures.
        fields: the user's choice for the clip's fields.
        factor: how many times slower, "2" or "5/2"; or
        rate: frames a second, "60" or "60000/1001", at the clip's own speed. One of the two.
        fast: without the network, with coarser motion.
        views: also OUT/views/NNNNN_motion.png, _selection, _difference, _unsure of made pictures.
        first, last: frames of the clip, inclusive; -1 is the last.
        path, preset: a film to write and its preset. A factor keeps the clip's rate, so the film is longer.

    Raises:
        MediaError: the clip cannot be read, the film cannot be written, or factor, rate or range make no sense.
        OutOfDisk, OutOfMemory.
    """
    source = open_source(Path(clip), fields=fields)
    try:
        shown = _Part(source, first, last, clip)
        moments = moments_of(shown, factor, rate)
        yield Progress(0, len(moments), "Looking at the clip")
        require_disk(out, len(moments) * source.width * source.height * _BYTES_PER_PIXEL)
        between = betweens(shown.frame, shown.frame_count, fast=fast)
        yield from _write(out, between, moments, views and not fast)
        kinds = {"real": sum(m.t == 0 for m in moments), "made": sum(m.t > 0 for m in moments)}
        if path:
            pictures = [out / FRAMES / picture_name(n) for n in range(len(moments))]
            yield from write_film(pictures, Path(path), preset, slow_rate(source.rate, factor, rate))
            shutil.rmtree(out / FRAMES)
        report = {"frames": len(moments), **kinds, "fast": fast, "path": path}
        write_atomic(out / REPORT, msgspec.json.encode(report))
    finally:
        source.close()


def moments_of(source: FrameSource, factor: str, rate: str) -> list[Moment]:
    """See `slowmo`. Raises MediaError."""
    if bool(factor) == bool(rate):
        raise MediaError("give a factor or a rate", "Say how many times slower, or how many frames a second")
    value = _positive(factor or rate)
    if factor:
        if not Fraction(1, 100) <= value <= LARGEST_FACTOR or source.frame_count * value > MOST:
            raise MediaError(f"a factor of {factor} is too much", f"Use at most {LARGEST_FACTOR}")
        return at_factor(source.frame_count, value)
    if not Fraction(1, 10) <= value <= FASTEST_RATE:
        raise MediaError(f"{rate} frames a second make no film", f"Use at most {FASTEST_RATE}")
    return at_rate(source, FrameRate.from_fraction(value))


def _positive(text: str) -> Fraction:
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise MediaError(f"{text} is no number", "Use a number such as 2, 2.5 or 60000/1001") from None
    if value <= 0:
        raise MediaError(f"{text} is not above zero", "Use a number such as 2 or 60")
    return value


class _Part:
    """A range of a source, with alpha only where it has some."""

    def __init__(self, source: FrameSource, first: int, last: int, name: str) -> None:
        last = source.frame_count - 1 if last < 0 else last
        if not 0 <= first <= last < source.frame_count:
            raise MediaError(
                f"{name} has frames 0 to {source.frame_count - 1}, not {first} to {last}", "Set another range"
            )
        self._source, self._first = source, first
        self.frame_count = last - first + 1
        self.width, self.height, self.rate, self.has_alpha = (
            source.width, source.height, source.rate, source.has_alpha,
        )  # fmt: skip

    def frame(self, index: int, size: tuple[int, int] | None = None) -> Picture:
        return self._source.frame(self._first + index, size)

    def index_at(self, time: int) -> int:
        return min(self.frame_count - 1, max(0, self._source.index_at(time) - self._first))

    def time_of(self, index: int) -> int:
        return self._source.time_of(self._first + index)

    def close(self) -> None:
        self._source.close()


def picture_name(number: int) -> str:
    """Of a picture that slowmo writes."""
    return f"{number:05d}.png"


def _write(out: Path, between: Betweens, moments: Sequence[Moment], views: bool) -> Iterator[Progress]:
    folder = out / FRAMES
    folder.mkdir(parents=True, exist_ok=True)
    for number, moment in enumerate(moments):
        path = folder / picture_name(number)
        if not path.exists():
            _write_whole(path, between.picture(*moment))
            if views and moment.t > 0:
                _write_views(out / VIEWS, number, between, moment)
        yield Progress(
            number + 1, len(moments), "Making pictures", f"{FRAMES}/{path.name}", {"frame": number}
        )


def _write_whole(path: Path, picture: Picture) -> None:
    partial = path.with_name(f".{path.name}.tmp")
    write_png(partial, picture, 1)
    partial.replace(path)


def _write_views(folder: Path, number: int, between: Any, moment: Moment) -> None:
    pair = between.neighbours(moment.frame)
    if pair.kind != "moving":
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in views_of(pair, between.synthesizer.look(pair, moment.t), moment.t).items():
        _write_whole(folder / f"{number:05d}_{name}.png", np.ascontiguousarray(picture))


def slow_rate(rate: FrameRate, factor: str, wanted: str) -> FrameRate:
    """The rate that slowmo's pictures play at: a factor keeps the clip's own."""
    return rate if factor else FrameRate.from_fraction(Fraction(wanted))
