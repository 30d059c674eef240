"""GrabCut (Rother, Kolmogorov, Blake 2004), what smart select was before it had a network: to compare with.

On a reduced crop around the box, its edge brought back to full size by the guided filter.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.masks.draw import Box, Mask, Stroke, stroke_area
from core.masks.edges import Image32, linear_model

_SELECT_SIDE = 288
"""Longest side of the picture that GrabCut sees."""


def grab_cut(
    frame: npt.NDArray[np.uint8], box: Box, add: Sequence[Stroke], subtract: Sequence[Stroke]
) -> Mask:
    """The object in a box of a uint8 (H, W, 3) frame by its colours and edges, bool (H, W)."""
    height, width = frame.shape[:2]
    inside = np.zeros((height, width), bool)
    left, top, right, bottom = (max(0, round(v)) for v in box)
    inside[top:bottom, left:right] = True
    crop = _crop(inside)
    sure = [_union((height, width), strokes)[crop] for strokes in (add, subtract)]
    seeds = np.where(inside[crop], cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    seeds[sure[0]] = cv2.GC_FGD
    seeds[sure[1]] = cv2.GC_BGD
    selected = np.zeros((height, width), bool)
    selected[crop] = _grab_cut(np.ascontiguousarray(frame[crop][..., :3]), seeds)
    return selected


def _union(shape: tuple[int, int], strokes: Sequence[Stroke]) -> Mask:
    area = np.zeros(shape, bool)
    for stroke in strokes:
        area |= stroke_area(shape, stroke)
    return area


def _crop(inside: Mask) -> tuple[slice, slice]:
    """The box with a margin that shows GrabCut what the background looks like."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    margin = 8 + int(0.1 * max(np.ptp(rows), np.ptp(columns)))  # far background says little about this one
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )


def _grab_cut(picture: npt.NDArray[np.uint8], seeds: npt.NDArray[np.uint8]) -> Mask:
    """GrabCut at a reduced size, then its edge at full size by the guided filter."""
    height, width = seeds.shape
    scale = min(1.0, _SELECT_SIDE / max(height, width))
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    classes = cv2.resize(seeds, size, interpolation=cv2.INTER_NEAREST)
    result = _cut(small, classes)
    soft = cv2.resize(result.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    if scale < 1:
        radius = max(2, round(2 / scale))
        guide = np.asarray(picture, np.float32) / np.float32(255)
        soft = _guided(guide, soft, radius, max(1, round(0.5 / scale)))
    selected = (soft > 0.5) & (seeds != cv2.GC_BGD)
    selected |= seeds == cv2.GC_FGD
    return np.asarray(selected, np.bool_)


def _guided(guide: Image32, mask: Image32, radius: int, reduce: int) -> Image32:
    """The mask with its edges where the guide has them, both float32 in [0, 1]; solved at 1 / `reduce` of the size."""
    height, width = mask.shape
    small = (max(1, width // reduce), max(1, height // reduce))
    picture = cv2.resize(guide, small, interpolation=cv2.INTER_AREA)
    target = cv2.resize(mask, small, interpolation=cv2.INTER_AREA)
    slope, offset = (
        cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR)
        for part in linear_model(picture, target, max(1, round(radius / reduce)))
    )
    return np.asarray(np.clip((guide * slope).sum(2) + offset, 0, 1), np.float32)


def _cut(small: npt.NDArray[np.uint8], classes: npt.NDArray[np.uint8]) -> Mask:
    """One GrabCut; a picture that is all object or all background needs none."""
    background = (classes == cv2.GC_BGD) | (classes == cv2.GC_PR_BGD)
    if background.all() or not background.any():
        return ~background
    cv2.setRNGSeed(0)  # its colour clusters start at random
    models = np.zeros((1, 65)), np.zeros((1, 65))
    labels, _, _ = cv2.grabCut(small, classes.copy(), None, *models, 4, cv2.GC_INIT_WITH_MASK)
    selected: Mask = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    return selected
