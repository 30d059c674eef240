"""Colours and soft edges before a known background, and what is thrown on the ground: a thin
shadow is one, a thin stripe of another colour is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.arrays import Array32
from core.layers.matting import STRONG_COLOUR, cut_out, throw
from tests.core.layers.scenes import wall

SIZE = 60, 120


@pytest.mark.parametrize("wide", [3, 5])
@pytest.mark.parametrize(("takes", "found"), [((0.12, 0.09, 0.06), True), ((-0.08, 0.09, 0.06), False)])
def test_a_thin_faint_shadow_is_found(wide: int, takes: tuple[float, ...], found: bool) -> None:
    """On clay, in a sky that makes it bluer than the ground; with an object that throws no colours."""
    rng = np.random.default_rng(0)
    clay = np.float32([0.75, 0.42, 0.28]) + rng.normal(0, 0.03, (*SIZE, 1))
    ground = np.clip(clay, 0, 1).astype(np.float32)
    lies = np.zeros((*SIZE, 1), np.float32)
    lies[30 : 30 + wide] = 1
    frame = ground * (1 - lies * np.float32(takes)) + rng.normal(0, 0.008, (*SIZE, 3))
    everywhere, nowhere = np.ones(SIZE, np.float32), np.zeros(SIZE, bool)
    alpha = throw(
        frame.astype(np.float32), ground, everywhere, nowhere, STRONG_COLOUR, np.zeros(SIZE, np.float32)
    ).alpha
    assert (alpha[30 : 30 + wide].mean() > 0.05) == found
    assert alpha[:20].mean() < 0.005


def disc(radius: float, soft: float) -> Array32:
    """Alpha (120, 200) of a disc in the middle."""
    rows, columns = np.indices((120, 200))
    away = np.hypot(columns - 100, rows - 60)
    return np.clip((radius - away) / soft + 0.5, 0, 1).astype(np.float32)


def test_a_soft_edge_keeps_its_colour_and_none_of_the_background() -> None:
    """I = a F + (1 - a) B is undone, from a hard mask."""
    below, red = wall(), np.float32([0.9, 0.1, 0.1])
    true, mask = disc(35, 2), disc(35, 0.01) > 0.5
    frame = (true[..., None] * red + (1 - true[..., None]) * below).astype(np.float32)
    made = cut_out(frame, below, mask, np.zeros(mask.shape, bool), np.full(mask.shape, 0.005, np.float32))
    edge = (true > 0.2) & (true < 0.8)
    assert np.abs(made.alpha - true)[edge].mean() < 0.5 * np.abs(mask - true)[edge].mean()
    assert np.abs(made.colour - red)[edge].mean() < 0.25 * np.abs(frame - red)[edge].mean()
    assert np.abs(made.over(below) - frame).mean() < 0.003


def test_background_that_a_mask_takes_in_is_let_go() -> None:
    below, true = wall(), disc(30, 1)
    frame = np.where(true[..., None] > 0.5, np.float32([0.9, 0.1, 0.1]), below).astype(np.float32)
    large, sigma = disc(31.5, 0.01) > 0.5, np.full(true.shape, 0.005, np.float32)
    alpha = cut_out(frame, below, large, np.zeros(large.shape, bool), sigma).alpha
    assert alpha[disc(29, 0.01) > 0.5].min() > 0.95
    assert alpha[(disc(32, 0.01) > 0.5) & (true == 0)].mean() < 0.1


def test_a_shadow_goes_on_a_little_under_what_stands_before_it_and_no_further() -> None:
    ground = wall()
    gate, hidden = np.zeros((2, 120, 200), np.float32)
    gate[40:80] = 1
    hidden[30:90, 80:140] = 1
    frame = (ground * (1 - 0.4 * gate[..., None])).astype(np.float32)
    frame[hidden > 0] = 0.2
    alpha = throw(frame, ground, gate, hidden > 0).alpha
    assert alpha[60, 70] == pytest.approx(0.4, abs=0.02)
    assert alpha[60, 81] > 0.2 and alpha[60, 100:120].max() == 0


def test_a_light_of_one_colour_has_a_little_more_alpha_than_it_must() -> None:
    """(0.6 - 0.2) / (1 - 0.2) would do, with a colour at the very edge of what there is."""
    plate = np.full((120, 160, 3), 0.2, np.float32)
    frame = plate.copy()
    frame[40:80, 50:110] = (0.6, 0.2, 0.2)
    cut = throw(frame, plate, np.ones((120, 160), np.float32), np.zeros((120, 160), bool))
    np.testing.assert_allclose(cut.alpha[50:70, 60:100], 1.25 * 0.5, atol=0.01)
    assert cut.colour[60, 80, 0] < 0.9
    inside = np.s_[45:75, 55:105]
    np.testing.assert_allclose(cut.over(plate)[inside], frame[inside], atol=0.01)


def test_of_faint_pixels_the_colour_is_that_of_the_object_inside() -> None:
    """Their own would be mostly noise, divided by hardly any alpha."""
    disc = cv2.circle(np.zeros((120, 160), np.uint8), (80, 60), 30, 1, -1)
    soft = cv2.GaussianBlur(disc.astype(np.float32), (0, 0), 2.5)[..., None]
    below, red = np.full((120, 160, 3), 0.5, np.float32), np.array([0.8, 0.1, 0.1], np.float32)
    noise = np.random.default_rng(1).normal(0, 0.02, below.shape)
    frame = (soft * red + (1 - soft) * below + noise).astype(np.float32)
    cut = cut_out(frame, below, disc > 0, np.zeros((120, 160), bool), np.full((120, 160), 0.02, np.float32))
    faint = (cut.alpha > 0) & (cut.alpha < 0.2)
    assert faint.sum() > 100
    assert np.abs(cut.colour[faint] - red).mean() < 0.07
