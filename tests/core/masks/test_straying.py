"""What stays where it is while the object goes on gives itself away, however fast the object goes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.masks.camera import camera_step
from core.masks.encoding import encode_next
from core.masks.features import Grid
from core.masks.fineness import choose_grid
from core.masks.memory_frame import MemoryFrame, memory_frame_of
from core.masks.straying import Seen, Straying, stray, straying_of
from tests.core.masks.scenes import texture

WIDTH, HEIGHT, START, PAN = 240, 96, 80, 4
WORLD = texture(HEIGHT, 320, (90, 120, 90), 1)
THING = texture(HEIGHT, WIDTH, (200, 70, 60), 3)
LEAK = slice(36, 60), slice(250, 270)
"""In the world: the thing passes beside it, and it is taken for a part of it."""


def scene(number: int, speed: int, gone: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Frame and mask of a thing that goes to the left past something that stays, which its mask has in it."""
    left, mask = START - PAN * number, np.zeros((HEIGHT, WIDTH), np.uint8)
    picture = WORLD[:, left : left + WIDTH].copy()
    centre = (140 - speed * number, HEIGHT // 2)
    cv2.circle(mask, centre, 20, 1, -1)
    picture[mask > 0] = np.roll(THING, (centre[1], centre[0]), (0, 1))[mask > 0]
    if gone:
        picture, mask = WORLD[:, left : left + WIDTH].copy(), np.zeros_like(mask)
    mask[LEAK[0], LEAK[1].start - left : LEAK[1].stop - left] = 1
    return np.clip(picture, 0, 255).astype(np.uint8), mask


@pytest.fixture(scope="module")
def grid() -> Grid:
    return choose_grid(WIDTH, HEIGHT, (scene(0, 0)[1],))


def last(grid: Grid, frames: int, speed: int, gone: int = 0) -> tuple[MemoryFrame, Straying]:
    """The last of some frames, on the last of which the thing is gone, with what strays in it."""
    known = memory_frame_of(0, *scene(0, speed), (1,), grid, None)
    before, straying = [Seen(known.encoding.keys, None)], None
    for number in range(1, frames + gone + 1):
        picture, mask = scene(number, speed, number > frames)
        flow = encode_next(picture, grid, None, known.encoding)[1]
        known = memory_frame_of(number, picture, mask, (1,), grid, None)
        straying = stray(before, known.encoding.keys, camera_step(flow, known.objects, grid), known.objects)
        before = [*before, Seen(known.encoding.keys, straying)][-4:]
    assert straying is not None
    return known, straying


def leak(frames: int, grid: Grid) -> np.ndarray:
    """The inner tokens of the leak after some frames."""
    area = np.zeros(grid.shape, bool)
    left = LEAK[1].start - START + PAN * frames
    area[10:14, left // grid.stride + 1 : left // grid.stride + 4] = True
    return area


@pytest.mark.parametrize(("frames", "speed"), [(5, 16), (10, 8), (12, 4)])
def test_what_stays_strays_and_the_thing_does_not(grid: Grid, frames: int, speed: int) -> None:
    known, straying = last(grid, frames, speed)
    strayed, inside = straying.strayed(known.objects)[..., 0], leak(frames, grid)
    assert strayed[inside].all()
    thing = (known.objects[..., 0] > 0.9) & ~cv2.dilate(inside.astype(np.uint8), np.ones((17, 9))).astype(
        bool
    )
    assert thing.sum() > 30 and strayed[thing].mean() < 0.05
    assert straying.left(known.objects) == []
    assert straying.way[0, :2] == pytest.approx((0, -(speed + PAN) / grid.stride), abs=0.6)


def test_a_mask_that_is_left_behind_shows_no_object(grid: Grid) -> None:
    known, straying = last(grid, 5, 16, gone=1)
    assert straying.left(known.objects) == [0]
    assert straying.way[0, 2] == 1, "it is taken to go on"


def test_a_thing_that_stands_leaves_nothing(grid: Grid) -> None:
    known, straying = last(grid, 8, 0)
    assert not straying.strayed(known.objects).any()
    known, straying = last(grid, 6, 0, gone=2)
    assert straying.left(known.objects) == []


def test_it_is_the_same_on_another_grid(grid: Grid) -> None:
    _, straying = last(grid, 5, 16)
    shape = grid.shape[0] * 2, grid.shape[1] * 2
    finer = cv2.resize(straying.far, shape[::-1], interpolation=cv2.INTER_NEAREST)[..., None] * np.float32(2)
    other = straying.on(finer)
    assert other.way[0, 1] == pytest.approx(2 * straying.way[0, 1])
    assert straying.camera is not None and other.camera is not None
    assert other.camera @ (10.5, 8.5, 1) == pytest.approx(
        (2 * (straying.camera @ (5, 4, 1)) + (0.5, 0.5, -1)), abs=0.01
    )


def test_it_comes_back_from_a_checkpoint(grid: Grid) -> None:
    _, straying = last(grid, 5, 16)
    found = straying_of(straying.arrays("2"), "2")
    assert found is not None and found.camera is not None and straying.camera is not None
    for one, other in ((found.far, straying.far), (found.way, straying.way), (found.camera, straying.camera)):
        assert np.array_equal(one, other)
    assert straying_of({}, "2") is None
