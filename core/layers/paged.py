"""Pictures that are too many for memory, in a file without a name that the system reads and writes as it is needed."""

from __future__ import annotations

import math
import mmap
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt


def paged(folder: Path | None, shape: tuple[int, ...]) -> tuple[npt.NDArray[np.uint8], Callable[[], None]]:
    """Zeros, uint8, and what lets go of the memory that they take by now; what was written stays in the file.

    Args:
        folder: where the file lies; None for the system's own place.

    Raises:
        OSError: when there is no room.
    """
    size = math.prod(shape)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.truncate(size)
        pages = mmap.mmap(file.fileno(), size)

    def let_go() -> None:
        if hasattr(mmap, "MADV_DONTNEED"):
            pages.madvise(mmap.MADV_DONTNEED)

    return np.frombuffer(pages, np.uint8).reshape(shape), let_go
