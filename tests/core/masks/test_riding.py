"""A part of the scene that is taken for a moving object gives itself away: it rides with the camera."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.masks.camera import camera_step
from core.masks.encoding import encode_next
from core.masks.features import Grid
from core.masks.fineness import choose_grid
from core.masks.memory import bank_of
from core.masks.memory_frame import MemoryFrame, memory_frame_of
from core.masks.riding import rides, strange
from tests.core.masks.scenes import texture

WIDTH, HEIGHT, START, PAN = 160, 96, 40, 1
WORLD = texture(HEIGHT, 300, (90, 120, 90), 1)
THING = texture(HEIGHT, WIDTH, (200, 70, 60), 3)
LEAK = slice(28, 68), slice(116, 140)
"""In the world: behind the thing, taken for it."""


def scene(number: int, speed: int, leaks: bool) -> tuple[np.ndarray, np.ndarray]:
    """Frame and mask of a thing that goes to the left as the camera does."""
    left, mask = START - PAN * number, np.zeros((HEIGHT, WIDTH), np.uint8)
    picture = WORLD[:, left : left + WIDTH].copy()
    centre = (60 - speed * number, HEIGHT // 2)
    cv2.circle(mask, centre, 20, 1, -1)
    picture[mask > 0] = np.roll(THING, (centre[1], centre[0]), (0, 1))[mask > 0]
    if leaks:
        mask[LEAK[0], LEAK[1].start - left : LEAK[1].stop - left] = 1
    return np.clip(picture, 0, 255).astype(np.uint8), mask


@pytest.fixture(scope="module")
def grid() -> Grid:
    return choose_grid(WIDTH, HEIGHT, (scene(0, 0, False)[1],))


def last(grid: Grid, frames: int, speed: int, leaks: bool = True) -> MemoryFrame:
    """The last of some frames, with how far the parts of the mask have ridden."""
    before = memory_frame_of(0, *scene(0, speed, leaks), (1,), grid, None)
    far = np.zeros_like(before.objects)
    for number in range(1, frames + 1):
        picture, mask = scene(number, speed, leaks)
        flow = encode_next(picture, grid, None, before.encoding)[1]
        before = memory_frame_of(number, picture, mask, (1,), grid, None)
        far = rides(far, flow, camera_step(flow, before.objects, grid), before.objects, grid)
    return replace(before, rides=far)


def leak(frames: int, grid: Grid) -> np.ndarray:
    """The inner tokens of the leak after some frames."""
    area = np.zeros(grid.shape, bool)
    left = LEAK[1].start - START + PAN * frames
    area[9:15, left // grid.stride + 2 : left // grid.stride + 4] = True
    return area


def test_the_leak_rides_and_the_thing_does_not(grid: Grid) -> None:
    known = last(grid, 12, speed=1)
    assert known.rides is not None
    far, inside = known.rides[..., 0], leak(12, grid)
    gone = 12 * (PAN + 1) / grid.stride
    assert 0.4 * gone < far[inside].min() <= far[inside].max() < 1.1 * gone
    found = strange(known.rides, known.objects)
    assert found[inside].all()
    whole = memory_frame_of(12, *scene(12, 1, False), (1,), grid, None).objects[..., 0] > 0.99
    assert found[whole].mean() < 0.05


def test_what_rides_is_not_remembered(grid: Grid) -> None:
    known, everywhere = last(grid, 12, speed=1), np.ones(grid.shape, bool)
    with_it = bank_of(replace(known, rides=None), everywhere, 8.0)
    without = bank_of(known, everywhere, 8.0)
    inside = leak(12, grid)
    kept = without.places.numpy().astype(int)
    assert not inside[kept[:, 0], kept[:, 1]].any()
    assert 0.5 * len(with_it.places) < len(without.places) < len(with_it.places)


@pytest.mark.parametrize("speed", [-1, 8])
def test_nothing_is_told_of_what_hardly_moves_or_is_too_fast(grid: Grid, speed: int) -> None:
    """At -1 the thing goes with the scene; at 8 pixels a frame flow is not to be trusted."""
    known = last(grid, 6, speed)
    assert known.rides is not None
    assert not strange(known.rides, known.objects).any()


def test_an_unknown_camera_adds_nothing(grid: Grid) -> None:
    known = last(grid, 8, speed=1)
    assert known.rides is not None
    still = np.zeros((grid.height, grid.width, 2), np.float32)
    after = rides(known.rides, still, None, known.objects, grid)
    assert (after <= known.rides + 1e-5).all() and after.any()
