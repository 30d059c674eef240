"""The way an object goes while it is wholly seen: its mean movement from frame to frame, in the picture and against
the scene."""

from __future__ import annotations

import msgspec
import numpy as np

from core.arrays import Array32
from core.masks.recognition.linking import Place, place_of

Way = tuple[float, float]
"""Right and down from frame to frame."""

WHOLE, DECLINE = 0.85, 0.6
"""With this part of its usual size an object is wholly seen; with less than that it goes out of sight."""
SLOW = 0.3
"""Weight of the newest frame in the mean of how an object moves."""
MOVES, ONWARD = 0.01, 0.35
"""Parts of the picture's height that an object goes in a frame at least, where anything is expected of its way; what
goes along it less than this part as fast does not go on."""


class Course(msgspec.Struct, frozen=True):
    """heading: mean movement in the picture while it was wholly seen, as parts of the frame. seen: where it was on the
    frame before, wholly. way: its mean movement against the scene (core.masks.straying), as parts of the picture's
    height; None when that was never told."""

    heading: Way = (0.0, 0.0)
    seen: Place | None = None
    way: Way | None = None

    def goes_on(self, way: Way | None) -> bool:
        """Whether what goes a way against the scene may be the object; so when either is not known, or it hardly
        went."""
        speed = 0.0 if self.way is None else float(np.hypot(*self.way))
        if self.way is None or way is None or speed < MOVES:
            return True
        return way[0] * self.way[0] + way[1] * self.way[1] >= ONWARD * speed**2


def onward(course: Course, mask: Array32, usual: float, way: Way | None) -> Course:
    """The course on the next frame.

    Args:
        mask: (h, w), the probability of the object. usual: the part of the frame that it usually covers. way: how it
            went against the scene, where that is known.
    """
    if float(np.mean(mask > 0.5)) < WHOLE * usual:
        return Course(course.heading, None, course.way)
    box = place_of(mask)
    heading = course.heading if course.seen is None else heading_after(course.heading, course.seen, box)
    if course.way is not None and way is not None:
        way = _towards(course.way, way)
    return Course(heading, box, way or course.way)


def heading_after(heading: Way, before: Place, place: Place) -> Way:
    """The mean movement of an object that was in one box and is in another on the next frame."""
    x = place[0] + place[2] / 2 - before[0] - before[2] / 2
    y = place[1] + place[3] / 2 - before[1] - before[3] / 2
    return _towards(heading, (x, y))


def _towards(mean: Way, newest: Way) -> Way:
    return mean[0] + SLOW * (newest[0] - mean[0]), mean[1] + SLOW * (newest[1] - mean[1])
