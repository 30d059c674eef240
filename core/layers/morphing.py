"""What frames before and what frames after say of a background, brought to meet.

Under an object no flow can be seen, and what is carried on under it from around is astray the more the further away a
frame is, one way from before and another from after. So are two parts of a canvas (core.layers.parting) where the
background has depth. Their mean would show edges twice. But how they lie on one another can be seen, and each goes the
part of the way to the other that the other counts for: the background neither doubles nor leaps.

Pictures are float32 (H, W, 3) in [0, 1].
"""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32, to_bytes
from core.layers.channels import largest
from core.media.info import Frame
from core.motion.camera import working_size
from core.motion.flow import SMALLEST, places, positions

RETURNS = 3.0
"""Working pixels: flow that returns by so much beside where it began counts a half."""
PATCH = 12
"""Working pixels: side of the squares that are looked for. What lies apart is far, and the pictures are soft."""
SMOOTH = 2.5
"""Working pixels: sigma over which that flow is averaged."""
STEADY = 8.0
"""Working pixels: sigma over which it is one share that each side has."""
SURE = 1e-3
"""Weight from which on a side shows something."""

Side = tuple[Array32, Array32]
"""A picture and how much is known of each pixel, (H, W)."""


def between(first: Array32, second: Array32, later: float) -> Array32:
    """A picture on the way from one to another, of which it has the part `later`: what both show lies between them."""
    shares = (np.full(first.shape[:2], np.float32(share)) for share in (1 - later, later))
    sides = list(zip((first, second), shares, strict=True))
    places = meeting(sides[0], sides[1])
    if places is not None:
        sides = [moved(side, where) for side, where in zip(sides, places, strict=True)]
    return np.asarray(sides[0][0] + np.float32(later) * (sides[1][0] - sides[0][0]), np.float32)


def meeting(before: Side, after: Side, hidden: Array32 | None = None) -> tuple[Array32, Array32] | None:
    """Where to read what is from before, and what is from after, so that they lie on one another: places, float32
    (H, W, 2), x first; None for pictures too small to tell.

    Args:
        hidden: (H, W), 1 where they may be moved; anywhere when not given.
    """
    tall, wide = before[1].shape
    size = working_size((wide, tall))
    if min(size) < 2 * SMALLEST:
        return None
    known = [cv2.resize(weight, size, interpolation=cv2.INTER_AREA) for _, weight in (before, after)]
    both = np.minimum(*(np.clip(each / np.float32(SURE), 0, 1) for each in known))
    share = both if hidden is None else both * _wider(cv2.resize(hidden, size, interpolation=cv2.INTER_AREA))
    way = _way(_grey(before, after, size), _grey(after, before, size), np.asarray(share, np.float32))
    first, second = (cv2.GaussianBlur(each, (0, 0), STEADY) for each in known)
    later = second / np.maximum(first + second, np.float32(1e-6))
    scale = np.array([wide / size[0], tall / size[1]], np.float32)
    way, later = (
        cv2.resize(each, (wide, tall), interpolation=cv2.INTER_LINEAR) for each in (way * scale, later)
    )
    here, later = places(tall, wide), later[..., None]
    return np.asarray(here - later * way, np.float32), np.asarray(here + (1 - later) * way, np.float32)


def moved(side: Side, where: Array32) -> Side:
    """A picture and its weights read at other places (H, W, 2)."""
    picture = cv2.remap(side[0], where, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    weight = cv2.remap(side[1], where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(picture, np.float32), np.asarray(weight, np.float32)


def _grey(side: Side, other: Side, size: tuple[int, int]) -> Frame:
    """A side at working size, uint8 (h, w), with the other one where it shows nothing."""
    shown = np.clip(side[1] / np.float32(SURE), 0, 1)[..., None]
    picture = np.asarray(other[0] + shown * (side[0] - other[0]), np.float32)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(to_bytes(small), cv2.COLOR_RGB2GRAY), np.uint8)


def _way(here: Frame, there: Frame, share: Array32) -> Array32:
    """Flow (h, w, 2) from one grey picture to another where `share` (h, w) says, and none elsewhere."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setPatchSize(PATCH)
    flow, back = (np.asarray(search.calc(*pair, None), np.float32) for pair in ((here, there), (there, here)))
    returned = cv2.remap(back, positions(flow), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    sure = np.asarray(share / (1 + (largest(np.abs(flow + returned)) / RETURNS) ** 4), np.float32)
    known = cv2.GaussianBlur(sure, (0, 0), SMOOTH)
    mean = cv2.GaussianBlur(np.asarray(flow * sure[..., None], np.float32), (0, 0), SMOOTH)
    smooth = mean / np.maximum(known, np.float32(1e-3))[..., None]
    return np.asarray(smooth * (share * np.minimum(1, 2 * known))[..., None], np.float32)


def _wider(hidden: Array32) -> Array32:
    """1 where something is hidden, falling to 0 in some pixels around, (h, w)."""
    return np.minimum(1, 2 * cv2.GaussianBlur(hidden, (0, 0), SMOOTH)).astype(np.float32)
