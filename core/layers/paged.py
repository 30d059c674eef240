"""Pictures that are too many for memory, in files without a name that the system reads and writes
as they are needed."""

from __future__ import annotations

import math
import mmap
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.job import require_disk

LARGE = 2**26
"""Bytes from which on an array is kept in a file."""


class Stack:
    """A picture of every frame, (N, H, W[, K]), zeros to begin with. Many of them lie in a file, and those that were
    looked at leave memory again: it does not grow with the clip.

    Args:
        folder: where the file lies; None for the system's own place.
        kind: of the values.
        most: bytes from which on they lie in a file.

    Raises:
        OutOfDisk: when they do not fit.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        folder: Path | None = None,
        kind: npt.DTypeLike = np.uint8,
        most: int = LARGE,
    ) -> None:
        self.shape, self._folder, self._most = shape, folder, most
        size = math.prod(shape) * np.dtype(kind).itemsize
        self._each, self._looked, self._pages = size // max(1, shape[0]), 0, None
        if size < most:
            self._pictures = np.zeros(shape, kind)
            return
        if folder is not None:
            require_disk(folder, size)
        self._pages = _file(folder, size)
        self._pictures = np.frombuffer(self._pages, kind).reshape(shape)

    @classmethod
    def of(cls, pictures: npt.NDArray[Any]) -> Stack:
        """The pictures of an array (N, …), of its type."""
        made = cls(pictures.shape, kind=pictures.dtype)
        for n, picture in enumerate(pictures):
            made[n] = picture
        return made

    def like(self, kind: npt.DTypeLike = np.uint8) -> Stack:
        """As many zeros of the same size, in the same place."""
        return Stack(self.shape, self._folder, kind, self._most)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, n: int) -> npt.NDArray[Any]:
        """Picture n itself: what is changed in it is changed here."""
        self._looked += self._each
        if self._pages is not None and self._looked > self._most // 4:
            _leave(self._pages)
            self._looked = 0
        return np.asarray(self._pictures[n])

    def __setitem__(self, n: int, picture: npt.NDArray[Any]) -> None:
        self[n][...] = picture

    def __iter__(self) -> Iterator[npt.NDArray[Any]]:
        return (self[n] for n in range(len(self)))


class Room:
    """Arrays that lie in memory while they are small, else in files.

    Args:
        folder: where the files lie; None for the system's own place.
        most: bytes of an array from which on it lies in a file.
    """

    def __init__(self, folder: Path | None = None, most: int = LARGE) -> None:
        self.folder, self._most = folder, most
        self._files: list[weakref.ref[mmap.mmap]] = []

    def zeros(self, shape: tuple[int, ...]) -> Array32:
        """float32. Raises OutOfDisk when they do not fit."""
        size = 4 * math.prod(shape)
        if size < self._most:
            return np.zeros(shape, np.float32)
        if self.folder is not None:
            require_disk(self.folder, size)
        pages = _file(self.folder, size)
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
