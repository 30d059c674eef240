"""What an object left behind as it went out of sight, by the way it went."""

from __future__ import annotations

import numpy as np
import pytest

from core.arrays import Array32
from core.masks.recognition.course import GRACE, HORIZON, Course, heading_after, onward

SHAPE = 60, 160
USUAL = 20 * 20 / (60 * 160)


def box(left: int, right: int) -> Array32:
    """A mask, 20 rows high."""
    mask = np.zeros(SHAPE, np.float32)
    mask[20:40, max(0, left) : max(0, right)] = 1
    return mask


def walked(masks: list[Array32]) -> tuple[Course, int | None]:
    """The course over some masks, and the frame on which the object was found to be gone."""
    course = Course()
    for number, mask in enumerate(masks):
        course = onward(course, number, mask, USUAL)
        if course.left_behind:
            return course, number
    return course, None


def passing(wall: int = 70, step: int = 4, leak: int = 0, count: int = 30) -> list[Array32]:
    """An object, 20 wide, that goes right behind a wall; so many columns beside the wall stay in its mask."""
    rights = [20 + step * n for n in range(count)]
    return [box(min(right - 20, wall - leak), min(right, wall)) for right in rights]


def test_what_stays_at_a_wall_was_left_behind() -> None:
    masks = passing(leak=6)
    course, lost = walked(masks)
    alone = next(n for n, mask in enumerate(masks) if mask.any(axis=0).sum() == 6)
    assert lost is not None and lost < alone + 12
    assert course.left_behind[0] == pytest.approx(alone, abs=2)


def test_one_that_goes_whole_leaves_nothing_behind() -> None:
    assert walked(passing())[1] is None


@pytest.mark.parametrize("seen", [8, 14, 20])
def test_one_that_stands_still_is_not_expected_elsewhere(seen: int) -> None:
    assert walked([box(40, 60)] * 10 + [box(40, 40 + seen)] * 30)[1] is None


def test_one_that_slows_down_while_it_is_wholly_seen_stays() -> None:
    lefts = [4 * n for n in range(12)] + [44] * 20
    assert walked([box(left, left + 20) for left in lefts])[1] is None


def test_one_that_is_half_seen_for_long_and_goes_its_way_stays() -> None:
    masks = [box(4 * n, 4 * n + 20) for n in range(8)] + [box(4 * n, 4 * n + 8) for n in range(8, 30)]
    assert walked(masks)[1] is None


def test_the_way_is_not_trusted_for_ever() -> None:
    going = [box(3 * n, 3 * n + 20) for n in range(10)]
    back = [box(30, 38)] * 4 + [box(0, 0)]
    course, lost = walked(going + [box(3 * n, 3 * n + 8) for n in range(10, 10 + HORIZON)] + back)
    assert lost is None and course.whole is None


def test_nothing_left_ends_what_is_expected() -> None:
    going = [box(4 * n, 4 * n + 20) for n in range(10)]
    course, lost = walked([*going, box(0, 0), *[box(30, 38)] * (GRACE + 3)])
    assert lost is None and course.whole is None


def test_headings_are_means() -> None:
    heading = (0.0, 0.0)
    for frame in range(30):
        heading = heading_after(heading, (0.01 * frame, 0.2, 0.1, 0.1), (0.01 * frame + 0.01, 0.2, 0.1, 0.1))
    assert heading == pytest.approx((0.01, 0.0), abs=1e-4)
