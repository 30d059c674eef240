"""What no frame shows of a background, put together from pieces of what is seen.

From coarse to fine: for every patch around a hidden pixel the most alike patch of the seen picture is looked for, by
chance and by what its neighbours found (PatchMatch, Barnes et al. 2009), and what these patches say of a pixel is
averaged (Wexler et al. 2007). So textures and edges go on where a smooth filling (core.layers.fill) would blur them.

Pictures float32 (H, W, 3) in [0, 1]; `seen` and `hidden` bool (H, W); places int (M, 2), row first.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.layers.fill import fill
from core.motion.flow import Array32

Seen = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int32]

REACH = 3
"""A patch is 2 REACH + 1 pixels wide."""
ROUNDS = 16, 3
"""Searches and means at the coarsest level, and the least at a finer one."""
THICK = 4.0
"""Pixels: how deep the hidden part is at the coarsest level, at most."""
MOST_SEARCHED, MOST_COMPARED = 16_000, 120_000
"""Patches; a level with more of them takes over what the level below found, and one with still more does not ask how
alike they are, which would take a gigabyte for a million."""
FADES, LEAST = 1.2, 0.05
"""How much less a hidden pixel counts with every pixel that it lies deeper, and what it counts at least."""
SEAM = 0.15
"""The most by which light or colour of what was found is led over to what is around it."""
FEWEST, WHOLE, SOME = 64, 0.9, 0.25
"""Whole patches to choose from, at least; from what share on a coarse pixel is seen, and hidden."""
_SIDES = (0, 1), (0, -1), (1, 0), (-1, 0)


def fill_by_example(
    picture: Array32, seen: Seen, hidden: Seen, seed: int = 0
) -> Generator[float, None, Array32]:
    """The picture with its hidden pixels put together anew; all others as they were. Yields how much is done.

    Args:
        picture: filled already, roughly, where it is hidden. seen: what patches are taken from.

    Returns:
        The picture itself when nothing is hidden, or too little is seen to take patches from.
    """
    seen = seen & ~hidden
    if not hidden.any() or np.count_nonzero(_wholes(seen)) < FEWEST:
        return picture
    rng, found, made = np.random.default_rng(seed), None, picture
    levels = _pyramid(_Level(picture, seen, hidden))
    for number, level in enumerate(reversed(levels)):
        if found is None:
            made = level.picture
        else:
            larger = cv2.resize(made, level.hidden.shape[::-1], interpolation=cv2.INTER_LINEAR)
            made = np.where(level.hidden[..., None], larger, level.picture).astype(np.float32)
        search = _Search(level, found, rng)
        for better in search.run(made, max(ROUNDS[1], ROUNDS[0] - 2 * number)):
            made = better
            yield number / len(levels)
        found = search.field
    return made


@dataclass(frozen=True)
class _Level:
    picture: Array32
    seen: Seen
    hidden: Seen


def _wholes(seen: Seen) -> Seen:
    """Where whole patches are seen."""
    whole = np.zeros(seen.shape, bool)
    if min(seen.shape) > 2 * REACH:
        inner = np.s_[REACH:-REACH, REACH:-REACH]
        whole[inner] = cv2.erode(seen.astype(np.uint8), np.ones((2 * REACH + 1,) * 2, np.uint8))[inner] > 0
    return whole


def _pyramid(level: _Level) -> list[_Level]:
    """Fine to coarse, until the hidden part is thin or too little is left to take patches from."""
    levels = [level]
    while True:
        last = levels[-1]
        deep = cv2.distanceTransform(last.hidden.astype(np.uint8), cv2.DIST_L2, 3).max()
        half = (last.hidden.shape[1] + 1) // 2, (last.hidden.shape[0] + 1) // 2
        picture, seen, hidden = (
            cv2.resize(np.asarray(each, np.float32), half, interpolation=cv2.INTER_AREA)
            for each in (last.picture, last.seen, last.hidden)
        )
        if deep <= THICK or np.count_nonzero(_wholes(seen > WHOLE)) < FEWEST or not (hidden > SOME).any():
            return levels
        levels.append(_Level(np.asarray(picture, np.float32), seen > WHOLE, hidden > SOME))


class _Search:
    """The most alike seen patches at one level. field: int32 (H, W, 2), the middle of each patch's example."""

    def __init__(self, level: _Level, coarser: Places | None, rng: np.random.Generator) -> None:
        self._hidden, self._rng = level.hidden, rng
        tall, wide = level.hidden.shape
        self._whole = _wholes(level.seen)
        around = np.ones((2 * REACH + 1,) * 2, np.uint8)
        targets = cv2.dilate(level.hidden.astype(np.uint8), around) > 0
        rows, columns = np.nonzero(targets)
        self._places = np.stack([rows, columns], 1).astype(np.int32)
        self._index = np.full((tall, wide), -1, np.int32)
        self._index[rows, columns] = np.arange(len(rows))
        steps = np.arange(-REACH, REACH + 1)
        self._steps = np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2)
        self._examples = self._start(coarser)
        self._cost = np.full(len(rows), np.inf, np.float32)
        deep = cv2.distanceTransform(level.hidden.astype(np.uint8), cv2.DIST_L2, 3)
        weight = np.maximum(FADES**-deep, LEAST).astype(np.float32)
        self._sure = weight[rows, columns]
        self._compared = len(rows) <= MOST_COMPARED
        if self._compared:
            self._weight = self._patches(np.pad(weight, REACH, mode="reflect"), self._places)

    @property
    def field(self) -> Places:
        """The found examples, (H, W, 2)."""
        rows, columns = np.indices(self._hidden.shape)
        field = np.stack([rows, columns], -1).astype(np.int32)
        field[self._places[:, 0], self._places[:, 1]] = self._examples
        return field

    def run(self, made: Array32, rounds: int) -> Iterator[Array32]:
        """Search and average in turn; the picture after each."""
        if not self._compared:
            self._cost = np.zeros(len(self._places), np.float32)
            yield self._mean(made)
            return
        for _ in range(rounds):
            padded = np.pad(made, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="reflect")
            wanted = self._patches(padded, self._places)
            self._cost = self._costs(padded, wanted, self._examples)
            if len(self._places) <= MOST_SEARCHED:
                self._improve(padded, wanted)
            made = self._mean(made)
            yield made

    def _start(self, coarser: Places | None) -> Places:
        """Examples twice as far on as those of the level below, or any."""
        rows, columns = np.nonzero(self._whole)
        chosen = self._rng.integers(0, len(rows), len(self._places))
        anywhere = np.stack([rows[chosen], columns[chosen]], 1).astype(np.int32)
        if coarser is None:
            return anywhere
        below = np.minimum(self._places // 2, np.array(coarser.shape[:2]) - 1)
        lifted = 2 * coarser[below[:, 0], below[:, 1]] + self._places % 2
        return self._allowed(lifted.astype(np.int32), anywhere)

    def _allowed(self, wanted: Places, otherwise: Places) -> Places:
        """Places from which a whole patch may be taken; where not, the others."""
        limits = np.array(self._hidden.shape, np.int32) - 1
        clipped = np.clip(wanted, 0, limits)
        good = self._whole[clipped[:, 0], clipped[:, 1]] & (clipped == wanted).all(1)
        return np.where(good[:, None], wanted, otherwise).astype(np.int32)

    def _patches(self, padded: Array32, places: Places) -> Array32:
        """(M, P[, 3])."""
        at = places[:, None] + self._steps + REACH
        flat = padded.reshape(-1, *padded.shape[2:])
        return np.asarray(np.take(flat, at[..., 0] * padded.shape[1] + at[..., 1], axis=0), np.float32)

    def _costs(self, padded: Array32, wanted: Array32, examples: Places) -> Array32:
        off = self._patches(padded, examples) - wanted
        return np.asarray(np.einsum("mpk,mpk,mp->m", off, off, self._weight), np.float32)

    def _improve(self, padded: Array32, wanted: Array32) -> None:
        for row, column in _SIDES:
            self._try(padded, wanted, self._beside(row, column))
        radius = max(self._hidden.shape) // 2
        while radius >= 1:
            moved = self._examples + self._rng.integers(-radius, radius + 1, self._examples.shape)
            self._try(padded, wanted, moved.astype(np.int32))
            radius //= 4

    def _beside(self, row: int, column: int) -> Places:
        """What a neighbour's example means here."""
        there = np.clip(self._places - (row, column), 0, np.array(self._hidden.shape) - 1)
        index = self._index[there[:, 0], there[:, 1]]
        moved = self._examples[index] + np.array([row, column], np.int32)
        return np.where((index >= 0)[:, None], moved, self._examples).astype(np.int32)

    def _try(self, padded: Array32, wanted: Array32, candidates: Places) -> None:
        allowed = self._allowed(candidates, self._examples)
        cost = self._costs(padded, wanted, allowed)
        better = cost < self._cost
        self._examples[better], self._cost[better] = allowed[better], cost[better]

    def _mean(self, made: Array32) -> Array32:
        """Every hidden pixel as the patches over it say; the alike ones count most."""
        scale = max(float(np.percentile(self._cost, 50)), 1e-6)
        sure = self._sure * (np.exp(-self._cost / np.float32(scale)) + np.float32(1e-4))
        total, weight = np.zeros_like(made), np.zeros(made.shape[:2], np.float32)
        tall, wide = made.shape[:2]
        for row, column in self._steps:
            here = self._places + np.array([row, column], np.int32)
            inside = ((here >= 0) & (here < (tall, wide))).all(1)
            there = here[inside]
            from_ = self._examples[inside] + np.array([row, column], np.int32)
            share = sure[inside]
            weight[there[:, 0], there[:, 1]] += share  # no place twice: all are moved by the same step
            total[there[:, 0], there[:, 1]] += share[:, None] * made[from_[:, 0], from_[:, 1]]
        mixed = total / np.maximum(weight, 1e-9)[..., None]
        beside = ~self._hidden & (weight > 0)
        seam = fill(np.asarray(np.clip(made - mixed, -SEAM, SEAM), np.float32), beside.astype(np.float32))
        mixed = np.clip(mixed + seam, 0, 1)
        return np.where((self._hidden & (weight > 0))[..., None], mixed, made).astype(np.float32)
