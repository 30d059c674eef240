"""What is seen of an object lies within its own extent."""

from __future__ import annotations

import numpy as np
import pytest

from core.masks.recognition.scattered import FRAMES, KNOWN, Extent, extended

USUAL = 20 * 12 / (96 * 160)


def mask(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Boxes by row, column, height and width."""
    picture = np.zeros((96, 160), np.float32)
    for row, column, height, width in boxes:
        picture[row : row + height, column : column + width] = 1
    return picture


def followed(*masks: np.ndarray) -> Extent:
    extent = Extent()
    for each in masks:
        extent = extended(extent, each, USUAL)
    return extent


SCRAPS = mask((10, 20, 6, 6), (60, 120, 4, 6))
WHOLE = [mask((10, 20, 20, 12))] * KNOWN


def test_scraps_all_over_the_picture_are_not_it() -> None:
    assert not followed(*WHOLE, *[SCRAPS] * (FRAMES - 1)).is_elsewhere
    extent = followed(*WHOLE, *[SCRAPS] * FRAMES)
    assert extent.is_elsewhere and extent.scattered == FRAMES
    assert (extent.wide, extent.high) == pytest.approx((12 / 160, 20 / 96))


@pytest.mark.parametrize(
    "seen",
    [
        mask((10, 20, 6, 12), (24, 20, 4, 12)),
        mask((10, 20, 20, 3)),
        mask((5, 20, 3, 12), (30, 20, 3, 12)),
        mask(),
    ],
    ids=["behind a rail", "half behind a wall", "nearer, behind a rail", "gone"],
)
def test_parts_of_it_are(seen: np.ndarray) -> None:
    assert not followed(*WHOLE, *[seen] * 9).is_elsewhere


def test_one_frame_on_which_it_is_whole_begins_anew() -> None:
    assert not followed(*WHOLE, SCRAPS, SCRAPS, WHOLE[0], SCRAPS, SCRAPS).is_elsewhere


def test_of_what_was_never_wholly_seen_nothing_is_told() -> None:
    assert not followed(*[SCRAPS] * 9).is_elsewhere
    assert not followed(*WHOLE[1:], *[SCRAPS] * 9).is_elsewhere
