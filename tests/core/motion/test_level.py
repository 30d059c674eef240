"""Fades and flickering lamps: frames are brought to one brightness and back, and a cut stays a cut."""

from __future__ import annotations

import numpy as np
import pytest

from core.motion.between import Betweens
from core.motion.level import level_between
from tests.core.motion.drawn import SIZE, Picture, found, frame, texture, where


def clip(frames: list[Picture]) -> Betweens:
    return Betweens(frames.__getitem__, len(frames))


def dimmed(picture: Picture, part: float, to: float = 0.0) -> Picture:
    """The picture on its way to an even grey."""
    return (picture * part + to * (1 - part) + 0.5).astype(np.uint8)


@pytest.mark.parametrize("parts", [(1.0, 0.7), (0.7, 1.0), (1.0, 0.4), (0.3, 0.9)])
@pytest.mark.parametrize("to", [0.0, 255.0])
def test_a_fade_is_no_cut_and_things_stand_where_they_should(parts: tuple[float, float], to: float) -> None:
    first, second = (dimmed(frame(n, pan=3), part, to) for n, part in enumerate(parts))
    between = clip([first, second])
    assert between.neighbours(0).kind == "moving"
    made, truth = between.picture(0, 0.5), dimmed(frame(0.5, pan=3), sum(parts) / 2, to)
    blend = (first.astype(float) + second) / 2
    assert np.abs(made.astype(float) - truth).mean() < 0.6 * np.abs(blend - truth).mean()
    if to == 0 and min(parts) > 0.6:
        assert np.hypot(*np.subtract(found(made), where(0.5))) <= 0.5


def test_letters_that_do_not_fade_stay_bit_for_bit() -> None:
    letters = (frame(0, letters=True) == 255).all(2)
    first, second = (dimmed(frame(n, pan=9), 1 - 0.3 * n) for n in (0, 1))
    for picture in (first, second):
        picture[letters] = 255
    between = clip([first, second])
    assert between.neighbours(0).whole is not None
    assert letters.sum() > 500 and (between.picture(0, 0.5)[letters] == 255).all()


def test_the_level_is_found_and_undone() -> None:
    first = frame(0)
    second = dimmed(first, 0.6, 200)
    level = level_between(first, second)
    assert level is not None
    assert level.gain == pytest.approx([0.6] * 3, abs=0.01) and level.offset == pytest.approx(
        [80] * 3, abs=1.5
    )
    for pair in ((first, second), (second, first)):
        one = level_between(*pair)
        assert one is not None
        even = one.even(*pair)
        assert np.abs(even[0].astype(int) - even[1]).max() <= 2
        for t, frame_there in zip((0.0, 1.0), pair, strict=True):
            assert np.abs(one.at(even[int(t)], t).astype(int) - frame_there).max() <= 2
        middle = (pair[0].astype(float) + pair[1]) / 2
        assert np.abs(one.at(even[0], 0.5) - middle).max() <= 2


def test_what_has_no_level() -> None:
    first = frame(0)
    black, clear = np.zeros_like(first), np.dstack([first, first[..., :1]])
    assert level_between(first, first) is None
    assert level_between(first, black) is None and level_between(black, first) is None
    assert level_between(clear, (clear * 0.5).astype(np.uint8)) is None
    assert level_between(first, dimmed(first, 0.1)) is None


def test_shots_of_other_brightness_are_still_a_cut() -> None:
    dark = dimmed(np.ascontiguousarray(texture(7)[: SIZE[1], : SIZE[0]][::-1]), 0.4)
    assert clip([frame(0), dark]).neighbours(0).kind == "cut"
