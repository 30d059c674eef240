"""A mask that leaks onto what was beside the object, and one that goes with the object."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.masks.features import Grid
from core.masks.fineness import choose_grid
from core.masks.memory_frame import MemoryFrame, memory_frame_of
from core.masks.recognition.presence import BESIDE
from core.masks.recognition.surroundings import Surroundings, around, walked
from tests.core.masks.test_reidentify import RED, draw, thing

SIZE = 160, 96
POST = slice(20, 60), slice(70, 96)


def scene(x: int | None) -> tuple[np.ndarray, np.ndarray]:
    """The thing at x, or gone, and a post of its colours."""
    frame, labels = draw([(thing(RED, 3), None if x is None else (x, 30))])
    post, inside = draw([(thing(RED, 8), (70, 22))], ground=(0, 0, 0))
    frame[(inside > 0) & (labels == 0)] = post[(inside > 0) & (labels == 0)]
    return frame, labels


def known(number: int, x: int | None, mask: np.ndarray | None = None) -> MemoryFrame:
    frame, labels = scene(x)
    grid = choose_grid(*SIZE, (scene(10)[1],))
    return memory_frame_of(number, frame, labels if mask is None else mask, (1,), grid, None)


@pytest.fixture(scope="module")
def key() -> MemoryFrame:
    return known(0, 10)


def post() -> np.ndarray:
    mask = np.zeros(SIZE[::-1], np.uint8)
    mask[POST] = 1
    return mask


def followed(key: MemoryFrame) -> tuple[Surroundings, MemoryFrame]:
    """The thing walks to the post; the points follow."""
    points, before = around(key, drawn=True), key
    for number, x in enumerate((14, 18, 22, 26), 1):
        now = known(number, x)
        points, before = points.moved(before, now), now
    return points, before


def test_the_object_does_not_lie_on_what_was_beside_it(key: MemoryFrame) -> None:
    points, last = followed(key)
    assert points.share(last, (key,), 0) < 0.2


def test_a_mask_that_stays_on_the_post_does(key: MemoryFrame) -> None:
    points, last = followed(key)
    leaked = known(5, None, post())
    assert points.moved(last, leaked).share(leaked, (key,), 0) >= BESIDE


def test_nothing_is_said_without_a_mask_or_a_key(key: MemoryFrame) -> None:
    points, _ = followed(key)
    assert points.share(known(5, None), (key,), 0) == 0
    assert points.share(known(5, 30), (known(0, None),), 0) == 0


def test_points_go_with_a_pan(key: MemoryFrame) -> None:
    points, height = around(key, drawn=True, reach=1000), key.objects.shape[0]
    frame, labels = scene(10)
    shifted = [np.roll(each, 8, axis=1) for each in (frame, labels)]
    size = key.masks.shape[1], key.masks.shape[0]
    now = memory_frame_of(1, shifted[0], shifted[1], (1,), Grid(*size, 4), None)
    moved = points.moved(key, now, reach=1000, grows=False)
    usual = np.median(moved.places, axis=0) - np.median(points.places, axis=0)
    assert usual[1] == pytest.approx(8 * height / SIZE[1], abs=1.0)


def test_a_walk_over_a_gap_knows_the_post(key: MemoryFrame) -> None:
    grid = Grid(key.masks.shape[1], key.masks.shape[0], 4)
    frames = [(n, *scene(x)) for n, x in enumerate((10, 14, 18, None, None))]
    points = walked(frames, grid, (0,))
    assert points is not None
    assert points.share(known(5, None, post()), (key,), 0) >= BESIDE
    assert walked([], grid, ()) is None


def leaked(post_part: slice) -> tuple[MemoryFrame, np.ndarray]:
    """The thing beside the post, with a mask that covers both, and the part of it that lies on the post."""
    mask = scene(26)[1].copy()
    over = np.zeros_like(mask)
    over[post_part, 70:96] = 1
    mask[over > 0] = 1
    return known(5, 26, mask), over


def test_a_leak_onto_the_post_is_told_from_the_thing(key: MemoryFrame) -> None:
    points, last = followed(key)
    now, over = leaked(slice(22, 40))
    leaks = points.moved(last, now).leaks(now, (key,), 0)
    on_post = cv2.resize(over, leaks.shape[::-1], interpolation=cv2.INTER_AREA) > 0
    assert leaks.any() and leaks[on_post].sum() > 0.9 * leaks.sum()
    kept = points.moved(last, now).without_leaks(now, (key,), [True])
    assert 0 < (kept > 0.5).sum() < (now.masks > 0.5).sum()
    assert points.moved(last, now).without_leaks(now, (key,), [False]) is now.masks


def test_an_object_that_lies_on_nothing_strange_has_no_leak(key: MemoryFrame) -> None:
    points, last = followed(key)
    assert not points.leaks(last, (key,), 0).any()
