"""What the fit of an atlas sees of a clip: boxes of cells around objects, how fast they go."""

from __future__ import annotations

import numpy as np
import pytest

from core.atlas.footage import MARGIN, Views

SIZE = 120, 80


class Going:
    """An object of 20 by 30 pixels goes right, four pixels a frame."""

    size, count = SIZE, 5

    def frame(self, n: int) -> np.ndarray:
        return np.full((*SIZE[::-1], 3), 10 * n, np.uint8)

    def labels(self, n: int) -> np.ndarray:
        labels = np.zeros(SIZE[::-1], np.uint8)
        labels[25:55, 30 + 4 * n : 50 + 4 * n] = 1
        return labels

    def known(self, n: int) -> bool:
        return True


@pytest.mark.parametrize("step", [4, 8])
def test_a_box_has_the_object_and_a_margin_in_whole_cells(step: int) -> None:
    found = Views(Going()).box(1, 2, step)
    assert found is not None
    left, top, width, height = found
    assert left <= 38 - MARGIN and top <= 25 - MARGIN
    assert left + width >= 58 + MARGIN and top + height >= 55 + MARGIN
    assert width % step == height % step == 0
    assert width < 20 + 2 * MARGIN + 3 * step and height < 30 + 2 * MARGIN + 3 * step
    assert Views(Going()).box(2, 2, step) is None


def test_the_background_has_all_of_the_frame() -> None:
    left, top, width, height = Views(Going()).box(0, 2, 8) or (0, 0, 0, 0)
    assert left <= 0 and top <= 0 and left + width >= SIZE[0] and top + height >= SIZE[1]


def test_speed_is_that_of_the_middle_and_reduced_pictures_are_smaller() -> None:
    views = Views(Going(), reduce=2)
    assert Views(Going()).speed(1, 2) == pytest.approx(4, abs=1)
    assert Views(Going()).speed(0, 2) == 0
    assert views.frame(3).shape == (40, 60, 3) and views.frame(3).max() == 30
    assert views.area(1, 0) == 150 and views.area(2, 0) == 0
    assert views.mask(1, 0).sum() == 150 and not views.mask(0, 0)[13:27, 15:25].any()
