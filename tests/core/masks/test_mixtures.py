"""Mixtures of colours: what they were fitted to is likelier than what they were not; no chance, no odd picture breaks
them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.masks.evidence import with_colours, with_motion
from core.masks.hints import SIDE, PromptMaps
from core.masks.mixtures import GROUPS, cells_of, density, fitted


def picture() -> tuple[np.ndarray, np.ndarray]:
    """Red and blue stripes on grass, and where the stripes are."""
    noise = np.random.default_rng(2).normal(0, 8, (SIDE, SIDE, 3))
    inside = np.zeros((SIDE, SIDE), bool)
    inside[50:150, 60:120] = True
    stripes = np.where(np.arange(SIDE)[:, None, None] % 20 < 10, (180, 40, 40), (40, 50, 170))
    colours = np.where(inside[..., None], stripes, (70, 130, 60)) + noise
    return np.clip(colours, 0, 255).astype(np.uint8), inside


def test_colours_are_likelier_where_they_were_fitted() -> None:
    shown, inside = picture()
    cells = cells_of(shown)
    assert cells.weights(np.ones(inside.shape, np.float32)).sum() == inside.size
    on, off = (fitted(cells.colours, cells.weights(plane.astype(np.float32))) for plane in (inside, ~inside))
    assert 2 <= len(on.shares) <= GROUPS and on.shares.sum() == pytest.approx(1)
    ratio = (density(on, cells.colours) - density(off, cells.colours))[cells.of].reshape(inside.shape)
    assert (ratio[inside] > 0).mean() > 0.99 and (ratio[~inside] < 0).mean() > 0.99


def test_the_density_is_that_of_one_gaussian_where_colours_are_one() -> None:
    rng = np.random.default_rng(1)
    colours = rng.multivariate_normal((50, 10, -5), np.diag((40.0, 20.0, 10.0)), 4000)
    mixture = fitted(colours, np.ones(4000))
    near, far = density(mixture, np.array([[50.0, 10, -5], [70.0, 10, -5]]))
    assert near - far == pytest.approx(20**2 / 2 / 44, rel=0.25)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (10, 200, 30)])
def test_pictures_of_one_colour_tell_nothing(colour: tuple[int, int, int]) -> None:
    flat = np.full((SIDE, SIDE, 3), colour, np.uint8)
    cells = cells_of(flat)
    assert np.isfinite(density(fitted(cells.colours, np.ones(len(cells.colours))), cells.colours)).all()
    told, nothing = np.full((SIDE, SIDE), 0.2, np.float32), np.zeros((SIDE, SIDE), np.float32)
    told[60:120, 60:120] = 0.9
    box = np.ones_like(told)
    np.testing.assert_allclose(with_colours(told, flat, PromptMaps(box, nothing, nothing)), told, atol=0.02)


def test_colours_mend_what_was_told_wrong_and_strokes_are_believed() -> None:
    shown, inside = picture()
    box = cv2.dilate(inside.astype(np.float32), np.ones((9, 9)))
    told = np.where(inside, 0.8, 0.1).astype(np.float32)
    told[50:70, 60:120] = 0.35  # missed
    told[146:154, 56:124] = 0.6  # grass
    nothing = np.zeros_like(told)
    mended = with_colours(told, shown, PromptMaps(box, nothing, nothing)) > 0.5
    assert (mended == inside).mean() > 0.995
    no = np.where((np.arange(SIDE) % 20 >= 10)[:, None] & inside, 1, 0).astype(np.float32)
    no[:, 90:] = 0  # the left half of the blue stripes
    against = with_colours(told, shown, PromptMaps(box, nothing, no))
    blue = (np.arange(SIDE) % 20 >= 12)[:, None] & inside
    blue[:, :90] = False
    assert against[blue].mean() < mended[blue].mean()
    np.testing.assert_array_equal(against, with_colours(told, shown, PromptMaps(box, nothing, no)))


def test_beyond_the_box_a_likeness_of_colour_makes_nothing_likelier() -> None:
    shown, inside = picture()
    box = cv2.dilate(inside.astype(np.float32), np.ones((9, 9)))
    shown[:20, 60:120] = shown[80:100, 60:120]  # as the object, far from it
    prior = np.where(inside, 0.8, 0.1).astype(np.float32)
    nothing = np.zeros_like(prior)
    found = with_colours(prior, shown, PromptMaps(box, nothing, nothing))
    assert (found[:20, 60:120] <= 0.1 + 1e-6).all() and found[inside].mean() > 0.8


def test_a_foot_that_stands_is_kept_and_a_doubtful_wall_is_not() -> None:
    nothing = np.zeros((SIDE, SIDE), np.float32)
    box, told, moving = nothing.copy(), np.full_like(nothing, 0.05), np.zeros((SIDE, SIDE, 3), np.float32)
    box[30:170, 50:140] = 1
    told[40:120, 70:110], told[120:160, 80:92], told[40:120, 110:125] = 0.97, 0.99, 0.7  # body, leg, wall
    moving[40:120, 70:110] = (4, 0, 20)
    found = with_motion(told, [moving], PromptMaps(box, nothing, nothing)) > 0.5
    assert found[45:115, 75:105].all() and found[125:155, 82:90].all()
    assert not found[45:115, 112:123].any() and not found[:30].any()
    np.testing.assert_array_equal(with_motion(told, [], PromptMaps(box, nothing, nothing)), told)
