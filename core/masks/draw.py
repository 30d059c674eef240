"""Drawing masks: pure functions on label images, uint8 (H, W), that return a new image.

Points are picture coordinates (x, y): the pixel in row r and column c covers [c, c+1) x [r, r+1). `protect` keeps
the pixels of all other objects, or of those with the labels that it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.media.matte import Labels

Mask = npt.NDArray[np.bool_]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""x and y of the top left corner, x and y of the bottom right one."""
Protect = bool | Collection[int]

_SHIFT = 4  # OpenCV draws at 1/16 pixel
_FINE = 4
"""Polygons are filled this much finer, because OpenCV also fills the pixels that the outline touches."""


@dataclass(frozen=True)
class Stroke:
    """A round brush drawn along `points`; diameter in pixels."""

    points: tuple[Point, ...]
    diameter: float


def paint(labels: Labels, area: Mask, label: int, protect: Protect = ()) -> Labels:
    """Give the pixels of `area` (H, W) to an object, all but those that `protect` keeps."""
    return np.where(area & _free(labels, label, protect), np.uint8(label), labels)


def brush(labels: Labels, stroke: Stroke, label: int, protect: Protect = ()) -> Labels:
    """Paint a stroke of an object."""
    return paint(labels, stroke_area(labels.shape, stroke), label, protect)


def erase(labels: Labels, stroke: Stroke, label: int | None = None) -> Labels:
    """Take a stroke away from one object, or from all when `label` is None."""
    area = stroke_area(labels.shape, stroke)
    return np.where(area & (labels == label if label is not None else True), np.uint8(0), labels)


def polygon(labels: Labels, points: Sequence[Point], label: int, protect: Protect = ()) -> Labels:
    """Fill a polygon or lasso. Fewer than three points change nothing."""
    return paint(labels, polygon_area(labels.shape, points), label, protect)


def cut_out(labels: Labels, points: Sequence[Point], label: int) -> Labels:
    """Take a polygon or lasso away from one object; others stay."""
    return np.where(polygon_area(labels.shape, points) & (labels == label), np.uint8(0), labels)


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


def copied(labels: Labels, other: Labels, label: int, protect: Protect = ()) -> Labels:
    """Labels with an object as it is in `other`, in place of how it is; as it is where `other` does not show it."""
    area = other == label
    if not area.any():
        return labels
    return paint(np.where(labels == label, np.uint8(0), labels), area, label, protect)


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


def grow(labels: Labels, label: int, pixels: float, protect: Protect = True) -> Labels:
    """Grow an object by a distance, not over what `protect` keeps."""
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


def _free(labels: Labels, label: int, protect: Protect) -> Mask | np.bool_:
    if isinstance(protect, bool):
        return (labels == 0) | (labels == label) if protect else np.bool_(True)
    kept = [other for other in protect if other != label]
    return ~np.isin(labels, kept) if kept else np.bool_(True)


def _fixed_point(points: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """OpenCV counts from pixel centres, in 1/16 pixel; far points are clamped to what it can draw."""
    clamped = np.clip(np.asarray(points, np.float64).reshape(-1, 2), -30000, 30000)
    return np.asarray(np.rint((clamped - 0.5) * 2**_SHIFT), np.int32)
