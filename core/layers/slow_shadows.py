"""Shadows that move so slowly over the ground that neighbouring frames have them as well.

The canvas knows the ground under them, where it fits all around; it is believed where a frame is the canvas with less
light, in a way that goes with an object and lasts.

Masks and evidence uint8 (N, h, w), half size; colours float32 in [0, 1].
"""

from __future__ import annotations

from collections.abc import Generator

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.channels import largest, mean
from core.layers.effects import evidence, link
from core.layers.footage import Footage
from core.layers.neighbours import AGREE, frame_of, shading
from core.layers.paged import Stack
from core.layers.plane import Plane, beside
from core.layers.tracks import Tracks, halved

MOST_LIGHT = 0.9
"""Part of the light that a shadow leaves, at the most."""
MOST_UNLIKE = 0.5
"""Part of a difference that may be something else than less light."""
RING = (0.03, 0.08)
"""In heights of the frame: from and to which distance around a shadow the canvas is judged."""
MOST_MISFIT = 0.4
"""How wrong the canvas may be there, as a part of how much the shadow darkens."""
LASTS = 2
"""Frames on either side that are asked whether a slow shadow lasts."""
SMEARED = 2.0
"""How wrong the canvas may be where the background is no plane, as a multiple of its noise."""


def known_by_canvas(
    footage: Footage, plane: Plane, halves: Stack, tracks: Tracks
) -> Generator[float, None, Stack]:
    """Where frames are the canvas with less light, in a way that goes with an object; 0 or 1, (N, h, w), half size.
    Yields how much is done."""
    surely = halves.like()
    for n in range(footage.count):
        frame, canvas = frame_of(footage, n), plane.render(n)
        sigma = np.float32(SMEARED) * plane.noise(n)
        surely[n] = evidence(frame, canvas, sigma) * darker(frame, canvas)
        yield 0.7 * (n + 1) / footage.count
    slow = link(surely, halves, tracks)
    for n in range(footage.count):
        slow[n] = _fitting(footage, plane, n, slow[n] > 0)
        yield 0.7 + 0.3 * (n + 1) / footage.count
    for n in np.flatnonzero(~_lasting(slow)).tolist():
        slow[n].fill(0)
    return slow


def _fitting(footage: Footage, plane: Plane, n: int, slow: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The regions around which the canvas is what the frame shows; it is no use where it is smeared. bool (h, w)."""
    kept = np.zeros(slow.shape, bool)
    if not slow.any():
        return kept
    off = mean(np.abs(frame_of(footage, n) - plane.render(n)))
    off = cv2.resize(off, slow.shape[::-1], interpolation=cv2.INTER_AREA)
    bare = halved((beside(footage.labels(n)) > 0).astype(np.uint8)) > 0
    count, regions = cv2.connectedComponents(slow.astype(np.uint8), connectivity=8)
    inner, outer = (np.ones((2 * round(part * len(slow)) + 1,) * 2, np.uint8) for part in RING)
    for region in range(1, count):
        here = (regions == region).astype(np.uint8)
        ring = (cv2.dilate(here, outer) > 0) & (cv2.dilate(here, inner) == 0) & bare & ~slow
        if ring.any() and np.percentile(off[ring], 75) < MOST_MISFIT * off[here > 0].mean():
            kept |= here > 0
    return kept


def _lasting(slow: Stack) -> npt.NDArray[np.bool_]:
    """Frames in which, as in most of those around them, there is something, bool (N,): a shadow does not flicker."""
    some = np.array([each.any() for each in slow]).astype(int)
    around = np.pad(some, LASTS, mode="edge")
    return np.convolve(around, np.ones(2 * LASTS + 1, int), "valid") > LASTS


def darker(frame: Array32, clean: Array32) -> npt.NDArray[np.bool_]:
    """Where a frame is the same picture with less light, bool (h, w) in half size; a misplaced edge is not."""
    shade, off = shading(frame, clean, AGREE)
    plain = largest(np.abs(cv2.blur(frame - clean, (5, 5))))
    same = ((shade < MOST_LIGHT) & (off < MOST_UNLIKE * plain)).astype(np.uint8)
    half = (frame.shape[1] + 1) // 2, (frame.shape[0] + 1) // 2
    whole = cv2.medianBlur(cv2.resize(same, half, interpolation=cv2.INTER_NEAREST), 7)
    return np.asarray(cv2.dilate(whole, np.ones((7, 7), np.uint8)) > 0)
