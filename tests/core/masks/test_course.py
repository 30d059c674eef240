"""The way an object goes, told while it is wholly seen."""

from __future__ import annotations

import numpy as np
import pytest

from core.arrays import Array32
from core.masks.recognition.course import Course, heading_after, onward

USUAL = 20 * 20 / (60 * 160)


def box(left: int, right: int) -> Array32:
    """A mask, 20 rows high."""
    mask = np.zeros((60, 160), np.float32)
    mask[20:40, left:right] = 1
    return mask


def test_the_way_is_told_while_the_object_is_wholly_seen() -> None:
    course = Course()
    for left in range(0, 60, 4):
        course = onward(course, box(left, left + 20), USUAL, None)
    assert course.heading == pytest.approx((4 / 160, 0.0), rel=0.05)
    behind = course
    for left in range(60, 76, 4):
        behind = onward(behind, box(left, 76), USUAL, None)
    assert behind.heading == course.heading and behind.seen is None


def test_the_first_frame_after_it_was_hidden_says_nothing() -> None:
    course = onward(Course((0.02, 0.0)), box(100, 120), USUAL, None)
    assert course.heading == (0.02, 0.0) and course.seen is not None


def test_headings_are_means() -> None:
    heading = (0.0, 0.0)
    for frame in range(30):
        heading = heading_after(heading, (0.01 * frame, 0.2, 0.1, 0.1), (0.01 * frame + 0.01, 0.2, 0.1, 0.1))
    assert heading == pytest.approx((0.01, 0.0), abs=1e-4)


def test_what_stands_where_the_object_passed_does_not_go_on() -> None:
    course = Course()
    for left in range(0, 60, 4):
        course = onward(course, box(left, left + 20), USUAL, (0.06, 0.0))
    assert course.goes_on((0.03, 0.02)) and course.goes_on(None)
    assert not course.goes_on((0.01, 0.0)) and not course.goes_on((-0.06, 0.0))
    assert onward(course, box(70, 75), USUAL, (0.0, 0.0)).way == course.way


def test_nothing_is_expected_of_what_stands_still() -> None:
    assert Course(way=(0.005, 0.0)).goes_on((0.0, 0.0)) and Course().goes_on((0.0, 0.0))
