"""Which tokens are asked about."""

from __future__ import annotations

import numpy as np

from core.masks.areas import WIDE, thinned

BAND = 2


def test_tokens_far_from_every_edge_are_fewer_and_those_beside_one_all_stay() -> None:
    objects = np.zeros((40, 40, 1), np.float32)
    objects[:, 20:] = 1
    kept = thinned(np.ones((40, 40), bool), objects, BAND)
    assert kept[:, 20 - BAND : 20 + BAND].all()
    beside = 20 + WIDE * BAND - 1
    assert 0.2 < kept[:, beside - 1 : beside + 1].mean() < 0.3, "every second along both axes"
    assert kept[:, 30:38].mean() == 1 / 16, "every fourth along both axes"


def test_a_small_area_is_not_thinned_to_nothing() -> None:
    area = np.zeros((40, 40), bool)
    area[1, 1] = True
    assert np.array_equal(thinned(area, np.zeros((40, 40, 1), np.float32), BAND), area)
