"""Decoded frames within a budget of bytes; the one used longest ago goes first."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from core.media.info import Frame
from core.recent import Recent


class FrameCache:
    """Safe to use from several threads. Frames in it are shared, so they are made read-only."""

    def __init__(self, budget: int) -> None:
        """budget: bytes of picture data kept at most."""
        self._frames: Recent[Hashable, Frame] = Recent(budget, lambda frame: frame.nbytes)
        self._lock = threading.Lock()

    @property
    def budget(self) -> int:
        """Bytes."""
        return self._frames.most

    def get(self, key: Hashable) -> Frame | None:
        with self._lock:
            return self._frames.get(key)

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._frames

    def put(self, key: Hashable, frame: Frame) -> None:
        """Keep a frame; one larger than the whole budget is not kept."""
        frame.flags.writeable = False
        with self._lock:
            self._frames.put(key, frame)

    def resize(self, budget: int) -> None:
        """Keep at most `budget` bytes from now on."""
        with self._lock:
            self._frames.resize(budget)

    def clear(self) -> None:
        with self._lock:
            self._frames.clear()
