"""A filled hole without seams: its slopes are those of the examples, its edge is that of what lies around it.

Pieces from different places of a picture differ a little in light, which shows as steps where they meet, most of all
on an even wall. So slopes are taken from the examples as well, where no piece ends, and the picture is the one whose
slopes are nearest to these and which is at the hole's edge as it is (Perez et al. 2003; slopes of patches: Darabi et
al. 2012). A step that is much too large for a difference in light stays: a horizon, say, may well be where two pieces
meet. But then it runs into the hole from around it: a step that is larger than any there is a seam all the same. And
all is held a little to the colours of the pieces.

Pictures float32 (H, W, K); slopes to the next pixel to the right and below, of the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32

Hole = npt.NDArray[np.bool_]
HOLD = 3e-4
"""How much a pixel's own colour counts beside its slopes."""
LARGE = 0.12
"""Difference between the steps of a picture and of its examples, from one pixel to the next, of which half
is taken for a seam."""
RING_FROM = 3
"""Pixels around a hole from which on it is told how large steps are beside it,"""
RING_TO = 11
"""and up to which."""
SOFT = 5
"""Pixels over which a soft edge goes up or down."""
CROSSING = 8
"""Pixels that a line which crosses all that has at least: so many steps may be larger than is told."""
STEPS = 24
"""Steps of the solver at each level but the coarsest."""
COARSEST_STEPS = 120
"""Steps of the solver at the coarsest level."""
FEW = 1500
"""Pixels of a hole that is solved without a coarser level."""
_ENOUGH = 1e-10


@dataclass(frozen=True)
class Slopes:
    """The differences of a picture from pixel to pixel, (H, W, K) each.

    across: to the right neighbour.
    down: to the one below. The last column or row is not read.
    """

    across: Array32
    down: Array32


def slopes_of(picture: Array32) -> Slopes:
    """Those of the picture itself."""
    across, down = np.zeros_like(picture), np.zeros_like(picture)
    across[:, :-1] = picture[:, 1:] - picture[:, :-1]
    down[:-1] = picture[1:] - picture[:-1]
    return Slopes(across, down)


def without_seams(picture: Array32, hidden: Hole, wanted: Slopes) -> Array32:
    """The picture with its pixels `hidden`, bool (H, W), changed so that it has the wanted slopes; all others as they
    were. Poisson image editing (Perez et al. 2003)."""
    if not hidden.any():
        return picture
    x, y, wide, tall = cv2.boundingRect(hidden.astype(np.uint8))
    part = np.s_[max(0, y - 1) : y + tall + 1, max(0, x - 1) : x + wide + 1]
    own = slopes_of(picture[part])
    usual = _largest_around(picture, hidden)
    lack = Slopes(
        _seam(wanted.across[part] - own.across, own.across, usual),
        _seam(wanted.down[part] - own.down, own.down, usual),
    )
    result = picture.copy()
    result[part] += _solved(_towards(lack), hidden[part], HOLD)
    return result


def _seam(lack: Array32, own: Array32, usual: float) -> Array32:
    """What of a lack of slope is a seam: all of it where the step is larger than any around the hole."""
    size = (lack * lack).mean(2, keepdims=True) / LARGE**2
    may_stay = _steep(own)[..., None] <= usual
    return np.asarray(lack / (1 + size * size * may_stay), np.float32)


def _largest_around(picture: Array32, hidden: Hole) -> float:
    """The largest step right around the hole, soft ones as well: a line that runs into the hole is there, too. Without
    end where too little lies around it."""
    inside = hidden.astype(np.uint8)
    inner, outer = (
        cv2.dilate(inside, np.ones((2 * far + 1,) * 2, np.uint8)) > 0 for far in (RING_FROM, RING_TO)
    )
    soft = np.ones((SOFT, SOFT), np.uint8)
    steps = _steep(cv2.dilate(picture, soft) - cv2.erode(picture, soft))[outer & ~inner]
    return float(np.partition(steps, -CROSSING)[-CROSSING]) if len(steps) > CROSSING else float("inf")


def _steep(slopes: Array32) -> Array32:
    """How steep slopes (H, W, K) are, (H, W)."""
    return np.sqrt((slopes * slopes).mean(2))


def _towards(lack: Slopes) -> Array32:
    """What each pixel is pulled up by when slopes are to grow by so much: minus their divergence."""
    pull = np.zeros_like(lack.across)
    pull[:, 1:] += lack.across[:, :-1]
    pull[:, :-1] -= lack.across[:, :-1]
    pull[1:] += lack.down[:-1]
    pull[:-1] -= lack.down[:-1]
    return pull


def _solved(pull: Array32, hidden: Hole, hold: float) -> Array32:
    """The change, none outside the hole, by conjugate gradients; coarser levels find what goes far."""
    pull = pull * hidden[..., None]
    start, steps = np.zeros_like(pull), COARSEST_STEPS
    half = (hidden.shape[1] + 1) // 2, (hidden.shape[0] + 1) // 2
    if np.count_nonzero(hidden) > FEW and min(half) > 2:
        small = cv2.resize(hidden.astype(np.float32), half, interpolation=cv2.INTER_AREA) > 0.5
        coarse = _solved(4 * _sized(pull, half), small, 4 * hold)
        start = _sized(coarse, hidden.shape[::-1]) * hidden[..., None]
        steps = STEPS
    return _conjugate(pull, start, hidden, hold, steps)


def _sized(plane: Array32, size: tuple[int, ...]) -> Array32:
    how = cv2.INTER_AREA if size[0] < plane.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(plane, size, interpolation=how).reshape(size[1], size[0], -1), np.float32)


def _conjugate(pull: Array32, start: Array32, hidden: Hole, hold: float, steps: int) -> Array32:
    """Conjugate gradients from `start`, every channel for itself."""
    inside, change = hidden[..., None], start.astype(np.float32)
    rest = pull - _pulled(change, inside, hold)
    along, size = rest.copy(), (rest * rest).sum((0, 1))
    enough = _ENOUGH * max(1.0, float(hidden.sum()))
    for _ in range(steps):
        if float(size.max()) < enough:
            break
        moved = _pulled(along, inside, hold)
        length = size / np.maximum((along * moved).sum((0, 1)), 1e-20)
        change += length * along
        rest -= length * moved
        before, size = size, (rest * rest).sum((0, 1))
        along = rest + size / np.maximum(before, 1e-20) * along
    return change


def _pulled(change: Array32, inside: Hole, hold: float) -> Array32:
    """What a change of the picture, zero outside the hole, asks for: minus its Laplacian, and what holds it."""
    return np.asarray((_towards(slopes_of(change)) + hold * change) * inside, np.float32)
