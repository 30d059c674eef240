"""Patches of a picture and the most alike ones: looked for among all where that is little work, else by what neighbours
found and by chance (PatchMatch, Barnes et al. 2009).

Pictures float32 (H, W, K); places int32 (M, 2), row first; a patch is 2 REACH + 1 pixels wide, P pixels in all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.arrays import Array32

Seen = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int32]

REACH = 3
"""A patch is 2 REACH + 1 pixels wide."""
CHUNK = 1 << 22
"""Costs that are worked out at a time."""
_SIDES = (0, 1), (0, -1), (1, 0), (-1, 0)


def steps() -> npt.NDArray[np.intp]:
    """From the middle of a patch to its pixels, (P, 2)."""
    along = np.arange(-REACH, REACH + 1)
    return np.stack(np.meshgrid(along, along, indexing="ij"), -1).reshape(-1, 2)


def padded(picture: Array32) -> Array32:
    """(H, W[, K]) with REACH pixels more on each side, mirrored, so that every place has a whole patch."""
    sides = ((REACH, REACH), (REACH, REACH), *((0, 0),) * (picture.ndim - 2))
    return np.asarray(np.pad(picture, sides, mode="reflect"), np.float32)


def patches(pads: Array32, places: Places) -> Array32:
    """(M, P[, K]) of a padded picture."""
    at = places[:, None] + steps() + REACH
    flat = pads.reshape(-1, *pads.shape[2:])
    return np.asarray(np.take(flat, at[..., 0] * pads.shape[1] + at[..., 1], axis=0), np.float32)


@dataclass(frozen=True)
class Among:
    """Examples that are all compared.

    places: (S, 2).
    patches: (S, P, K).
    costs: (S,), what each costs by itself.
    """

    places: Places
    patches: Array32
    costs: Array32


def most_alike(
    pads: Array32, places: Places, weight: Array32, among: Among, near: tuple[float, float]
) -> npt.NDArray[np.intp]:
    """The nearest of all examples to each patch, (M,).

    Args:
        places: of the patches.
        weight: (M, P), how much their pixels count.
        near: cost of an example that lies a picture's height further up or down, and as far to the side.
    """
    wanted, examples = patches(pads, places), among.patches
    flat = examples.reshape(len(examples), -1).T
    squares = np.ascontiguousarray((examples * examples).sum(2).T)
    unit = np.sqrt(np.array(near, np.float32)) / (pads.shape[0] - 2 * REACH)
    there = among.places * unit
    found = np.empty(len(places), np.intp)
    at_once = max(1, CHUNK // len(examples))
    for first in range(0, len(places), at_once):
        part = np.s_[first : first + at_once]
        here = places[part] * unit
        heavy = (weight[part, :, None] * wanted[part]).reshape(len(here), -1)
        apart = among.costs + (there * there).sum(1) - 2 * (here @ there.T)
        found[part] = (weight[part] @ squares - 2 * (heavy @ flat) + apart).argmin(1)
    return found


class Field:
    """The most alike example of each patch. places: of the patches. examples: of the middles of
    what was found for them.

    Args:
        whole: bool (H, W), where a whole patch may be taken for an example.
        weight: (M, P), how much the pixels of a patch count.
    """

    def __init__(self, places: Places, whole: Seen, weight: Array32, rng: np.random.Generator) -> None:
        self.places, self._whole, self._weight, self._rng = places, whole, weight, rng
        self._index = np.full(whole.shape, -1, np.int32)
        self._index[places[:, 0], places[:, 1]] = np.arange(len(places))
        rows, columns = np.nonzero(whole)
        chosen = rng.integers(0, len(rows), len(places))
        self.examples = np.stack([rows[chosen], columns[chosen]], 1).astype(np.int32)
        self.cost = np.zeros(len(places), np.float32)

    def lifted(self, coarser: Places) -> None:
        """Begin with what a level of half the size found, (h, w, 2)."""
        below = np.minimum(self.places // 2, np.array(coarser.shape[:2]) - 1)
        twice = 2 * coarser[below[:, 0], below[:, 1]] + self.places % 2
        self.examples = self._allowed(twice.astype(np.int32), self.examples)

    def whole(self) -> Places:
        """The found examples as a picture, (H, W, 2); elsewhere every place is its own."""
        field = np.moveaxis(np.indices(self._whole.shape), 0, -1).astype(np.int32)
        field[self.places[:, 0], self.places[:, 1]] = self.examples
        return field

    def begin(self, places: Places, examples: Places) -> None:
        """Begin with these examples at some of the places."""
        self.examples[self._index[places[:, 0], places[:, 1]]] = examples

    def judge(self, pads: Array32) -> None:
        """Tell how alike what was found is, in the picture that was padded to `pads`: fills `cost`, (M,)."""
        self.cost = self._costs(pads, patches(pads, self.places), self.examples)

    def improve(self, pads: Array32, farthest: int) -> None:
        """Try what neighbours found, and others by chance up to `farthest` pixels away. pads: the padded picture."""
        wanted = patches(pads, self.places)
        self.cost = self._costs(pads, wanted, self.examples)
        for row, column in _SIDES:
            self._try(pads, wanted, self._beside(row, column))
        radius = farthest
        while radius >= 1:
            moved = self.examples + self._rng.integers(-radius, radius + 1, self.examples.shape)
            self._try(pads, wanted, moved.astype(np.int32))
            radius //= 4

    def _costs(self, pads: Array32, wanted: Array32, examples: Places) -> Array32:
        off = patches(pads, examples) - wanted
        return np.asarray(np.einsum("mpk,mpk,mp->m", off, off, self._weight), np.float32)

    def _allowed(self, wanted: Places, otherwise: Places) -> Places:
        """Places from which a whole patch may be taken; where not, the others."""
        clipped = np.clip(wanted, 0, np.array(self._whole.shape, np.int32) - 1)
        good = self._whole[clipped[:, 0], clipped[:, 1]] & (clipped == wanted).all(1)
        return np.where(good[:, None], wanted, otherwise).astype(np.int32)

    def _beside(self, row: int, column: int) -> Places:
        """What a neighbour's example means here."""
        there = np.clip(self.places - (row, column), 0, np.array(self._whole.shape) - 1)
        index = self._index[there[:, 0], there[:, 1]]
        moved = self.examples[index] + np.array([row, column], np.int32)
        return np.where((index >= 0)[:, None], moved, self.examples).astype(np.int32)

    def _try(self, pads: Array32, wanted: Array32, candidates: Places) -> None:
        allowed = self._allowed(candidates, self.examples)
        cost = self._costs(pads, wanted, allowed)
        better = cost < self.cost
        self.examples[better], self.cost[better] = allowed[better], cost[better]
