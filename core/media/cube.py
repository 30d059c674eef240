"""Looks: tables from colour to colour, as grading programs write them in .cube files (Adobe Cube LUT 1.0).

A file has one table: 1D, a curve for each channel, or 3D, a grid of colours with red changing fastest. Between entries
it is interpolated (Pillow's trilinear table for 3D).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from core.errors import MediaError
from core.media.info import Frame

Values = npt.NDArray[np.float32]
SUFFIX = ".cube"
SMALLEST = 2
"""Entries on a side of a table, at least."""
LARGEST = 65
"""Entries on a side of a 3D table, at most."""
LONGEST = 65536
"""Entries of a 1D table, at most."""
MOST_BYTES = 32 * 2**20
FURTHEST = 1000.0
"""A number beyond is a mistake."""


@dataclass(frozen=True, eq=False)
class Cube:
    """A table from colour to colour.

    table: float32 (N, 3) for 1D or (N, N, N, 3) for 3D, first axis blue.
    low, high: the colours of its first and last entry, (3,) each.
    """

    title: str
    table: Values
    low: tuple[float, float, float]
    high: tuple[float, float, float]

    @cached_property
    def _curves(self) -> Frame | None:
        """What is looked up before a 3D table, or instead of it, uint8 (1, 256, 3); None when that changes nothing."""
        inputs = np.linspace(0, 1, 256)
        columns = []
        for channel, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            place = np.clip((inputs - low) / (high - low), 0, 1)
            if self.table.ndim == 2:
                steps = np.linspace(0, 1, len(self.table))
                place = np.interp(place, steps, self.table[:, channel])
            columns.append(np.rint(np.clip(place, 0, 1) * 255).astype(np.uint8))
        curves = np.stack(columns, axis=-1)[None]
        plain = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
        return None if np.array_equal(curves, plain) else curves

    @cached_property
    def _filter(self) -> ImageFilter.Color3DLUT | None:
        if self.table.ndim == 2:
            return None
        return ImageFilter.Color3DLUT(len(self.table), self.table.ravel(), channels=3)

    def applied(self, picture: Frame) -> Frame:
        """The picture in this look; uint8 (H, W, 3|4), straight, alpha as it was."""
        colours = np.ascontiguousarray(picture[..., :3])
        if self._curves is not None:
            colours = cv2.LUT(colours, self._curves)
        if self._filter is not None:
            colours = np.asarray(Image.fromarray(colours).filter(self._filter))
        return np.asarray(
            colours if picture.shape[2] == 3 else np.dstack([colours, picture[..., 3]]), np.uint8
        )


def parse_cube(content: bytes, name: str) -> Cube:
    """A .cube file's table.

    Args:
        name: of the file, for errors.

    Raises:
        MediaError: when it is none, or damaged; the line is told.
    """
    if len(content) > MOST_BYTES:
        raise _wrong(name, f"has {len(content) >> 20} MB, more than any table")
    title, size, flat = "", 0, False
    bounds = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0)}
    rows: list[tuple[float, float, float]] = []
    for number, line in enumerate(content.decode("utf-8-sig", errors="replace").splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        key = words[0].upper()
        if key == "TITLE":
            title = line.split(None, 1)[1].strip().strip('"')[:100] if len(words) > 1 else ""
        elif key in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            size, flat = _size(words, name, number), key == "LUT_1D_SIZE"
        elif key in bounds:
            bounds[key] = _three(words[1:], name, number)
        elif key in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"):
            first, last = _numbers(words[1:], 2, name, number)
            bounds = {"DOMAIN_MIN": (first,) * 3, "DOMAIN_MAX": (last,) * 3}
        else:
            rows.append(_three(words, name, number))
    low, high = bounds["DOMAIN_MIN"], bounds["DOMAIN_MAX"]
    if any(b - a < 1e-6 for a, b in zip(low, high, strict=True)):
        raise _wrong(name, "has a domain that is empty")
    return Cube(title, _table(rows, size, flat, name), low, high)


def cube_text(table: Values, title: str) -> bytes:
    """A 3D table, float32 (N, N, N, 3) with blue first, as a .cube file. title: its quotes and line breaks are left
    out."""
    plain = re.sub(r'["\r\n]', "", title)
    rows = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in table.reshape(-1, 3))
    return f'TITLE "{plain}"\nLUT_3D_SIZE {len(table)}\n{rows}\n'.encode()


def read_cube(path: Path) -> Cube:
    """As `parse_cube`, from a file. Raises MediaError, too, when it cannot be read."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}", "Choose another file") from error
    return parse_cube(content, str(path))


def _table(rows: list[tuple[float, float, float]], size: int, flat: bool, name: str) -> Values:
    if not size:
        raise _wrong(name, "does not tell the size of its table")
    wanted = size if flat else size**3
    if len(rows) != wanted:
        raise _wrong(name, f"has {len(rows)} colours, and {wanted} are told")
    table = np.array(rows, np.float32)
    return table if flat else table.reshape(size, size, size, 3)


def _size(words: list[str], name: str, line: int) -> int:
    largest = LONGEST if words[0].upper() == "LUT_1D_SIZE" else LARGEST
    if len(words) != 2 or not words[1].isascii() or not words[1].isdigit():
        raise _wrong(name, f"has a size that is no number in line {line}")
    size = int(words[1][:9])
    if not SMALLEST <= size <= largest:
        raise _wrong(name, f"has a table of {size} in line {line}; {SMALLEST} to {largest} can be used")
    return size


def _three(words: list[str], name: str, line: int) -> tuple[float, float, float]:
    red, green, blue = _numbers(words, 3, name, line)
    return red, green, blue


def _numbers(words: list[str], count: int, name: str, line: int) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) != count or not all(math.isfinite(one) and abs(one) <= FURTHEST for one in numbers):
        raise _wrong(name, f"has something else than {count} numbers in line {line}")
    return numbers


def _wrong(name: str, what: str) -> MediaError:
    return MediaError(f"{name} {what}", "Choose a .cube file, as grading programs write them")
