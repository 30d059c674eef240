"""One frame's background as its neighbours in time show it.

A neighbour is brought into the frame's view along the background's flow (core.layers.ground_flow) and into its light.
What the neighbours agree on, weighted by how far each of them is in time and from its own objects, is the background.

Colours are float32 in [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_float
from core.layers.channels import largest, mean, total
from core.layers.fill import fill
from core.layers.footage import Footage
from core.layers.ground_flow import GroundFlow, enlarged
from core.layers.light import fit_gain, spread_gain
from core.layers.morphing import Side, meeting, moved
from core.layers.plane import Plane, believed, beside, certainty, grid_of, trusted
from core.media.info import Frame
from core.motion.flow import SMALLEST, flow_between

OFFSETS = (2, 4, 7, 11, 16, 22, 30, 40)
"""Frames on either side whose pictures are used."""
FADE = 14.0
"""Frames after which a neighbour counts a third."""
AGREE = 0.03
"""In heights of the frame: the stretch over which two pictures may differ by one light."""
DARKEST = 0.3
"""The least light of a shadow."""
LIT_ALIKE = 0.1
"""Differences from which on two pictures are not of one thing in another light."""
LIGHTER = 3.0
MOST_STRAY = 3.0
"""Working pixels: a flow over many frames that leads further off than this is hardly believed."""
SMOOTH = 6.0
"""Working pixels: sigma over which flows are corrected."""
SCALES = (0.15, 0.08, 0.05)
"""Differences at which a picture counts a half of what it would, a round each."""
ROUGHLY = (0.08,)
"""The same where it is only asked how two sides lie on one another."""


@dataclass(frozen=True)
class Local:
    """One frame's background, without the frame itself: clean (H, W, 3), sigma (H, W), weight (H, W)."""

    clean: Array32
    sigma: Array32
    weight: Array32


def put_together(footage: Footage, plane: Plane, n: int, ground: GroundFlow) -> Local:
    """What the neighbours of frame n say of its background; the canvas with no weight at all where there are none."""
    labels = footage.labels(n)
    before, after = (_shown(footage, n, ground, ahead, trusted(labels)) for ahead in (-1, 1))
    if before and after:
        before, after = _met(before, after, 1 - beside(labels))
    if not before and not after:
        return Local(plane.render(n), plane.noise(n), np.zeros(labels.shape, np.float32))
    return _agreed([*before, *after])


def _shown(footage: Footage, n: int, ground: GroundFlow, ahead: int, around: Array32) -> list[Side]:
    """What the neighbours of frame n on one side show, and how much each pixel of them counts, (H, W).

    Args:
        around: (H, W), how far frame n is trusted.
    """
    frame, found = frame_of(footage, n), []
    for m, places in ground.places(n, ahead, OFFSETS).items():
        if footage.known(m):
            picture, weight = _brought(footage, (n, m), places, ground)
            # The root of the weight, so that what is near objects counts more.
            picture = _in_light(frame, picture, np.sqrt(around * weight))
            weight = weight * _agreement(frame, picture, around)
            found.append((picture, weight * np.float32(np.exp(-abs(m - n) / FADE))))
    return found


def _met(before: list[Side], after: list[Side], hidden: Array32) -> tuple[list[Side], list[Side]]:
    """The same, moved so that what is from before and what is from after lie on one another where `hidden`, (H, W)."""
    one, other = _agreed(before, ROUGHLY), _agreed(after, ROUGHLY)
    places = meeting((one.clean, one.weight), (other.clean, other.weight), hidden)
    if places is None:
        return before, after
    first, second = (
        [moved(one, where) for one in each] for each, where in zip((before, after), places, strict=True)
    )
    return first, second


def frame_of(footage: Footage, n: int) -> Array32:
    """A frame of the clip, float32 (H, W, 3) in [0, 1]."""
    return to_float(footage.frame(n))


def _brought(
    footage: Footage, pair: tuple[int, int], places: Array32, ground: GroundFlow
) -> tuple[Array32, Array32]:
    """Frame m in the view of frame n, and how far each of its pixels is trusted. How they lie on
    one another is found at working size, for it is smooth.

    Args:
        pair: n and m.
        places: where the background of frame n is in frame m, at working size.
    """
    (here, _, trust), (grey, _, there) = (ground.look(each) for each in pair)
    border, size = cv2.BORDER_REPLICATE, footage.size
    view = cv2.remap(grey, places, None, cv2.INTER_LINEAR, borderMode=border)
    open_ = cv2.remap(there, places, None, cv2.INTER_LINEAR)
    rest = rest_flow(here, np.asarray(view, np.uint8), np.minimum(trust, open_))
    exact = cv2.remap(places, grid_of(ground.size) + rest, None, cv2.INTER_LINEAR, borderMode=border)
    weight = cv2.remap(there, exact, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    where = enlarged(np.asarray(exact, np.float32), size)
    moved = cv2.remap(frame_of(footage, pair[1]), where, None, cv2.INTER_CUBIC, borderMode=border)
    return np.asarray(moved, np.float32), np.asarray(cv2.resize(weight, size), np.float32)


def _in_light(frame: Array32, moved: Array32, used: Array32) -> Array32:
    """A picture in the light of `frame`, which differs from place to place: of what neighbours from before
    and after put under an object, one would be darker than the other.

    Args:
        used: (H, W), where the two may be compared.
    """
    share = cv2.merge([used] * 3)
    whole = (_sums(frame * share) + 1e-3) / (_sums(moved * share) + 1e-3)
    off = largest(np.abs(cv2.blur(frame - moved * whole.astype(np.float32), (5, 5))))
    gain = fit_gain(frame, moved, np.asarray(used * believed(off, LIT_ALIKE), np.float32))
    return moved * spread_gain(gain, (frame.shape[1], frame.shape[0]))


def _sums(picture: Array32) -> npt.NDArray[np.float64]:
    """Of each channel."""
    return np.array(cv2.sumElems(picture)[: picture.shape[2]])


def _agreement(frame: Array32, moved: Array32, around: Array32) -> Array32:
    """How well two pictures lie on one another, 0 to 1, whatever their light; carried on under the objects.

    Of two neighbours that agree, the lighter one counts more: the other one has a shadow there as well.
    """
    shade, off = shading(frame, moved, AGREE)
    seen = np.clip(around * 8, 0, 1)
    good = fill(believed(off), np.asarray(seen, np.float32))
    lighter = np.clip(1 / shade, 1, 2) ** LIGHTER * seen + (1 - seen)
    return np.asarray(good * lighter, np.float32)


def shading(frame: Array32, clean: Array32, stretch: float) -> tuple[Array32, Array32]:
    """By what light a frame differs from a picture, and by how much more, both (H, W).

    Args:
        stretch: part of the height over which the light is one.
    """
    wide = (2 * round(stretch * len(frame) / 2) + 1,) * 2
    lit, squared = cv2.blur(total(frame * clean), wide), cv2.blur(total(clean * clean), wide)
    shade = np.clip(lit / np.maximum(squared, np.float32(1e-3)), DARKEST, 1 / DARKEST).astype(np.float32)
    off = largest(np.abs(cv2.blur(frame - shade[..., None] * clean, (5, 5))))
    return shade, off


def rest_flow(grey: Frame, view: Frame, free: Array32) -> Array32:
    """Flow (h, w, 2) from `grey` to `view`, uint8 (h, w), where `free` (h, w) in [0, 1] shows
    background in both: what is left of errors that add up on the way.

    Smooth, and held at none: what lies far off is a shadow that moved on, or a mistake. All at working size, in its
    pixels.
    """
    if min(grey.shape) < 2 * SMALLEST:
        return np.zeros((*grey.shape, 2), np.float32)
    flow = flow_between(grey, view)
    share = np.clip((free - 0.06) * 4, 0, 1) * certainty(grey)
    share = share / (1 + (largest(np.abs(flow)) / MOST_STRAY) ** 4)
    known = cv2.GaussianBlur(share.astype(np.float32), (0, 0), SMOOTH)
    mixed = cv2.GaussianBlur(np.asarray(flow * share[..., None], np.float32), (0, 0), SMOOTH)
    mixed = mixed / (known + np.float32(0.02))[..., None]
    return fill(np.asarray(mixed, np.float32), np.asarray(np.minimum(1, known * 4), np.float32))


def _agreed(sides: list[Side], scales: tuple[float, ...] = SCALES) -> Local:
    """The robust mean, with what does not agree left out more and more.

    Args:
        scales: differences at which a picture counts a half, a round each.
    """
    pictures, weights = [picture for picture, _ in sides], [weight for _, weight in sides]
    clean, sure = _mean(pictures, weights)
    for scale in scales:
        kept = [
            weight * believed(largest(cv2.absdiff(picture, clean)), scale)
            for picture, weight in zip(pictures, weights, strict=True)
        ]
        before, (clean, sure) = clean, _mean(pictures, kept)
    squares = np.zeros(sure.shape, np.float32)
    for picture, weight in zip(pictures, kept, strict=True):
        off = picture - before
        squares += weight * mean(off * off)
    noise = np.sqrt(squares / np.maximum(sure, 1e-6))
    return Local(clean, np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.5), np.float32), sure)


def _mean(pictures: list[Array32], weights: list[Array32]) -> tuple[Array32, Array32]:
    sure, mixed = np.zeros_like(weights[0]), np.zeros_like(pictures[0])
    for picture, weight in zip(pictures, weights, strict=True):
        sure += weight
        cv2.accumulateProduct(picture, cv2.merge([weight] * 3), mixed)
    return np.asarray(mixed / np.maximum(sure, 1e-6)[..., None], np.float32), sure
