"""Titles that are turned, scaled or moved keep the letters that lie beyond their own frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from core.render.compositor import render_frame
from core.render.titles import box_of, draw_title
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Key, Keys, Title
from tests.core.render.fakes import TICK, FakeSources, film

SIZE = (320, 180)
LONG = Title("HHHHHHHHHH", size=0.25, y=0.5)
"""Wider than the frame."""


def alpha(title: Title, **placed: Any) -> np.ndarray:
    """float (H, W), 0 to 255, of a title alone on a film."""
    sequence = replace(film(Clip("t", "t", title, 10 * TICK, **placed)), width=SIZE[0], height=SIZE[1])
    return render_frame(sequence, 0, FakeSources())[..., 3].astype(float)


def ink(size: tuple[int, int] = (2 * SIZE[0], SIZE[1])) -> float:
    """The letters of LONG, all of them: those that a wide frame shows."""
    drawn = draw_title(LONG, size)
    assert drawn is not None
    return float(drawn.pixels[..., 3].sum())


def test_it_is_wider_than_the_frame() -> None:
    box = box_of(LONG, SIZE, 0, 1)
    assert box is not None and SIZE[0] < box[2] < 1.15 * SIZE[0]
    assert alpha(LONG).sum() < 0.95 * ink()


@pytest.mark.parametrize("degrees", [25.0, -25.0, 205.0])
def test_a_turned_title_keeps_its_letters(degrees: float) -> None:
    assert alpha(LONG, rotation=degrees).sum() == pytest.approx(ink(), rel=0.01)


def test_a_smaller_title_keeps_its_letters() -> None:
    assert alpha(LONG, scale=0.5).sum() == pytest.approx(ink() / 4, rel=0.03)


def test_a_title_that_was_moved_shows_what_lay_beyond_the_frame() -> None:
    stays = alpha(LONG)
    moved = alpha(LONG, x=40.0)
    np.testing.assert_array_equal(moved[:, 40:], stays[:, :-40])
    assert moved[:, :40].any() and not stays[:, :1].all()
    slid = alpha(LONG, x=Keys((Key(0, 40.0),)))
    assert np.abs(slid - moved).max() <= 3


@pytest.mark.parametrize(
    "placed", [{"rotation": 30.0}, {"scale": 0.7}, {"rotation": -80.0, "scale": 1.5, "x": 13.0}]
)
def test_letters_inside_the_frame_lie_where_they_did(placed: dict[str, Any]) -> None:
    short = Title("Ab", size=0.2, x=0.4, y=0.45)
    framed = replace(new_effect("blur"), params={"radius": 0.0})
    whole = alpha(short, effects=(framed,), **placed)
    assert whole.any() and np.abs(alpha(short, **placed) - whole).mean() < 0.4
    at, other = (np.argwhere(one > 128).mean(axis=0) for one in (alpha(short, **placed), whole))
    np.testing.assert_allclose(at, other, atol=0.5)


def test_a_long_title_far_away_is_no_picture_of_gigabytes() -> None:
    endless = replace(LONG, text="H" * 5000)
    assert alpha(endless, scale=0.05, rotation=10.0).shape == SIZE[::-1]
    assert not alpha(LONG, x=5000.0).any()
