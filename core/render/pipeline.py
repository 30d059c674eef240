"""Two stages in threads of their own, joined by short queues: while one item is consumed, the next is processed and
the one after it decoded. PyAV, OpenCV and numpy let go of the interpreter while they work, so the stages overlap.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
WAIT = 0.1
"""Seconds between two looks at whether to stop."""
HEARTBEAT = 0.25
DEPTH = 4


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


def _taken(stage: _Stage, stop: threading.Event) -> Iterator[Any]:
    """The results of a stage; raises what ended it."""
    while not stop.is_set():
        try:
            value = stage.results.get(timeout=WAIT)
        except queue.Empty:
            continue
        if isinstance(value, _End):
            if value.error is not None:
                raise value.error
            return
        yield value


def staged(
    items: Iterable[A], first: Callable[[A], B], second: Callable[[B], C]
) -> Generator[C | None, None, None]:
    """`second(first(item))` for every item, in order; None now and then while the next is not ready.

    Closing the generator stops both threads. A paused consumer holds them: at most 2 * DEPTH results exist.

    Raises:
        Whatever a stage raises.
    """
    stop = threading.Event()
    early = _Stage("export-decode", items, first, stop)
    late = _Stage("export-process", _taken(early, stop), second, stop)
    early.thread.start()
    late.thread.start()
    try:
        while True:
            try:
                value = late.results.get(timeout=HEARTBEAT)
            except queue.Empty:
                yield None
                continue
            if isinstance(value, _End):
                if value.error is not None:
                    raise value.error
                return
            yield value
    finally:
        stop.set()
        early.thread.join()
        late.thread.join()
