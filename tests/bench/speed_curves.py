"""Figures of speed curves: how far sound is from its picture, what sound, lanes and drags cost.

    .venv/bin/python -m tests.bench.speed_curves

No file is read. Sound: clicks at known source times through ramps from a quarter to double speed, reverse and a freeze;
how far each is from the moment that the map gives it, in milliseconds. Costs are CPU milliseconds of one thread.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app import theme
from app.speed.adaptive import Wish, planned
from app.speed.pace import Pace
from app.timeline.speed_art import Look, draw_curve
from app.timeline.speed_lane import Box
from core.render.mixer import mix
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline import edits
from core.timeline.curve import NATURAL
from core.timeline.model import Clip, MediaUse, Sequence, Track
from core.timeline.time_map import Linear
from tests.core.render.fakes import RATE, TICK, FakeAudio, FakeSources
from tests.core.render.test_mixer import RAMP, SR, clicks, clip, film, sources


def cpu(work: Callable[[], object], times: int = 5) -> float:
    """Median CPU milliseconds of this thread."""
    taken = []
    for _ in range(times):
        start = time.thread_time()
        work()
        taken.append(time.thread_time() - start)
    return 1000 * float(np.median(taken))


def click_errors(keep_pitch: bool) -> list[float]:
    """How far each click is from where the map puts it, ms; freezes left out."""
    sound = mix(film(clip("a", 125, time_map=RAMP, keep_pitch=keep_pitch)), 0, 5 * SR, sources(clicks))[:, 0]
    source = np.array([RAMP.at(n * TICKS_PER_SECOND // SR) for n in range(0, 5 * SR, 48)]) / TICKS_PER_SECOND
    found = []
    for moment in np.arange(1.25, 5.25, 0.25):
        for at in np.flatnonzero((source[:-1] < moment) != (source[1:] < moment)).tolist():
            if 3.0 <= at / 1000 <= 3.5:
                continue
            low = max(0, 48 * at - 960)
            peak = int(np.argmax(np.abs(sound[low : 48 * at + 960]))) + low
            found.append(abs(peak - 48 * at) / 48)
    return found


def sound_cost(keep_pitch: bool) -> float:
    """CPU ms for a second of sound along a curve, in pieces of 1024 samples."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.1, 30 * SR).astype(np.float32)

    class Kept(FakeAudio):
        def read(self, start_sample: int, count: int, rate: object) -> np.ndarray:
            numbers = np.clip(np.arange(start_sample, start_sample + count), 0, len(noise) - 1)
            return np.repeat(noise[numbers][:, None], 2, axis=1)

    heard = FakeSources(audio={"a": Kept(lambda times: times)})
    sequence = film(clip("a", 125, time_map=RAMP, keep_pitch=keep_pitch))

    def run() -> None:
        for start in range(0, 3 * SR, 1024):
            mix(sequence, start, 1024, heard)

    start = time.thread_time()
    run()
    return 1000 * (time.thread_time() - start) / 3


def long_film(clips: int) -> Sequence:
    """Linked pairs of four seconds end to end, with empty time after the last."""
    use = MediaUse("m", TimeRange(0, 1000 * TICK))
    pairs = [[Clip(f"{kind}{n}", "c", use, 100 * TICK, Linear(200 * TICK), f"l{n}") for n in range(clips)]
             for kind in "av"]  # fmt: skip
    return Sequence("s", "film", 1280, 720, RATE, SR, (Track("A1", "audio", "A1", tuple(pairs[0])),
                                                       Track("V1", "video", "V1", tuple(pairs[1]))))  # fmt: skip


def lane_cost(points: int) -> float:
    """CPU ms to draw the lane of a clip with so many points, 1200 pixels wide."""
    sequence = long_film(1)
    sequence = edits.trim_end(sequence, "v0", 400 * TICK)
    for n in range(points):
        at = round((n + 1) * 400 / (points + 1)) * TICK
        sequence = edits.add_speed_point(sequence, "v0", at)
    known = sequence.find("v0")[2]
    image = QImage(1200, 40, QImage.Format.Format_RGB32)
    box = Box(0, 0, 1200, 40, known.duration / 1200, False)

    def draw() -> None:
        painter = QPainter(image)
        draw_curve(painter, known, box, QRectF(0, 0, 1200, 40), Look(theme.colours(), TICK // 2))
        painter.end()

    return cpu(draw, 20)


def main() -> None:
    application = QApplication([])
    theme.apply(application, "dark")
    for keep_pitch in (False, True):
        errors = click_errors(keep_pitch)
        name = "pitch stays" if keep_pitch else "pitch follows"
        print(
            f"sound, {name}: {len(errors)} clicks, mean {np.mean(errors):.2f} ms, worst {max(errors):.2f} ms"
        )
        print(f"sound, {name}: {sound_cost(keep_pitch):.0f} ms of CPU a second of film")
    for points in (3, 30, 300):
        print(f"lane with {points} points: {lane_cost(points):.1f} ms")
    sequence = edits.add_speed_point(long_film(2000), "v1999", 199_950 * TICK)
    drag = lambda: edits.move_speed_point(sequence, "v1999", 199_950 * TICK, speed=2 * NATURAL)  # noqa: E731
    print(f"a drag step on a point, 2,000 linked pairs: {cpu(drag):.1f} ms")
    frames = np.arange(15_001, dtype=np.int64) * TICK
    pace = Pace(frames, 0.5 + 0.45 * np.sin(np.arange(15_001) / 200))
    long = Clip("c", "c", MediaUse("m", TimeRange(0, 15_000 * TICK)), 15_000 * TICK)
    print(f"a plan for ten minutes: {cpu(lambda: planned(long, pace, Wish(3.0))):.0f} ms")


if __name__ == "__main__":
    main()
