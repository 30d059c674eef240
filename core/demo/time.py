"""The part of the journey about time: a moment of the clip four times slower, with pictures made between its frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.demo.state import Demo
from core.drive import drive, result_folder
from core.job import Progress
from core.media.fingerprint import fingerprint
from core.project.paths import results_folder

FIRST, LAST = 30, 33
"""Frames of the sample that are slowed down."""
FACTOR = 4


def slow_motion(state: Demo) -> Iterator[Progress]:
    """Slow a moment down with the views of how it was made; keeps a picture of a made frame and of its views."""
    clip = (state.out / state.media.path).resolve()
    root = results_folder(state.data)
    parameters: dict[str, Any] = {
        "clip": str(clip), "factor": str(FACTOR), "views": True, "first": FIRST, "last": LAST,
    }  # fmt: skip
    inputs = {"clip": fingerprint(clip)}
    yield from drive("slowmo", root, parameters, inputs, threads=1)
    folder = result_folder("slowmo", root, parameters, inputs)
    made = FACTOR // 2
    state.picture("made between two frames", _read(folder / "frames" / f"{made:05d}.png"))
    views = [_read(path) for path in sorted((folder / "views").glob(f"{made:05d}_*.png"))]
    half = [cv2.resize(view, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for view in views]
    state.picture("how it was made", np.vstack([np.hstack(half[:2]), np.hstack(half[2:])]))


def _read(path: Path) -> np.ndarray:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8)
