"""What an object is made of, and what cannot be made of it."""

from __future__ import annotations

import numpy as np

from core.masks.recognition.composition import Composition, composition_of

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
