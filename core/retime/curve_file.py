"""Time curves as tables: which moment of the source shows when.

    seconds,source              frame,source_frame              0  0
    0,0                         0,0                             2  1
    2,1         or              50,25              or           4  1
    4,1                         100,25

Two columns, parted by commas, semicolons, tabs or spaces: time of the result, time of the source; further columns
that the heading names are not read. In seconds; a column whose heading says "frame" counts frames from 0. Times of
the result do not fall; between two rows the source runs straight; two rows at one time are a jump; before the first
row and after the last the source stands still. Blank lines and lines that start with # say nothing. A source time
that was rounded to a hair before a frame means that frame.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from core.errors import MediaError
from core.retime.lanes import Lane, Piece
from core.time import TICKS_PER_SECOND, FrameRate

LONGEST = 10 * 3600 * TICKS_PER_SECOND
"""Ticks of the result that a curve may reach."""
MOST_BYTES = 16 * 2**20
_ROUNDED = 20
"""A source time up to one part in so many of a frame too early means the frame."""
_HINT = (
    "Give two columns: the time of the result and the time of the source, in seconds, or in frames under a heading "
    "that says frame"
)
Row = tuple[int, int]
"""Ticks of the result, ticks of the source."""


def read_curve(path: Path, rate: FrameRate, frames: int) -> Lane:
    """A curve as a lane, from the beginning of the result to its last row.

    Args:
        rate, frames: of the source, to count frames by and to know where it ends.

    Raises:
        MediaError: when the file cannot be read or a row makes no sense; names file and line.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MediaError(f"{path} is too long for a curve", _HINT)
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise MediaError(
            f"the curve {path} cannot be read: {error.strerror}", "Check the path given with --curve"
        ) from error
    except UnicodeDecodeError as error:
        raise MediaError(f"{path} is no table of numbers", _HINT) from error
    return lane_through(_rows(text, path, rate, frames), rate, frames)


def lane_through(rows: list[Row], rate: FrameRate, frames: int) -> Lane:
    """The pieces between rows; the first row's moment stands before it, the last one's for a frame after it."""
    last = rate.time_of(frames) - 1
    early = rate.frame_ticks // _ROUNDED

    def source(ticks: int) -> int:
        return min(max(0, ticks + early), last)

    pieces = [Piece(rows[0][0], source(rows[0][1]), 0)] if rows[0][0] else []
    for (t0, s0), (t1, s1) in pairwise(rows):
        if t1 > t0:
            pieces.append(Piece(t1 - t0, source(s0), source(s1) - source(s0)))
    return (*pieces, Piece(rate.frame_ticks, source(rows[-1][1]), 0))


def _rows(text: str, path: Path, rate: FrameRate, frames: int) -> list[Row]:
    units = (Fraction(TICKS_PER_SECOND), Fraction(TICKS_PER_SECOND))
    a_frame = Fraction(TICKS_PER_SECOND * rate.den, rate.num)
    rows: list[Row] = []
    begun, columns = False, 2
    for number, line in enumerate(text.splitlines(), 1):
        words = [word for word in re.split(r"[,;\s]+", line.strip()) if word]
        if not words or words[0].startswith("#"):
            continue
        if not begun and not _is_number(words[0]):
            named = [word.lower() for word in re.split(r"[,;\t]+|\s{2,}", line.strip())]
            named = named if len(named) > 1 else [word.lower() for word in words]
            units = (
                a_frame if "frame" in named[0] else units[0],
                a_frame if "frame" in named[min(1, len(named) - 1)] else units[1],
            )
            columns = max(2, len(named))
            begun = True
            continue
        begun = True
        rows.append(_row(words, columns, units, f"line {number} of {path}"))
        _check(rows, f"line {number} of {path}", rate.time_of(frames), frames)
    if not rows:
        raise MediaError(f"there is no row in {path}", _HINT)
    return rows


def _row(words: list[str], columns: int, units: tuple[Fraction, Fraction], where: str) -> Row:
    if len(words) not in (2, columns) or not all(map(_is_number, words[:2])):
        raise MediaError(f"{where} is not two numbers: {' '.join(words)[:60]}", _HINT)
    out, source = (round(Fraction(word) * unit) for word, unit in zip(words[:2], units, strict=True))
    return out, source


def _check(rows: list[Row], where: str, end: int, frames: int) -> None:
    out, source = rows[-1]
    if not 0 <= out <= LONGEST:
        raise MediaError(f"{where}: the result has no such time", "Give 0 to 36000 seconds")
    if len(rows) > 1 and out < rows[-2][0]:
        raise MediaError(f"{where}: the times of the result fall", "Put the rows in their order")
    if not 0 <= source <= end:
        raise MediaError(
            f"{where}: the source has no such time",
            f"It has {frames} frames, {end / TICKS_PER_SECOND:g} seconds; a column counts frames where its "
            f"heading says "
            "frame",
        )


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", word, re.IGNORECASE) is not None
