"""A clip that keeps an object in view: where the object is, frame by frame, and the clip moved by keyframes accordingly.

So a wide shot becomes an upright film, or a close one, in which nobody walks out of the picture. The keyframes are
ordinary ones and can be edited. See core.motion.framing for how the view moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from core.errors import Cancelled, EditError
from core.job import Report
from core.media.info import FrameSource
from core.motion.framing import Values, View, corners, look
from core.render.effect_stack import shown_matte
from core.render.pixels import Floats
from core.render.sources import Sources
from core.timeline import edits
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import Animated, Clip, Easing, Key, Keys, MatteUse, Sequence, value_at

SAMPLES = 10.0
"""Frames looked at in a second."""
WORKING = 320
"""Longer side of the masks that are looked at."""
OUTLIERS = 0.02
"""Part of a mask on either side that its extent leaves out: a finger, a stray spot."""
FEWEST = 3.0
"""Pixels that a mask must have."""
OVERLOOKED = ("crop", "transform")
TOLERANCE = 0.5
"""Pixels of the film that straight lines between keyframes may be off."""


Extent = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Shot:
    """An object in a stretch of a clip without a cut.

    times: source times of the frames looked at, rising. extents: float64 (N, 4), see core.motion.framing. rate: of
    them in a second.
    """

    times: tuple[int, ...]
    extents: Values
    rate: float


@dataclass(frozen=True, eq=False)
class Seen:
    """size: (width, height) of the clip's pictures. shots: in their order."""

    size: tuple[int, int]
    shots: tuple[Shot, ...]


def seen(
    clip: Clip,
    source: FrameSource,
    matte: Callable[[int], Floats],
    cuts: Iterable[int] = (),
    report: Report = lambda part: True,
) -> Seen:
    """Where an object is in what a clip shows of its source.

    Args:
        matte: the object's of a source frame, float32 (H, W) of any size.
        cuts: first source frames of further shots.
        report: told how much is done, 0 to 1; its False stops the work.

    Raises:
        MediaError: as `matte`.
        Cancelled: when `report` asked for it.
    """
    used = clip.source_range
    first, last = source.index_at(used.start), source.index_at(max(used.start, used.end - 1))
    step = max(1, round(source.rate.fps / SAMPLES))
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


def kept_in_frame(sequence: Sequence, clip_id: str, where: Seen) -> Sequence:
    """The film with a clip that fills the frame and is moved so that the object stays in it.

    It keeps to the frame from then on, and to no scene. The clip keeps its scale when that is enough to fill the frame; a larger scale makes a closer view.

    Raises:
        EditError: when the object is never seen in the clip.
        KeyError: when the clip is not in the film.
    """
    clip = sequence.find(clip_id)[2]
    if not any(np.isfinite(shot.extents).any() for shot in where.shots):
        raise EditError(f"the object is not seen in {clip.name}", "Track it through this clip first")
    scale = max(value_at(clip.scale, clip.source_range.start), filling_scale(sequence, where.size))
    in_pixels = scale * min(sequence.width / where.size[0], sequence.height / where.size[1])
    size = where.size[0] * in_pixels, where.size[1] * in_pixels
    view = View(sequence.width / size[0], sequence.height / size[1])
    ways = [(0.5 - look(shot.extents, view, shot.rate)) * size for shot in where.shots]
    x, y = (_animated(_keys(where.shots, [way[:, axis] for way in ways])) for axis in (0, 1))
    return edits.set_clip(sequence, clip_id, x=x, y=y, scale=scale, rotation=0.0, pin=None)


def overlooked(clip: Clip) -> list[str]:
    """Titles of the clip's effects that move or cut its whole picture: where the object is then is not known here."""
    kinds = [one.kind for one in clip.effects if one.enabled and one.matte is None]
    return [EFFECT_KINDS[kind].title for kind in kinds if kind in OVERLOOKED]


def filling_scale(sequence: Sequence, size: tuple[int, int]) -> float:
    """The scale at which a clip of pictures of `size` just fills the film's frame."""
    sides = sequence.width / size[0], sequence.height / size[1]
    return max(sides) / min(sides)


def _keys(shots: Iterable[Shot], ways: Iterable[Values]) -> Iterator[Key]:
    """Keyframes of one axis; over a cut the value jumps."""
    for shot, way in zip(shots, ways, strict=True):
        kept = corners(way, TOLERANCE)
        for place in kept:
            easing: Easing = "hold" if place == kept[-1] else "linear"
            yield Key(shot.times[place], round(float(way[place]), 2), easing)


def _animated(keys: Iterator[Key]) -> Animated:
    """A plain number where nothing moves."""
    found = tuple(keys)
    return found[0].value if len({key.value for key in found}) == 1 else Keys(found)
