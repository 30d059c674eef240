"""Small people in small clips, as of old cameras that watch a yard: followed whole, for the clip is looked at
enlarged."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.masks import propagate
from core.masks.features import at_size_of, make_grid
from core.masks.fineness import ENLARGED, FAST, NORMAL, SMALLEST, STRIDE, choose_grid
from core.media.matte import MaskFolder
from tests.core.masks.scenes import overlap, texture, write_key

WIDTH, HEIGHT, FRAMES = 320, 240, 12


def rows(height: int, side: int) -> int:
    """Of the grid for a square object."""
    labels = np.zeros((height, height * 4 // 3), np.uint8)
    labels[2 : 2 + side, 2 : 2 + side] = 1
    return choose_grid(labels.shape[1], height, [labels]).shape[0]


def test_small_clips_are_enlarged_for_small_objects_only() -> None:
    assert rows(240, 20) == NORMAL.most == ENLARGED * 240 // STRIDE
    assert rows(240, 200) == 240 // STRIDE
    assert rows(SMALLEST, 12) == ENLARGED * SMALLEST // STRIDE
    assert rows(96, 10) == 96 // STRIDE
    assert rows(1080, 100) == NORMAL.most and rows(480, 300) == NORMAL.least
    small = np.zeros((240, 320), np.uint8)
    small[9:19, 9:19] = 1
    assert choose_grid(320, 240, [small], FAST).shape[0] == FAST.most


def test_an_enlarged_frame_is_smooth() -> None:
    ramp = np.repeat(np.arange(0, 250, 5, dtype=np.uint8)[None, :, None], 40, 0).repeat(3, 2)
    large = at_size_of(make_grid(50, 40, 20, STRIDE), ramp)
    assert large.shape == (80, 100, 3)
    steps = np.diff(large[10, 4:-4, 0].astype(int))
    assert steps.min() >= 1 and steps.max() <= 4  # 2.5 a pixel: neither steps of five nor none
    small = at_size_of(make_grid(50, 40, 5, STRIDE), ramp)
    np.testing.assert_array_equal(small, cv2.resize(ramp, small.shape[1::-1], interpolation=cv2.INTER_AREA))


def walker(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Somebody in a white shirt and black trousers walks from grass on to a road, between dark
    bushes and pale stones."""
    picture = texture(HEIGHT, WIDTH, (95, 125, 60), 1)
    picture[:, 150:] = texture(HEIGHT, WIDTH, (120, 115, 120), 2)[:, 150:]
    for x, y, colour in ((90, 128, 40), (200, 95, 210), (120, 150, 200), (175, 140, 50)):
        cv2.circle(picture, (x, y), 9, (colour, colour, colour), -1)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    x, y, stride = 124 + 2 * n, 100, round(5 * np.sin(n * 0.7))
    for part, colour in (
        (((x, y + 18), (x - stride, y + 36)), (35, 35, 40)),
        (((x, y + 18), (x + stride, y + 36)), (45, 42, 45)),
        (((x, y + 6), (x, y + 16)), (215, 215, 210)),
    ):
        width = 8 if part[0][1] == y + 6 else 4
        cv2.line(mask, *part, 1, width)
        cv2.line(picture, *part, colour, width)
    cv2.circle(mask, (x, y), 4, 1, -1)
    cv2.circle(picture, (x, y), 4, (170, 120, 100), -1)
    noise = np.random.default_rng(n).normal(0, 3, picture.shape)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.8)
    return np.clip(soft + noise, 0, 255).astype(np.uint8), mask


def test_a_small_walker_is_followed_whole(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    clip = tmp_path / "clip"
    clip.mkdir()
    for n in range(FRAMES):
        cv2.imwrite(str(clip / f"{n:05d}.png"), walker(n)[0][..., ::-1])
    key = write_key(tmp_path, 0, walker(0)[1])
    list(propagate.track(tmp_path / "out", clip=str(clip), key_masks=key, soft=False))
    masks = MaskFolder(tmp_path / "out", (WIDTH, HEIGHT))
    scores = [overlap(masks.labels(n) > 0, walker(n)[1] > 0) for n in range(FRAMES)]
    assert np.mean(scores) > 0.8, scores


@pytest.mark.parametrize("size", [(3, 144), (145, 200)])
def test_odd_small_clips_have_a_grid(size: tuple[int, int]) -> None:
    mask = np.zeros(size[::-1], np.uint8)
    mask[0, 0] = 1
    grid = choose_grid(*size, [mask])
    assert min(grid.shape) >= 1
