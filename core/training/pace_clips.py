"""Clips to learn pace from: the motion from frame to frame, computed once, and windows of it at two speeds.

Clips whose frames are not those of the camera (REPEATED, JUMPS) or in which nothing moves (STILL) are left out.
Clips of one source (people signing, the cameras of one take) are held out together or not at all.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.media.reader import open_source
from core.nn.pace import RATE, STEPS
from core.retime.pace_views import GRID, SAME, Grey, distinct, small, step_of, view
from core.training.pace_footage import Film, find_films

Steps = npt.NDArray[np.float16]
"""(N, 7, h, w): the planes of core.retime.pace_views from each frame to a later one."""

LENGTHS = (16, 20, 24, STEPS)
"""Steps of the windows to train on; STEPS are judged."""
STILL = 0.1
"""Hundredths of the short side: where the flow is shorter in 95 of 100 places nothing moves, at any speed."""
REPEATED = 0.15
"""A clip of which so many frames repeat others was not shot at its rate."""
JUMPS = 3.5
"""A clip in which half of the frames look like the one before, and one in twenty differs by so
much (of 255), is a row of stills.
"""
HELD_OUT_OF = 4
LONGEST = 300
"""Frames of a clip that are looked at."""
_ONE_SOURCE = ("asl-gestures", "pose2sim")
_CACHE_VERSION = 2


@dataclass(frozen=True, eq=False)
class Clip:
    """A clip that pace is learned from.

    natural, double: the steps from each frame to the next looked at, and to the one after that.
    step: every how manieth frame natural speed looks at; rate: how many of those there are a second.
    """

    name: str
    step: int
    natural: Steps
    double: Steps
    rate: float = RATE

    @property
    def moves(self) -> bool:
        """Whether there is motion to judge by."""
        return float(np.quantile(np.hypot(self.natural[:, 1], self.natural[:, 2]), 0.95)) > STILL

    def coarser(self) -> Clip:
        """The same on half as many rows and columns."""
        natural, double = (_halved(steps) for steps in (self.natural, self.double))
        return replace(self, natural=natural, double=double)

    def starts(self, length: int = STEPS) -> int:
        """How many frames a window of `length` steps at double speed can start at."""
        return max(0, len(self.double) - 2 * self.step * (length - 1))

    def window(
        self,
        start: int,
        speed: int,
        late: int = 0,
        cut: tuple[slice, slice] = (slice(None), slice(None)),
        length: int = STEPS,
    ) -> npt.NDArray[np.float32]:
        """float32 (7, length, h, w).

        Args:
            late: frames that a window at natural speed starts later, 0 to length * step.
            cut: rows and columns.
        """
        first = start + (0 if speed == 2 else late)
        numbers = slice(first, first + speed * self.step * (length - 1) + 1, speed * self.step)
        steps = (self.double if speed == 2 else self.natural)[numbers, :, cut[0], cut[1]]
        return np.array(steps.transpose(1, 0, 2, 3), np.float32)


def _halved(steps: Steps) -> Steps:
    """(N, 7, h, w) to (N, 7, h // 2, w // 2), means of four."""
    count, planes, height, width = steps.shape
    even = steps[:, :, : height // 2 * 2, : width // 2 * 2].astype(np.float32)
    fours = even.reshape(count, planes, height // 2, 2, width // 2, 2)
    return np.asarray(fours.mean((3, 5)), np.float16)


def source_of(name: str) -> str:
    """The clips of one take or one person have one source."""
    return next((word for word in _ONE_SOURCE if word in name), name)


def is_held_out(name: str) -> bool:
    """Whether a clip is kept from training: one source in four, by a hash of its name."""
    return zlib.crc32(source_of(name).replace("/", "_").encode()) % HELD_OUT_OF == 0


def judgeable(clips: Sequence[Clip], held_out: bool) -> list[Clip]:
    """The clips of one side that are long enough to be judged."""
    return [clip for clip in clips if is_held_out(clip.name) == held_out and clip.starts()]


def load_clips(folder: Path, cache: Path) -> tuple[Clip, ...]:
    """Every usable clip of a data folder that is long enough, its steps computed once into `cache`.

    Raises:
        MediaError: when there is none or one cannot be decoded.
        OSError: when the cache cannot be written.
    """
    cache.mkdir(parents=True, exist_ok=True)
    clips = [_load(film, cache) for film in find_films(folder)]
    usable = tuple(clip for clip in clips if clip.starts(LENGTHS[0]) and clip.moves)
    if not usable:
        raise MediaError(
            f"{folder} holds no clip of {2 * LENGTHS[0] + 1} frames or more", "Give longer clips"
        )
    return usable


def _load(film: Film, cache: Path) -> Clip:
    file = cache / f"pace-{_CACHE_VERSION}-{film.name.replace('/', '_')}.npz"
    if not file.exists():
        with file.with_suffix(".tmp").open("wb") as out:
            np.savez(out, **_computed(film))  # type: ignore[arg-type]
        file.with_suffix(".tmp").replace(file)
    with np.load(file) as stored:
        return Clip(
            film.name, int(stored["step"]), stored["natural"], stored["double"], float(stored["rate"])
        )


def _computed(film: Film) -> dict[str, npt.NDArray[np.generic]]:
    with closing(open_source(film.path)) as source:
        fps = film.rate or source.rate.fps
        last = min(film.last or source.frame_count, source.frame_count, film.first + LONGEST)
        greys = [small(source.frame(n)) for n in range(film.first, last)]
    step = step_of(fps)
    greys = _of_camera(greys)
    out: dict[str, npt.NDArray[np.generic]] = {"step": np.array(step), "rate": np.array(fps / step)}
    for key, far in (("natural", step), ("double", 2 * step)):
        pairs = zip(greys, greys[far:], strict=False)
        planes = [view(a, b).astype(np.float16) for a, b in pairs]
        out[key] = np.stack(planes) if planes else np.zeros((0, 7, GRID, GRID), np.float16)
    return out


def _of_camera(greys: list[Grey]) -> list[Grey]:
    """The frames without those that repeat others; none of a clip that was not shot at its rate."""
    kept = distinct(greys)
    if len(kept) < max(2, (1 - REPEATED) * len(greys)):
        return []
    greys = [greys[n] for n in kept]
    change = [float(np.abs(a.astype(np.int16) - b).mean()) for a, b in itertools.pairwise(greys)]
    return [] if np.median(change) < SAME and np.quantile(change, 0.95) > JUMPS else greys
