"""Which colours have room among those of an object."""

from __future__ import annotations

import numpy as np

from core.masks.recognition.palette import Palette, tints_of

RED, COLD, GREEN = (180, 60, 50), (150, 60, 80), (60, 160, 60)
LEFT, RIGHT = np.s_[20:60, 20:60], np.s_[20:60, 90:130]


def frame(left: tuple[int, int, int], right: tuple[int, int, int]) -> np.ndarray:
    """Grey with noise, and two squares."""
    picture = np.full((120, 160, 3), 128, np.float64)
    picture[LEFT], picture[RIGHT] = left, right
    return (picture + np.random.default_rng(0).normal(0, 4, picture.shape)).clip(0, 255).astype(np.uint8)


def square(*places: tuple[slice, slice]) -> np.ndarray:
    inside = np.zeros((120, 160), bool)
    for place in places:
        inside[place] = True
    return inside


def palette() -> Palette:
    """Of an object that is red on its left and green on its right half."""
    known = Palette()
    known.learn(0, tints_of(frame(RED, GREEN)), square(LEFT, RIGHT))
    return known


def test_an_object_and_its_parts_have_its_colours_in_other_light() -> None:
    dark = (frame(RED, GREEN) * 0.93).astype(np.uint8)
    for seen, places in (
        (frame(RED, GREEN), (LEFT, RIGHT)),
        (frame(RED, GREEN), (LEFT,)),
        (dark, (LEFT, RIGHT)),
    ):
        assert palette().foreign(0, tints_of(seen), square(*places)) < 0.4


def test_a_look_alike_in_another_tint_has_not() -> None:
    seen = tints_of(frame(COLD, GREEN))
    assert palette().foreign(0, seen, square(LEFT)) > 0.9
    assert 0.4 < palette().foreign(0, seen, square(LEFT, RIGHT)) < 0.6


def test_masks_of_any_size_and_too_little_to_tell() -> None:
    seen = tints_of(frame(COLD, GREEN))
    coarse = square(LEFT)[2::5, 2::5]
    assert palette().foreign(0, seen, coarse) > 0.8
    assert palette().foreign(0, seen, square(np.s_[20:23, 20:23])) == 0
    assert palette().foreign(1, seen, square(LEFT)) == 0


def test_one_of_several_objects_alone() -> None:
    seen = tints_of(frame(RED, GREEN))
    both = Palette()
    both.learn(0, seen, square(LEFT))
    both.learn(1, seen, square(RIGHT))
    assert (
        both.only(1).foreign(0, seen, square(RIGHT)) < 0.1 < 0.9 < both.only(1).foreign(0, seen, square(LEFT))
    )
