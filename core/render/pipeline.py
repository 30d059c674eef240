"""Two stages in threads of their own, the second in several if wanted, joined by short queues.

While one item is consumed, the next is processed and the one after it decoded. PyAV, OpenCV and numpy let go of the
interpreter while they work, so the stages overlap.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
WAIT = 0.1
"""Seconds between two looks at whether to stop."""
HEARTBEAT = 0.25
DEPTH = 4
_LATER, _DONE = object(), object()


@dataclass(frozen=True)
class _End:
    """The last thing in a queue. error: what ended the stage before its time."""

    error: BaseException | None = None


class _Stage:
    """A thread that takes from an iterable, works, and puts into a short queue until told to stop."""

    def __init__(
        self, name: str, items: Iterable[Any], work: Callable[[Any], Any], stop: threading.Event
    ) -> None:
        self.results: queue.Queue[Any] = queue.Queue(DEPTH)
        self._items, self._work, self._stop = items, work, stop
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def _run(self) -> None:
        end = _End()
        try:
            for item in self._items:
                if not self._put(self._work(item)):
                    return
        except BaseException as error:  # noqa: BLE001 - carried to the consumer, who raises it
            end = _End(error)
        self._put(end)

    def _put(self, value: Any) -> bool:
        while not self._stop.is_set():
            try:
                self.results.put(value, timeout=WAIT)
                return True
            except queue.Full:
                continue
        return False

    def next(self) -> Any:
        """The next result; _LATER when there is none yet, _DONE after the last. Raises what ended the stage."""
        try:
            value = self.results.get(timeout=HEARTBEAT)
        except queue.Empty:
            return _LATER
        if isinstance(value, _End):
            if value.error is not None:
                raise value.error
            return _DONE
        return value


def _taken(stage: _Stage, stop: threading.Event) -> Iterator[Any]:
    """The results of a stage; raises what ended it."""
    while not stop.is_set():
        value = stage.next()
        if value is _DONE:
            return
        if value is not _LATER:
            yield value


def staged(
    items: Iterable[A], first: Callable[[A], B], second: Callable[[B], C], workers: int = 1
) -> Generator[C | None, None, None]:
    """`second(first(item))` for every item, in order; None now and then while the next is not ready.

    Closing the generator stops the threads. A paused consumer holds them: at most 2 * DEPTH + workers results exist.

    Args:
        workers: threads that run `second`; it must then be safe to call from several.

    Raises:
        Whatever a stage raises.
    """
    stop = threading.Event()
    pool = ThreadPoolExecutor(workers, "export-process")
    early = _Stage("export-decode", items, first, stop)
    late = _Stage("export-hand-out", _taken(early, stop), lambda item: pool.submit(second, item), stop)
    early.thread.start()
    late.thread.start()
    try:
        while (value := late.next()) is not _DONE:
            while value is not _LATER and not wait((value,), HEARTBEAT).done:
                yield None
            yield None if value is _LATER else value.result()
    finally:
        stop.set()
        early.thread.join()
        late.thread.join()
        pool.shutdown(wait=True, cancel_futures=True)
