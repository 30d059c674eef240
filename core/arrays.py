"""The names of array types that are used everywhere, levels of pictures as bytes and as floats, and files of
arrays; what an array means, and its shape, stands where it is used."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array32 = npt.NDArray[np.float32]
Array64 = npt.NDArray[np.float64]

_ROWS = 256
"""Rows of a picture that are worked on at a time."""
_DAMAGE = (
    ValueError, KeyError, EOFError, TypeError, SyntaxError, RuntimeError, MemoryError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What numpy, zipfile and zlib raise for bytes that are no .npz, or for one with other bytes in
it than were written."""


def to_float(picture: npt.NDArray[np.uint8]) -> Array32:
    """Levels of uint8, any shape, as float32 in [0, 1]."""
    return picture.astype(np.float32) / np.float32(255)


def to_bytes(picture: Array32) -> npt.NDArray[np.uint8]:
    """float32 as uint8, rounded; what lies outside [0, 1] is cut off. Large pictures go row by row, for the memory."""
    made = np.empty(picture.shape, np.uint8)
    for top in range(0, len(picture), _ROWS):
        made[top : top + _ROWS] = np.clip(picture[top : top + _ROWS], 0, 1) * 255 + 0.5
    return made


def packed_arrays(arrays: Mapping[str, npt.ArrayLike]) -> bytes:
    """Arrays by name as the bytes of an .npz file; numpy keeps the name "file" for itself."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]  # any name might be an option of numpy's
    return buffer.getvalue()


def read_arrays(path: Path, *names: str) -> dict[str, npt.NDArray[Any]]:
    """Arrays of an .npz file that nobody vouches for; all that it holds when none is named.

    Raises:
        OSError: when the file cannot be read.
        ValueError: when it is damaged, or one of the arrays is not in it.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            return {name: stored[name] for name in names or stored.files}
    except _DAMAGE as error:
        raise ValueError(f"{path} holds no such arrays, or is damaged") from error
