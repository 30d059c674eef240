"""Pictures of where an object was found again."""

from __future__ import annotations

import numpy as np
import pytest

from app.masks.found_again import MARGIN, crop


@pytest.mark.parametrize("box", [(40, 40, 60, 20), (40, 30, 20, 60), (90, 50, 4, 4)])
def test_a_picture_of_an_appearance_fits_and_keeps_its_shape(box: tuple[int, int, int, int]) -> None:
    frame = np.zeros((200, 300, 3), np.uint8)
    x, y, width, height = box
    frame[y : y + height, x : x + width] = 255
    shown = crop(frame, box, (90, 60))
    tall, wide = shown.shape[:2]
    assert (wide == 90 or tall == 60) and wide <= 90 and tall <= 60
    aspect = (width * (1 + 2 * MARGIN) + 1) / (height * (1 + 2 * MARGIN) + 1)
    assert wide / tall == pytest.approx(aspect, rel=0.25)
    assert shown[tall // 2, wide // 2].min() > 200


def test_nothing_is_shown_of_what_lies_beside_the_frame() -> None:
    shown = crop(np.full((20, 20, 3), 255, np.uint8), (100, 100, 5, 5), (30, 20))
    assert shown.shape == (20, 30, 3) and not shown.any()
