"""The names of array types that are used everywhere, and files of arrays; what an array means, and its shape, stands
where it is used."""

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

_DAMAGE = (
    ValueError, KeyError, EOFError, TypeError, SyntaxError, RuntimeError, MemoryError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What numpy, zipfile and zlib raise for bytes that are no .npz, or for one with other bytes in it than were written."""


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
