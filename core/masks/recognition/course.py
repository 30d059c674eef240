"""The way an object goes, and what of its mask it left behind as it went out of sight.

While an object is wholly seen, its box and its mean movement from frame to frame are noted. When less and less of it is
seen, it goes on behind something or out of the picture; a mask that stays where it was shows something else: ground of
its colour, or a look-alike that it passed in front of. Such a mask lies behind the box that the object must be in by
now.
"""

from __future__ import annotations

import msgspec
import numpy as np

from core.arrays import Array32
from core.masks.recognition.linking import Place, overlap, place_of

Way = tuple[float, float]
"""Right and down from frame to frame, as parts of the frame."""

WHOLE, DECLINE = 0.85, 0.6
"""With this part of its usual size an object is wholly seen; with less than that it goes out of sight."""
SLOW = 0.3
"""Weight of the newest frame in the mean of how an object moves."""
MOVES = 0.02
"""Parts of its side that an object goes in a frame at least, where anything is expected of its way."""
SLACK, STRAYS = 0.15, 0.25
"""How far it may be from where it must be: in parts of its side, and of the way since it was wholly seen."""
BEHIND, GRACE = 0.7, 3
"""Of a mask that was left behind at least this part lies there, on so many frames in a row."""
HORIZON = 20
"""Frames on which the way is trusted."""
STAYS, AS_LARGE = 0.5, 1.5
"""What was left behind overlaps itself from frame to frame, and was at most so many times as large before."""


class Left(msgspec.Struct, frozen=True):
    """What is seen of an object that goes out of sight. size: part of the frame. behind: part of its mask, in [0,
    1]."""

    frame: int
    size: float
    box: Place
    behind: float


class Course(msgspec.Struct, frozen=True):
    """heading: mean movement while it was wholly seen. whole: where it was so last; None when nothing is expected.
    since: frames since then. seen: where it was on the frame before, wholly. left: what was seen of it since it began
    to go out of sight."""

    heading: Way = (0.0, 0.0)
    whole: Place | None = None
    since: int = 0
    seen: Place | None = None
    left: tuple[Left, ...] = ()

    @property
    def left_behind(self) -> tuple[int, ...]:
        """The frames on which nothing was seen of the object but what it left behind; none unless that is so now."""
        if len(self.left) < GRACE or any(each.behind < BEHIND for each in self.left[-GRACE:]):
            return ()
        usual = float(np.median([each.size for each in self.left[-GRACE:]]))
        *before, now = self.left
        frames = [now.frame]
        for each in reversed(before):
            if each.size > AS_LARGE * usual or overlap(each.box, now.box) < STAYS:
                break
            now = each
            frames.append(now.frame)
        return tuple(reversed(frames))


def onward(course: Course, number: int, mask: Array32, usual: float) -> Course:
    """The course on the next frame.

    Args:
        mask: (h, w), the probability of the object. usual: the part of the frame that it usually covers.
    """
    inside = mask > 0.5
    size, box, since = float(inside.mean()), place_of(mask), course.since + 1
    if not inside.any():
        return Course(course.heading)
    if size >= WHOLE * usual:
        heading = course.heading if course.seen is None else heading_after(course.heading, course.seen, box)
        return Course(heading, box, 0, box)
    if course.whole is None or since > HORIZON:
        return Course(course.heading)
    if not course.left and size >= DECLINE * usual:
        return Course(course.heading, course.whole, since)
    here = _expected(course.whole, course.heading, since, mask.shape)
    behind = 0.0
    if here is not None and size < DECLINE * usual:
        behind = 1 - float(inside[here].sum()) / float(inside.sum())
    return Course(course.heading, course.whole, since, None, (*course.left, Left(number, size, box, behind)))


def heading_after(heading: Way, before: Place, place: Place) -> Way:
    """The mean movement of an object that was in one box and is in another on the next frame."""
    x = place[0] + place[2] / 2 - before[0] - before[2] / 2
    y = place[1] + place[3] / 2 - before[1] - before[3] / 2
    return heading[0] + SLOW * (x - heading[0]), heading[1] + SLOW * (y - heading[1])


def _expected(whole: Place, heading: Way, since: int, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """Where an object must be, in pixels of a picture (h, w); None when it hardly moves."""
    height, width = shape
    side = (whole[2] * width * whole[3] * height) ** 0.5
    right, down = heading[0] * width, heading[1] * height
    speed = float(np.hypot(right, down))
    if speed < MOVES * side:
        return None
    slack = SLACK * side + STRAYS * speed * since
    x, y = whole[0] * width + right * since, whole[1] * height + down * since
    rows = np.clip(np.rint((y - slack, y + whole[3] * height + slack)), 0, height).astype(int)
    columns = np.clip(np.rint((x - slack, x + whole[2] * width + slack)), 0, width).astype(int)
    return slice(int(rows[0]), int(rows[1])), slice(int(columns[0]), int(columns[1]))
