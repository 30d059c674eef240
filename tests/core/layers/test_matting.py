"""Colours and soft edges before a known background, and what is thrown on the ground: a thin
shadow is one, a thin stripe of another colour is none."""

from __future__ import annotations

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
