"""Pictures between the frames of a clip, without a network: what two neighbours are to each other, and what shows at t.

Two neighbouring frames are of one shot and moving; or the same picture twice (a repeated frame), which is shown as it
is; or of two shots, and then nothing is made up: the nearer frame shows. The motions of neighbours are remembered, so
a row of pictures costs one motion a frame, and bends the paths (see core.motion.splat). Black bars are left out of
all this (core.motion.letterbox), and frames of a fade are brought to one brightness for it (core.motion.level).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, cast

import cv2
import numpy as np

from core.arrays import Array32
from core.motion import splat
from core.motion.large_displacement import with_large_displacements
from core.motion.letterbox import Inside, between_bars, whole_of
from core.motion.level import Level, level_between
from core.motion.overlay import Mask, moves_around, overlay, taken_off, with_gaps
from core.motion.splat import Fields, Motion, Numbers, Picture
from core.recent import Recent

Kind = Literal["moving", "same", "cut"]
CUT_LOST = 0.85
"""Part of the picture that no motion explains, beyond which there may be a cut."""
OTHER_COLOURS = 0.2
"""Distance of the colours' histograms beyond which there is one then."""
KEPT = 6
"""Motions and frames in memory."""
UNSURE = 0.1
LEAST_STILL = 0.0005
"""Part of the picture that what stands still must cover to be taken off the frames."""
LEAST_MOTION = 4.0
"""Pixels that its surroundings must move for that."""
STILL_FOUND = 0.6
"""Part of it, with its gaps filled, that must have been found for that."""
LEVEL_GAIN = 1.1
"""Frames brought to one brightness are used when they match so many times more surely than as they are,"""
LEVEL_LOST = 0.5
"""and when less than this part of the picture is then without a match."""
ALIKE = 1
"""Grey levels by which no block of a repeated frame differs."""
REAL = 0.02
"""A time this near to a frame shows the frame."""
_BLOCK = 8


@dataclass(frozen=True, eq=False)
class Whole:
    """Two frames as they are, where the picture is between their bars, and how bright they are to each other if that
    matters."""

    frames: tuple[Picture, Picture]
    inside: Inside
    level: Level | None = None

    def picture(self, made: Picture, t: float, still: Mask | None) -> Picture:
        """A picture of what lies between the bars as a frame at t; bars and what stands still as in the frames.

        Args:
            made: uint8 (h, w, C), of `inside`.
            still: bool (h, w), None when nothing stands still.

        Returns:
            uint8 (H, W, C), as the frames.
        """
        first, second = self.frames
        out = splat.blend(first, second, np.full(first.shape[:2], min(max(t, 0.0), 1.0), np.float32))
        made = made if self.level is None else self.level.at(made, t)
        part = out[self.inside.part]
        out[self.inside.part] = made if still is None else np.where(still[..., None], part, made)
        return out

    def around(self, picture: Numbers) -> Numbers:
        """A picture or a field (h, w, C) between the bars, as a whole frame that is 0 elsewhere."""
        out = np.zeros((*self.frames[0].shape[:2], *picture.shape[2:]), picture.dtype)
        out[self.inside.part] = picture
        return cast(Numbers, out)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Two neighbouring frames.

    motion: None unless they are moving.
    before, after: flows that bend the paths (see splat.fields_at).
    still: what stands still over the rest.
    whole: None when all of these are of frames as they are; else they are of the picture between black bars, or
        brought to one brightness, and this is the frames themselves.
    """

    first: Picture
    second: Picture
    kind: Kind
    motion: Motion | None = None
    before: Array32 | None = None
    after: Array32 | None = None
    still: Mask | None = None
    whole: Whole | None = None

    def fields(self, t: float) -> Fields:
        """The fields at time t; only of moving neighbours."""
        assert self.motion is not None
        return splat.fields_at(self.motion, t, self.before, self.after)

    def flows(self, t: float) -> tuple[Array32, Array32]:
        """The flows (H, W, 2) from time t to either frame, of whole frames; bars stand still. Only of moving
        neighbours."""
        to0, to1 = splat.full_size(self.fields(t), self.first.shape[1::-1])
        if self.whole is not None:
            to0, to1 = self.whole.around(to0), self.whole.around(to1)
        return to0, to1

    def framed(self, picture: Picture) -> Picture:
        """A picture of what lies between the bars, uint8 (h, w, 3), in a frame with black ones."""
        return picture if self.whole is None else self.whole.around(picture)

    def held(self, t: float) -> Picture | None:
        """The frame that shows at t when nothing is to be made up; None when something is."""
        first, second = (self.first, self.second) if self.whole is None else self.whole.frames
        if abs(t) <= REAL or (self.kind == "same" and t < 1 - REAL):
            return first
        if abs(t - 1) <= REAL:
            return second
        if self.kind == "moving":
            return None
        return first if t < 0.5 else second

    def picture(self, t: float) -> Picture:
        """uint8 as the frames. t below 0 or above 1 goes on as things were moving."""
        held = self.held(t)
        if held is not None:
            return held
        to0, to1 = splat.full_size(self.fields(t), self.first.shape[1::-1])
        return self.kept(splat.render(self.first, self.second, to0, to1, t), t)

    def kept(self, made: Picture, t: float) -> Picture:
        """A made picture as a whole frame, with what stands still as it is in the frames; changes `made`."""
        if self.whole is not None:
            return self.whole.picture(made, t, self.still)
        if self.still is not None:
            known = np.full(self.still.shape, min(max(t, 0.0), 1.0), np.float32)
            made[self.still] = splat.blend(self.first, self.second, known)[self.still]
        return made


def kind_of(a: Picture, b: Picture, motion: Motion) -> Kind:
    """What two frames (H, W, C) are to each other, given the motion between them."""
    if _same(a, b):
        return "same"
    return "cut" if _lost(motion) > CUT_LOST and _colour_distance(a, b) > OTHER_COLOURS else "moving"


def _lost(motion: Motion) -> float:
    """The part of the picture that the motion does not explain."""
    return float(np.mean(motion.sure0 < UNSURE) + np.mean(motion.sure1 < UNSURE)) / 2


def _same(a: Picture, b: Picture) -> bool:
    size = max(1, a.shape[1] // _BLOCK), max(1, a.shape[0] // _BLOCK)
    return int(cv2.resize(cv2.absdiff(a, b), size, interpolation=cv2.INTER_AREA).max()) < ALIKE


def _colour_distance(a: Picture, b: Picture) -> float:
    counts = []
    for picture in (a, b):
        small = cv2.resize(picture[..., :3], (64, 36), interpolation=cv2.INTER_AREA)
        counts.append(cv2.calcHist([small], [0, 1, 2], None, [6, 6, 6], [0, 256] * 3).ravel())
    return float(np.abs(counts[0] - counts[1]).sum() / (2 * counts[0].sum()))


class Betweens:
    """The neighbours of a clip's frames, with what was found out about them remembered for the next ones.

    Args:
        frame: frame by number, uint8 (H, W, 3|4), all of one size.
        count: how many there are.
        fast: coarser motion in a fifth of the time.
    """

    def __init__(self, frame: Callable[[int], Picture], count: int, *, fast: bool = False) -> None:
        self._read, self.count, self._fast = frame, count, fast
        self._frames: Recent[int, tuple[Picture, Picture]] = Recent(KEPT)
        self._motions: Recent[int, _Known] = Recent(KEPT)
        self._last: tuple[int, Neighbours] | None = None

    def picture(self, index: int, t: float) -> Picture:
        """What shows at time t between frame `index` and the next."""
        if index + 1 >= self.count or abs(t) <= REAL:
            return self._frame(min(index, self.count - 1))[0]
        return self.neighbours(index).picture(t)

    def neighbours(self, index: int) -> Neighbours:
        """Frames `index` and `index` + 1."""
        if self._last is None or self._last[0] != index:
            self._last = index, self._uncovered(self._pair(index))
        return self._last[1]

    def _pair(self, index: int) -> Neighbours:
        """Frames `index` and `index` + 1 with what stands still in them."""
        frames = self._frame(index)[0], self._frame(index + 1)[0]
        known = self._motion(index)
        if known.kind != "moving":
            return Neighbours(*frames, known.kind)
        inside = known.inside
        before = self._beside(index - 1, inside) if index > 0 else None
        after = self._beside(index + 1, inside) if index + 2 < self.count else None
        others = [n for n, one in ((index - 1, before), (index + 2, after)) if one is not None]
        first, second, *rest = (self._frame(n)[0][inside.part] for n in (index, index + 1, *others))
        still, as_is = overlay(first, second, rest), inside == whole_of(frames[0]) and known.level is None
        return Neighbours(
            *((first, second) if known.level is None else known.level.even(first, second)),
            known.kind,
            known.among(still),
            before.among(still).backward if before else None,
            after.among(still).forward if after else None,
            still,
            None if as_is else Whole(frames, inside, known.level),
        )

    def _uncovered(self, pair: Neighbours) -> Neighbours:
        """With what stands still taken off both frames where something moves below: it would be carried along. Not
        where it is known in parts only: the rest would be filled in the middle of it."""
        still = pair.still
        if still is None or still.mean() < LEAST_STILL or pair.first.shape[2] != 3:
            return pair
        completed = with_gaps(still, pair.first, pair.second)
        if still.sum() < STILL_FOUND * completed.sum():
            return pair
        first, second = taken_off(pair.first, still), taken_off(pair.second, still)
        motion = splat.motion_between(splat.grey(first), splat.grey(second), self._fast)
        if moves_around(still, motion.forward) < LEAST_MOTION:
            return pair
        whole = pair.whole or Whole((pair.first, pair.second), whole_of(pair.first))
        return replace(pair, first=first, second=second, motion=motion, still=completed, whole=whole)

    def _beside(self, index: int, inside: Inside) -> _Known | None:
        """What is known of frame `index` and the next, when they are moving within the same bars."""
        known = self._motion(index)
        return known if known.kind == "moving" and known.inside == inside else None

    def _frame(self, index: int) -> tuple[Picture, Picture]:
        """Frame `index` and its grey."""

        def make() -> tuple[Picture, Picture]:
            picture = np.ascontiguousarray(self._read(index))
            return picture, splat.grey(picture)

        return self._frames.made(index, make)

    def _motion(self, index: int) -> _Known:
        """Of frame `index` and the next."""

        def make() -> _Known:
            (a, grey_a), (b, grey_b) = self._frame(index), self._frame(index + 1)
            inside = between_bars(a, b)
            a, b, grey_a, grey_b = (one[inside.part] for one in (a, b, grey_a, grey_b))
            motion, level = self._matched(a, b, grey_a, grey_b)
            kind = kind_of(a, b, motion)
            if self._fast or kind != "moving":
                return _Known(motion, motion, kind, inside, level)
            even = (a, b) if level is None else level.even(a, b)
            return _Known(
                motion, with_large_displacements(motion, *map(splat.over_black, even)), kind, inside, level
            )

        return self._motions.made(index, make)

    def _matched(
        self, a: Picture, b: Picture, grey_a: Picture, grey_b: Picture
    ) -> tuple[Motion, Level | None]:
        """The motion between two frames, and their level when they are matched by it far better."""
        motion = splat.motion_between(grey_a, grey_b, self._fast)
        level = level_between(a, b)
        if level is None:
            return motion, None
        first, second = level.even(a, b)
        even = splat.motion_between(splat.grey(first), splat.grey(second), self._fast)
        better = even.sure0.mean() > LEVEL_GAIN * motion.sure0.mean() and _lost(even) < LEVEL_LOST
        return (even, level) if better else (motion, None)


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of a frame and the next: their motion and what they are to each other, `inside` the bars; their
    level, if it matters. farther: the motion with what goes farther than it is large."""

    motion: Motion
    farther: Motion
    kind: Kind
    inside: Inside
    level: Level | None

    def among(self, still: Mask | None) -> Motion:
        """The motion below what stands still. Around letters nothing is looked for that goes far: what passes behind
        them would be taken to lie before them."""
        return self.farther if still is None or still.mean() < LEAST_STILL else self.motion
