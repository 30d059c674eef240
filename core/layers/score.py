"""How near pictures are to the film's, inside of masks and outside, as PSNR in decibels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.arrays import Array32

SAME = 99.0
"""Decibels that are told at most."""


def psnr(square: float) -> float:
    """Of a mean squared error of values in [0, 1]."""
    return SAME if square <= 10 ** (-SAME / 10) else round(-10 * float(np.log10(square)), 3)


@dataclass
class Errors:
    """Squared errors summed up over frames, in masks and elsewhere, and the pixels they are of."""

    inside: float = 0.0
    outside: float = 0.0
    pixels: tuple[int, int] = (0, 0)

    def add(self, squares: Array32, mask: npt.NDArray[np.bool_]) -> None:
        """Count a frame: its squared errors (H, W) of values in [0, 1], and where its objects are."""
        within = int(np.count_nonzero(mask))
        self.inside += float(squares[mask].sum())
        self.outside += float(squares[~mask].sum())
        self.pixels = self.pixels[0] + within, self.pixels[1] + mask.size - within

    @property
    def psnr(self) -> float:
        """Of whole frames; SAME where there is none, as in the other two."""
        return psnr((self.inside + self.outside) / max(1, sum(self.pixels)))

    @property
    def psnr_inside(self) -> float:
        return psnr(self.inside / max(1, self.pixels[0]))

    @property
    def psnr_outside(self) -> float:
        return psnr(self.outside / max(1, self.pixels[1]))
