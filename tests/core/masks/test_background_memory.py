"""The scene behind an object is remembered where the camera shows it, and does not become the object."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.masks.background_memory import BackgroundMemory
from core.masks.camera import camera_step
from core.masks.encoding import encode_next
from core.masks.features import Grid
from core.masks.fineness import choose_grid
from core.masks.memory_frame import MemoryFrame, memory_frame_of
from core.masks.tracker import Tracker
from tests.core.masks.scenes import texture

WIDTH, HEIGHT = 160, 96
PAN = 2
"""Pixels a frame that the camera goes to the right."""
RED = (200, 70, 60)
WORLD = texture(HEIGHT, 400, (90, 120, 90), 1)
WALL = slice(24, 72), slice(70, 130)
"""In the world: as red as the object, seen to its right at first."""
WORLD[WALL] = texture(HEIGHT, 400, RED, 2)[WALL]
THING = texture(HEIGHT, 400, RED, 3)


def scene(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Frame and mask: a red thing goes through the picture in front of the wall, faster than the camera."""
    left = PAN * number
    picture = WORLD[:, left : left + WIDTH].copy()
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    centre = (28 + 3 * number, HEIGHT // 2)
    cv2.circle(mask, centre, 15, 1, -1)
    picture[mask > 0] = np.roll(THING[:, :WIDTH], (centre[1], centre[0]), (0, 1))[mask > 0]
    return np.clip(picture, 0, 255).astype(np.uint8), mask


@pytest.fixture(scope="module")
def grid() -> Grid:
    return choose_grid(WIDTH, HEIGHT, (scene(0)[1],))


def walked(grid: Grid, frames: int) -> tuple[BackgroundMemory, MemoryFrame]:
    """The ground after some frames whose masks are right, and the last of them."""
    before = memory_frame_of(0, *scene(0), (1,), grid, None)
    ground = BackgroundMemory.empty(before.encoding.keys)
    for number in range(1, frames + 1):
        picture, mask = scene(number)
        flow = encode_next(picture, grid, None, before.encoding)[1]
        now = memory_frame_of(number, picture, mask, (1,), grid, None)
        ground = ground.moved(before, now.objects, camera_step(flow, now.objects, grid))
        before = now
    return ground, before


def test_places_go_with_the_camera_and_keep_what_they_looked_like(grid: Grid) -> None:
    ground, last = walked(grid, 12)
    hidden = last.objects[..., 0] > 0.99
    at = np.rint(ground.places).astype(int)
    inside = ((at >= 0) & (at < hidden.shape)).all(axis=1)
    covered = inside.copy()
    covered[inside] = hidden[at[inside, 0], at[inside, 1]]
    assert covered.sum() > 0.5 * hidden.sum()  # it stood elsewhere at first
    left = PAN * 12
    bare = np.clip(WORLD[:, left : left + WIDTH], 0, 255).astype(np.uint8)
    seen = (
        memory_frame_of(12, bare, scene(12)[1], (1,), grid, None)
        .encoding.keys.numpy()
        .reshape(*hidden.shape, -1)
    )
    apart = ((seen[at[covered, 0], at[covered, 1]] - ground.keys.numpy()[covered]) ** 2).sum(axis=1)
    shown = last.encoding.keys.numpy().reshape(*hidden.shape, -1)
    other = ((shown[at[covered, 0], at[covered, 1]] - ground.keys.numpy()[covered]) ** 2).sum(axis=1)
    assert np.median(apart) < 0.3 * np.median(other)


def test_a_camera_that_is_not_known_leaves_nothing(grid: Grid) -> None:
    ground, last = walked(grid, 3)
    wild = np.random.default_rng(0).normal(0, 30, (grid.height, grid.width, 2)).astype(np.float32)
    assert camera_step(wild, last.objects, grid) is None
    assert len(ground.places) and not len(ground.moved(last, last.objects, None).places)
    whole = np.ones_like(last.objects)
    assert camera_step(np.zeros_like(wild), whole, grid) is None


def false_part(grid: Grid, remembers: bool) -> float:
    """How much of the picture beside the thing is taken for it in the mean of 20 frames, in parts of the thing."""
    first = memory_frame_of(0, *scene(0), (1,), grid, None)
    tracker, found = Tracker(grid, None, (first,), [first]), []
    for number in range(1, 21):
        if not remembers:
            tracker.background = None
        picture, mask = scene(number)
        objects = cv2.resize(tracker.step(number, picture).objects[..., 0], (WIDTH, HEIGHT))
        found.append(objects[mask == 0].sum() / mask.sum())
    return float(np.mean(found))


def test_less_of_a_wall_of_its_colour_is_taken_for_the_object(grid: Grid) -> None:
    assert false_part(grid, remembers=True) < 0.9 * false_part(grid, remembers=False)
