"""The part of the journey about time: a moment of the clip four times slower, with pictures made between
its frames, and the whole clip shorter, faster where it can bear it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from msgspec.structs import replace

from core.demo.state import Demo
from core.drive import drive, result_folder
from core.job import Progress
from core.media.fingerprint import fingerprint
from core.project.paths import results_folder
from core.project.snapshot import snapshot
from core.retime.fast_film import fast_film, length_for
from core.retime.pace_files import read_motion, read_speediness
from core.retime.speed_up import SpeedPlan, plan

FIRST, LAST = 30, 33
"""Frames of the sample that are slowed down."""
FACTOR = 4
RATE = 1.8
"""How many times shorter the sped-up clip is."""


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


def speed_up(state: Demo) -> Iterator[Progress]:
    """The clip RATE times shorter as a film of its own beside the project, its sound at pitch; keeps a picture of the
    curve."""
    clip, info = (state.out / state.media.path).resolve(), state.media.info
    assert info.video is not None
    root, parameters, inputs = results_folder(state.data), {"clip": str(clip)}, {"clip": fingerprint(clip)}
    for step in drive("speediness", root, parameters, inputs, threads=1):
        yield Progress(0.7 * step.part, 1, step.message)
    folder = result_folder("speediness", root, parameters, inputs)
    state.project = state.project.with_media(replace(state.media, speediness=folder.name))
    _, pace = read_speediness(folder)
    rate = info.video.rate
    times = np.array([rate.time_of(n) for n in range(len(pace) + 1)], np.int64)
    got = plan(pace, times, length=length_for(times, RATE, rate), motion=read_motion(folder, len(pace)))
    film = snapshot(fast_film(clip, info, got)) | {
        "preset": "h264-master",
        "path": str(state.out.resolve() / "Sped up.mp4"),
    }
    for step in drive("export", state.out, film, {}, threads=1):
        yield Progress(0.7 + 0.3 * step.part, 1, step.message)
    state.picture("faster where it can bear it", curve_picture(got))


def curve_picture(got: SpeedPlan) -> np.ndarray:
    """The speed of every frame as a line over its speediness as a hill, uint8 RGB (240, 640, 3)."""
    picture = np.full((240, 640, 3), 28, np.uint8)
    across = np.linspace(20, 620, len(got.speeds))
    hill = np.column_stack([across, 220 - 180 * got.speediness])
    ground = np.array([[620, 220], [20, 220]])
    cv2.fillPoly(picture, [np.vstack([hill, ground]).astype(np.int32)], (52, 96, 84))
    line = np.column_stack([across, 220 - 180 * got.speeds / got.speeds.max()]).astype(np.int32)
    cv2.polylines(picture, [line], False, (240, 178, 82), 2, cv2.LINE_AA)
    words = f"speed {got.speeds.min():.2f} to {got.speeds.max():.2f}, {got.rate:.2f} times shorter; hill: speediness"
    cv2.putText(picture, words, (20, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (220, 220, 220), 1, cv2.LINE_AA)
    return picture


def _read(path: Path) -> np.ndarray:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8)
