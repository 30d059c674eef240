"""What is thrown on the ground: a thin shadow is one, a thin stripe of another colour is none."""

from __future__ import annotations

import numpy as np
import pytest

from core.layers.matting import STRONG_COLOUR, throw

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
