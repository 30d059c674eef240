"""How near pictures are to the film's."""

from __future__ import annotations

import numpy as np
import pytest

from core.layers.score import SAME, Errors, psnr


def test_errors_are_told_apart_by_masks() -> None:
    errors, mask = Errors(), np.zeros((4, 10), bool)
    assert errors.psnr == errors.psnr_inside == errors.psnr_outside == SAME
    mask[:, :5] = True
    for _ in range(2):
        errors.add(np.where(mask, np.float32(0.01), np.float32(0.0001)), mask)
    assert (errors.psnr_inside, errors.psnr_outside) == pytest.approx((20, 40), abs=0.001)
    assert errors.psnr == pytest.approx(-10 * np.log10(0.00505), abs=0.001)
    assert psnr(0) == SAME
