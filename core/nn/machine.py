"""How torch runs on this machine: set before torch is imported, once a process."""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM, _MMAP = -1, -3
_GIBIBYTE = 2**30


def prepare() -> None:
    """Keep large buffers instead of giving them back after each layer, and let waiting threads sleep.

    Without the first, every picture is paged in anew; without the second a busy second core costs threefold.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(_MMAP, _GIBIBYTE)
            libc.mallopt(_TRIM, _GIBIBYTE)
