"""Motion that the search for flow loses: of what goes farther than it is large.

The search (core.motion.splat) goes from coarse to fine. A hand or an arm is not to be seen any more in the coarse
pictures in which its way would have to be found, so it is taken to move as its background does, or not at all, and a
picture between shows it twice, half of it each. So where frames do not match along the flow, every way is tried in
small pictures (full search, by colour). A way counts where the other frame leads back and where it matches clearly
better; flow is searched once more along it. Where nothing is in doubt, flow is as it was.

Pictures are uint8 (H, W, 3), flow is float32 (H, W, 2) of the same size, x first.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion import splat
from core.motion.flow import positions
from core.motion.splat import Mask, Motion, Picture

LINES = 120
"""About how many the pictures have in which every way is tried."""
REACH = 24
"""Small pixels: how far ways go."""
EVERY = 6
"""Small pixels up to where each of them is tried; beyond it every second one."""
WINDOW = 7
"""Pixels around a place, small ones and those of the flow, that must match."""
CLOSE = 3
"""The same right around a place, of what is thinner than a window."""
MATCHES = 30.0
"""Levels, of the three colours together, up to which what is close matches, whatever the window says."""
CLIPPED = 150.0
"""Such levels: errors above it count as this; a window may have background in it."""
STAYS = 0.1
"""Such levels that a way costs for each pixel of its length: of equal matches the shorter one."""
CLEARLY = 9.0
"""Such levels by which a way must match better than the flow."""
RETURNS = 2.0
"""Small pixels: how near to its beginning the other frame must lead back."""
LOST = 60.0
"""Such levels from which on a place is lost."""
PIECE = 5
"""Small pixels that a piece in doubt is wide at least."""
LEAST = 0.001
"""The part of the picture that must be in doubt for ways to be tried."""
JOIN = 2.0
"""Small pixels: the blur by which ways that count are led on beside them."""


def with_large_displacements(motion: Motion, first: Picture, second: Picture) -> Motion:
    """The motion between two frames of full size, with what goes farther than it is large.

    Args:
        motion: as found from coarse to fine, at half size.
    """
    by = max(1, round(len(motion.forward) / LINES))
    half, size = motion.forward.shape[1::-1], tuple(length // by for length in motion.forward.shape[1::-1])
    if min(size) <= 2 * WINDOW:
        return motion
    a, b = (cv2.resize(each, half, interpolation=cv2.INTER_AREA) for each in (first, second))
    small = (
        cv2.resize(a, size, interpolation=cv2.INTER_AREA),
        cv2.resize(b, size, interpolation=cv2.INTER_AREA),
    )
    flows = _sized(motion.forward, small[0]), _sized(motion.backward, small[0])
    doubts = _doubts(small, flows)
    if max(doubt.mean() for doubt in doubts) < LEAST:
        return motion
    there, back = _ways(*small, _around(doubts[0] | doubts[1]))
    forward = _improved((a, b), small, (there, back), motion.forward, doubts[0])
    backward = _improved((b, a), small[::-1], (back, there), motion.backward, doubts[1])
    return splat.matched(splat.grey(a), splat.grey(b), forward, backward)


def _doubts(pictures: tuple[Picture, ...], flows: tuple[Array32, Array32]) -> tuple[Mask, Mask]:
    """Where each of two pictures is not to be found in the other, and what is there instead has no match either.

    What is covered by something that is matched well is lost as well, but not in doubt. Thin edges are left out.
    """
    lost = [(_error(pictures[n], _along(pictures[1 - n], flows[n])) > LOST).astype(np.uint8) for n in (0, 1)]
    piece = np.ones((PIECE, PIECE), np.uint8)
    both = [lost[n] & _along(lost[1 - n], flows[n]) for n in (0, 1)]
    first, second = (cv2.morphologyEx(each, cv2.MORPH_OPEN, piece) > 0 for each in both)
    return first, second


def _around(doubt: Mask) -> tuple[slice, slice]:
    """The part of a picture in which ways are looked for."""
    x, y, wide, tall = cv2.boundingRect(doubt.astype(np.uint8))
    more, (rows, columns) = REACH + WINDOW, doubt.shape
    return slice(max(0, y - more), min(rows, y + tall + more)), slice(
        max(0, x - more), min(columns, x + wide + more)
    )


@lru_cache(maxsize=1)
def _tried() -> npt.NDArray[np.int16]:
    """All ways that are tried, (N, 2), x first."""
    every = np.arange(-REACH, REACH + 1, dtype=np.int16)
    ways = np.stack(np.meshgrid(every, every), -1).reshape(-1, 2)
    near, even = np.abs(ways).max(1) <= EVERY, (ways % 2 == 0).all(1)
    return ways[near | even]


def _ways(a: Picture, b: Picture, part: tuple[slice, slice]) -> tuple[Array32, Array32]:
    """For each pixel of two pictures the way that matches best, there and back; 0 outside of `part`."""
    found = np.zeros((2, *a.shape[:2], 2), np.float32)
    a, b = a[part], b[part]
    rows, columns = a.shape[:2]
    padded = cv2.copyMakeBorder(b, *(REACH,) * 4, cv2.BORDER_REPLICATE)
    cost0, best0 = np.full(a.shape[:2], np.inf, np.float32), np.zeros(a.shape[:2], np.int32)
    cost1, best1 = np.full(padded.shape[:2], np.inf, np.float32), np.zeros(padded.shape[:2], np.int32)
    for number, (x, y) in enumerate(_tried()):
        there = np.s_[REACH + y : REACH + y + rows, REACH + x : REACH + x + columns]
        cost = _error(a, padded[there]) + np.float32(STAYS * np.hypot(x, y))
        for least, best in ((cost0, best0), (cost1[there], best1[there])):  # seen from either frame
            better = cost < least
            np.copyto(least, cost, where=better)
            np.copyto(best, number, where=better)
    ways, inner = _tried().astype(np.float32), np.s_[REACH : REACH + rows, REACH : REACH + columns]
    found[0][part], found[1][part] = _even(ways[best0]), _even(-ways[best1[inner]])
    return found[0], found[1]


def _even(flow: Array32) -> Array32:
    return np.dstack([cv2.medianBlur(plane, 5) for plane in cv2.split(flow)])


def _error(a: Picture, b: Picture, window: int = WINDOW) -> Array32:
    """How much two pictures differ around each pixel, levels of all colours, (H, W)."""
    red, green, blue = cv2.split(cv2.absdiff(a, b))
    off = cv2.min(cv2.add(cv2.add(red, green), blue), CLIPPED)  # what is larger than a byte is clipped anyway
    return np.asarray(cv2.boxFilter(off, cv2.CV_32F, (window, window)), np.float32)


def _along(picture: Picture, flow: Array32) -> Picture:
    return np.asarray(
        cv2.remap(picture, positions(flow), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _improved(
    frames: tuple[Picture, Picture],
    small: tuple[Picture, ...],
    ways: tuple[Array32, Array32],
    flow: Array32,
    doubt: Mask,
) -> Array32:
    """The flow from the first of two frames to the second, along the ways there and back where it is in doubt and they
    match better."""
    a, b = frames
    known = _sized(flow, small[0])
    around = cv2.dilate(doubt.astype(np.uint8), np.ones((2 * WINDOW + 1,) * 2, np.uint8))
    believed = _believed(small, ways, known) & around
    if not believed.any():
        return flow
    near = cv2.dilate(believed, np.ones((5, 5), np.uint8))
    near = cv2.resize(near, flow.shape[1::-1], interpolation=cv2.INTER_NEAREST)[..., None] > 0
    guess = _better(a, b, flow, np.where(near, _sized(_spread(ways[0], believed), a), flow))
    rest = splat.flow_of(splat.grey(a), splat.grey(_along(b, guess)))
    further = rest + cv2.remap(
        guess, positions(rest), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return _better(a, b, flow, _better(a, b, guess, further))


def _believed(small: tuple[Picture, ...], ways: tuple[Array32, Array32], flow: Array32) -> Picture:
    """1 where a way counts, uint8 (h, w)."""
    there, back = ways
    off = there + cv2.remap(back, positions(there), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    returns = cv2.magnitude(off[..., 0], off[..., 1]) <= RETURNS
    a, b = small
    gained = _error(a, _along(b, flow)) - _error(a, _along(b, there)) > CLEARLY
    return np.asarray(
        cv2.morphologyEx((returns & gained).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)),
        np.uint8,
    )


def _sized(flow: Array32, picture: Picture) -> Array32:
    """The flow at the size of a picture, in its pixels."""
    rows, columns = picture.shape[:2]
    how = cv2.INTER_AREA if rows < len(flow) else cv2.INTER_LINEAR
    scale = np.array((columns / flow.shape[1], rows / len(flow)), np.float32)
    return np.asarray(cv2.resize(flow, (columns, rows), interpolation=how) * scale, np.float32)


def _spread(ways: Array32, believed: Picture) -> Array32:
    """Ways that count, led on to the pixels beside them."""
    share = believed[..., None].astype(np.float32)
    sums, weight = (cv2.GaussianBlur(each, (0, 0), JOIN) for each in (ways * share, share))
    led = sums / np.maximum(weight, np.float32(1e-3))[..., None]
    return np.where(share > 0, ways, led).astype(np.float32)


def _better(a: Picture, b: Picture, flow: Array32, other: Array32) -> Array32:
    """Of two flows from a to b the one that matches better, place by place; what matches well already stays."""
    seen, instead = _along(b, flow), _along(b, other)
    close = _error(a, seen, CLOSE)
    wins = (_error(a, instead) < _error(a, seen)) & (_error(a, instead, CLOSE) < close)
    wide = cv2.GaussianBlur(wins.astype(np.float32), (0, 0), 1.5) > 0.5
    return np.where((wide & (close > MATCHES))[..., None], other, flow).astype(np.float32)
