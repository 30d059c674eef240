"""An object that shrinks by far while it is tracked gets a finer grid, one that grows a coarser one."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from safetensors import safe_open

from core.masks import propagate
from core.masks.checkpoint import CHECKPOINT
from core.masks.features import make_grid
from core.masks.fineness import FAST, KEPT, STRIDE, choose_grid, fineness_of
from core.masks.regrid import ridden
from core.media.matte import MaskFolder
from tests.core.masks.scenes import overlap, texture, write_key

WIDTH, HEIGHT, FRAMES = 240, 150, 18


def square(side: int, size: tuple[int, int] = (854, 480)) -> np.ndarray:
    labels = np.zeros(size[::-1], np.uint8)
    labels[:side, :side] = 1
    return labels


def test_the_grid_follows_the_objects_size() -> None:
    large, small = square(200), square(120)
    fineness = fineness_of((854, 480), [large], (1,), FAST)
    grid = choose_grid(854, 480, [large], FAST)
    assert fineness.regrid(grid, [200 / 480]) == grid
    finer = fineness.regrid(grid, [120 / 480])
    assert finer == choose_grid(854, 480, [small], FAST) and finer.shape[0] > 1.2 * grid.shape[0]
    assert fineness.regrid(finer, [120 * 1.05 / 480]) == finer  # hardly larger
    assert fineness.regrid(finer, [120 * 0.94 / 480]) == finer  # hardly smaller
    assert fineness.regrid(finer, [120 * KEPT * 0.9 / 480]) == finer  # grown, but it keeps its tokens
    assert fineness.regrid(finer, [1.0]) == make_grid(854, 480, FAST.least, STRIDE, 4)
    assert fineness.regrid(finer, [0.0]) == finer  # not seen


def test_thin_objects_stay_on_a_fine_grid() -> None:
    bar = square(0)
    bar[100:112, 100:500] = 1
    grid = choose_grid(854, 480, [bar], FAST)
    fineness = fineness_of((854, 480), [bar], (1,), FAST)
    assert grid.shape[0] > FAST.least and fineness.regrid(grid, [(12 * 400) ** 0.5 / 480]) == grid


def test_the_same_way_is_more_tokens_on_a_finer_grid() -> None:
    far = np.full((8, 12, 1), 2, np.float32)
    assert ridden(far, (12, 18)).shape == (12, 18, 1)
    assert (ridden(far, (12, 18)) == 3).all() and (ridden(far, (4, 6)) == 1).all()


def disc(n: int) -> tuple[np.ndarray, np.ndarray]:
    """A disc that shrinks to a third."""
    picture = texture(HEIGHT, WIDTH, (90, 120, 90), 1)
    radius, x = round(39 * 3 ** (-n / (FRAMES - 1))), 90 + 2 * n
    mask = cv2.circle(np.zeros((HEIGHT, WIDTH), np.uint8), (x, 75), radius, 1, -1)
    whole = np.zeros_like(picture)
    looks = cv2.resize(texture(104, 104, (200, 70, 60), 2), (2 * radius, 2 * radius))
    whole[75 - radius : 75 + radius, x - radius : x + radius] = looks
    picture[mask > 0] = whole[mask > 0]
    return np.clip(picture, 0, 255).astype(np.uint8), mask


def stopped_rows(out: Path, asked: dict[str, Any], frame: int) -> int:
    """Track until a frame is told of, and stop; the rows of the grid by then."""
    with closing(propagate.track(out, **asked)) as steps:
        next(step for step in steps if step.fields.get("frame") == frame)
    with safe_open(out / CHECKPOINT, "np") as file:
        place = json.loads(file.metadata()["place"])
    return int(place["rows"])


def test_a_job_that_is_stopped_goes_on_with_the_same_grids(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    clip, key = tmp_path / "clip", write_key(tmp_path, 0, disc(0)[1])
    clip.mkdir()
    for n in range(FRAMES):
        cv2.imwrite(str(clip / f"{n:05d}.png"), disc(n)[0][..., ::-1])
    asked = {"clip": str(clip), "key_masks": key, "network": False, "soft": False, "fast": True}
    list(propagate.track(tmp_path / "whole", **asked))
    rows = [stopped_rows(tmp_path / "broken", asked, frame) for frame in (5, 9, 13)]
    list(propagate.track(tmp_path / "broken", **asked))
    assert rows[0] < rows[-1], rows
    whole, broken = (MaskFolder(tmp_path / name, (WIDTH, HEIGHT)) for name in ("whole", "broken"))
    for n in range(FRAMES):
        np.testing.assert_array_equal(whole.labels(n), broken.labels(n))
    scores = [overlap(whole.labels(n) > 0, disc(n)[1] > 0) for n in range(FRAMES)]
    assert np.mean(scores) > 0.8, scores
