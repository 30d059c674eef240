"""Track on two cores: while a frame is tracked, a thread beside sees the next one and finishes the one before.

What a frame shows (decoding, features, optical flow to the frame before) does not depend on masks, and what becomes of
a mask (edges at full size, files) decides nothing of the next. One thread does both in their order, so the masks are
those of one thread, bit for bit; and no more than a frame is held on either side.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager

import torch

from core.masks.encoding import Prefetched, encode, encode_next
from core.masks.memory_frame import MemoryFrame
from core.masks.tracker import Tracker
from core.media.info import Frame

Frames = Iterator[tuple[int, Frame]]


@contextmanager
def beside() -> Iterator[Executor]:
    """One thread; at the end it does what it has in hand, no more, and is gone."""
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(1, "beside", initializer=torch.set_num_threads, initargs=(threads,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def prefetched(pool: Executor, frames: Frames, tracker: Tracker) -> Generator[Prefetched, None, None]:
    """The frames in their order; while one is worked on, the pool sees the next one as `tracker` will want it.

    When closed, the pool is done with the frames. Errors of the frames come out here.
    """
    coming = pool.submit(_next, frames, tracker, _latest(tracker))
    try:
        while (now := coming.result()) is not None:
            coming = pool.submit(_next, frames, tracker, now if tracker.history else None)
            yield now
    finally:
        if not coming.cancel():
            wait([coming])


def _latest(tracker: Tracker) -> MemoryFrame | None:
    return tracker.history[-1] if tracker.history else None


def _next(frames: Frames, tracker: Tracker, before: MemoryFrame | Prefetched | None) -> Prefetched | None:
    """The next frame, seen after another one; None when there are no more.

    Where nothing is tracked, and where the network does not see every frame, it is not seen ahead.
    """
    number, frame = next(frames, (-1, None))
    if frame is None:
        return None
    if before is None or tracker.every > 1:
        return Prefetched(number, frame)
    if before.encoding is None:
        return Prefetched(number, frame, encode(frame, tracker.grid, tracker.net))
    encoding, flow = encode_next(frame, tracker.grid, tracker.net, before.encoding, 1)
    return Prefetched(number, frame, encoding, flow, before.number)
