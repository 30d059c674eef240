"""A frame compared with everything that is known: how far each place is from each object and from all else.

An object that comes back stands before something else, and most of what describes a place of it (core.masks.features)
is also made of what is beside it. So a place of an object is known by those channels alone that it had to itself where
it was seen, and whatever may be it is compared with the background by the same ones.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.recognition.distances import nearest_feature, nearest_weighed, weighed_squares
from core.masks.recognition.palette import Tints

ASKED = 4
"""One place in so many may be an object and is compared with the background as that is."""
FAR = 1e6
"""Distance to what was never seen."""


@dataclass(frozen=True)
class View:
    """features: (rows, columns, C). ground: (places, K) distance to the background, as each object is compared.
    nearest: (places, K) distance to each object. near_own: for each object (places, its features) distances. tints: of
    the frame's pixels.
    """

    features: Array32
    ground: Array32
    nearest: Array32
    near_own: tuple[Array32, ...]
    tints: Tints

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.features.shape[0], self.features.shape[1]

    def own(self, k: int, kin: Collection[int] = ()) -> Array32:
        """Distance of each place to object k or one of its kin, (places,)."""
        return np.asarray(self.nearest[:, sorted({k, *kin})].min(axis=1), np.float32)

    def others(self, k: int, beside: Collection[int] = (), kin: Collection[int] = ()) -> Array32:
        """Distance of each place to anything but object k and its kin, (places,). beside: other objects that do not
        count."""
        alike = sorted({k, *kin})
        nearest = self.nearest[:, alike].argmin(axis=1)
        ground = self.ground[np.arange(len(nearest)), np.asarray(alike)[nearest]]
        objects = np.delete(self.nearest, [*alike, *beside], axis=1).min(axis=1, initial=FAR)
        return np.asarray(np.minimum(ground, objects), np.float32)


def compared(
    features: Array32, tints: Tints, count: int, bank: Array32, kinds: npt.NDArray[np.int64], weights: Array32
) -> View:
    """A frame's features (rows, columns, C) against a bank (N, C) of `count` objects.

    Args:
        kinds: (N,), 0 of the background, k + 1 of object k. weights: (N, C), how much each channel counts.
    """
    flat = features.reshape(-1, features.shape[2])
    rest, near_own = bank[kinds == 0], []
    ground, nearest = (np.full((len(flat), count), FAR, np.float32) for _ in range(2))
    plain = nearest_feature(flat, rest) if len(rest) else ground[:, 0]
    for k in range(count):
        own, asks = bank[kinds == k + 1], weights[kinds == k + 1]
        apart = weighed_squares(flat, own, asks) if len(own) else np.zeros((len(flat), 0), np.float32)
        near_own.append(np.sqrt(apart))
        nearest[:, k], ground[:, k] = near_own[k].min(axis=1, initial=FAR), plain
        if len(own) and len(rest):
            maybe = np.argsort(nearest[:, k] / (plain + 1e-6), kind="stable")[: max(1, len(flat) // ASKED)]
            asked = asks[apart[maybe].argmin(axis=1)]
            ground[maybe, k] = nearest_weighed(flat[maybe], rest, asked)
    return View(features, ground, nearest, tuple(near_own), tints)
