"""Pictures that are too many for memory, in files without a name that the system reads and writes as they are needed."""

from __future__ import annotations

import math
import mmap
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.job import require_disk
from core.motion.flow import Array32

LARGE = 2**26
"""Bytes from which on an array is kept in a file."""


def paged(folder: Path | None, shape: tuple[int, ...]) -> tuple[npt.NDArray[np.uint8], Callable[[], None]]:
    """Zeros, uint8, and what lets go of the memory that they take by now; what was written stays in the file.

    Args:
        folder: where the file lies; None for the system's own place.

    Raises:
        OSError: when there is no room.
    """
    pages = _file(folder, math.prod(shape))
    return np.frombuffer(pages, np.uint8).reshape(shape), lambda: _leave(pages)


class Room:
    """Arrays that lie in memory while they are small, else in files.

    Args:
        folder: where the files lie; None for the system's own place.
        most: bytes of an array from which on it lies in a file.
    """

    def __init__(self, folder: Path | None = None, most: int = LARGE) -> None:
        self._folder, self._most = folder, most
        self._files: list[weakref.ref[mmap.mmap]] = []

    def zeros(self, shape: tuple[int, ...]) -> Array32:
        """float32. Raises OutOfDisk when they do not fit."""
        size = 4 * math.prod(shape)
        if size < self._most:
            return np.zeros(shape, np.float32)
        if self._folder is not None:
            require_disk(self._folder, size)
        pages = _file(self._folder, size)
        self._files.append(weakref.ref(pages))
        return np.frombuffer(pages, np.float32).reshape(shape)

    def let_go(self) -> None:
        """Give back the memory that arrays in files take by now; what was written stays."""
        open_files = [(each, each()) for each in self._files]
        self._files = [each for each, pages in open_files if pages is not None]
        for _, pages in open_files:
            if pages is not None:
                _leave(pages)


def _file(folder: Path | None, size: int) -> mmap.mmap:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size)


def _leave(pages: mmap.mmap) -> None:
    if hasattr(mmap, "MADV_DONTNEED"):
        pages.madvise(mmap.MADV_DONTNEED)
