"""What there is by now, shown while work goes on: one small picture in the folder, drawn anew every second or so."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeAlias, TypeVar

import cv2
import numpy as np

from core.job import Progress
from core.media.info import Frame
from core.media.writer import write_png

Made = TypeVar("Made")
PREVIEW = "preview.png"
EVERY = 1.0
"""Seconds from one picture to the next, at least."""
SHARE = 0.02
"""Part of the time that making pictures may take."""
LARGEST = 960, 540
Show: TypeAlias = Callable[[Callable[[], Frame]], None]
"""Takes what makes a picture, uint8 RGB (H, W, 3), and lets it do so only when it is time for one."""


def hidden(make: Callable[[], Frame]) -> None:
    """Shows nothing."""


def told(
    steps: Generator[object, None, Made], share: tuple[float, float], message: str, preview: Callable[[], str]
) -> Generator[Progress, None, Made]:
    """Steps, which yield how much is done as a float from 0 to 1, as progress between the two shares of the whole."""
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            made: Made = end.value
            return made
        if isinstance(done, float):
            yield Progress(share[0] + (share[1] - share[0]) * done, 1, message, preview())


def part(steps: Generator[float, None, Made], low: float, high: float) -> Generator[float, None, Made]:
    """A part of the work, which goes from `low` to `high` of the whole."""
    while True:
        try:
            yield low + (high - low) * next(steps)
        except StopIteration as done:
            made: Made = done.value
            return made


class Preview:
    """Writes PREVIEW into a folder. Raises MediaError, from a call, when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._path, self._last, self._pause = folder / PREVIEW, float("-inf"), EVERY

    @property
    def name(self) -> str:
        """The file in the folder; empty as long as there is none."""
        return PREVIEW if np.isfinite(self._last) else ""

    def __call__(self, make: Callable[[], Frame], *, now: bool = False) -> None:
        if not now and time.monotonic() - self._last < self._pause:
            return
        began = time.monotonic()
        picture = make()
        scale = min(1.0, LARGEST[0] / picture.shape[1], LARGEST[1] / picture.shape[0])
        if scale < 1:
            size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        write_png(self._path, picture)
        self._last = time.monotonic()
        self._pause = max(EVERY, (self._last - began) / SHARE)
