"""What a clip shows at a source time between two frames of its media, and of several that pass at once.

Only a clip that runs slower than its frames last has anything to make up: where the film's next frame is at least one
media frame further, real frames are shown, so 240 a second slowed to an eighth in a film of 30 show each of their own.
A preview splats at the size it shows; an export asks the network (core.render.export_sources). A clip that runs
faster, and is to blend, shows the mean of all that pass, as a camera would whose shutter is open all the time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from core.media.info import Frame, FrameSource
from core.motion.between import REAL, Betweens
from core.motion.flow import warp
from core.recent import Recent
from core.render import pixels
from core.render.pixels import Floats
from core.render.plan import Layer
from core.timeline.model import Between

Size = tuple[int, int] | None
Make = Callable[[Callable[[int], Frame], int], Betweens]
CLIPS = 4
"""Clips whose motions are remembered."""
PICTURES = 24
"""Pictures that are remembered."""
_WHOLE = 0.999
FASTER = 1.1
"""Times the natural speed from which on frames that pass are blended."""
MOST_PASSING = 12
"""Frames that are blended into one at most; of more, so many evenly spaced ones."""


def place(layer: Layer, source: FrameSource) -> tuple[int, float]:
    """The frame that shows and, when something is to be made up, how far it is to the next; 0 is the frame itself."""
    time = layer.source_time
    index = source.index_at(time)
    if layer.clip.between == "nearest" or layer.step == 0 or index + 1 >= source.frame_count:
        return index, 0.0
    begins = source.time_of(index)
    length = source.time_of(index + 1) - begins
    if length <= 0 or abs(layer.step) >= length * _WHOLE:
        return index, 0.0
    t = (time - begins) / length
    if t >= 1 - REAL:
        return index + 1, 0.0
    return index, t if t > REAL else 0.0


def passing(layer: Layer, source: FrameSource) -> tuple[tuple[int, float], ...]:
    """Media frames that pass during the film's frame, with their parts of it, which add up to 1;
    empty when one frame is to be shown alone."""
    if layer.clip.between != "blend" or abs(layer.step) < FASTER * source.rate.frame_ticks:
        return ()
    begin, end = sorted((layer.source_time, layer.source_time + layer.step))
    first, last = source.index_at(begin), source.index_at(max(begin, end - 1))
    if first == last:
        return ()
    if last - first >= MOST_PASSING:
        return tuple((int(n), 1 / MOST_PASSING) for n in np.linspace(first, last, MOST_PASSING))
    edges = [begin, *(source.time_of(n) for n in range(first + 1, last + 1)), end]
    parts = np.diff(np.clip(edges, begin, end)) / (end - begin)
    return tuple((n, float(part)) for n, part in enumerate(parts, first) if part > 0)


def mean(pictures: Iterable[tuple[Frame, float]]) -> Frame:
    """Pictures of one size, straight alpha, with their parts of the whole, as one."""
    total: Floats | None = None
    for picture, part in pictures:
        share = pixels.premultiply(picture).astype(np.float32) * np.float32(part)
        total = share if total is None else total + share
    assert total is not None, "something passes"
    return pixels.unpremultiply(np.rint(total).astype(np.uint8))


@dataclass(frozen=True, eq=False)
class ClipFrames:
    """The frames of a clip, between which pictures are made.

    name: of the source, among all in use.
    of: what the frames depend on, compared by value; when it differs, nothing remembered is true any more.
    source: what gives them.
    size: width and height of the pictures, None for the source's own.
    """

    name: str
    of: object
    source: FrameSource
    size: Size = None

    def blended(self, index: int, t: float) -> Frame:
        """Frame `index` and the next faded into each other, straight alpha."""
        first, second = (pixels.premultiply(self.source.frame(n, self.size)) for n in (index, index + 1))
        return pixels.unpremultiply(np.asarray(cv2.addWeighted(first, 1 - t, second, t, 0), np.uint8))


class _Motions:
    """What is remembered of a clip's motion. Its frames are those last handed in; an older source may be closed by
    now."""

    def __init__(self, frames: ClipFrames, make: Make) -> None:
        self.frames = frames
        self.betweens = make(
            lambda index: self.frames.source.frame(index, self.frames.size), frames.source.frame_count
        )


class MadeFrames:
    """Pictures between frames, made once. Safe to use from several threads, one at a time.

    Args:
        make: gives the Betweens of a clip, from its frames by number and their count.
    """

    def __init__(self, make: Make) -> None:
        self._make = make
        self._lock = threading.RLock()  # a compound clip's frames may hold pictures that are made, too
        self._clips: Recent[tuple[object, ...], _Motions] = Recent(CLIPS)
        self._pictures: Recent[tuple[object, ...], tuple[object, Frame]] = Recent(PICTURES)

    def picture(self, frames: ClipFrames, kind: Between, index: int, t: float) -> Frame:
        """What shows at t, 0 to 1, between frame `index` and the next, as the source's frames of that size.

        Raises:
            MediaError: as the source.
        """
        key = (frames.name, kind, index, round(t, 4), frames.size)
        with self._lock:
            known = self._pictures.get(key)
            if known is not None and known[0] == frames.of:
                return known[1]
            if kind == "blend":
                made = frames.blended(index, t)
            else:
                made = self._betweens(frames).picture(index, t)
            self._pictures.put(key, (frames.of, made))
            return made

    def matte(
        self, frames: ClipFrames, kind: Between, index: int, t: float, mattes: tuple[Floats, Floats]
    ) -> Floats:
        """The mattes (H, W) of frame `index` and the next at t, gone along with the picture."""
        first, second = mattes
        share = np.full(first.shape, t, np.float32)
        if kind == "flow":
            with self._lock:
                pair = self._betweens(frames).neighbours(index)
            if pair.kind != "moving":
                return first if pair.kind == "same" or t < 0.5 else second
            flows = pair.flows(t)
            first, second = (warp(m[..., None], f)[..., 0] for m, f in zip(mattes, flows, strict=True))
        return np.asarray(first * (1 - share) + second * share, np.float32)

    def _betweens(self, frames: ClipFrames) -> Betweens:
        key = (frames.name, frames.size)
        known = self._clips.get(key)
        if known is None or known.frames.of != frames.of:
            known = _Motions(frames, self._make)
            self._clips.put(key, known)
        known.frames = frames
        return known.betweens
