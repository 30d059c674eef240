"""A picture between two frames along their motion, without a network: forward splatting of optical flow.

Dense inverse search (Kroeger et al. 2016) gives the flow both ways. Each pixel of both frames is thrown to where it
stands at time t, carrying its motion (bilinear, the more surely matched weighing more, as in softmax splatting,
Niklaus and Liu 2020); what nothing reaches is filled from around it; a median takes out what does not fit. All this
at half size. Then both frames are fetched along the motion at full size and averaged.

With the flows to the frames before and after, the paths are parabolas instead of lines (Xu et al. 2019): what brakes
or turns stands where it should.

Times: t is 0 at the first frame, 1 at the second; below 0 and above 1 is extrapolation. Fields are float32 (h, w, 2) in
pixels of their own size, x first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion.alpha import premultiplied, straight
from core.motion.flow import SMALLEST, positions
from core.motion.ghosts import decided

Picture = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Numbers = TypeVar("Numbers", bound=npt.NDArray[Any])

PHOTOMETRIC = 8.0
"""Grey levels of difference that lower the weight of a match e-fold."""
ROUND_TRIP = 2.0
"""Pixels that a match misses its start by, there and back, that lower its weight e-fold."""
FARTHEST = 8.0
"""Pixels up to which such a miss counts."""
COVERED = 0.3
"""How sure of its match something is, in the mean around it, below which it is taken to be covered."""
IN_FRONT = 5.0
"""How many times as much counts what covers it."""
FASTER = 6.0
"""Half-size pixels by which that moves otherwise than what it covers, from which on it begins to count more."""
LEAST_LONGER_SIDE = 12
"""The flow's search refuses pictures both of whose sides are shorter."""
_LEAST = 1e-6
_KNOWN = 0.05
"""Of mass; where less was thrown, the surroundings have a say."""


@dataclass(frozen=True, eq=False)
class Motion:
    """The motion between two frames at half size.

    forward, backward: flow from the first to the second and back, (h, w, 2).
    sure0, sure1: (h, w) in (0, 1], how well each pixel of the frame was matched.
    """

    forward: Array32
    backward: Array32
    sure0: Array32
    sure1: Array32


@dataclass(frozen=True, eq=False)
class Fields:
    """Where the picture at time t comes from, at half size.

    to0, to1: (h, w, 2) flow from it to the first and the second frame.
    mass: (h, w) how much was thrown there; 0 where the motion is only a guess.
    """

    to0: Array32
    to1: Array32
    mass: Array32


def grey(picture: Picture) -> Picture:
    """uint8 (H, W) of an RGB picture, or of an RGBA one (straight alpha) before middle grey."""
    luma = cv2.cvtColor(np.ascontiguousarray(picture[..., :3]), cv2.COLOR_RGB2GRAY)
    if picture.shape[2] == 4:
        alpha = picture[..., 3].astype(np.float32) / 255
        luma = (luma * alpha + 128 * (1 - alpha) + 0.5).astype(np.uint8)
    return np.asarray(luma, np.uint8)


def half(length: int) -> int:
    """The length at half size, rounded up."""
    return (length + 1) // 2


def flow_at_half(a: Picture, b: Picture) -> Array32:
    """Flow from a to b, grey (H, W), at half size: (h, w, 2) in half-size pixels; zero for tiny pictures."""
    return flow_of(*_smaller(a, b))


def _smaller(a: Picture, b: Picture) -> tuple[Picture, Picture]:
    size = half(a.shape[1]), half(a.shape[0])
    small_a, small_b = (cv2.resize(x, size, interpolation=cv2.INTER_AREA) for x in (a, b))
    return small_a, small_b


def _flow(a: Picture, b: Picture, search: cv2.DISOpticalFlow) -> Array32:
    if min(a.shape) < SMALLEST // 2 or max(a.shape) < LEAST_LONGER_SIDE:
        return np.zeros((*a.shape, 2), np.float32)
    return np.asarray(search.calc(a, b, None), np.float32)


def _search(fast: bool) -> cv2.DISOpticalFlow:
    """For pictures at half size: nearly as exact as the medium preset is, with wider steps and less smoothing."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    search.setFinestScale(1 if fast else 0)
    if not fast:
        search.setGradientDescentIterations(25)
        search.setVariationalRefinementIterations(2)
    return search


def motion_between(a: Picture, b: Picture, fast: bool = False) -> Motion:
    """The motion between two grey pictures (H, W) of the same size; fast is coarser and takes half of the time."""
    small_a, small_b = _smaller(a, b)
    search = _search(fast)
    forward, backward = _flow(small_a, small_b, search), _flow(small_b, small_a, search)
    return matched(small_a, small_b, forward, backward)


def flow_of(a: Picture, b: Picture) -> Array32:
    """Flow from a to b, grey (h, w), at their own size, which is half of the frames'."""
    return _flow(a, b, _search(fast=False))


def matched(a: Picture, b: Picture, forward: Array32, backward: Array32) -> Motion:
    """Flow between two pictures at half size, grey (h, w), as a motion: with how well its ends match."""
    return Motion(forward, backward, _sureness(a, b, forward, backward), _sureness(b, a, backward, forward))


def _sureness(a: Picture, b: Picture, forward: Array32, backward: Array32) -> Array32:
    where = positions(forward)
    there = cv2.remap(b, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    back = cv2.remap(backward, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    off = forward + back
    trip = np.minimum(cv2.magnitude(off[..., 0], off[..., 1]), FARTHEST)
    return np.exp(cv2.absdiff(a, there) * np.float32(-1 / PHOTOMETRIC) - trip * np.float32(1 / ROUND_TRIP))


def fields_at(
    motion: Motion, t: float, before: Array32 | None = None, after: Array32 | None = None
) -> Fields:
    """The fields of the picture at time t.

    Args:
        before, after: flow (h, w, 2) at half size from the first frame to the one before it, and from the second to the
        one after; None leaves the paths straight.
    """
    gone0 = _path(motion.forward, before, t)
    gone1 = _path(motion.backward, after, 1 - t)
    weight0 = motion.sure0 * _front(motion.forward, motion.sure0)
    weight1 = motion.sure1 * _front(motion.backward, motion.sure1)
    thrown = _thrown(gone0, np.dstack([-gone0, motion.forward - gone0]), weight0)
    thrown += _thrown(gone1, np.dstack([motion.backward - gone1, -gone1]), weight1)
    mass = np.ascontiguousarray(thrown[..., 4])
    filled = fill(thrown[..., :4], mass)
    smooth = [cv2.medianBlur(plane, 5) for plane in cv2.split(filled)]
    return Fields(cv2.merge(smooth[:2]), cv2.merge(smooth[2:]), mass)


def _front(flow: Array32, sure: Array32) -> Array32:
    """How much more each pixel of a frame counts beside others that are thrown to the same place, (h, w).

    What goes where the frame has something that is not to be found again covers that: so it lies in front, also of what
    is seen before and after it has passed.
    """
    lost = np.clip((COVERED - cv2.blur(sure, (5, 5))) / np.float32(COVERED), 0, 1)
    where = positions(flow)
    there, moves = (
        cv2.remap(plane, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for plane in (lost, flow)
    )
    off = flow - moves
    passes = np.clip(cv2.magnitude(off[..., 0], off[..., 1]) / np.float32(FASTER) - 1, 0, 1)
    return 1 + np.float32(IN_FRONT) * there * passes


def _path(flow: Array32, other: Array32 | None, t: float) -> Array32:
    """How far pixels have gone by time t on their way along `flow`; `other` leads to where they were at time -1."""
    straight = flow * np.float32(t)
    return straight if other is None else straight + (flow + other) * np.float32(t * (t - 1) / 2)


def _thrown(gone: Array32, values: Array32, weight: Array32) -> Array32:
    """Each pixel's values thrown by `gone`: weighted sums (h, w, K), and the summed weight as one channel more."""
    height, width = weight.shape
    wide = width + 2
    x, y = cv2.split(positions(gone))
    left, top = np.floor(x), np.floor(y)
    inside = (left >= -1) & (left < width) & (top >= -1) & (top < height)
    corner = np.where(inside, (top + 1) * wide + left + 1, 0).astype(np.int64).ravel()
    counted = np.where(inside, weight, 0)
    lower = counted * (y - top)
    shares = [part for row in (counted - lower, lower) for part in _split(row, x - left)]
    places = [corner + step for step in (0, 1, wide, wide + 1)]
    planes = []
    for carried in (*cv2.split(values), None):
        total = np.zeros((height + 2) * wide)
        for place, share in zip(places, shares, strict=True):
            total += np.bincount(place, (share if carried is None else share * carried).ravel(), len(total))
        planes.append(total.reshape(height + 2, wide)[1:-1, 1:-1].astype(np.float32))
    return np.asarray(cv2.merge(planes), np.float32)


def _split(weight: Array32, part: Array32) -> tuple[Array32, Array32]:
    """What stays and the part that goes on."""
    right = weight * part
    return weight - right, right


def fill(sums: Array32, mass: Array32) -> Array32:
    """Weighted sums (h, w, K) by their mass (h, w) as values; where nothing came, from coarser and coarser means."""
    if min(mass.shape) <= 2:
        mean = sums.reshape(-1, sums.shape[2]).sum(0) / max(float(mass.sum()), _LEAST)
        coarse = np.broadcast_to(mean, sums.shape)
    else:
        size = half(mass.shape[1]), half(mass.shape[0])
        fewer = cv2.resize(mass, size, interpolation=cv2.INTER_AREA)
        less = cv2.resize(sums, size, interpolation=cv2.INTER_AREA)
        scale = 1 / np.maximum(fewer, 1.0)
        coarse = fill(less * scale[..., None], fewer * scale)
        coarse = cv2.resize(coarse, mass.shape[::-1], interpolation=cv2.INTER_LINEAR)
    known = np.minimum(mass / _KNOWN, 1)[..., None]
    own = sums / np.maximum(mass, _LEAST)[..., None]
    return np.asarray(own * known + coarse * (1 - known), np.float32)


def full_size(fields: Fields, size: tuple[int, int]) -> tuple[Array32, Array32]:
    """to0 and to1 at `size` (width, height) of the frames, float32 (height, width, 2) in its pixels."""
    to0, to1 = (
        cv2.resize(f * np.float32(2), size, interpolation=cv2.INTER_LINEAR) for f in (fields.to0, fields.to1)
    )
    return to0, to1


def render(a: Picture, b: Picture, to0: Array32, to1: Array32, t: float) -> Picture:
    """The picture at time t of frames a and b, uint8 (H, W) or (H, W, C), along full-size fields."""
    seen0, gone0 = fetch(a, to0)
    seen1, gone1 = fetch(b, to1)
    return blend(seen0, seen1, share_of((seen0, gone0), (seen1, gone1), t))


def share_of(first: tuple[Picture, Mask], second: tuple[Picture, Mask], t: float) -> Array32:
    """How much the second of two frames counts, (H, W), which are seen along the motion and left as `fetch` says."""
    colours = [cv2.merge([x] * 3) if x.ndim == 2 else over_black(x) for x in (first[0], second[0])]
    return decided(second_share(first[1], second[1], t), colours[0], colours[1], t)


def over_black(picture: Picture) -> Picture:
    """uint8 (H, W, 3) of an RGB picture, or of an RGBA one (straight alpha)."""
    return picture if picture.shape[2] == 3 else premultiplied(picture)[..., :3].astype(np.uint8)


def second_share(gone0: Mask, gone1: Mask, t: float) -> Array32:
    """How much the second frame counts, (H, W): by time, but not where only one frame's sample lies outside it."""
    share = np.full(gone0.shape, min(max(t, 0.0), 1.0), np.float32)
    share[gone0 & ~gone1] = 1
    share[gone1 & ~gone0] = 0
    return share


def blend(a: Picture, b: Picture, share: Array32) -> Picture:
    """a (1 - share) + b share, uint8 as a and b, (H, W[, C]); share float32 (H, W). Of straight alpha (4 channels) the
    colours count by their alpha."""
    if a.ndim == 3 and a.shape[2] == 4:
        first, second = premultiplied(a) * (1 - share)[..., None], premultiplied(b) * share[..., None]
        return straight(first + second)
    return np.asarray(cv2.blendLinear(a, b, 1 - share, share), np.uint8)


def fetch(picture: Picture, flow: Array32) -> tuple[Picture, Mask]:
    """The picture, (H, W[, 3|4]), seen along a flow (H, W, 2), and where that leaves it, bool (H, W)."""
    where = positions(flow)
    if picture.ndim == 3 and picture.shape[2] == 4:
        seen = straight(_remapped(premultiplied(picture), where))
    else:
        seen = _remapped(picture, where)
    height, width = flow.shape[:2]
    x, y = where[..., 0], where[..., 1]
    return seen, (x < -0.5) | (x > width - 0.5) | (y < -0.5) | (y > height - 0.5)


def _remapped(picture: Numbers, where: Array32) -> Numbers:
    seen: Numbers = cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return seen
