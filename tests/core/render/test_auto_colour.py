"""Colours put right by themselves: seen in rendered frames of a scene that was spoiled in known ways."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.errors import EditError
from core.render.auto_colour import balanced, put_right, settings_for
from core.render.compositor import render_layers
from core.timeline.clips import first_of
from core.timeline.effects import new_effect
from core.timeline.model import MatteUse, Sequence
from tests.core.render.fakes import FakeSource, FakeSources, clip, film

WIDTH, HEIGHT = 160, 90


def scene() -> np.ndarray:
    """As much of each grey, with a red, a green and a blue spot, uint8 RGB."""
    rng = np.random.default_rng(3)
    grey = cv2.resize(rng.random((9, 16)).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    grey = np.argsort(np.argsort(grey.ravel())).reshape(grey.shape) / (grey.size - 1)  # as much of each
    picture = np.repeat((255 * grey)[..., None], 3, 2)
    for n, colour in enumerate(((200, 40, 30), (40, 160, 50), (30, 60, 190))):
        picture[30:50, 20 + 40 * n : 40 + 40 * n] = colour
    return np.rint(picture).astype(np.uint8)


def spoiled(gains: tuple[float, float, float] = (1, 1, 1), low: float = 0.0, high: float = 1.0) -> np.ndarray:
    picture = (low + (high - low) * scene() / 255.0) * np.array(gains)
    return np.rint(255 * picture.clip(0, 1)).astype(np.uint8)


def shown(picture: np.ndarray, **fields: object) -> tuple[Sequence, FakeSources]:
    return film(clip("a", **fields), size=(WIDTH, HEIGHT)), FakeSources({"a": FakeSource(lambda n: picture)})


def corrected(picture: np.ndarray, **fields: object) -> np.ndarray:
    sequence, sources = shown(picture, **fields)
    after = put_right(sequence, "a", settings_for(sequence, "a", sources))
    return render_layers(after, 0, sources)[..., :3].astype(float)


def cast(picture: np.ndarray) -> float:
    """Largest part by which red and blue differ from green where the scene is grey and neither dark nor light."""
    greys = np.ptp(scene().astype(int), axis=2) == 0
    greys &= (picture.mean(2) > 60) & (picture.mean(2) < 220)
    means = picture[greys].mean(0)
    return float(np.abs(means / means[1] - 1).max())


@pytest.mark.parametrize("gains", [(1.15, 1.0, 0.85), (0.9, 1.0, 1.1), (1.0, 0.9, 1.0)])
def test_a_cast_is_taken_out_though_things_have_colours(gains: tuple[float, float, float]) -> None:
    before = spoiled(gains, 0.1, 0.8)
    assert cast(before.astype(float)) > 0.08
    assert cast(corrected(before)) < 0.03


def test_a_flat_picture_gets_black_and_white_again() -> None:
    flat = spoiled(low=0.15, high=0.75)
    after = corrected(flat).mean(2)
    assert np.percentile(after, 1) < 12 and np.percentile(after, 99) > 240


def test_night_stays_night_and_fog_stays_fog() -> None:
    night, fog = (np.median(corrected(spoiled(low=low, high=high))) for low, high in ((0, 0.15), (0.7, 0.9)))
    assert night < 70 < 130 < fog


def test_what_is_right_already_hardly_changes_and_gets_no_effects_for_nothing() -> None:
    assert np.abs(corrected(scene()) - scene()).mean() < 12
    neutral = balanced(np.tile(np.linspace(0, 255, 256)[:, None], (20, 3)).astype(np.uint8))
    sequence, _ = shown(scene())
    kinds = [effect.kind for effect in put_right(sequence, "a", neutral).find("a")[2].effects]
    assert "hue" not in kinds and "colour" not in kinds


def test_once_more_it_finds_the_same_and_other_settings_of_these_effects_stay() -> None:
    limited = new_effect("colour", MatteUse(1), exposure=1.0)
    own = new_effect("colour", exposure=0.5)
    sequence, sources = shown(
        spoiled((1.15, 1.0, 0.85)), effects=(limited, own, new_effect("levels", shadows=0.3))
    )
    sources.mattes[1] = np.zeros((HEIGHT, WIDTH), np.float32)
    once = put_right(sequence, "a", settings_for(sequence, "a", sources))
    assert put_right(once, "a", settings_for(once, "a", sources)) == once
    changed = first_of(once.find("a")[2], "colour")
    assert changed is not None and changed.id == own.id and changed.params["exposure"] == 0.5
    levels = first_of(once.find("a")[2], "levels")
    assert levels is not None and levels.params["shadows"] == 0.3
    assert next(one for one in once.find("a")[2].effects if one.id == limited.id) == limited


def test_what_shows_nothing_says_so() -> None:
    nothing = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    sequence, sources = shown(nothing)
    with pytest.raises(EditError, match="hardly any colour"):
        settings_for(sequence, "a", sources)
