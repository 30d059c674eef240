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
Places = npt.NDArray[np.bool_]
Box = tuple[slice, slice]
"""Rows and columns."""


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


@dataclass(frozen=True)
class _Effect:
    """What `throw` is asked about, or a part of it; see there."""

    frame: Array32
    plate: Array32
    gate: Array32
    hidden: Places
    lightens: Array32 | None

    def part(self, where: Box) -> _Effect:
        lightens = None if self.lightens is None else self.lightens[where]
        return _Effect(self.frame[where], self.plate[where], self.gate[where], self.hidden[where], lightens)


def throw(
    frame: Array32,
    plate: Array32,
    gate: Array32,
    hidden: Places,
    least_colour: float = FAINT_COLOUR,
    lightens: Array32 | None = None,
) -> Cut:
    """The effect that turns `plate` into `frame` where `gate` lets it.

    Args:
        gate: (H, W) in [0, 1], how much of each pixel is the effect's.
        hidden: bool (H, W), where an object stands before it; filled from around.
        least_colour: how much of the range a coloured effect must change; weaker ones are taken for what the plate
            does not know better.
        lightens: (H, W) in [0, 1], where it may be the same picture in more light; everywhere
            when not given. With an object that throws shadows, that may be ground on which they
            lay for most of the time, so that they are in the plate.
    """
    if not gate.any():
        return Cut(np.zeros(gate.shape, np.float32), np.zeros_like(frame))
    under = UNDER * len(gate)
    part = _box(gate > 0, round(2 * under) + 16)
    effect = _Effect(frame, plate, gate, hidden, lightens).part(part)
    return _laid(_thrown(effect, least_colour, under), part, frame)


def _thrown(effect: _Effect, least_colour: float, under: float) -> Cut:
    """The part of `throw` in which there may be something. under: pixels that an effect goes on under an object."""
    frame, plate = effect.frame, effect.plate
    less, off = _less_light(frame, plate), cv2.blur(frame - plate, (3, 3))
    coloured, strong = _coloured(frame, plate, less, least_colour)
    if effect.lightens is not None:
        strong = np.where(less < 0, np.maximum(coloured, effect.lightens) * strong, strong)
    coloured = np.where(less < 0, 1, coloured).astype(np.float32)
    alpha = coloured * strong * _least_alpha(off, plate) + (1 - coloured) * np.clip(less, 0, 1)
    alpha = np.clip(alpha, 0, 1) * effect.gate
    seen = np.where(effect.hidden, 0, 1).astype(np.float32)
    alpha = _going_on(np.asarray(alpha, np.float32), seen, under)
    colour = np.clip(plate + off / np.maximum(alpha, FAINT)[..., None], 0, 1) * coloured[..., None]
    colour = fill(np.asarray(colour, np.float32), seen) * (alpha > 0)[..., None]
    return Cut(alpha, np.asarray(colour, np.float32))


def _less_light(frame: Array32, plate: Array32) -> Array32:
    """The part of its light that the plate has lost in the frame, (H, W); below 0 where it has more."""
    lit, squared = cv2.blur(total(frame * plate), (5, 5)), cv2.blur(total(plate * plate), (5, 5))
    return np.asarray(1 - lit / np.maximum(squared, LEAST_LIGHT**2), np.float32)


def _coloured(frame: Array32, plate: Array32, less: Array32, least_colour: float) -> tuple[Array32, Array32]:
    """How far what differs is no loss of light, and how far it is strong enough to count as a colour, both (H, W) in
    [0, 1]. It is averaged as widely as the light was: else a thin shadow would be a colour."""
    off = cv2.blur(frame - plate, (5, 5))
    left = cv2.blur(largest(np.abs(off + less[..., None] * cv2.blur(plate, (5, 5)))), (7, 7))
    whole = cv2.blur(largest(np.abs(off)), (7, 7))
    coloured = np.clip((left / np.maximum(whole, 1e-4) - COLOURED) / 0.15, 0, 1)
    return coloured, np.clip((whole / np.float32(least_colour) - 1) / 0.5, 0, 1)


def _least_alpha(off: Array32, plate: Array32) -> Array32:
    """The least alpha, (H, W), with which some colour in [0, 1] changes the plate by `off`; and a quarter more."""
    up, down = off / np.maximum(1 - plate, LEAST_LIGHT), -off / np.maximum(plate, LEAST_LIGHT)
    return np.clip(1.25 * largest(np.maximum(up, down)), 0, 1)


def _going_on(alpha: Array32, seen: Array32, under: float) -> Array32:
    """Alpha (H, W), where it is not `seen` filled from around, fading after `under` pixels; without specks."""
    alpha = fill(alpha, seen)
    away = cv2.distanceTransform(1 - ((seen > 0) & (alpha > FAINT)).astype(np.uint8), cv2.DIST_L2, 3)
    alpha = alpha * np.where(seen > 0, 1, np.clip(2 - away / under, 0, 1))
    alpha = cv2.medianBlur((alpha * 255).astype(np.uint8), 3).astype(np.float32) / np.float32(255)
    return np.where(alpha < FAINT, 0, alpha).astype(np.float32)


def shaded(frame: Array32, ground: Array32) -> Array32:
    """Where a frame is its background in less light, however faintly, (H, W) in [0, 1]."""
    wide = (2 * round(STRETCH * len(frame) / 2) + 1,) * 2
    off, lit = cv2.blur(frame - ground, wide), cv2.blur(ground, wide)
    less = -total(off * lit) / np.maximum(total(lit * lit), LEAST_LIGHT**2)
    rest = largest(np.abs(off + less[..., None] * lit)) / np.maximum(largest(np.abs(off)), 1e-4)
    return np.asarray(
        np.clip((less - FAINT / 2) / (FAINT / 2), 0, 1) * np.clip(1.5 - 2 * rest, 0, 1), np.float32
    )


@dataclass(frozen=True)
class _Object:
    """What `cut_out` is asked about, or a part of it; see there."""

    frame: Array32
    below: Array32
    mask: Places
    covered: Places
    sigma: Array32

    def part(self, where: Box) -> _Object:
        return _Object(
            self.frame[where], self.below[where], self.mask[where], self.covered[where], self.sigma[where]
        )


def cut_out(
    frame: Array32,
    below: Array32,
    mask: Places,
    covered: Places,
    sigma: Array32,
    speed: float = 0.0,
) -> Cut:
    """One object before `below`, the picture of all that is behind it.

    Args:
        mask: bool (H, W), roughly where it is.
        covered: bool (H, W), where something in front of it is.
        sigma: (H, W), the noise of `below`.
        speed: pixels that it moves in a frame, for its motion blur.
    """
    if not mask.any():
        return Cut(np.zeros(mask.shape, np.float32), np.zeros_like(frame))
    tall = mask.shape[0]
    deep, far = max(1.5, INNER * tall), farthest(tall, speed)
    part = _box(mask, round(far) + 8)
    return _laid(_cut(_Object(frame, below, mask, covered, sigma).part(part), deep, far), part, frame)


def farthest(tall: int, speed: float) -> float:
    """Pixels from its mask that the soft edge of an object reaches, in pictures so many pixels tall."""
    return max(2.5, OUTER * tall) + min(0.3 * speed, MOST_BLUR * tall)


def _box(mask: Places, margin: int) -> Box:
    """Rows and columns of the mask, with a margin."""
    x, y, wide, tall = cv2.boundingRect(mask.astype(np.uint8))
    height, width = mask.shape
    rows = slice(max(0, y - margin), min(height, y + tall + margin))
    return rows, slice(max(0, x - margin), min(width, x + wide + margin))


def _laid(cut: Cut, part: Box, frame: Array32) -> Cut:
    """What was cut out of a part of a frame, in the whole of it."""
    alpha, colour = np.zeros(frame.shape[:2], np.float32), np.zeros_like(frame)
    alpha[part], colour[part] = cut.alpha, cut.colour
    return Cut(alpha, colour)


def _cut(thing: _Object, deep: float, far: float) -> Cut:
    """The part of `cut_out` in which the object is.

    Args:
        deep, far: pixels that the soft edge goes into the mask, and beyond it.
    """
    frame, below, covered = thing.frame, thing.below, thing.covered
    inside, outside = _depths(thing.mask)
    core = (inside > deep) & ~covered
    if not core.any():
        core = thing.mask & ~covered
    guess = fill(frame, core.astype(np.float32)) if core.any() else below
    soft = cv2.GaussianBlur(thing.mask.astype(np.float32), (0, 0), max(0.7, deep / 2))
    alpha = _alpha(thing, guess, soft, np.clip(1 - outside / np.float32(far), 0, 1))
    alpha = np.where(core, 1, np.where(outside > far, 0, alpha)).astype(np.float32)
    alpha = np.where(covered, soft, alpha)
    alpha = np.where(alpha < FAINT, 0, np.where(alpha > 1 - FAINT, 1, alpha)).astype(np.float32)
    own = (frame - (1 - alpha[..., None]) * below) / np.maximum(alpha, 0.1)[..., None]
    trust = np.where(covered, 0, np.clip(alpha / 0.4, 0, 1))[..., None]
    colour = np.clip(trust * own + (1 - trust) * guess, 0, 1) * (alpha > 0)[..., None]
    return Cut(alpha, np.asarray(colour, np.float32))


def _depths(mask: Places) -> tuple[Array32, Array32]:
    """How far each pixel is inside, and outside of, the mask; the picture's border is no edge."""
    whole = mask.astype(np.uint8)
    inside = cv2.distanceTransform(whole, cv2.DIST_L2, 5) if not mask.all() else np.full(mask.shape, 1e6)
    outside = cv2.distanceTransform(1 - whole, cv2.DIST_L2, 5)
    return np.asarray(inside, np.float32), np.asarray(outside, np.float32)


def _alpha(thing: _Object, guess: Array32, soft: Array32, near: Array32) -> Array32:
    """Alpha in the band around the edge, (H, W).

    Args:
        guess: (H, W, 3), the colour of the object, as far as the inside of its mask tells.
        soft: (H, W), the softened mask, which decides where guess and background are too alike.
        near: (H, W), 1 in the mask, falling to 0 where no edge reaches.
    """
    off, span = thing.frame - thing.below, guess - thing.below
    length = total(span * span)
    along = np.clip(total(off * span) / np.maximum(length, 1e-6), 0, 1)
    noise = 3 * (SURE * thing.sigma) ** 2
    told = length / (length + noise)
    differs = total(off * off)
    unlike = total((off - along[..., None] * span) ** 2)
    own = unlike / (unlike + noise) * np.clip(differs / noise, 0, 1)  # neither the guess nor the background
    found = told * along + (1 - told) * soft
    found = np.maximum(found, own * near)
    bare = np.clip(1 - differs / noise, 0, 1) * told  # clearly nothing but background
    found = found * (1 - bare) * np.clip(2 * near, 0, 1)
    return np.asarray(cv2.GaussianBlur(found.astype(np.float32), (3, 3), 0.6), np.float32)
