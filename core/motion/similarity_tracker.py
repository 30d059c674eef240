"""A part of a picture through a film: a face, a number plate, a hand; where it goes, how large it is and how it turns.

It is followed like a flat surface (core.motion.planar) as long as it looks as it did where it was marked, so that
errors do not add up; from where it does not, because it turns or moves in itself, it is followed by how it looked
last. Of what is found only its place, size and turn are taken: nothing is sheared that is no plane.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.motion.planar import Corners, Surface
from core.motion.points import Grey

LARGEST_STEP = 1.5
"""Times that it may grow or shrink from one frame to the next; what goes faster is not it."""


def alike(corners: Corners, others: Corners) -> complex:
    """How some corners, float64 (N, 2), are scaled and turned into others, by least squares: the factor, as a complex
    number, around their middles."""
    before, after = ((one - one.mean(axis=0)) @ (1, 1j) for one in (corners, others))
    return complex((before.conj() * after).sum() / max(float((np.abs(before) ** 2).sum()), 1e-12))


def placed(corners: Corners, others: Corners) -> Corners:
    """Corners moved, scaled and turned onto others as well as that goes."""
    factor = alike(corners, others)
    turn = np.array([[factor.real, factor.imag], [-factor.imag, factor.real]])
    return np.asarray((corners - corners.mean(axis=0)) @ turn + others.mean(axis=0))


@dataclass(eq=False)
class SimilarityTracker:
    """What is followed. corners: where it was marked. surface: how it looked then, or when it last changed. latest: the
    last frame on which it was seen, with its corners there."""

    corners: Corners
    surface: Surface
    latest: tuple[Grey, Corners]

    @classmethod
    def marked(cls, grey: Grey, corners: Corners) -> SimilarityTracker:
        """What begins to be followed, in whichever direction. grey: uint8 (h, w). corners: (4, 2), pixel centres."""
        return cls(corners, Surface.marked(grey, corners), (grey, corners))

    @property
    def lost(self) -> bool:
        """Whether it is too long ago that it was seen."""
        return self.surface.lost

    @property
    def textured(self) -> bool:
        """Whether there is something to hold on to."""
        return self.surface.textured

    def step(self, grey: Grey) -> Corners | None:
        """Its corners in the next frame, of the same size; None where it is not seen."""
        before = self.surface.hidden
        found = self.surface.step(grey)
        if found is None and before == 0:
            again = Surface.marked(*self.latest)
            found = again.step(grey)
            if found is not None:
                self.surface = again
        if found is None:
            return None
        here = placed(self.corners, found)
        grown = abs(alike(self.latest[1], here))
        if not 1 / LARGEST_STEP < grown < LARGEST_STEP:
            return None
        self.latest = grey, here
        return here
