"""Lines that cling to edges: around a corner of a bright square, also in a picture seen at another size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.masks.intelligent_scissors import REACH, ways_from


@pytest.fixture
def picture() -> np.ndarray:
    made = np.full((300, 400, 3), 40, np.uint8)
    made[60:240, 80:320] = 220
    return cv2.GaussianBlur(made, (0, 0), 1)


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_a_line_follows_the_edge_round_a_corner(picture: np.ndarray, scale: float) -> None:
    seen = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ways = ways_from(seen, 150.0, 60.0, scale)
    assert ways is not None
    line = ways.to(80.0, 130.0)
    assert line is not None and line[-1] == (80.0, 130.0)
    off = [min(abs(x - 80) + max(0, 60 - y), abs(y - 60) + max(0, 80 - x)) for x, y in line]
    assert max(off) < 4 / scale, "no point leaves the edge"
    assert min(abs(x - 80) + abs(y - 60) for x, y in line) < 8, "it goes by the corner"


def test_what_is_far_or_outside_has_no_way(picture: np.ndarray) -> None:
    ways = ways_from(picture, 100.0, 100.0, 1.0)
    assert ways is not None
    assert ways.to(100.0 + REACH + 2, 100.0) is None
    assert ways.to(-3.0, 100.0) is None
    assert ways_from(picture, 500.0, 10.0, 1.0) is None
