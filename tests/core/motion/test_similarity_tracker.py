"""Parts of a picture that are followed though they are no plane."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.motion.planar import PATIENCE, Corners
from core.motion.points import Grey
from core.motion.similarity_tracker import SimilarityTracker, alike, placed

SIZE = (240, 160)
BOX: Corners = np.array([[-24, -20], [24, -20], [24, 20], [-24, 20]], np.float64)


def texture(seed: int, shape: tuple[int, int]) -> Grey:
    noise = np.random.default_rng(seed).uniform(0, 255, shape).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 2.0)
    return np.asarray(np.clip((soft - soft.mean()) * 4 + 128, 0, 255), np.uint8)


GROUND, FACE, OTHER = (texture(seed, (SIZE[1], SIZE[0])) for seed in (1, 2, 3))


def scene(x: float, y: float, size: float = 1.0, turn: float = 0.0, change: float = 0.0) -> Grey:
    """A textured patch, changed into another by so much, over a ground. x, y: its middle."""
    angle = np.radians(turn)
    cos, sin = size * np.cos(angle), size * np.sin(angle)
    matrix = np.array([[cos, -sin, x - cos * 120 + sin * 80], [sin, cos, y - sin * 120 - cos * 80]])
    patch = cv2.addWeighted(FACE, 1 - change, OTHER, change, 0)
    mask = np.zeros_like(FACE)
    mask[60:101, 96:145] = 255
    over, here = (cv2.warpAffine(one, matrix, SIZE, flags=cv2.INTER_LINEAR) for one in (patch, mask))
    part = here.astype(np.float32) / 255
    return np.asarray(GROUND * (1 - part) + over * part, np.uint8)


def at(x: float, y: float, size: float = 1.0, turn: float = 0.0) -> Corners:
    angle = np.radians(turn)
    rows = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(size * BOX @ rows + (x, y))


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.2, 4), st.floats(-170, 170))
def test_what_was_moved_sized_and_turned_is_told(x: float, y: float, size: float, turn: float) -> None:
    there = at(x, y, size, turn)
    factor = alike(BOX, there)
    assert abs(factor) == pytest.approx(size, rel=1e-6)
    assert np.degrees(np.angle(factor)) == pytest.approx(turn, abs=1e-5)
    np.testing.assert_allclose(placed(BOX, there), there, atol=1e-8)


def test_what_moves_grows_and_turns_is_followed() -> None:
    tracker = SimilarityTracker.marked(scene(60, 70), at(60, 70))
    for n in range(1, 16):
        here = {"x": 60 + 5 * n, "y": 70 + n, "size": 1 + 0.015 * n, "turn": 1.5 * n}
        found = tracker.step(scene(**here))
        assert found is not None
        assert np.abs(found - at(**here)).max() < 1.5


def test_what_changes_its_looks_is_followed_by_how_it_looked_last() -> None:
    tracker = SimilarityTracker.marked(scene(60, 70), at(60, 70))
    for n in range(1, 25):
        found = tracker.step(scene(60 + 3 * n, 70, change=n / 24))
        assert found is not None
        assert np.abs(found.mean(axis=0) - (60 + 3 * n, 70)).max() < 3.0
    assert not tracker.lost


def test_what_is_gone_is_lost() -> None:
    tracker = SimilarityTracker.marked(scene(60, 70), at(60, 70))
    assert tracker.step(scene(62, 70)) is not None
    empty = texture(9, (SIZE[1], SIZE[0]))
    assert [tracker.step(empty) for _ in range(PATIENCE + 1)] == [None] * (PATIENCE + 1)
    assert tracker.lost


def test_a_blank_place_has_nothing_to_hold_on_to() -> None:
    assert not SimilarityTracker.marked(np.full((80, 120), 90, np.uint8), at(60, 40)).textured
    assert SimilarityTracker.marked(scene(60, 70), at(60, 70)).textured
