"""Objects that look alike are kin: two riders on the same scooter, two players of one team.

Measured against each other nothing of them looks like itself, and as they turn, one looks like what the other was drawn
as. So what is known of one counts as known of all of them, none of them speaks against another, and which of them a
candidate is their ways tell (core.masks.recognition.whose). Places right beside another object show some of it as well,
so a rider and the bike are not alike for that.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.areas import dilated

ALIKE = 1.25
"""Objects are kin when one's places are at most this many times as far from what the other one looked like as most of
its own are from what it looked like at another size."""
MOST = 0.9
BESIDE = 2
"""Places so near to the other object say nothing of what it looks like."""
FEWEST = 4
"""Places of an object that must be left."""


def kin_pairs(nearest: Array32, covered: npt.NDArray[np.bool_], seen: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs of objects of one frame that look alike.

    Args:
        nearest: (places, K) distance of its places to what each object looked like at other sizes.
        covered: (rows, columns, K), where the objects are. seen: those that are somewhere.
    """
    pairs = []
    for k, other in itertools.permutations(seen, 2):
        apart = covered[..., k] & ~dilated(covered[..., other], BESIDE)
        own = nearest[apart.ravel()]
        if len(own) >= FEWEST and np.median(own[:, other]) < ALIKE * np.quantile(own[:, k], MOST):
            pairs.append((k, other))
    return pairs
