"""Decoded frames within a budget of bytes; the one used longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from core.media.info import Frame


class FrameCache:
    """Safe to use from several threads. Frames in it are shared, so they are made read-only."""

    def __init__(self, budget: int) -> None:
        """budget: bytes of picture data kept at most."""
        self.budget = budget
        self._frames: OrderedDict[Hashable, Frame] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def bytes_used(self) -> int:
        return self._bytes

    def get(self, key: Hashable) -> Frame | None:
        with self._lock:
            frame = self._frames.get(key)
            if frame is not None:
                self._frames.move_to_end(key)
            return frame

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._frames

    def put(self, key: Hashable, frame: Frame) -> None:
        """Keep a frame; one larger than the whole budget is not kept."""
        frame.flags.writeable = False
        with self._lock:
            old = self._frames.pop(key, None)
            self._bytes -= old.nbytes if old is not None else 0
            if frame.nbytes <= self.budget:
                self._frames[key] = frame
                self._bytes += frame.nbytes
            self._trim()

    def resize(self, budget: int) -> None:
        """Keep at most `budget` bytes from now on."""
        with self._lock:
            self.budget = budget
            self._trim()

    def _trim(self) -> None:
        while self._bytes > self.budget:
            _, gone = self._frames.popitem(last=False)
            self._bytes -= gone.nbytes

    def clear(self) -> None:
        with self._lock:
            self._frames.clear()
            self._bytes = 0
