"""laminar speediness and laminar speedup: how fast things go in a clip, and the clip made shorter by it."""

from __future__ import annotations

import math
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from app.cli.clips import moving
from app.cli.commands.film import picture_preset, write_film
from app.cli.commands.track import clear
from app.cli.targets import make_folder, spare
from app.cli.terminal import Terminal, counted
from core.errors import EditError, LaminarError, MediaError
from core.media.info import MediaInfo
from core.media.reader import open_source
from core.retime.fast_film import fast_film, frame_times, length_for
from core.retime.pace_files import CURVE, read_motion, read_speediness
from core.retime.speed_up import CONTRAST, SpeedPlan, Ticks, plan
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.timeline.model import Between

WORK = ".laminar-speed"
"""Folder beside the result that holds unfinished work; the same command goes on from it."""


def run_speediness(clip: Path, out: Path, *, json: bool) -> None:
    """Raises MediaError when the clip or the target cannot be used."""
    terminal = Terminal(json)
    info, _ = moving(terminal, clip)
    spare(out, clip)
    with _work(out):
        result = judged(terminal, clip, info, out.parent / WORK)
        shutil.copyfile(result / CURVE, out)
        clear(out.parent / WORK)
    _, values = read_speediness(out)
    terminal.say(
        {"outputs": [str(out)], "frames": len(values), "mean": round(float(values.mean()), 4)},
        f"{counted(len(values), 'frame')} in {out}, mean speediness {values.mean():.2f}",
    )


@dataclass(frozen=True)
class Wish:
    """What is asked of a faster film; see core.retime.speed_up.plan. protect: "A:B" in seconds."""

    rate: float
    slowest: float | None = None
    fastest: float | None = None
    smoothness: float = 0.5
    protect: tuple[str, ...] = ()
    uniform: bool = False
    pitch: bool = True
    between: Between = "nearest"

    def plan(
        self, speediness: npt.ArrayLike, times: Ticks, film: FrameRate, motion: npt.ArrayLike | None = None
    ) -> SpeedPlan:
        """Raises EditError when it cannot be."""
        if not 0 < self.rate < math.inf:
            raise EditError(f"a rate of {self.rate:g} is out of reach", "Give a --rate above 0, such as 2")
        return plan(
            speediness,
            times,
            length=length_for(times, self.rate, film),
            slowest=self.slowest,
            fastest=self.fastest,
            smoothness=self.smoothness,
            protected=[_range(text) for text in self.protect],
            contrast=1.0 if self.uniform else CONTRAST,
            motion=None if self.uniform else motion,
        )


def run_speedup(clip: Path, out: Path, wish: Wish, curve: Path | None, preset: str, *, json: bool) -> None:
    """Raises LaminarError when the clip, the limits or the targets cannot be used."""
    terminal = Terminal(json)
    (info, video), chosen = moving(terminal, clip), picture_preset(out, preset)
    with closing(open_source(clip, info)) as source:
        times = frame_times(source, info.duration)
    spare(out, clip)
    wish.plan([0.5] * (len(times) - 1), times, video.rate)  # what cannot be is refused before the work
    if curve is not None:
        if curve.resolve() == out.resolve():
            raise MediaError(f"{curve} cannot be film and curve", "Give another name with --curve")
        spare(curve, clip)
        make_folder(curve.parent, "--curve")
    with _work(out):
        folder = judged(terminal, clip, info, out.parent / WORK)
        _, values = read_speediness(folder)
        got = wish.plan(values, times, video.rate, read_motion(folder, len(values)))
        film = fast_film(clip, info, got, keep_pitch=wish.pitch, between=wish.between)
        write_film(terminal, film, out, chosen)
        clear(out.parent / WORK)
    if curve is not None:
        got.write_csv(curve)
    terminal.say(_answer(out, curve, got, info), f"{out}: {got.rate:.3f} times shorter")


def judged(terminal: Terminal, clip: Path, info: MediaInfo, root: Path) -> Path:
    """The result folder of the clip's speediness, computed when it is not there."""
    parameters = {"clip": str(clip.resolve())}
    return terminal.job("speediness", "Looking at the pace", root, parameters, {"clip": info.fingerprint})


def _answer(out: Path, curve: Path | None, got: SpeedPlan, info: MediaInfo) -> dict[str, Any]:
    assert info.video is not None
    return {
        "outputs": [str(out), *([str(curve)] if curve else [])],
        "frames": info.video.rate.frames_before(got.length),
        "rate": round(got.rate, 6),
        "slowest": round(float(got.speeds.min()), 6),
        "fastest": round(float(got.speeds.max()), 6),
        "sound": info.audio is not None,
    }


def _range(text: str) -> TimeRange:
    """ "A:B" in seconds of the clip. Raises LaminarError when it is none."""
    try:
        start, end = (round(float(part) * TICKS_PER_SECOND) for part in text.split(":"))
        return TimeRange.between(start, end)
    except (ValueError, OverflowError) as error:
        raise LaminarError(f"{text} is no range", "Give --protect A:B in seconds, such as 1.5:3") from error


class _work:  # noqa: N801 - used like a function
    """The folder of a target, there while a command works; what the disk refuses names the target."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def __enter__(self) -> None:
        if self._out.is_dir():
            raise MediaError(f"{self._out} is a folder", "Give a file with -o")
        make_folder(self._out.parent)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise MediaError(
                f"{self._out} cannot be written: {error.strerror}", "Check the disk, or give another -o"
            ) from error
