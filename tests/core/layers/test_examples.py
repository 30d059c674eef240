"""What no frame shows is put together from what is seen."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from core.layers.background import find_background
from core.layers.examples import fill_by_example as steps_by_example
from core.layers.fill import fill
from core.layers.footage import open_footage
from core.layers.unseen import hidden_in
from core.layers.unseen import steady as steady_of
from tests.core.layers.scenes import wall, write_clip
from tests.core.layers.test_plane import last_of, psnr


def fill_by_example(*given: np.ndarray, seed: int = 0) -> np.ndarray:
    return last_of(steps_by_example(*given, seed=seed))


def stripes(size: tuple[int, int] = (120, 80)) -> np.ndarray:
    """Slanting stripes, float32 (H, W, 3), and grain."""
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    grain = np.random.default_rng(2).normal(0, 0.02, (size[1], size[0], 3))
    waves = 0.5 + 0.3 * np.sign(np.sin((x + 0.5 * y) * 2 * np.pi / 12))[..., None] * np.float32([1, 0.8, 0.4])
    return np.clip(waves + grain, 0, 1).astype(np.float32)


def hole(shape: tuple[int, ...]) -> np.ndarray:
    hidden = np.zeros(shape[:2], np.uint8)
    cv2.ellipse(hidden, (60, 40), (16, 12), 0, 0, 360, 1, -1)
    return hidden > 0


def test_a_pattern_goes_on_where_it_was_hidden() -> None:
    picture = stripes()
    hidden = hole(picture.shape)
    smooth = fill(picture, (~hidden).astype(np.float32))
    made = fill_by_example(smooth, ~hidden, hidden)
    assert np.array_equal(made[~hidden], picture[~hidden])
    before, after = (psnr(255 * each[hidden], 255 * picture[hidden]) for each in (smooth, made))
    assert after > before + 6
    assert np.array_equal(fill_by_example(smooth, ~hidden, hidden), made)
    assert not np.array_equal(fill_by_example(smooth, ~hidden, hidden, seed=1), made)


def test_horizon_and_line_go_on_behind_what_hides_them() -> None:
    grain = np.random.default_rng(4).normal(0, 0.01, (90, 140, 3)).astype(np.float32)
    picture = np.full((90, 140, 3), 0.7, np.float32)
    picture[40:] = (0.35, 0.3, 0.2)
    x = np.arange(140)
    line = np.clip(60 + x // 9, 0, 89)
    for thick in range(4):
        picture[line + thick, x] = 0.9
    hidden = np.zeros((90, 140), np.uint8)
    cv2.ellipse(hidden, (70, 56), (22, 26), 0, 0, 360, 1, -1)
    hidden = hidden > 0
    picture += grain
    smooth = fill(picture, (~hidden).astype(np.float32))
    made = fill_by_example(smooth, ~hidden, hidden)
    for at in range(52, 88):
        assert abs(float(made[33:37, at].mean()) - 0.7) < 0.05 and made[44:48, at].mean() < 0.4
        assert (
            made[line[at] + 1 : line[at] + 3, at].mean() > made[line[at] + 8 : line[at] + 11, at].mean() + 0.2
        )
    assert (
        psnr(255 * made[hidden], 255 * picture[hidden])
        > psnr(255 * smooth[hidden], 255 * picture[hidden]) + 4
    )


def test_who_moves_without_a_mask_is_no_example() -> None:
    seen, sigma = np.ones((40, 60), bool), np.full((40, 60), 0.01, np.float32)
    sigma[10:25, 10:20] = 0.2
    steady = steady_of(seen, sigma)
    assert not steady[10:25, 10:20].any() and steady[:, 30:].all()
    assert steady_of(
        seen, np.where(seen, np.float32(0.2), sigma)
    ).all()  # all is as loud: there is nothing else
    assert not steady_of(~seen, sigma).any()


def test_examples_are_taken_only_from_what_is_seen() -> None:
    picture = stripes()
    hidden, seen = hole(picture.shape), np.ones(picture.shape[:2], bool)
    seen[:, 90:] = False
    picture[:, 90:] = (1, 0, 1)
    made = fill_by_example(fill(picture, (~hidden).astype(np.float32)), seen, hidden)
    assert made[hidden][:, 1].min() > 0.1  # no magenta, which has no green


def test_with_nothing_hidden_or_nothing_seen_the_picture_stays() -> None:
    picture = stripes((30, 20))
    nothing, all_ = np.zeros((20, 30), bool), np.ones((20, 30), bool)
    assert fill_by_example(picture, all_, nothing) is picture
    assert fill_by_example(picture, nothing, all_) is picture


def test_behind_an_object_that_never_moves_there_is_texture(tmp_path: Path) -> None:
    frames = np.stack([(wall() * 255).astype(np.uint8)] * 4)
    labels = np.zeros(frames.shape[:3], np.uint8)
    labels[:, 40:80, 80:120] = 1
    frames[labels > 0] = (200, 30, 30)
    clip, masks = write_clip(tmp_path, frames, labels)
    with closing(open_footage(clip, masks)) as footage:
        plate = last_of(find_background(footage))
    hidden = hidden_in(plate, 0)
    inner = np.s_[48:72, 88:112]
    assert hidden[inner].all() and not hidden[:30].any()
    filled, real = plate.render(0)[inner], wall()[inner]
    rough = [cv2.Laplacian(each, cv2.CV_32F).std() for each in (filled, real)]
    assert 0.4 < rough[0] / rough[1] < 1.5
    assert filled[..., 0].mean() < 0.7  # nothing of the red object
