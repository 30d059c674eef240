"""The first map of a frame from its neighbour's: an object that turns keeps its size, frame after frame."""

from __future__ import annotations

import math

import numpy as np

from core.arrays import Array32
from core.atlas.align import by_flow, still, whole_motion, without_rim
from core.atlas.footage import Box, View
from core.atlas.page import FLOW_SMOOTH
from core.motion.control_grid import pixels

SIDE, STEP, RADIUS = 64, 8, 18.0
MIDDLE = np.array([32.0, 32.0])


def turned(points: np.ndarray, degrees: float) -> np.ndarray:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (points - MIDDLE) @ np.array([[cos, sin], [-sin, cos]]) + MIDDLE


class TurningDisc:
    """Flow of a disc that turns by so many degrees from each frame to the one before."""

    def __init__(self, degrees: float) -> None:
        self.degrees = degrees
        here = pixels(0, 0, SIDE, SIDE)
        self.mask = np.asarray(np.linalg.norm(here - MIDDLE, axis=-1) < RADIUS, np.float32)

    def flow(self, label: int, a: int, b: int, box: Box) -> tuple[Array32, Array32]:
        here = pixels(*box)
        return np.asarray(turned(here, self.degrees) - here, np.float32), self.mask.copy()


def test_a_turning_object_does_not_shrink() -> None:
    views = TurningDisc(7.0)
    view = View(0, 0, np.zeros((SIDE, SIDE, 3), np.float32), views.mask)
    grid = still((0, 0, SIDE, SIDE), STEP)
    for n in range(1, 31):
        grid = by_flow(views, 1, n, n - 1, grid, view, FLOW_SMOOTH)  # type: ignore[arg-type]
    ring = MIDDLE + 14 * np.stack([np.cos(np.arange(12)), np.sin(np.arange(12))], -1)
    there = ring + grid.at_points(ring.astype(np.float32))
    assert np.abs(there - turned(ring, 210)).max() < 0.6
    assert abs(np.linalg.norm(there - MIDDLE, axis=-1).mean() / 14 - 1) < 0.02


def test_the_motion_as_a_whole_does_not_follow_a_limb() -> None:
    here = pixels(0, 0, 40, 40)
    there = np.asarray(turned(here, 10.0) + np.array([3, -2]), np.float32)
    there[:12, :12] += (9, 5)
    corner = np.array([[0.0, 0.0], [39.0, 39.0]], np.float32)
    found = whole_motion(here, there, np.ones((40, 40), np.float32), corner)
    assert np.abs(found - (turned(corner, 10.0) + np.array([3, -2]))).max() < 0.4


def test_where_little_is_trusted_the_motion_is_a_shift_or_none() -> None:
    here, rng = pixels(0, 0, 40, 40), np.random.default_rng(3)
    there = np.asarray(here + np.array([2, 1]) + rng.normal(0, 0.8, here.shape), np.float32)
    trust, far = np.zeros((40, 40), np.float32), np.array([[200.0, 0.0]], np.float32)
    assert np.array_equal(whole_motion(here, there, trust, far), far)
    trust[10:13, 10:13] = 1
    assert np.abs(whole_motion(here, there, trust, far) - far - np.array([2, 1])).max() < 60


def test_the_edge_does_not_count_and_thin_things_keep_their_middle() -> None:
    mask = np.zeros((60, 80), np.float32)
    mask[10:50, 10:50], mask[10:50, 70:74] = 1, 1
    without = without_rim(mask, 6.0)
    assert not without[:, 70:].any() and without[20:40, 20:40].all() and not without[10:15, 10:50].any()
    thin = without_rim(mask[:, 60:], 6.0)
    assert thin[20:40].any() and thin.sum() < 0.8 * mask[:, 60:].sum()
