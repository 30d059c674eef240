"""All sources of a project behind one frame cache: shared decoders, a bounded number of them, decoding ahead.

A source remembers where it was asked last. Once two requests in a row show a direction of play, a thread of the
pool decodes ahead of it: forwards frame by frame, backwards in blocks that are decoded forwards. Every source has a
lock, so a frame the thread is working on is waited for and not decoded twice.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from core.errors import LaminarError, MediaError
from core.media.cache import FrameCache
from core.media.info import Frame, FrameSource, MediaInfo, VideoInfo
from core.media.reader import VideoSource, open_source
from core.media.sources import WrappedSource
from core.threads import stand_back

AHEAD = 16
"""Frames decoded ahead of the one asked for, and the size of a block when playing backwards."""
_LONGEST_STEP = 4
"""Requests further apart are jumps, not play."""

Size = tuple[int, int] | None


class PooledSource(WrappedSource):
    """A source whose frames are cached. Frames are shared and read-only: copy one before changing it."""

    def __init__(self, pool: SourcePool, path: Path, info: MediaInfo | None, inner: FrameSource) -> None:
        self.path = path
        self.info = info
        self.inner = inner
        self._pool = pool
        self._lock = threading.Lock()
        self._last = -1
        self.step = 0
        """Frames from one request to the next while playing; negative backwards; 0 when not playing."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What went wrong while decoding, in words for the user."""
        return self.inner.notes if isinstance(self.inner, VideoSource) else ()

    def frame(self, index: int, size: Size = None) -> Frame:
        """As FrameSource.frame; from the cache where possible. Sets the direction that is decoded ahead."""
        move = index - self._last
        if move:
            self.step = move if abs(move) <= _LONGEST_STEP and self._last >= 0 else 0
            self._last = index
        frame = self.fetch(index, size)
        if self.step:
            self._pool.look_ahead(self, index, size)
        return frame

    def fetch(self, index: int, size: Size) -> Frame:
        """The frame from the cache, else decoded into it; says nothing about the direction of play."""
        key = (id(self), index, size)
        frame = self._pool.cache.get(key)
        if frame is not None:
            return frame
        with self._lock:
            frame = self._pool.cache.get(key)
            if frame is None:
                self._pool.using(self)
                frame = self.inner.frame(index, size)
                self._pool.cache.put(key, frame)
            return frame

    def video_frame(self, index: int) -> Any:
        """The av.VideoFrame with its native planes. Raises MediaError for a source that is no video file."""
        if not isinstance(self.inner, VideoSource):
            raise MediaError(f"{self.path.name} is not a video file")
        self._pool.using(self)
        return self.inner.video_frame(index)

    def wanted(self, index: int, size: Size) -> Iterator[int]:
        """Frames worth decoding ahead of `index`, the most urgent first."""
        numbers: Iterable[int]
        if self.step > 0:
            numbers = range(index + self.step, index + self.step * (AHEAD + 1), self.step)
        else:
            block = (index - 1) // AHEAD
            numbers = [*range(block * AHEAD, index), *range((block - 1) * AHEAD, block * AHEAD)]
        count = self.frame_count
        for number in numbers:
            if 0 <= number < count and (id(self), number, size) not in self._pool.cache:
                yield number

    def rest(self) -> None:
        """Let go of the decoder until the next frame is asked for."""
        if isinstance(self.inner, VideoSource):
            self.inner.rest()

    def close(self) -> None:
        """Nothing: the pool owns it and closes it."""


class SourcePool:
    """Sources by path, sharing a cache of `cache_bytes` and at most `decoders` open decoders."""

    def __init__(self, cache_bytes: int, decoders: int = 12) -> None:
        self.cache = FrameCache(cache_bytes)
        self._decoders = decoders
        self._sources: dict[tuple[Path, str, VideoInfo | None], PooledSource] = {}
        self._used: OrderedDict[PooledSource, None] = OrderedDict()
        self._opening = threading.Lock()
        self._condition = threading.Condition()
        self._wishes: OrderedDict[PooledSource, tuple[int, Size]] = OrderedDict()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="decode ahead", daemon=True)
        self._thread.start()

    def source(self, path: Path, info: MediaInfo | None) -> PooledSource:
        """The shared source of a file; opened when it is new, and probed when `info` is None.

        Raises:
            MediaError: when it cannot be opened.
        """
        key = (path, info.fingerprint if info else "", info.video if info else None)
        with self._opening:  # nothing is opened twice; the sources that are open go on meanwhile
            known = self._sources.get(key)
            if known is None:
                known = PooledSource(self, path, info, open_source(path, info))
                self._sources[key] = known
            return known

    def using(self, source: PooledSource) -> None:
        """Note that a decoder is needed now; the one unused for longest rests when there are too many."""
        with self._condition:
            self._used[source] = None
            self._used.move_to_end(source)
            idle = self._used.popitem(last=False)[0] if len(self._used) > self._decoders else None
        if idle is not None:
            idle.rest()

    def look_ahead(self, source: PooledSource, index: int, size: Size) -> None:
        """Decode ahead of `index`; replaces what was wished for this source before."""
        with self._condition:
            self._wishes[source] = (index, size)
            self._condition.notify()

    def close(self) -> None:
        """End the thread, close every source, empty the cache."""
        with self._condition:
            self._closed = True
            self._condition.notify()
        self._thread.join()
        with self._opening:
            for source in self._sources.values():
                source.inner.close()
            self._sources.clear()
        self.cache.clear()

    def _run(self) -> None:
        stand_back()
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._wishes or self._closed)
                if self._closed:
                    return
                source, (index, size) = self._wishes.popitem(last=False)
                self._wishes[source] = (index, size)
            if not self._one_ahead(source, index, size):
                with self._condition:
                    if self._wishes.get(source) == (index, size):
                        del self._wishes[source]

    def _one_ahead(self, source: PooledSource, index: int, size: Size) -> bool:
        """Decode one frame that is missing; False when there is none, or room for none."""
        with contextlib.suppress(LaminarError, IndexError):  # whoever asks for that frame is told
            number = next(source.wanted(index, size), None)
            if number is None or source.step == 0:
                return False
            frame = source.fetch(number, size)
            return frame.nbytes * AHEAD * 3 <= self.cache.budget
        return False
