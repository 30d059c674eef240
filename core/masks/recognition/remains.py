"""What remains in a mask when its object has gone out of sight: something of its colours that it passed.

Tracking keeps it, for it resembles the object, but only as much as anything does that is not it: it was let in beside
the object, not recognised. Part of an object that is still seen looks like that object, unless it looks like nothing
known: it turns, or is blurred. One frame says little; several in a row do, when it does not go on as it went
(core.masks.recognition.course) either.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

UNSURE = 0.6
"""Only masks whose confidence is below this are doubted."""
UNLIKE = 0.2
"""Likeness below which a frame says that the object is not under its mask."""
FRAMES, BETWEEN = 4, (-0.2, 0.15)
"""Such frames in a row, and their mean likeness: above it looks like the object, below like nothing known."""


def after(unlike: Sequence[float], likeness: float) -> tuple[float, ...]:
    """The likenesses of the frames in a row on which an object was unlike itself, with one more frame."""
    return (*unlike, round(likeness, 4)) if likeness < UNLIKE else ()


def is_remains(unlike: Sequence[float]) -> bool:
    """Whether a mask with these likenesses, the newest last, shows but what remained."""
    return len(unlike) >= FRAMES and BETWEEN[0] < float(np.mean(unlike[-FRAMES:])) < BETWEEN[1]
