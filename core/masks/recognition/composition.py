"""What an object is made of: how much of it looks like what, as drawn; and whether a candidate can be made of that.

Something new in the picture is like nothing of the background, so a part of the object that it resembles a little
speaks for all of it: a man in dark clothes for a woman in grey with dark shoes. But a candidate can hardly have more
of the dark than the whole object has, however little of the object can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.arrays import Array32

KINDS = 8
"""Kinds of places that an object is made of."""
ROUNDS = 10
SPARE = 2.0
"""How many times its share a kind may take up in a candidate: objects turn, and grow unevenly."""
FAIR, FOREIGN = 0.2, 0.6
"""The part of a candidate that has no room in the object: up to FAIR it says nothing, from FOREIGN on it is not the
object."""


@dataclass(frozen=True)
class Composition:
    """centres: features (KINDS, C) of each kind. shares: the part of the object that is of it, (KINDS,), together 1."""

    centres: Array32
    shares: npt.NDArray[np.float64]

    def fits(self, features: Array32, amount: float) -> float:
        """How well places can be of the object, 1 to 0.

        Args:
            features: (places, C) of the candidate. amount: how many places the whole object usually has.
        """
        counts = np.bincount(_nearest(features, self.centres), minlength=len(self.shares))
        room = SPARE * max(amount, len(features)) * self.shares
        excess = 1 - float(np.minimum(counts, room).sum()) / len(features)
        return float(np.clip((FOREIGN - excess) / (FOREIGN - FAIR), 0, 1))


def composition_of(features: Array32) -> Composition:
    """The kinds of an object's features (N, C), N >= 1: k-means, begun with features that are far from one another."""
    centres = features[:1]
    distance = _squares(features, centres)[:, 0]
    while len(centres) < min(KINDS, len(features)) and distance.max() > 0:
        centres = np.concatenate((centres, features[distance.argmax()][None]))
        distance = np.minimum(distance, _squares(features, centres[-1:])[:, 0])
    for _ in range(ROUNDS):
        kinds = _nearest(features, centres)
        centres = np.stack(
            [
                features[kinds == k].mean(axis=0) if (kinds == k).any() else centres[k]
                for k in range(len(centres))
            ]
        )
    counts = np.bincount(_nearest(features, centres), minlength=len(centres))
    return Composition(np.asarray(centres, np.float32), counts / len(features))


def _nearest(features: Array32, centres: Array32) -> npt.NDArray[np.int64]:
    return np.asarray(_squares(features, centres).argmin(axis=1), np.int64)


def _squares(features: Array32, others: Array32) -> Array32:
    """Squared distances (N, M) between features (N, C) and (M, C)."""
    differences = features[:, None, :] - others[None, :, :]
    return np.asarray((differences * differences).sum(axis=2), np.float32)
