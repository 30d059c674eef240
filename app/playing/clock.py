"""What tells the film's time while it plays."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from core.time import TICKS_PER_SECOND


class Clock(Protocol):
    """Film time in ticks while playing. `start` again to seek; `now` may be asked from any thread."""

    def start(self, at: int, speed: float) -> None: ...
    def now(self) -> int: ...
    def stop(self) -> None: ...


class WallClock:
    """Film time by the machine's steady clock: used without a sound device.

    seconds: the steady clock; tests hand in their own.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._from = (0, seconds(), 0.0)

    def start(self, at: int, speed: float) -> None:
        self._from = (at, self._seconds(), speed)

    def now(self) -> int:
        at, since, speed = self._from
        return at + round((self._seconds() - since) * speed * TICKS_PER_SECOND)

    def stop(self) -> None:
        self._from = (self.now(), self._seconds(), 0.0)
