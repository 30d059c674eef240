"""Clips brought to the same colours: known changes of colour are undone."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import EditError
from core.media.cube import Cube, cube_text, parse_cube
from core.render.matching import MOMENTS, WORKING, Colours, colours_of, matching, pixels_of
from core.timeline.effects import new_effect
from tests.core.render.fakes import FakeSource, FakeSources, clip, film, still

SIZE = (64, 48)


def scene(seed: int = 0) -> np.ndarray:
    """Patches of many colours, none of them near black or white."""
    rng = np.random.default_rng(seed)
    patches = rng.normal([110, 120, 135], [30, 25, 20], (12, 16, 3)) + rng.normal(0, 15, (12, 16, 1))
    return np.clip(patches, 40, 215).astype(np.uint8).repeat(4, axis=0).repeat(4, axis=1)


def look_of(table: np.ndarray) -> Cube:
    return parse_cube(cube_text(table, 'a "title"'), "a.cube")


@pytest.mark.parametrize("seed", [0, 5])
def test_another_cameras_colours_become_those_of_the_first(seed: int) -> None:
    """A linear change of another picture of the same scene: the statistics, hence the pictures, come together."""
    change = np.array([[0.9, 0.1, 0.0], [0.05, 0.75, 0.1], [0.0, 0.1, 0.8]])
    other = np.clip(scene(seed) @ change.T + [12, 5, -6], 5, 250).astype(np.uint8)
    sources = FakeSources({"a": still(scene()), "b": still(other)})
    shown = film(clip("a"), clip("b"), size=SIZE)
    wanted, own = colours_of(shown, "a", sources), colours_of(shown, "b", sources)
    matched = look_of(matching(own, wanted)).applied(other)
    sources.sources["b"] = FakeSource(lambda index: matched)
    got = colours_of(shown, "b", sources)
    assert np.abs(got.mean - wanted.mean).max() < 0.01
    assert np.abs(got.covariance - wanted.covariance).max() < 0.002
    if seed == 0:
        assert np.abs(matched.astype(float) - scene()).mean() < 8, "also pixel by pixel"


def test_clips_of_the_same_colours_stay_as_they_are() -> None:
    sources = FakeSources({"a": still(scene())})
    shown = film(clip("a"), size=SIZE)
    own = colours_of(shown, "a", sources)
    assert np.abs(look_of(matching(own, own)).applied(scene()).astype(int) - scene()).max() <= 2


def test_effects_count_and_what_is_seen_elsewhere_does_not() -> None:
    sources = FakeSources({"a": still(scene()), "b": still(scene())})
    brighter = new_effect("colour", exposure=0.5)
    shown = film(clip("a", effects=(brighter,), fade_in=100), clip("b"), size=SIZE)
    a, b = colours_of(shown, "a", sources), colours_of(shown, "b", sources)
    assert (a.mean > b.mean + 0.05).all()


def test_a_clip_of_one_colour_is_not_torn_apart() -> None:
    flat = Colours(np.full(3, 0.5), 1e-6 * np.eye(3))
    lively = Colours(np.array([0.4, 0.5, 0.6]), 0.04 * np.eye(3))
    table = matching(flat, lively)
    assert np.abs(np.diff(table, axis=0)).max() <= 2.01 / 16, "contrast at most doubles"


def test_a_black_clip_says_nothing() -> None:
    sources = FakeSources({"a": still(np.zeros((48, 64, 3), np.uint8))})
    with pytest.raises(EditError, match="hardly any colour"):
        colours_of(film(clip("a"), size=SIZE), "a", sources)


def test_colours_are_looked_at_in_small_pictures_of_the_films_shape() -> None:
    sources = FakeSources({"a": still(scene())})
    looked = pixels_of(film(clip("a"), size=(640, 480)), "a", sources)
    assert looked.shape == (MOMENTS * WORKING * (WORKING * 3 // 4), 3) and WORKING < 640
