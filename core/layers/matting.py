"""Colour and soft edge of what stands before a known background.

A frame is I = a F + (1 - a) B with B known. Around a mask's edge F is guessed from inside the mask and a is the
projection of I - B on F - B; where F is too like B to tell, the softened mask decides. What neither F nor B explains
is the object's own. The colour is then F = (I - (1 - a) B) / a, so no rim of the background is left in it. A shadow
takes light away, I = (1 - s) B; anything else that lies on the background is a colour with the least alpha that
explains it.

All pictures float32 in [0, 1], (H, W[, 3]).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.channels import largest, total
from core.layers.fill import fill

INNER = 0.007
"""In heights of the frame: how deep inside a mask alpha is found."""
OUTER = 0.016
"""In heights of the frame: how far outside of a mask alpha is found."""
MOST_BLUR = 0.03
"""In heights of the frame: how much further outside for what moves fast."""
SURE = 3.0
"""Standard deviations by which two colours must differ to be told apart well."""
FAINT = 0.04
"""Alpha below which nothing is kept."""
STRETCH = 0.02
"""In heights of the frame: the window over which a faint shadow is one light."""
COLOURED = 0.35
"""An effect of which more than this part is not explained by less light is coloured."""
LEAST_LIGHT = 0.06
FAINT_COLOUR = 0.02
"""Change of colour, in [0, 1], from which on it counts with an object that throws colours, such as a
reflection."""
STRONG_COLOUR = 0.12
"""The same with an object that throws none."""
UNDER = 0.02
"""In heights of the frame: how far an effect goes on unseen under an object, before it fades."""


@dataclass(frozen=True)
class Cut:
    """What was cut out of a frame.

    alpha: (H, W).
    colour: (H, W, 3), straight.
    """

    alpha: Array32
    colour: Array32

    def over(self, below: Array32) -> Array32:
        """The picture (H, W, 3) with this above it."""
        alpha = self.alpha[..., None]
        return np.asarray(alpha * self.colour + (1 - alpha) * below, np.float32)


def throw(
    frame: Array32,
    plate: Array32,
    gate: Array32,
    hidden: npt.NDArray[np.bool_],
    least_colour: float = FAINT_COLOUR,
    lightens: Array32 | None = None,
) -> Cut:
    """The effect that turns `plate` into `frame` where `gate` lets it.

    Args:
        lightens: (H, W) in [0, 1], where it may be the same picture in more light; everywhere
            when not given. With an object that throws shadows, that may be ground on which they
            lay for most of the time, so that they are in the plate.
        least_colour: how much of the range a coloured effect must change; weaker ones are taken for what the plate
            does not know better.
        gate: (H, W), how much of each pixel is the effect's.
        hidden: bool (H, W), where an object stands before it; filled from around.
    """
    alpha, colour = np.zeros(gate.shape, np.float32), np.zeros_like(frame)
    if not gate.any():
        return Cut(alpha, colour)
    under = UNDER * len(gate)
    top, bottom, left, right = _box(gate > 0, round(2 * under) + 16)
    part = np.s_[top:bottom, left:right]
    bright = None if lightens is None else lightens[part]
    small = _throw_part(frame[part], plate[part], gate[part], hidden[part], least_colour, bright, under)
    alpha[part], colour[part] = small.alpha, small.colour
    return Cut(alpha, colour)


def _throw_part(
    frame: Array32,
    plate: Array32,
    gate: Array32,
    hidden: npt.NDArray[np.bool_],
    least_colour: float,
    lightens: Array32 | None,
    under: float,
) -> Cut:
    """The part of `throw` in which there may be something. under: pixels that an effect goes on under an object."""
    lit, squared = cv2.blur(total(frame * plate), (5, 5)), cv2.blur(total(plate * plate), (5, 5))
    less = np.asarray(1 - lit / np.maximum(squared, LEAST_LIGHT**2), np.float32)
    off = cv2.blur(frame - plate, (3, 3))
    wide = cv2.blur(frame - plate, (5, 5))  # as wide as the light is found: a thin shadow is no colour
    left = cv2.blur(largest(np.abs(wide + less[..., None] * cv2.blur(plate, (5, 5)))), (7, 7))
    whole = cv2.blur(largest(np.abs(wide)), (7, 7))
    coloured = np.clip((left / np.maximum(whole, 1e-4) - COLOURED) / 0.15, 0, 1)
    strong = np.clip((whole / np.float32(least_colour) - 1) / 0.5, 0, 1)
    if lightens is not None:
        strong = np.where(less < 0, np.maximum(coloured, lightens) * strong, strong)
    coloured = np.where(less < 0, 1, coloured).astype(np.float32)
    up, down = off / np.maximum(1 - plate, LEAST_LIGHT), -off / np.maximum(plate, LEAST_LIGHT)
    least = strong * np.clip(1.25 * largest(np.maximum(up, down)), 0, 1)
    alpha = np.clip(coloured * least + (1 - coloured) * np.clip(less, 0, 1), 0, 1)
    seen = np.where(hidden, 0, 1).astype(np.float32)
    alpha = fill((alpha * gate).astype(np.float32), seen)
    away = cv2.distanceTransform(1 - ((seen > 0) & (alpha > FAINT)).astype(np.uint8), cv2.DIST_L2, 3)
    alpha = alpha * np.where(hidden, np.clip(2 - away / under, 0, 1), 1)
    alpha = cv2.medianBlur((alpha * 255).astype(np.uint8), 3).astype(np.float32) / np.float32(255)
    alpha = np.where(alpha < FAINT, 0, alpha).astype(np.float32)
    colour = np.clip(plate + off / np.maximum(alpha, FAINT)[..., None], 0, 1) * coloured[..., None]
    colour = fill(np.asarray(colour, np.float32), seen) * (alpha > 0)[..., None]
    return Cut(alpha, np.asarray(colour, np.float32))


def shaded(frame: Array32, ground: Array32) -> Array32:
    """Where a frame is its background in less light, however faintly, (H, W) in [0, 1]."""
    wide = (2 * round(STRETCH * len(frame) / 2) + 1,) * 2
    off, lit = cv2.blur(frame - ground, wide), cv2.blur(ground, wide)
    less = -total(off * lit) / np.maximum(total(lit * lit), LEAST_LIGHT**2)
    rest = largest(np.abs(off + less[..., None] * lit)) / np.maximum(largest(np.abs(off)), 1e-4)
    return np.asarray(
        np.clip((less - FAINT / 2) / (FAINT / 2), 0, 1) * np.clip(1.5 - 2 * rest, 0, 1), np.float32
    )


def cut_out(
    frame: Array32,
    below: Array32,
    mask: npt.NDArray[np.bool_],
    covered: npt.NDArray[np.bool_],
    sigma: Array32,
    speed: float = 0.0,
) -> Cut:
    """One object before `below`, the picture of all that is behind it.

    Args:
        mask: bool (H, W), roughly where it is.
        covered: where something in front of it is.
        sigma: (H, W), the noise of `below`.
        speed: pixels that it moves in a frame, for its motion blur.
    """
    if not mask.any():
        return Cut(np.zeros(mask.shape, np.float32), np.zeros_like(frame))
    tall = mask.shape[0]
    deep, far = max(1.5, INNER * tall), farthest(tall, speed)
    top, bottom, left, right = _box(mask, round(far) + 8)
    part = np.s_[top:bottom, left:right]
    small = _cut_part(frame[part], below[part], mask[part], covered[part], sigma[part], deep, far)
    alpha, colour = np.zeros(mask.shape, np.float32), np.zeros_like(frame)
    alpha[part], colour[part] = small.alpha, small.colour
    return Cut(alpha, colour)


def farthest(tall: int, speed: float) -> float:
    """Pixels from its mask that the soft edge of an object reaches, in pictures so many pixels tall."""
    return max(2.5, OUTER * tall) + min(0.3 * speed, MOST_BLUR * tall)


def _box(mask: npt.NDArray[np.bool_], margin: int) -> tuple[int, int, int, int]:
    """top, bottom, left, right around the mask."""
    x, y, wide, tall = cv2.boundingRect(mask.astype(np.uint8))
    height, width = mask.shape
    return (
        max(0, y - margin),
        min(height, y + tall + margin),
        max(0, x - margin),
        min(width, x + wide + margin),
    )


def _cut_part(
    frame: Array32,
    below: Array32,
    mask: npt.NDArray[np.bool_],
    covered: npt.NDArray[np.bool_],
    sigma: Array32,
    deep: float,
    far: float,
) -> Cut:
    inside, outside = _depths(mask)
    core = (inside > deep) & ~covered
    if not core.any():
        core = mask & ~covered
    guess = fill(frame, core.astype(np.float32)) if core.any() else below
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(0.7, deep / 2))
    alpha = _alpha(frame, below, guess, soft, sigma, outside, far)
    alpha = np.where(core, 1, np.where(outside > far, 0, alpha)).astype(np.float32)
    alpha = np.where(covered, soft, alpha)
    alpha = np.where(alpha < FAINT, 0, np.where(alpha > 1 - FAINT, 1, alpha)).astype(np.float32)
    own = (frame - (1 - alpha[..., None]) * below) / np.maximum(alpha, 0.1)[..., None]
    trust = np.where(covered, 0, np.clip(alpha / 0.4, 0, 1))[..., None]
    colour = np.clip(trust * own + (1 - trust) * guess, 0, 1) * (alpha > 0)[..., None]
    return Cut(alpha, np.asarray(colour, np.float32))


def _depths(mask: npt.NDArray[np.bool_]) -> tuple[Array32, Array32]:
    """How far each pixel is inside, and outside of, the mask; the picture's border is no edge."""
    whole = mask.astype(np.uint8)
    inside = cv2.distanceTransform(whole, cv2.DIST_L2, 5) if not mask.all() else np.full(mask.shape, 1e6)
    return np.asarray(inside, np.float32), np.asarray(
        cv2.distanceTransform(1 - whole, cv2.DIST_L2, 5), np.float32
    )


def _alpha(
    frame: Array32,
    below: Array32,
    guess: Array32,
    soft: Array32,
    sigma: Array32,
    outside: Array32,
    far: float,
) -> Array32:
    """Alpha in the band around the edge."""
    off, span = frame - below, guess - below
    length = total(span * span)
    along = np.clip(total(off * span) / np.maximum(length, 1e-6), 0, 1)
    noise = 3 * (SURE * sigma) ** 2
    told = length / (length + noise)
    differs = total(off * off)
    unlike = total((off - along[..., None] * span) ** 2)
    own = unlike / (unlike + noise) * np.clip(differs / noise, 0, 1)  # neither the guess nor the background
    near = np.clip(1 - outside / np.float32(far), 0, 1)
    found = told * along + (1 - told) * soft
    found = np.maximum(found, own * near)
    bare = np.clip(1 - differs / noise, 0, 1) * told  # clearly nothing but background
    found = found * (1 - bare) * np.clip(2 * near, 0, 1)
    return np.asarray(cv2.GaussianBlur(found.astype(np.float32), (3, 3), 0.6), np.float32)
