"""What no frame shows of a background, put together from pieces of what is seen.

From coarse to fine. At the coarsest level the hidden part is closed from its edge inwards, each pixel by the most
alike patch of all that is seen, those at the same height and those that look as most do around it first. Then patches
are looked for and what they say of a pixel is averaged, in turn (Wexler et al. 2007), with how rough the picture is
as a further colour (Newson et al. 2014), so that a smooth place is no example for a rough one. Finer levels begin
with what the level below found. At last pieces that differ in light are joined without steps (core.layers.seams). So
textures and edges go on where a smooth filling (core.layers.fill) would blur them.

Pictures float32 (H, W, 3) in [0, 1]; `seen` and `hidden` bool (H, W).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from core.arrays import Array32
from core.layers.channels import steepness
from core.layers.fill import fill
from core.layers.patches import REACH, Among, Field, Places, Seen, most_alike, padded, patches, steps
from core.layers.seams import Slopes, slopes_of, without_seams

ROUNDS = 6, 3
"""Rounds of search and average: at the coarsest level, and at least at a finer one."""
THICK = 4.0
"""Pixels: how deep the hidden part is at the coarsest level, at most."""
MOST_EXAMPLES = 12_000
"""Patches that are all compared with each other at the coarsest level; of more some are drawn."""
MOST_CLOSED = 9_000
"""Hidden pixels that are closed at the coarsest level; with more a coarser one is made if at all possible."""
MOST_SEARCHED = 24_000
"""Patches of a level: one with more of them takes over what the level below found."""
MOST_COMPARED = 120_000
"""Patches of a level: one with more does not compare them either, which would take a gigabyte for a
million."""
AT_ONCE = 0.4
"""Part of the edge of the hidden part that is closed in one go."""
EVEN_SLOPE = 0.003
"""What a place without lines counts beside the slope of lines when it is chosen what is closed first."""
NEAR = 30.0, 4.0
"""What an example costs that lies a picture's height further up or down, and as far to the side: what lies beside a
place is more like it than what lies above, such as ground, horizon and sky."""
NEARBY = 16
"""Pixels: how far from what a level below found a better example is looked for."""
FADE = 1.2
"""By what factor a hidden pixel counts less with every pixel that it lies deeper."""
LEAST_WEIGHT = 0.05
"""What a hidden pixel counts at least."""
ROUGH_WINDOW = 5
"""Pixels of the window over which roughness is measured."""
ROUGH_WEIGHT = 4.0
"""What roughness counts beside a colour."""
SHARP = 0.15
"""As a part of the usual cost: how much worse than the best a patch over a pixel may be to count a third."""
LOOK_WINDOW = 9
"""Pixels of the window over which it is told how a place looks."""
LOOK_RING = (4, 14)
"""Pixels from the hidden part, from and to which places tell what is usual around it."""
LOOK_SPREAD = 2.0
"""What the spread of colours counts beside their mean in how a place looks."""
USUAL_SHARE = 0.08
"""Part of those places that must look like an example for it to be usual there."""
STRANGE_COST = 60.0
"""What an example costs for each square of its distance from what is usual."""
SEAM = 0.15
"""The most by which light or colour of what was found is led over to what is around it."""
FEWEST_PATCHES = 64
"""Wholly seen patches that there must be to choose from."""
PATCH_SHARE = 0.74
"""Wholly seen patches that a level needs for each seen pixel: with fewer, what lies right around a large
hidden part is no example any more."""
SEEN_SHARE = 0.9
"""Part of a coarse pixel that must be seen for it to count as seen."""
HIDDEN_SHARE = 0.25
"""Part of a coarse pixel that must be hidden for it to count as hidden."""


def fill_by_example(
    picture: Array32, seen: Seen, hidden: Seen, seed: int = 0
) -> Generator[float, None, Array32]:
    """The picture with its hidden pixels put together anew; all others as they were. Yields how much is done.

    Args:
        picture: filled already, roughly, where it is hidden.
        seen: what patches are taken from.

    Returns:
        The picture itself when nothing is hidden, or too little is seen to take patches from.
    """
    seen = seen & ~hidden
    if not hidden.any() or np.count_nonzero(_wholes(seen)) < FEWEST_PATCHES:
        return picture
    rng = np.random.default_rng(seed)
    levels = _pyramid(_Level(_with_roughness(picture, ~hidden), seen, hidden))
    coarser: Places | None = None
    made = levels[-1].picture
    for number, level in enumerate(reversed(levels)):
        search = _Search(level, coarser, rng)
        if coarser is None:
            made = search.closed()
        else:
            larger = cv2.resize(made, level.hidden.shape[::-1], interpolation=cv2.INTER_LINEAR)
            made = np.where(level.hidden[..., None], larger, level.picture).astype(np.float32)
        for better in search.run(made, max(ROUNDS[1], ROUNDS[0] - 3 * number)):
            made = better
            yield number / len(levels)
        coarser = search.field.whole()
    made = without_seams(made[..., :3], hidden, search.slopes(made[..., :3]))
    return np.where(hidden[..., None], np.clip(made[..., :3], 0, 1), picture).astype(np.float32)


@dataclass(frozen=True)
class _Level:
    """One level of the pyramid, coarser than the one before.

    picture: (H, W, 4), colours and roughness.
    """

    picture: Array32
    seen: Seen
    hidden: Seen


def _with_roughness(picture: Array32, known: Seen) -> Array32:
    """A further colour: how steep the picture is around each pixel."""
    grey, sure = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), known.astype(np.float32)
    inner, size = cv2.erode(sure, np.ones((3, 3), np.uint8)), (ROUGH_WINDOW, ROUGH_WINDOW)
    share = np.asarray(cv2.blur(inner, size), np.float32)
    rough = cv2.blur(steepness(grey) * inner, size) / np.maximum(share, np.float32(1e-3))
    rough = np.float32(ROUGH_WEIGHT) * fill(np.asarray(rough, np.float32), np.minimum(1, share))
    return np.concatenate([picture, rough[..., None]], 2).astype(np.float32)


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
        whole = np.count_nonzero(_wholes(seen > SEEN_SHARE))
        small = np.count_nonzero(last.hidden) <= MOST_CLOSED
        few = whole < (
            max(FEWEST_PATCHES, PATCH_SHARE * np.count_nonzero(seen > SEEN_SHARE))
            if small
            else FEWEST_PATCHES
        )
        if deep <= THICK or few or not (hidden > HIDDEN_SHARE).any():
            return levels
        levels.append(_Level(np.asarray(picture, np.float32), seen > SEEN_SHARE, hidden > HIDDEN_SHARE))


class _Search:
    """Searches and means at one level."""

    def __init__(self, level: _Level, coarser: Places | None, rng: np.random.Generator) -> None:
        self._level, whole = level, _wholes(level.seen)
        around = np.ones((2 * REACH + 1,) * 2, np.uint8)
        rows, columns = np.nonzero(cv2.dilate(level.hidden.astype(np.uint8), around))
        places = np.stack([rows, columns], 1).astype(np.int32)
        deep = cv2.distanceTransform(level.hidden.astype(np.uint8), cv2.DIST_L2, 3)
        weight = np.maximum(FADE**-deep, LEAST_WEIGHT).astype(np.float32)
        self._sure = weight[rows, columns]
        self._compared = len(places) <= MOST_COMPARED
        counts = patches(padded(weight), places) if self._compared else np.zeros((0, 0), np.float32)
        self.field = Field(places, whole, counts, rng)
        if coarser is not None:
            self.field.lifted(coarser)
        self._among = None if coarser is not None else _among(level, whole, rng)

    def closed(self) -> Array32:
        """The picture (H, W, 3) with its hidden part closed from the edge inwards."""
        assert self._among is not None, "only the coarsest level is closed, where all are compared"
        made, left = self._level.picture.copy(), self._level.hidden.copy()
        examples = self._among.patches
        while left.any() and not left.all():
            rim = _first(made, left)
            places = np.stack(np.nonzero(rim), 1).astype(np.int32)
            weight = patches(padded((~left).astype(np.float32)), places)
            found = most_alike(padded(made), places, weight, self._among, NEAR)
            made[rim] = examples[found, examples.shape[1] // 2]
            self.field.begin(places, self._among.places[found])
            left &= ~rim
        return made

    def run(self, made: Array32, rounds: int) -> Iterator[Array32]:
        """Search and average in turn, `rounds` times; the picture (H, W, 3) after each."""
        if not self._compared:
            yield self._mean(made)
            return
        if len(self.field.places) > MOST_SEARCHED:
            self.field.judge(padded(made))
            yield self._mean(made)
            return
        for _ in range(rounds):
            self.field.improve(padded(made), NEARBY)
            made = self._mean(made)
            yield made

    def _mean(self, made: Array32) -> Array32:
        """Every hidden pixel as the patches over it say; those that are nearly the best count most."""
        hidden = self._level.hidden
        mixed, weight = self._said(made)
        beside = ~hidden & (weight > 0)
        seam = fill(np.asarray(np.clip(made - mixed, -SEAM, SEAM), np.float32), beside.astype(np.float32))
        return np.where((hidden & (weight > 0))[..., None], mixed + seam, made).astype(np.float32)

    def slopes(self, made: Array32) -> Slopes:
        """Those that the patches over each pixel have; where there are none, the picture's own."""
        own = slopes_of(made)
        found, weight = self._said(np.concatenate([own.across, own.down], 2))
        known, count = (weight > 0)[..., None], made.shape[2]
        return Slopes(
            np.where(known, found[..., :count], own.across), np.where(known, found[..., count:], own.down)
        )

    def _said(self, planes: Array32) -> tuple[Array32, Array32]:
        """What the patches over each pixel say of planes (H, W, K), and with what weight, (H, W)."""
        best = self._best()
        usual = np.float32(max(SHARP * float(np.percentile(self.field.cost, 50)), 1e-6))
        total, weight = np.zeros_like(planes), np.zeros(planes.shape[:2], np.float32)
        for inside, here, there in self._overlays():
            worse = self.field.cost[inside] - best[here]
            share = self._sure[inside] * np.exp(-worse / usual)
            weight[here] += share  # no place twice: all are moved by the same step
            total[here] += share[:, None] * planes[there]
        return np.asarray(total / np.maximum(weight, 1e-9)[..., None], np.float32), weight

    def _best(self) -> Array32:
        """The least cost of the patches over each pixel, (H, W)."""
        best = np.full(self._level.hidden.shape, np.inf, np.float32)
        for inside, here, _ in self._overlays():
            best[here] = np.minimum(best[here], self.field.cost[inside])
        return best

    def _overlays(self) -> Iterator[tuple[Seen, tuple[Places, ...], tuple[Places, ...]]]:
        """For each pixel of a patch: which patches have it in the picture, where, and where it is in their examples."""
        limits = np.array(self._level.hidden.shape)
        for step in steps().astype(np.int32):
            here = self.field.places + step
            inside = ((here >= 0) & (here < limits)).all(1)
            there = self.field.examples[inside] + step
            yield inside, tuple(here[inside].T), tuple(there.T)


def _first(made: Array32, left: Seen) -> Seen:
    """Which pixels at the edge of what is left are closed next: those around which much is known and lines end, so that
    lines go on before what lies beside them spreads over their way (Criminisi et al. 2004)."""
    known = (~left).astype(np.float32)
    rim = left & (cv2.dilate(known, np.ones((3, 3), np.uint8)) > 0)
    grey = cv2.cvtColor(made[..., :3], cv2.COLOR_RGB2GRAY)
    inner = cv2.erode(known, np.ones((3, 3), np.uint8))
    steep = sum(np.abs(cv2.Sobel(grey, cv2.CV_32F, x, y, scale=0.125)) for x, y in ((1, 0), (0, 1))) * inner
    size = (2 * REACH + 1,) * 2
    order = cv2.blur(known, size) * (cv2.blur(np.asarray(steep, np.float32), size) + np.float32(EVEN_SLOPE))
    return np.asarray(rim & (order >= np.quantile(order[rim], 1 - AT_ONCE)))


def _among(level: _Level, whole: Seen, rng: np.random.Generator) -> Among:
    """Examples from all over the picture, no more than can all be compared."""
    places = np.stack(np.nonzero(whole), 1).astype(np.int32)
    if len(places) > MOST_EXAMPLES:
        places = places[np.sort(rng.choice(len(places), MOST_EXAMPLES, replace=False))]
    strange = _strangeness(level.picture, whole, level.hidden)[places[:, 0], places[:, 1]]
    return Among(places, patches(padded(level.picture), places), np.float32(STRANGE_COST) * strange * strange)


def _strangeness(picture: Array32, whole: Seen, hidden: Seen) -> Array32:
    """How unlike the usual places around the hidden part each place looks, (H, W); not right beside it, where there may
    be a trace of what hides it."""
    size, bare = (LOOK_WINDOW, LOOK_WINDOW), (~hidden).astype(np.float32)
    known = np.maximum(cv2.blur(bare, size), np.float32(1e-3))[..., None]
    colours = picture[..., :3] * bare[..., None]
    average = cv2.blur(colours, size) / known
    spread = np.sqrt(np.maximum(cv2.blur(colours * colours, size) / known - average * average, 0))
    looks = np.concatenate([average, np.float32(LOOK_SPREAD) * spread], 2)
    inner, outer = (
        cv2.dilate(hidden.astype(np.uint8), np.ones((2 * r + 1,) * 2, np.uint8)) > 0 for r in LOOK_RING
    )
    ring = whole & outer & ~inner
    strange = np.zeros(whole.shape, np.float32)
    if np.count_nonzero(ring) < FEWEST_PATCHES:
        return strange
    here, there = looks[whole], looks[ring]
    there = there[:: max(1, len(there) // 400)]
    apart = (here * here).sum(1)[:, None] + (there * there).sum(1) - 2 * here @ there.T
    usual = int(USUAL_SHARE * len(there))
    strange[whole] = np.sqrt(np.maximum(np.partition(apart, usual, 1)[:, usual], 0))
    return strange
