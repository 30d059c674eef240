"""The grain of a frame: how strong it is in the dark and in the light, how coarse, and how its colours go together.

Where something is put under an object, from a mean of many frames, there is none; it would be seen as
a smooth patch that stands still in a grainy picture. Grain is measured as what flat places of a frame
have and the clean background has not, in bands from fine to coarse, and made anew for each frame.
Where the background is seen, though in shadow, the frame's own is taken.

Compressed film of a camera that stands keeps much of its grain from frame to frame. As much is kept of what is made,
by band, else it would flicker where all around is calm.

Colours are float32 (H, W, 3) in [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.channels import mean, steepness

FINER_THAN = 0.8, 2.0, 5.0
"""Pixels: what each band is finer than."""
COARSE = 2.0
STEPS = 6
"""Steps from dark to light, in each of which grain is measured."""
FEWEST_PIXELS = 60
"""Flat pixels of a step of light that must be there to tell how strong its grain is."""
FEWEST_SHARE = 0.02
"""The same as a share of all flat pixels: the few of a step that is hardly seen are the insides of textures."""
MOST_PIXELS = 20_000
"""Flat pixels that are measured at the most."""
FLATTEST = 0.35
"""Share of all pixels that counts as flat."""
WEIGHED = 12
"""Rounds in which the weights of the bands are found."""
MOST = 3.0
"""How strong a frame's own grain may be, as a multiple of its usual strength; more than that is an edge."""
NEIGHBOURHOOD = 48
"""Pixels around what is put together, in which grain is measured where enough of them are the frame's own."""
ENOUGH_PIXELS = 12_000
"""How many of them are enough; else the whole frame is measured."""
REACH = 12
"""Pixels around what is put together, in which the bands of grain are made."""
SURELY = 0.99
"""Share of a pixel that must be the frame's own to tell of its grain."""
LIGHTEST = 4.0
"""By what factor a shadow may take light away for the frame's own grain to be seen in it."""
EVEN = 0.06
"""Part by which the light may vary in the reach of the coarsest band."""
OUTLIER = 4.0
"""What a step of the grain is counted as at the most, as a multiple of the mean step; more than that
moved."""
_SIGMA = 1.4826
"""Standard deviation of what has a median size of one."""
_OF_MEAN = 1.2533
"""The same of what has a mean size of one."""


@dataclass(frozen=True)
class Grain:
    """The grain that was measured in a frame.

    strength: float32 (B, STEPS), by band and light, standard deviation of the mean of the colours.
    blends: float32 (B, 3, 3), by band, from three independent noises to the colours.
    lasts: float32 (B,), the part of its variance that is as it was in the frame before.
    """

    strength: Array32
    blends: Array32
    lasts: Array32

    def at(self, light: Array32) -> list[Array32]:
        """How strong each band is where it is so light, (H, W) each."""
        steps = (np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS
        return [np.interp(light, steps, each).astype(np.float32) for each in self.strength]


def bands(picture: Array32) -> list[Array32]:
    """What is finer than each of FINER_THAN and no finer than the one before, as many pictures of the same shape."""
    soft = [picture, *(cv2.GaussianBlur(picture, (0, 0), sigma) for sigma in FINER_THAN)]
    return [np.asarray(a - b, np.float32) for a, b in pairwise(soft)]


@dataclass(frozen=True)
class Calm:
    """A camera that stands.

    frame: float32 (H, W, 3), the frame before, or after the first one.
    noise: of the grain that stays, float32 (H, W, 3), independent, of deviation one, the same for every frame.
    """

    frame: Array32
    noise: Array32


def measure_grain(
    frame: Array32, clean: Array32, own: npt.NDArray[np.bool_], before: Array32 | None = None
) -> Grain | None:
    """The grain of a frame; None where too little of it is bare.

    Args:
        clean: its background without grain.
        own: bool (H, W), where the frame shows it.
        before: a frame beside it that shows every place where this one does; grain is taken for new in each
            frame when not given.
    """
    flat = np.flatnonzero(_flat(clean, own))
    if len(flat) < FEWEST_PIXELS:
        return None
    flat = flat[:: -(-len(flat) // MOST_PIXELS)]
    light = mean(clean).ravel()[flat]
    count = len(FINER_THAN)
    strength, blends = np.zeros((count, STEPS), np.float32), np.zeros((count, 3, 3), np.float32)
    lasts = np.zeros(count, np.float32)
    steps = bands(frame - before) if before is not None else None
    third = np.full(3, 1 / 3, np.float32)
    for k, (seen, smooth) in enumerate(zip(bands(frame), bands(clean), strict=True)):
        a, b = seen.reshape(-1, 3)[flat], smooth.reshape(-1, 3)[flat]
        whole, less, apart = (_by_light(np.abs(each @ third), light) for each in (a, b, a - b))
        # of textures, which both have, two sizes differ by more than the pictures do
        strength[k] = np.minimum(np.sqrt(np.maximum(whole * whole - less * less, 0)), apart)
        blends[k] = _blend(a - b)
        if steps is not None:
            lasts[k] = _lasting(
                steps[k].reshape(-1, 3)[flat] @ third, Grain(strength, blends, lasts).at(light)[k]
            )
    return Grain(strength, blends, lasts)


def _lasting(step: Array32, strong: Array32) -> float:
    """The part of the variance of grain so `strong` that stays, of which two frames differ by `step`, (M,) both."""
    size = np.abs(step)
    changes = _OF_MEAN * float(np.minimum(size, OUTLIER * size.mean()).mean())
    variance = float(np.square(strong).mean())
    return float(np.clip(1 - changes * changes / (2 * max(variance, 1e-9)), 0, 1))


def _flat(clean: Array32, own: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The flattest of what is bare."""
    grey = cv2.GaussianBlur(mean(clean), (0, 0), COARSE)
    steep = cv2.blur(steepness(grey), (5, 5))
    if not own.any():
        return own
    return np.asarray(own & (steep <= np.quantile(steep[own][::7], FLATTEST)))


def _by_light(sizes: Array32, light: Array32) -> Array32:
    """Standard deviation in each step of light; where too few pixels tell, as in the nearest step."""
    whole = _SIGMA * float(np.median(sizes))
    step = np.clip((light * STEPS).astype(int), 0, STEPS - 1)
    least = max(FEWEST_PIXELS, FEWEST_SHARE * len(step))
    told = [k for k in range(STEPS) if np.count_nonzero(step == k) >= least]
    if not told:
        return np.full(STEPS, whole, np.float32)
    each = [_SIGMA * float(np.median(sizes[step == k])) for k in told]
    return np.interp(np.arange(STEPS), told, each).astype(np.float32)


def _blend(off: Array32) -> Array32:
    """Three noises to colours whose mean has a standard deviation of one, as the colours of `off`
    (M, 3) go together."""
    size = np.abs(off).max(1)
    usual = off[size <= 3 * max(float(np.median(size)), 1e-6)]
    spread = np.cov(usual.T) + 1e-12 * np.eye(3) if len(usual) > 3 else np.eye(3)
    root = np.linalg.cholesky(spread)
    together = float(np.sqrt((root.sum(0) ** 2).sum())) / 3
    return np.asarray(root / max(together, 1e-9), np.float32)


def with_grain(
    frame: Array32,
    clean: Array32,
    bare: Array32,
    own: Array32,
    ring: Array32,
    rng: np.random.Generator,
    missing: Array32 | None = None,
    calm: Calm | None = None,
) -> Array32:
    """A frame's background with as much grain where it was put together as the frame has elsewhere.

    Args:
        clean: the background as it was found.
        bare: the same, and the frame where `own` (H, W) says so.
        ring: (H, W), 1 away from all objects: there the background is seen, though something may lie on it.
        missing: (H, W), the part of the grain that `clean` lacks; all of it when not given.
        calm: given where the camera stands.
    """
    if own.all():
        return bare
    around, box = (_box(own < 1, reach) for reach in (NEIGHBOURHOOD, REACH))
    if np.count_nonzero(own[around] > SURELY) < ENOUGH_PIXELS:
        around = np.s_[:, :]
    before = calm.frame[around] if calm else None
    grain = measure_grain(frame[around], clean[around], own[around] > SURELY, before)
    if grain is None:
        return bare
    made = made_grain(grain, mean(bare[box]), rng, calm.noise[box] if calm else None)
    if missing is not None:
        made *= missing[box][..., None]
    lit = _lit(frame[box], bare[box])
    seen = (ring[box] * _even(lit))[..., None]
    made += seen * (own_grain(grain, frame[box], bare[box], lit) - made)
    whole = bare.copy()
    whole[box] += (1 - own[box][..., None]) * made
    return whole


def _box(where: npt.NDArray[np.bool_], reach: int) -> tuple[slice, slice]:
    """The part of a picture with all of `where` in it, and so many pixels around."""
    x, y, wide, tall = cv2.boundingRect(where.astype(np.uint8))
    return np.s_[max(0, y - reach) : y + tall + reach, max(0, x - reach) : x + wide + reach]


def made_grain(grain: Grain, light: Array32, rng: np.random.Generator, stays: Array32 | None) -> Array32:
    """Grain for a picture that is so light, (H, W) to (H, W, 3).

    Args:
        stays: noise of deviation one, (H, W, 3), from which the part that lasts is made.
    """
    noise = rng.standard_normal((*light.shape, 3), np.float32)
    made, weights = np.zeros(noise.shape, np.float32), _weights(grain.strength)
    weighed = Grain(weights, grain.blends, grain.lasts).at(light)
    fresh, old = bands(noise), bands(noise if stays is None else stays)
    for band, kept, blend, weight, part in zip(fresh, old, grain.blends, weighed, grain.lasts, strict=True):
        mixed = band if stays is None else np.sqrt(1 - part) * band + np.sqrt(part) * kept
        made += cv2.transform(mixed, blend) * weight[..., None]
    return made


def _weights(strength: Array32) -> Array32:
    """By how much the bands of white noise count so that the bands of their sum are so strong: a band of a band is less
    than that band, and neighbours overlap."""
    overlap, weights = _overlap(), np.asarray(strength, np.float64) + 1e-9
    wanted = weights.copy()
    for _ in range(WEIGHED):
        weights = weights * wanted / np.sqrt(np.einsum("jkl,ks,ls->js", overlap, weights, weights))
    return weights.astype(np.float32)


@lru_cache(maxsize=1)
def _overlap() -> npt.NDArray[np.float64]:
    """(B, B, B): how much of band j two bands k and l of white noise have together."""
    noise = np.random.default_rng(0).standard_normal((128, 128)).astype(np.float32)
    twice = np.array([bands(each) for each in bands(noise)])
    return np.asarray(np.einsum("kjyx,ljyx->jkl", twice, twice) / noise.size, np.float64)


def _lit(frame: Array32, clean: Array32) -> Array32:
    """How much lighter the background is than the frame, (H, W)."""
    seen, smooth = (mean(cv2.GaussianBlur(each, (0, 0), COARSE)) for each in (frame, clean))
    return np.clip(smooth / np.maximum(seen, np.float32(0.02)), 1 / LIGHTEST, LIGHTEST).astype(np.float32)


def _even(lit: Array32) -> Array32:
    """1 where the light is one, 0 at the edge of a shadow, which would be taken for grain, (H, W)."""
    around = np.ones((2 * round(FINER_THAN[-1]) + 1,) * 2, np.uint8)
    varies = cv2.dilate(lit, around) - cv2.erode(lit, around)
    return np.clip(2 - varies / np.float32(EVEN), 0, 1).astype(np.float32)


def own_grain(grain: Grain, frame: Array32, clean: Array32, lit: Array32) -> Array32:
    """The frame's own grain, (H, W, 3), in the light of `clean`, which is `lit` times that of the frame."""
    made, more = np.zeros(frame.shape, np.float32), lit[..., None]
    strong = grain.at(mean(clean))
    for a, b, level in zip(bands(frame), bands(clean), strong, strict=True):
        most = np.float32(MOST) * level[..., None] * np.maximum(more, 1)
        made += np.clip(more * a - b, -most, most)
    return made
