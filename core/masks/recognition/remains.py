"""What remains in a mask when its object has gone out of sight: something of its colours that it passed.

Tracking keeps it, for it resembles the object, but only as much as anything does that is not it: it was let in beside
the object, not recognised. Part of an object that is still seen looks like that object, unless it looks like nothing
known: it turns, or is blurred. One frame says little; several in a row do, when it does not go on as it went either.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.masks.recognition.course import SLOW, Way

UNSURE = 0.6
"""Only masks whose confidence is below this are doubted."""
UNLIKE = 0.2
"""Likeness below which a frame says that the object is not under its mask."""
FRAMES, BETWEEN = 4, (-0.2, 0.15)
"""Such frames in a row, and their mean likeness: above it looks like the object, below like nothing known."""

MOVES, ONWARD = 0.01, 0.35
"""Parts of the picture's height that an object goes in a frame at least, where anything is expected of its way; what
goes along it less than this part as fast does not go on."""


def after(unlike: Sequence[float], likeness: float) -> tuple[float, ...]:
    """The likenesses of the frames in a row on which an object was unlike itself, with one more frame."""
    return (*unlike, round(likeness, 4)) if likeness < UNLIKE else ()


def is_remains(unlike: Sequence[float]) -> bool:
    """Whether a mask with these likenesses, the newest last, shows but what remained."""
    return len(unlike) >= FRAMES and BETWEEN[0] < float(np.mean(unlike[-FRAMES:])) < BETWEEN[1]


def gone_on(went: Way | None, way: Way | None) -> Way | None:
    """How an object goes against the scene, in the mean, with one more frame on which it was wholly seen.

    Args:
        went: before. way: on this frame (core.masks.straying), right and down as parts of the picture's height.
    """
    if went is None or way is None:
        return went if way is None else way
    return went[0] + SLOW * (way[0] - went[0]), went[1] + SLOW * (way[1] - went[1])


def goes_on(went: Way | None, way: Way | None) -> bool:
    """Whether what goes so against the scene may be an object that went so; yes when either is not known, or it hardly
    went."""
    speed = 0.0 if went is None else float(np.hypot(*went))
    if went is None or way is None or speed < MOVES:
        return True
    return way[0] * went[0] + way[1] * went[1] >= ONWARD * speed**2
