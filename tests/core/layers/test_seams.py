"""Filled holes have no steps where their pieces meet, and keep what the pieces show."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.layers.fill import fill
from core.layers.seams import slopes_of, without_seams
from tests.core.layers.test_examples import fill_by_example, stripes


def hole(shape: tuple[int, ...], axes: tuple[int, int] = (16, 12)) -> np.ndarray:
    hidden = np.zeros(shape[:2], np.uint8)
    cv2.ellipse(hidden, (shape[1] // 2, shape[0] // 2), axes, 0, 0, 360, 1, -1)
    return hidden > 0


@pytest.mark.parametrize("axes", [(16, 12), (50, 36)])
def test_a_picture_is_found_again_from_its_slopes(axes: tuple[int, int]) -> None:
    picture = stripes()
    hidden = hole(picture.shape, axes)
    wrong = picture - np.float32(0.03) * hidden[..., None]
    wrong[:, 60:][hidden[:, 60:]] += 0.05
    made = without_seams(wrong, hidden, slopes_of(picture))
    np.testing.assert_array_equal(made[~hidden], picture[~hidden])
    off = np.abs(made - picture)[hidden]
    assert off.mean() < 0.004 and off.max() < 0.012  # its own colours hold it a little


def test_nothing_changes_without_a_hole_or_with_its_own_slopes() -> None:
    picture = stripes()
    assert without_seams(picture, np.zeros(picture.shape[:2], bool), slopes_of(picture)) is picture
    hidden = hole(picture.shape)
    np.testing.assert_allclose(without_seams(picture, hidden, slopes_of(picture)), picture, atol=1e-6)
    whole = np.ones(picture.shape[:2], bool)
    np.testing.assert_allclose(without_seams(picture, whole, slopes_of(picture)), picture, atol=1e-6)
    strip = np.zeros(picture.shape[:2], bool)
    strip[0] = strip[:, -1] = True
    wrong = picture + np.float32(0.03) * strip[..., None]
    assert np.abs(without_seams(wrong, strip, slopes_of(picture)) - picture)[strip].mean() < 0.003


def test_what_is_too_large_for_a_seam_stays() -> None:
    picture = np.full((80, 120, 3), 0.7, np.float32)
    picture[40:] = 0.2
    hidden = hole(picture.shape)
    flat = slopes_of(np.zeros_like(picture))  # examples in which no piece has the horizon
    assert np.abs(without_seams(picture, hidden, flat) - picture).max() < 0.02


def test_a_step_that_nothing_around_has_is_a_seam_however_large() -> None:
    """Light from one side and the shadow of what stood there on the other: pieces of both meet in a hard edge."""
    x = np.broadcast_to(np.arange(160, dtype=np.float32), (120, 160))
    picture = np.repeat((0.5 + 0.25 * np.tanh((x - 80) / 30))[..., None], 3, 2)
    hidden = hole(picture.shape, (40, 34))
    parted = np.where(hidden[..., None], np.where(x < 80, 0.3, 0.7)[..., None], picture).astype(np.float32)
    made = without_seams(parted, hidden, slopes_of(np.zeros_like(picture)))
    steps = np.abs(made[:, 1:] - made[:, :-1]).max(2)[hidden[:, 1:] & hidden[:, :-1]]
    assert steps.max() < 0.06, "0.4 before"


def test_a_line_that_runs_into_a_large_hole_stays() -> None:
    picture = np.full((400, 600, 3), 0.7, np.float32)
    picture[200:] = 0.2
    hidden = hole(picture.shape, (220, 150))
    flat = slopes_of(np.zeros_like(picture))
    assert np.abs(without_seams(picture, hidden, flat) - picture).max() < 0.06


def test_an_evenly_lit_wall_has_no_step_where_somebody_stood() -> None:
    x = np.arange(160, dtype=np.float32)
    light = 0.5 + 0.16 / (1 + np.exp(-(x - 80) / 25))
    grain = np.random.default_rng(7).normal(0, 0.008, (110, 160, 3)).astype(np.float32)
    wall = light[None, :, None] * np.float32([1, 0.97, 0.9]) + grain
    hidden = hole(wall.shape, (44, 40))
    made = fill_by_example(fill(wall, (~hidden).astype(np.float32)), ~hidden, hidden)
    level = cv2.blur(made.mean(2), (5, 5))
    steps = np.abs(level[:, 5:] - level[:, :-5])[hidden[:, 5:] & hidden[:, :-5]]
    assert steps.max() < 0.06  # the wall's own: .008 in five pixels, and grain; with a seam more than .1
    assert np.abs(cv2.blur(made - wall, (9, 9)))[hidden].mean() < 0.01
    fine = made - cv2.GaussianBlur(made, (0, 0), 2)
    assert 0.5 < fine[hidden].std() / (grain - cv2.GaussianBlur(grain, (0, 0), 2)).std() < 1.3
