"""Pictures between the frames of a clip, without a network: what two neighbours are to each other, and what shows at t.

Two neighbouring frames are of one shot and moving; or the same picture twice (a repeated frame), which is shown as it is;
or of two shots, and then nothing is made up: the nearer frame shows. The motions of neighbours are remembered, so a row of
pictures costs one motion a frame, and bends the paths (see core.motion.splat). Black bars are left out of all this
(core.motion.bars).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np

from core.motion import splat
from core.motion.bars import Inside, between_bars, whole_of
from core.motion.overlay import Mask, overlay
from core.motion.splat import Array32, Fields, Motion, Numbers, Picture

Kind = Literal["moving", "same", "cut"]
LOST, OTHER_COLOURS = 0.85, 0.2
"""A cut: the part of the picture that no motion explains, and the distance of the colours' histograms."""
UNSURE = 0.1
ALIKE = 1
"""Grey levels by which no block of a repeated frame differs."""
REAL = 0.02
"""A time this near to a frame shows the frame."""
_BLOCK = 8


@dataclass(frozen=True, eq=False)
class Barred:
    """Two frames with the same bars, and where the picture is between them."""

    frames: tuple[Picture, Picture]
    inside: Inside

    def whole(self, made: Picture, part: float) -> Picture:
        """A picture between the bars, as a frame at `part` of the way from the first to the second."""
        first, second = self.frames
        out = splat.blend(first, second, np.full(first.shape[:2], part, np.float32))
        out[self.inside.part] = made
        return out

    def around(self, picture: Numbers) -> Numbers:
        """A picture or a field (h, w, C) between the bars, as a whole frame that is 0 elsewhere."""
        out = np.zeros((*self.frames[0].shape[:2], *picture.shape[2:]), picture.dtype)
        out[self.inside.part] = picture
        return cast(Numbers, out)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Two neighbouring frames. motion: None unless they are moving. before, after: flows that bend the paths (see
    splat.fields_at). still: what stands still over the rest. barred: None without black bars; else all of these are of
    the picture between them, and this is the frames they are in."""

    first: Picture
    second: Picture
    kind: Kind
    motion: Motion | None = None
    before: Array32 | None = None
    after: Array32 | None = None
    still: Mask | None = None
    barred: Barred | None = None

    def fields(self, t: float) -> Fields:
        """The fields at time t; only of moving neighbours."""
        assert self.motion is not None
        return splat.fields_at(self.motion, t, self.before, self.after)

    def flows(self, t: float) -> tuple[Array32, Array32]:
        """The flows (H, W, 2) from time t to either frame, of whole frames; bars stand still. Only of moving neighbours."""
        to0, to1 = splat.full_size(self.fields(t), self.first.shape[1::-1])
        if self.barred is not None:
            to0, to1 = self.barred.around(to0), self.barred.around(to1)
        return to0, to1

    def framed(self, picture: Picture) -> Picture:
        """A picture of what lies between the bars, uint8 (h, w, 3), in a frame with black ones."""
        return picture if self.barred is None else self.barred.around(picture)

    def held(self, t: float) -> Picture | None:
        """The frame that shows at t when nothing is to be made up; None when something is."""
        first, second = (self.first, self.second) if self.barred is None else self.barred.frames
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
        part = min(max(t, 0.0), 1.0)
        if self.still is not None:
            known = np.full(self.still.shape, part, np.float32)
            made[self.still] = splat.blend(self.first, self.second, known)[self.still]
        return made if self.barred is None else self.barred.whole(made, part)


def kind_of(a: Picture, b: Picture, motion: Motion) -> Kind:
    """What two frames (H, W, C) are to each other, given the motion between them."""
    if _same(a, b):
        return "same"
    lost = (np.mean(motion.sure0 < UNSURE) + np.mean(motion.sure1 < UNSURE)) / 2
    return "cut" if lost > LOST and _colour_distance(a, b) > OTHER_COLOURS else "moving"


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
        kept: motions and frames in memory.
    """

    def __init__(
        self, frame: Callable[[int], Picture], count: int, *, fast: bool = False, kept: int = 6
    ) -> None:
        self._read, self.count, self._fast, self._kept = frame, count, fast, kept
        self._frames: OrderedDict[int, tuple[Picture, Picture]] = OrderedDict()
        self._motions: OrderedDict[int, _Known] = OrderedDict()

    def picture(self, index: int, t: float) -> Picture:
        """What shows at time t between frame `index` and the next."""
        if index + 1 >= self.count or abs(t) <= REAL:
            return self._frame(min(index, self.count - 1))[0]
        return self.neighbours(index).picture(t)

    def neighbours(self, index: int) -> Neighbours:
        """Frames `index` and `index` + 1."""
        frames = self._frame(index)[0], self._frame(index + 1)[0]
        known = self._motion(index)
        if known.kind != "moving":
            return Neighbours(*frames, known.kind)
        inside = known.inside
        before = self._beside(index - 1, inside) if index > 0 else None
        after = self._beside(index + 1, inside) if index + 2 < self.count else None
        others = [n for n, one in ((index - 1, before), (index + 2, after)) if one is not None]
        first, second, *rest = (self._frame(n)[0][inside.part] for n in (index, index + 1, *others))
        return Neighbours(
            first,
            second,
            known.kind,
            known.motion,
            before.backward if before else None,
            after.forward if after else None,
            overlay(first, second, rest),
            None if inside == whole_of(frames[0]) else Barred(frames, inside),
        )

    def _beside(self, index: int, inside: Inside) -> Motion | None:
        """The motion of frame `index` and the next, when they are moving within the same bars."""
        known = self._motion(index)
        return known.motion if known.kind == "moving" and known.inside == inside else None

    def _frame(self, index: int) -> tuple[Picture, Picture]:
        """Frame `index` and its grey."""
        if index not in self._frames:
            picture = np.ascontiguousarray(self._read(index))
            self._frames[index] = picture, splat.grey(picture)
            while len(self._frames) > self._kept:
                self._frames.popitem(last=False)
        self._frames.move_to_end(index)
        return self._frames[index]

    def _motion(self, index: int) -> _Known:
        """Of frame `index` and the next."""
        if index not in self._motions:
            (a, grey_a), (b, grey_b) = self._frame(index), self._frame(index + 1)
            inside = between_bars(a, b)
            a, b, grey_a, grey_b = (one[inside.part] for one in (a, b, grey_a, grey_b))
            motion = splat.motion_between(grey_a, grey_b, self._fast)
            self._motions[index] = _Known(motion, kind_of(a, b, motion), inside)
            while len(self._motions) > self._kept:
                self._motions.popitem(last=False)
        self._motions.move_to_end(index)
        return self._motions[index]


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of a frame and the next: their motion and what they are to each other, `inside` the bars."""

    motion: Motion
    kind: Kind
    inside: Inside
