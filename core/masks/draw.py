"""Drawing masks: pure functions on label images, uint8 (H, W), that return a new image.

Points are picture coordinates (x, y): the pixel in row r and column c covers [c, c+1) x [r, r+1). `protect` keeps
the pixels of other objects.
Smart select is GrabCut (Rother, Kolmogorov, Blake 2004) on a reduced crop, its edge brought back to full size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.errors import EditError
from core.masks.edges import guided_filter
from core.media.matte import Labels

Mask = npt.NDArray[np.bool_]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x and y of the top left corner, x and y of the bottom right one."""

_SHIFT = 4  # OpenCV draws at 1/16 pixel
_FINE = 4
"""Polygons are filled this much finer, because OpenCV also fills the pixels that the outline touches."""
_SELECT_SIDE = 288
"""Longest side of the picture that GrabCut sees: keeps smart select well under a second."""


@dataclass(frozen=True)
class Stroke:
    """A round brush drawn along `points`; diameter in pixels."""

    points: tuple[Point, ...]
    diameter: float


def paint(labels: Labels, area: Mask, label: int, protect: bool = False) -> Labels:
    """Give the pixels of `area` (H, W) to an object; with `protect` only those of the background."""
    return np.where(area & _free(labels, label, protect), np.uint8(label), labels)


def brush(labels: Labels, stroke: Stroke, label: int, protect: bool = False) -> Labels:
    """Paint a stroke of an object."""
    return paint(labels, stroke_area(labels.shape, stroke), label, protect)


def erase(labels: Labels, stroke: Stroke, label: int | None = None) -> Labels:
    """Take a stroke away from one object, or from all when `label` is None."""
    area = stroke_area(labels.shape, stroke)
    return np.where(area & (labels == label if label is not None else True), np.uint8(0), labels)


def polygon(labels: Labels, points: Sequence[Point], label: int, protect: bool = False) -> Labels:
    """Fill a polygon or lasso; label 0 cuts it out. Fewer than three points change nothing."""
    return paint(labels, polygon_area(labels.shape, points), label, protect)


def stroke_area(shape: tuple[int, ...], stroke: Stroke) -> Mask:
    """The pixels (H, W) that a round brush covers."""
    area = np.zeros(shape[:2], np.uint8)
    path = _fixed_point(stroke.points)
    radius = max(0, round((stroke.diameter - 1) / 2 * 2**_SHIFT))
    for point in path[:1] if len(path) == 1 else path[[0, -1]] if len(path) else path:
        cv2.circle(area, [int(point[0]), int(point[1])], radius, 1, -1, cv2.LINE_8, _SHIFT)
    if len(path) > 1:
        cv2.polylines(area, [path], False, 1, max(1, round(stroke.diameter)), cv2.LINE_8, _SHIFT)
    return area.astype(bool)


def polygon_area(shape: tuple[int, ...], points: Sequence[Point]) -> Mask:
    """The pixels (H, W) inside a closed polygon (even-odd where it crosses itself)."""
    area = np.zeros(shape[:2], bool)
    if len(points) < 3:
        return area
    corners = np.asarray(points, np.float64)
    left, top = np.maximum(0, np.floor(corners.min(axis=0))).astype(int)
    right, bottom = np.minimum((shape[1], shape[0]), np.ceil(corners.max(axis=0))).astype(int)
    if left >= right or top >= bottom:
        return area
    fine = np.zeros(((bottom - top) * _FINE, (right - left) * _FINE), np.uint8)
    cv2.fillPoly(fine, [_fixed_point((corners - (left, top)) * _FINE)], 255, cv2.LINE_8, _SHIFT)
    covered = cv2.resize(fine, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    area[top:bottom, left:right] = covered >= 128
    return area


def fill_holes(labels: Labels, label: int) -> Labels:
    """Fill the background that an object encloses; other objects inside it stay."""
    outside = np.pad((labels != label).astype(np.uint8), 1, constant_values=1)
    _, regions = cv2.connectedComponents(outside, connectivity=4)
    enclosed = (outside[1:-1, 1:-1] > 0) & (regions[1:-1, 1:-1] != regions[0, 0])
    return np.where(enclosed & (labels == 0), np.uint8(label), labels)


def keep_largest(labels: Labels, label: int) -> Labels:
    """Drop all but the largest connected part of an object."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(
        (labels == label).astype(np.uint8), connectivity=8
    )
    if count <= 2:
        return labels.copy()
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.where((parts != 0) & (parts != largest), np.uint8(0), labels)


def grow(labels: Labels, label: int, pixels: float, protect: bool = True) -> Labels:
    """Grow an object by a distance; with `protect` only into the background."""
    if not np.any(labels == label):
        return labels.copy()
    distance = cv2.distanceTransform((labels != label).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return paint(labels, distance <= pixels, label, protect)


def shrink(labels: Labels, label: int, pixels: float) -> Labels:
    """Take the rim of an object away; the frame's edge is no rim."""
    inside = np.pad((labels == label).astype(np.uint8), 1, mode="edge")
    if inside.all():
        return labels.copy()
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    return np.where((labels == label) & (distance <= pixels), np.uint8(0), labels)


def smart_select(
    frame: npt.NDArray[np.uint8],
    box: Box | None,
    add: Sequence[Stroke] = (),
    subtract: Sequence[Stroke] = (),
    start: Mask | None = None,
) -> Mask:
    """The object in a box, or under strokes, by its colours and edges; the same question gives the same answer.

    Args:
        frame: uint8 (H, W, 3 or 4) RGB.
        box: around the object; everything outside of it is background. None: the surroundings of strokes and start.
        add, subtract: strokes that are surely object, surely background.
        start: bool (H, W), a first guess such as the mask so far.

    Returns:
        bool (H, W).

    Raises:
        EditError: when there is neither a box in the frame nor a stroke of the object.
    """
    height, width = frame.shape[:2]
    inside = _box_area((height, width), box, add, start)
    if not inside.any():
        raise EditError("nothing to select here", "Draw a box around the object or a stroke on it")
    crop = _crop(inside)
    sure = [_union((height, width), strokes)[crop] for strokes in (add, subtract)]
    seeds = _seeds(inside[crop], sure[0], sure[1], None if start is None else start[crop], box is not None)
    selected = np.zeros((height, width), bool)
    selected[crop] = _grab_cut(np.ascontiguousarray(frame[crop][..., :3]), seeds)
    return selected


def _free(labels: Labels, label: int, protect: bool) -> Mask | np.bool_:
    return (labels == 0) | (labels == label) if protect else np.bool_(True)


def _fixed_point(points: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """OpenCV counts from pixel centres, in 1/16 pixel; far points are clamped to what it can draw."""
    clamped = np.clip(np.asarray(points, np.float64).reshape(-1, 2), -30000, 30000)
    return np.asarray(np.rint((clamped - 0.5) * 2**_SHIFT), np.int32)


def _union(shape: tuple[int, int], strokes: Sequence[Stroke]) -> Mask:
    area = np.zeros(shape, bool)
    for stroke in strokes:
        area |= stroke_area(shape, stroke)
    return area


def _box_area(shape: tuple[int, int], box: Box | None, add: Sequence[Stroke], start: Mask | None) -> Mask:
    """Where the object may be: the box, else a generous surrounding of strokes and first guess."""
    area = np.zeros(shape, bool)
    if box is not None:
        (left, right), (top, bottom) = sorted((box[0], box[2])), sorted((box[1], box[3]))
        area[max(0, round(top)) : max(0, round(bottom)), max(0, round(left)) : max(0, round(right))] = True
        return area
    marked = _union(shape, add) if start is None else _union(shape, add) | start
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if rows.size:
        margin = max(24, int(max(np.ptp(rows), np.ptp(columns)) * 2))
        area[
            max(0, rows[0] - margin) : rows[-1] + margin, max(0, columns[0] - margin) : columns[-1] + margin
        ] = True
    return area


def _crop(inside: Mask) -> tuple[slice, slice]:
    """The box with a margin that shows GrabCut what the background looks like."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    margin = 8 + int(0.1 * max(np.ptp(rows), np.ptp(columns)))  # far background says little about this one
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )


def _seeds(inside: Mask, sure: Mask, never: Mask, start: Mask | None, boxed: bool) -> npt.NDArray[np.uint8]:
    """GrabCut's four classes; without a box or a first guess only strokes are object to begin with."""
    guess = start if start is not None else inside if boxed else sure
    seeds = np.where(guess, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[~inside] = cv2.GC_BGD
    seeds[sure] = cv2.GC_FGD
    seeds[never] = cv2.GC_BGD
    return seeds


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
        soft = guided_filter(guide, soft, radius, 1e-4, max(1, round(0.5 / scale)))
    selected = (soft > 0.5) & (seeds != cv2.GC_BGD)
    selected |= seeds == cv2.GC_FGD
    return np.asarray(selected, np.bool_)


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
