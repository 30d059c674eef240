"""What an object is made of, and what cannot be made of it."""

from __future__ import annotations

import numpy as np

from core.masks.features import make_grid
from core.masks.recognition.composition import Composition, composition_of
from core.masks.recognition.recognise import Recogniser, Usual
from core.masks.recognition.view import View

RNG = np.random.default_rng(0)


def places(**counts: int) -> np.ndarray:
    """Features around a few far corners, so many of each."""
    corners = {"grey": (0, 0, 1), "dark": (1, 0, 0), "skin": (0, 1, 0)}
    parts = [np.array(corners[name]) + RNG.normal(0, 0.05, (many, 3)) for name, many in counts.items()]
    return np.concatenate(parts).astype(np.float32)


def woman() -> Composition:
    return composition_of(places(grey=60, dark=20, skin=20))


def test_shares_are_those_of_the_object() -> None:
    made = composition_of(np.repeat(np.eye(3, dtype=np.float32), (5, 3, 2), axis=0))
    assert sorted(made.shares.round(6).tolist()) == [0.2, 0.3, 0.5]


def test_the_object_fits_and_so_does_any_part_of_it() -> None:
    for seen in (
        places(grey=60, dark=20, skin=20),
        places(grey=30),
        places(dark=20),
        places(skin=20, dark=5),
    ):
        assert woman().fits(seen, 100) == 1


def test_it_may_be_larger_but_not_all_dark() -> None:
    assert woman().fits(places(grey=180, dark=60, skin=60), 100) == 1
    assert woman().fits(places(dark=90, skin=10), 100) < 0.5
    assert woman().fits(places(dark=300), 100) == 0


def test_one_place_and_equal_places() -> None:
    one = composition_of(np.ones((1, 3), np.float32))
    assert one.fits(np.ones((7, 3), np.float32), 1) == 1
    assert composition_of(np.ones((9, 3), np.float32)).shares.tolist() == [1.0]


GREY, DARK = np.eye(3, dtype=np.float32)[:2]


def score(later: np.ndarray) -> float:
    """Of a dark candidate for an object that was drawn grey with hardly any dark; these places
    were surely seen since."""
    grid = make_grid(64, 64, 16, 4)
    known = np.concatenate((np.tile(GREY, (58, 1)), np.tile(DARK, (2, 1)), later))
    usual = Usual(evidence=0.25, floor=0, covered=1, amount=36, near=1)
    recogniser = Recogniser(grid, [usual], known, np.ones(len(known), np.int64), np.arange(len(known)) >= 60)
    block = np.zeros(grid.shape, bool)
    block[4:10, 4:10] = True
    features = np.where(block[..., None], DARK, np.float32(0)).astype(np.float32)
    ground, nearest = (
        np.where(block.reshape(-1, 1), *each).astype(np.float32) for each in ((3.0, 1.0), (1.0, 3.0))
    )
    near = np.where(block.reshape(-1, 1), 0.5, 9.0).astype(np.float32)
    apart = (np.repeat(near, len(known), axis=1),)
    view = View(features, ground, nearest, apart, np.zeros((240, 240), np.int32))
    return max(
        (each.score for each in recogniser.candidates(view, 0, np.zeros(grid.shape, bool))), default=0.0
    )


def test_what_was_surely_seen_of_it_since_it_was_drawn_counts() -> None:
    assert score(np.tile(GREY, (60, 1))) == 0
    assert score(np.tile(DARK, (60, 1))) > 0.8
