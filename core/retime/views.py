"""What can be looked at in a picture made between frames: the network's own motion, choice, changes and doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.motion.between import Neighbours
from core.motion.splat import Picture
from core.render.slow_views import (
    Look,
    difference_picture,
    motion_picture,
    selection_picture,
    unsure_picture,
)

if TYPE_CHECKING:
    from core.retime.synthesis import Synthesis  # torch takes seconds to load

DOUBTFUL = 4
"""Times by which the network's doubt is raised to be seen."""


def views_of(pair: Neighbours, made: Synthesis, t: float) -> dict[Look, Picture]:
    """All views of what was made at t, uint8 (H, W, 3) each."""
    views: dict[Look, Picture] = {
        "motion": motion_picture(made.to1 - made.to0),
        "selection": selection_picture(pair.first, made.mask),
        "difference": difference_picture(pair, made.picture, t),
        "unsure": unsure_picture(made.picture, np.minimum(made.doubt * DOUBTFUL, 1)),
    }
    return {look: pair.framed(picture) for look, picture in views.items()}
