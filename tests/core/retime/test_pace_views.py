"""What the pace network sees: known motion, repeated frames, windows inside a shot."""

from __future__ import annotations

import numpy as np
import pytest

from core.retime.pace_views import (
    CHANNELS,
    GRID,
    SHORT_SIDE,
    Views,
    distinct,
    small,
    step_of,
    view,
    windows_of,
)


def _texture(seed: int = 0, size: tuple[int, int] = (SHORT_SIDE, 256)) -> np.ndarray:
    import cv2

    noise = np.random.default_rng(seed).integers(0, 256, (size[0] // 8, size[1] // 8), np.uint8)
    return cv2.resize(noise, (size[1], size[0]), interpolation=cv2.INTER_CUBIC)


def test_a_known_shift_is_seen_in_parts_of_the_short_side() -> None:
    grey = _texture()
    planes = view(grey, np.roll(grey, 4, axis=1))
    assert planes.shape == (CHANNELS, GRID, 64)
    assert np.median(planes[1]) == pytest.approx(100 * 4 / SHORT_SIDE, rel=0.05)
    assert np.median(planes[2]) == pytest.approx(0, abs=0.1)
    assert np.median(planes[3]) < 0.1 * np.median(planes[4])  # the flow explains the difference


def test_blur_along_the_motion_is_told_from_blur_across() -> None:
    import cv2

    grey = cv2.blur(_texture(1), (15, 1))
    sharp = view(grey, np.roll(grey, 5, axis=1))
    assert sharp[5].mean() < 0.7 * sharp[6].mean()


def test_frames_of_any_size_become_small() -> None:
    assert small(np.zeros((480, 854, 3), np.uint8)).shape == (SHORT_SIDE, 342)
    assert small(np.zeros((600, 200, 4), np.uint8)).shape == (576, SHORT_SIDE)
    assert min(small(np.zeros((1, 500, 3), np.uint8)).shape) >= 16


def test_repeated_frames_are_found() -> None:
    grey = _texture()
    shifts = [0, 3, 6, 6, 9, 12, 12, 15, 18]
    assert distinct([np.roll(grey, s, axis=1) for s in shifts]) == [0, 1, 2, 4, 5, 7, 8]


def test_what_stands_still_is_not_repeated() -> None:
    grey = _texture()
    assert distinct([grey] * 6) == list(range(6))
    assert distinct([grey]) == [0]


@pytest.mark.parametrize(
    ("fps", "step"), [(12, 1), (23.976, 1), (25, 1), (30, 1), (50, 2), (60, 2), (120, 5)]
)
def test_high_rates_are_looked_at_at_fewer_frames(fps: float, step: int) -> None:
    assert step_of(fps) == step


def test_windows_are_reflected_at_the_ends() -> None:
    assert windows_of(100, 2.0, 1, 4, 50) == [46, 48, 50, 52, 54]
    assert windows_of(100, 1.0, 1, 4, 0) == [2, 1, 0, 1, 2]
    assert windows_of(5, 1.0, 1, 8, 4) == [0, 1, 2, 3, 4, 3, 2, 1, 0]
    assert windows_of(1, 3.0, 2, 4, 0) == [0] * 5


def test_steps_are_computed_once() -> None:
    asked: list[int] = []

    def load(n: int) -> np.ndarray:
        asked.append(n)
        return np.roll(_texture(), n, axis=1)

    views = Views(load)
    assert views.step(1, 2) is views.step(1, 2)
    views.step(2, 3)
    assert asked == [1, 2, 3]
