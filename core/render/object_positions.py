"""Where an object is in what a clip shows of its media, frame by frame, by its masks.

Extents are (left, top, right, bottom) as parts of the picture's width and height, NaN where the object is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from core.errors import Cancelled, EditError
from core.job import Report
from core.media.info import FrameSource
from core.motion.framing import Values
from core.render.effect_stack import shown_matte
from core.render.pixels import Floats
from core.render.sources import Sources
from core.timeline.effects import CORNER_PIN, EFFECT_KINDS
from core.timeline.model import Clip, MatteUse

SAMPLES = 10.0
"""Frames looked at in a second, where no more are asked for."""
WORKING = 320
"""Longer side of the masks that are looked at."""
OUTLIERS = 0.02
"""Part of a mask on either side that its extent leaves out: a finger, a stray spot."""
FEWEST = 3.0
"""Pixels that a mask must have."""
OVERLOOKED = ("crop", "transform", CORNER_PIN)


Extent = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Shot:
    """An object in a stretch of a clip without a cut.

    times: source times of the frames looked at, rising.
    extents: float64 (N, 4), see core.motion.framing.
    rate: of them in a second.
    """

    times: tuple[int, ...]
    extents: Values
    rate: float


@dataclass(frozen=True, eq=False)
class Seen:
    """Where an object is in what a clip shows.

    size: (width, height) of the clip's pictures.
    shots: in their order.
    """

    size: tuple[int, int]
    shots: tuple[Shot, ...]

    def require(self, clip: Clip) -> None:
        """Raises EditError when the object is never seen in the clip."""
        if not any(np.isfinite(shot.extents).any() for shot in self.shots):
            raise EditError(f"the object is not seen in {clip.name}", "Track it through this clip first")


def seen(
    clip: Clip,
    source: FrameSource,
    matte: Callable[[int], Floats],
    cuts: Iterable[int] = (),
    report: Report = lambda part: True,
    samples: float = SAMPLES,
) -> Seen:
    """Where an object is in what a clip shows of its source.

    Args:
        matte: the object's of a source frame, float32 (H, W) of any size.
        cuts: first source frames of further shots.
        samples: frames looked at in a second, at most all that there are.
        report: told how much is done, 0 to 1; its False stops the work.

    Raises:
        MediaError: as `matte`.
        Cancelled: when `report` asked for it.
    """
    used = clip.source_range
    first, last = source.index_at(used.start), source.index_at(max(used.start, used.end - 1))
    step = max(1, round(source.rate.fps / samples))
    shots: list[Shot] = []
    for start, end in _between(first, last, cuts):
        frames = sorted({*range(start, end + 1, step), end})
        extents: list[Extent] = []
        for frame in frames:
            extents.append(_extent(matte(frame)))
            if not report((frame + 1 - first) / (last + 1 - first)):
                raise Cancelled("looking for the object was stopped")
        times = tuple(source.time_of(frame) for frame in frames)
        shots.append(Shot(times, np.array(extents, np.float64), source.rate.fps / step))
    return Seen((source.width, source.height), tuple(shots))


def matte_of(clip: Clip, label: int, source: FrameSource, sources: Sources) -> Callable[[int], Floats]:
    """The matte of an object in a clip's frames, small; where a Stabilise or Mirror of the clip shows it.

    Args:
        label: the object's in the masks of the clip's media.
    """
    scale = min(1.0, WORKING / max(source.width, source.height))
    size = max(1, round(source.width * scale)), max(1, round(source.height * scale))
    use = MatteUse(label, feather=0.0)
    return lambda frame: shown_matte(sources.matte(clip, frame, use, size), clip, frame, sources)


def _between(first: int, last: int, cuts: Iterable[int]) -> list[tuple[int, int]]:
    """First and last frame of each shot."""
    starts = [first, *sorted({cut for cut in cuts if first < cut <= last})]
    return list(zip(starts, [*(cut - 1 for cut in starts[1:]), last], strict=True))


def _extent(matte: Floats) -> Extent:
    """(left, top, right, bottom) of a mask as parts of the picture; NaN for an empty one."""
    if matte.sum() < FEWEST:
        return np.nan, np.nan, np.nan, np.nan
    (left, right), (top, bottom) = (_reach(matte.sum(axis)) for axis in (0, 1))
    return left, top, right, bottom


def _reach(profile: Floats) -> tuple[float, float]:
    share = np.concatenate([[0.0], np.cumsum(profile, dtype=np.float64)]) / profile.sum()
    edges = np.arange(len(share)) / len(profile)
    low, high = np.interp([OUTLIERS, 1 - OUTLIERS], share, edges)
    return float(low), float(high)


def overlooked(clip: Clip) -> list[str]:
    """Titles of the clip's effects that move or cut its whole picture: where the object is then is not known here."""
    kinds = [one.kind for one in clip.effects if one.enabled and one.matte is None]
    return [EFFECT_KINDS[kind].title for kind in kinds if kind in OVERLOOKED]
