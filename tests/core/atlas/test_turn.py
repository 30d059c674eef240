"""How an object turned is found again, exactly drawn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.atlas.turn import turn_between, turned_back, with_turn

SIZE = 80


def disc() -> tuple[np.ndarray, np.ndarray]:
    """A grey texture and the mask of a disc in its middle, uint8."""
    noise = np.random.default_rng(3).uniform(20, 235, (14, 14)).astype(np.float32)
    grey = cv2.resize(noise, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)
    y, x = np.indices((SIZE, SIZE))
    return grey, (np.hypot(x - 40, y - 40) < 26).astype(np.uint8)


@pytest.mark.parametrize("degrees", [-28.0, 9.0, 20.0])
def test_a_turn_is_found_and_its_flow_is_exact(degrees: float) -> None:
    grey, mask = disc()
    truth = cv2.getRotationMatrix2D((40, 40), degrees, 1)
    truth[:, 2] += 1.5, -0.5
    other = cv2.warpAffine(grey, truth, (SIZE, SIZE), borderMode=cv2.BORDER_REPLICATE)
    turn = turn_between(grey, np.asarray(other, np.uint8), mask)
    assert turn is not None
    points = np.argwhere(mask > 0)[:, ::-1].astype(np.float32)
    moved = points @ turn[:, :2].T + turn[:, 2]
    wanted = points @ truth[:, :2].T + truth[:, 2]
    assert np.abs(moved - wanted).max() < 0.2
    back = turned_back(np.asarray(other, np.uint8), turn)
    assert np.abs(back.astype(int) - grey)[mask > 0].mean() < 6
    flow = with_turn(np.zeros((SIZE, SIZE, 2), np.float32), turn)
    here = np.argwhere(mask > 0)
    assert np.abs(flow[here[:, 0], here[:, 1]] - (wanted - points)).max() < 0.2


def test_what_does_not_turn_is_left_to_the_flow() -> None:
    grey, mask = disc()
    assert turn_between(grey, grey, mask) is None
    assert turn_between(grey, grey, mask * 0) is None
    flat = np.full((SIZE, SIZE), 90, np.uint8)
    assert turn_between(flat, flat, mask) is None
