"""Count a file's packets: how many frames, at what rate, until when, and whether its end is missing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from core.media.index import FrameTable
from core.media.jumps import FORMATS, Jump, closed, find_jumps, without_jumps
from core.media.opening import FAILURES, keep_only, open_container
from core.time import TICKS_PER_SECOND, FrameRate, from_seconds

SCAN_BYTES = 256 * 2**20
"""A longer file is read this far only, and its header is believed for the rest."""
SCAN_SECONDS = 3.0
"""The same for a slow disk."""

_USUAL = tuple(Fraction(*pair) for pair in (
    (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1),
    (120000, 1001), (120, 1), (15, 1), (12, 1), (10, 1),
))  # fmt: skip


@dataclass(frozen=True)
class Scan:
    """complete: the packets were read to the end of the file. ends: seconds, in the file's own time
    but without its jumps, which are counted from the first picture."""

    complete: bool
    table: FrameTable
    video_end: Fraction | None
    audio_end: Fraction | None
    jumps: tuple[Jump, ...] = ()


def scan_packets(path: Path, picture: int | None, sound: int | None) -> Scan:
    """Read the packets of two streams, by their index. Raises MediaError when the file cannot be opened."""
    container = open_container(path)
    table, audio_end, complete = FrameTable(), None, True
    deadline = time.monotonic() + SCAN_SECONDS
    try:
        streams = [container.streams[index] for index in (picture, sound) if index is not None]
        keep_only(container, *streams)
        for packet in container.demux(*streams):
            if not packet.size:
                continue
            if packet.stream_index == picture:
                table.add(packet)
            elif packet.pts is not None:
                end = (packet.pts + (packet.duration or 0)) * packet.time_base
                audio_end = end if audio_end is None else max(audio_end, end)
            if table.bytes > SCAN_BYTES or time.monotonic() > deadline:
                complete = False
                break
    except FAILURES:
        pass  # a damaged tail; what was read counts
    finally:
        table.settle(None)
        base = container.streams[picture].time_base if picture is not None else Fraction(1)
        video_end = _video_end(table, base) if picture is not None else None
        container.close()
    jumps: tuple[Jump, ...] = ()
    if table.pts and container.format.name in FORMATS and not table.untimed:
        begin, jumps = table.pts[0] * base, find_jumps(table.pts, base)
        video_end, audio_end = _end(video_end, begin, jumps), _end(audio_end, begin, jumps)
    return Scan(complete, table, video_end, audio_end, jumps)


def _end(seconds: Fraction | None, begin: Fraction, jumps: tuple[Jump, ...]) -> Fraction | None:
    if seconds is None or not jumps:
        return seconds
    return begin + Fraction(closed(from_seconds(seconds - begin), jumps), TICKS_PER_SECOND)


def _video_end(table: FrameTable, time_base: Fraction) -> Fraction | None:
    if not table.pts or table.untimed:
        return None
    return (table.pts[-1] + max(1, table.last_duration)) * time_base


def frame_rate(stream: Any, table: FrameTable, jumps: tuple[Jump, ...] = ()) -> tuple[FrameRate, bool]:
    """(rate, whether it varies) from time stamps; from the header when there are too few."""
    header = [
        rate for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate) if _sensible(rate)
    ]
    usual = header[0] if header else Fraction(25)
    if len(table.pts) < 2:  # a picture beside a sound: what headers say of its rate is chance
        usual = next((rate for rate in header if rate.limit_denominator(1001) in _USUAL), Fraction(25))
    if table.untimed or len(table.pts) < 2:
        return FrameRate.from_fraction(usual.limit_denominator(1001)), False
    pts = without_jumps(table.pts, stream.time_base, jumps)
    mean = Fraction(len(pts) - 1) / ((pts[-1] - pts[0]) * stream.time_base)
    near = [rate for rate in _USUAL if abs(rate / mean - 1) < Fraction(1, 50)]
    told = [rate.limit_denominator(1001) for rate in header]
    # Where time stamps are coarse (Matroska) the header's rate is a guess: a usual one that fits is meant.
    told = [*(rate for rate in told if rate in _USUAL), *near, *told]
    for rate in [*told, mean.limit_denominator(1001)]:
        if _sensible(rate) and is_constant(pts, stream.time_base, rate):
            return FrameRate.from_fraction(rate), False
    return FrameRate.from_fraction(max(mean.limit_denominator(1001), Fraction(1, 1001))), True


def is_constant(pts: Sequence[int], time_base: Fraction, rate: Fraction) -> bool:
    """Whether frame i stands at i / rate, but for the rounding of time stamps."""
    stamps = (np.asarray(pts, np.float64) - pts[0]) * float(time_base)
    ideal = np.arange(len(stamps)) / float(rate)
    allowed = min(1.01 * float(time_base), 0.3 / float(rate))
    return bool(np.abs(stamps - ideal).max() <= allowed + 1e-9)


def _sensible(rate: Fraction | None) -> bool:
    return rate is not None and Fraction(1, 10) <= rate <= 1000
