"""How much each pixel of a frame is believed to show the background."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from core.layers.painting import UNKNOWN_WEIGHT, Belief
from core.layers.plane import LEAST_TRUST

LABELS = np.zeros((6, 8), np.uint8)
LABELS[:, :2] = 1


def bare(labels: np.ndarray) -> np.ndarray:
    return (labels == 0).astype(np.float32)


@pytest.mark.parametrize("known", [True, False])
def test_masks_effects_and_missing_masks_each_take_from_it(known: bool) -> None:
    thrown = np.zeros(LABELS.shape, bool)
    thrown[:, 6:] = True
    footage, borders = (
        SimpleNamespace(known=lambda n: known),
        SimpleNamespace(labels=lambda n: LABELS),
    )
    whole = 1.0 if known else UNKNOWN_WEIGHT
    plain = Belief(bare).of(footage, borders, 0)  # type: ignore[arg-type]
    np.testing.assert_allclose(plain[0], whole * np.float32([0, 0, 1, 1, 1, 1, 1, 1]))
    less = Belief(bare, lambda n: thrown).of(footage, borders, 0)  # type: ignore[arg-type]
    np.testing.assert_allclose(
        less[0, 2:], whole * np.float32([1, 1, 1, 1, LEAST_TRUST, LEAST_TRUST]), rtol=1e-6
    )
