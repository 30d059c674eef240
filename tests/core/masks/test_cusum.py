"""What frames in a row must score together before something is taken for the object."""

from __future__ import annotations

import pytest

from core.masks.recognition.cusum import adds_up


@pytest.mark.parametrize(
    ("scores", "enough"),
    [
        ((1.0,), False),
        ((0.7, 0.7), True),
        ((0.6, 0.6), False),
        ((0.45,) * 4, True),
        ((0.3,) * 9, False),
        ((0.3,) * 10, True),
        ((0.2,) * 30, False),
        ((0.6, 0.1, 0.0, 0.6, 0.1, 0.0, 0.6), False),
        ((0.9, 0.0, 0.0, 0.0, 0.9, 0.5), True),
        ((0.9, 0.9, 0.0, 0.0, 0.0), True),
    ],
)
def test_many_fair_frames_are_as_good_as_a_few_good_ones(scores: tuple[float, ...], enough: bool) -> None:
    assert adds_up(scores, 0.5) == enough


def test_more_is_asked_where_look_alikes_score_well() -> None:
    assert adds_up((0.8, 0.8), 0.5) and not adds_up((0.8, 0.8), 0.8)
    assert adds_up((1.0, 1.0), 0.8)
    assert not adds_up((0.5,) * 12, 0.8)
