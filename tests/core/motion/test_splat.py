"""Fetching along a flow: what is seen, and where that leaves the picture. What is made from it: test_between."""

from __future__ import annotations

import numpy as np
import pytest

from core.motion.splat import fetch


@pytest.mark.parametrize("channels", [3, 4])
def test_without_motion_the_picture_itself_is_seen(channels: int) -> None:
    picture = np.full((12, 16, channels), 255, np.uint8)
    picture[..., :3] = np.random.default_rng(1).integers(0, 256, (12, 16, 3))
    seen, left = fetch(picture, np.zeros((12, 16, 2), np.float32))
    assert np.array_equal(seen, picture) and not left.any()


def test_what_comes_from_beyond_the_border_is_told() -> None:
    picture = np.zeros((12, 16, 3), np.uint8)
    flow = np.zeros((12, 16, 2), np.float32)
    flow[..., 0], flow[..., 1] = -2, 3
    _, left = fetch(picture, flow)
    wanted = np.zeros((12, 16), bool)
    wanted[:, :2] = wanted[-3:] = True
    assert np.array_equal(left, wanted)
