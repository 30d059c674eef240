"""What goes farther than it is large: its way is found where the search from coarse to fine loses it."""

from __future__ import annotations

import cv2
import numpy as np

from core.arrays import Array32
from core.motion.between import Betweens
from core.motion.large_displacement import with_large_displacements
from core.motion.splat import Picture, grey, motion_between

HAND, SIZE = 24, (426, 240)


def textured(rng: np.random.Generator, size: tuple[int, int], low: int, high: int) -> Picture:
    coarse = rng.uniform(low, high, (size[1] // 6 + 1, size[0] // 6 + 1, 3)).astype(np.float32)
    return cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)


def scene(x: int, *, pan: int = 0, gone: int = 0, bright: bool = True) -> Picture:
    """A small hand, corner at x, 100, before a wall that a camera pans over; bright, or as dark as the wall."""
    rng = np.random.default_rng(2)
    wall = textured(rng, (SIZE[0] + 40, SIZE[1]), 0, 190)
    hand = textured(rng, (HAND, HAND), *((170, 250) if bright else (0, 190)))
    picture = wall[:, pan : pan + SIZE[0]].copy()
    picture[100 + gone : 100 + gone + HAND, x : x + HAND] = hand
    return picture


def off(made: Picture, x: int) -> float:
    """Mean error where the hand is at x, grey levels."""
    part = np.s_[100 : 100 + HAND, x : x + HAND]
    return float(cv2.absdiff(made[part], scene(x)[part]).mean())


def test_a_hand_that_goes_farther_than_its_width_is_seen_half_way() -> None:
    """Else what is behind it, which both frames show, is there as well."""
    frames = [scene(130), scene(174)]
    assert off(Betweens(frames.__getitem__, 2).picture(0, 0.5), 152) < 0.3 * off(scene(400), 152)


def test_its_way_is_found_both_ways_where_the_search_loses_it() -> None:
    first, second = scene(130, bright=False), scene(170, pan=8, gone=12, bright=False)
    before = motion_between(grey(first), grey(second))
    assert np.abs(2 * _inside(before.forward, 130, 100) - (40, 12)).max() > 10, (
        "else there is nothing to find"
    )
    motion = with_large_displacements(before, first, second)
    there, back = _inside(motion.forward, 130, 100), _inside(motion.backward, 170, 112)
    assert np.abs(2 * there - (40, 12)).max() < 1.5
    assert np.abs(2 * back + (40, 12)).max() < 1.5
    wall = np.median(motion.forward[20:40].reshape(-1, 2), 0)
    assert np.abs(2 * wall - (-8, 0)).max() < 0.5


def _inside(flow: Array32, x: int, y: int) -> Array32:
    """Median flow within a hand, in half-size pixels."""
    part = flow[y // 2 + 2 : (y + HAND) // 2 - 2, x // 2 + 2 : (x + HAND) // 2 - 2]
    return np.asarray(np.median(part.reshape(-1, 2), 0), np.float32)


def test_where_all_matches_nothing_is_searched_again() -> None:
    first, second = scene(130), scene(134)
    motion = motion_between(grey(first), grey(second))
    assert with_large_displacements(motion, first, second) is motion


def test_tiny_pictures_are_left_alone() -> None:
    first = scene(130)[:24, :50].copy()
    motion = motion_between(grey(first), grey(first[::-1].copy()))
    assert with_large_displacements(motion, first, first[::-1].copy()) is motion
