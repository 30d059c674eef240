"""How long the layers took so far, and whether what comes next fits into the time that was asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

START = 2.0
"""Seconds from a command to its work: two processes start."""


Allows: TypeAlias = Callable[[float], bool]
"""Seconds that some work takes to whether there is time for it."""


def always(seconds: float) -> bool:
    """There is time for everything."""
    return True


class LateError(Exception):
    """Work that may be left out is given up, because the time is over."""


@dataclass
class Clock:
    """Seconds since the work began.

    most: of the whole command, 0 for no limit.
    left_out: what there was no time for.
    history: (seconds, dB of whole frames) of the background, the layers, the refined ones.
    plate: dB of the background.
    """

    most: float = 0.0
    began: float = field(default_factory=time.monotonic)
    cpu: float = field(default_factory=time.process_time)
    left_out: list[str] = field(default_factory=list)
    history: list[tuple[float, float]] = field(default_factory=list)
    plate: float = 0.0

    @property
    def seconds(self) -> float:
        """Of wall time since the work began."""
        return time.monotonic() - self.began

    @property
    def cpu_seconds(self) -> float:
        """Of processor time since the work began."""
        return time.process_time() - self.cpu

    @property
    def pace(self) -> float:
        """Seconds that a second of processor time took so far, while other programs work as well."""
        return max(0.5, self.seconds / max(self.cpu_seconds, 0.05))

    def reached(self, decibels: float) -> None:
        """Note how good whole frames are by now."""
        self.history.append((round(self.seconds, 2), decibels))

    def allows(self, needed: float) -> bool:
        """Whether there is time for work of `needed` seconds."""
        return self.most <= 0 or self.seconds + START + needed <= self.most

    def check(self) -> None:
        """Raises LateError when the time is over."""
        if not self.allows(0.0):
            raise LateError

    def overrun(self, what: str) -> tuple[str, ...]:
        """What the user should know when `what`, which is ready now, took longer than was asked for."""
        if self.most <= 0 or self.allows(0.0):
            return ()
        taken = self.seconds + START
        return (f"{what} was there after {taken:.0f} seconds, {self.most:g} were asked for",)

    def notes(self) -> tuple[str, ...]:
        """What the user should know of the limit."""
        notes = list(self.left_out)
        # The first entry is the background.
        first = self.history[1][0] + START if len(self.history) > 1 else 0.0
        if 0 < self.most < first:
            notes.append(
                f"The first whole set of layers was there after {first:.0f} seconds, {self.most:g} were asked for"
            )
        return tuple(notes)
