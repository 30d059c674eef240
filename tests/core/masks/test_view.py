"""An object that comes back stands before something else, and is known all the same."""

from __future__ import annotations

import numpy as np
import pytest

from core.masks.features import own_part
from core.masks.recognition.distances import nearest_weighed, squares, weighed_squares
from core.masks.recognition.recognise import Recogniser, Usual, on_grid, search_grid
from core.masks.recognition.view import FAR
from tests.core.masks.test_reidentify import BLUE, GOLD, GREEN, RED, draw, thing


def known(weighed: bool = True) -> Recogniser:
    """A bank that saw an object on green, another thing on blue beside it."""
    frame, labels = draw([(thing(RED, 3), (20, 30))])
    recogniser = Recogniser(search_grid(160, 96, [labels]), [Usual()])
    recogniser.learn_key(frame, labels, (1,))
    if not weighed:
        recogniser.weights = np.ones_like(recogniser.features)
    return recogniser


@pytest.mark.parametrize("ground", [BLUE, GOLD, (30, 30, 30)])
def test_another_background_hardly_matters(ground: tuple[int, int, int]) -> None:
    frame, labels = draw([(thing(RED, 3), (20, 30))], ground)
    own = on_grid(labels, (1,), known().grid)[..., 0].ravel() > 0.9
    weighed, plain = (known(each).view(frame).nearest[own, 0] for each in (True, False))
    assert np.median(weighed) < 0.7 * np.median(plain)


def test_it_is_found_where_it_comes_back() -> None:
    recogniser = known()
    frame, _ = draw([(thing(RED, 3), (90, 40))], BLUE)
    view = recogniser.view(frame)
    best = recogniser.candidates(view, 0, np.zeros(view.shape, bool))[0]
    assert best.score > 0.5
    assert 0.5 < best.box[0] + best.box[2] / 2 < 0.8


def test_only_what_it_covers_is_its_own() -> None:
    covered = np.zeros((20, 20), np.float32)
    covered[5:15, 5:15] = 1
    own = own_part(covered)
    assert own.shape == (20, 20, 39)
    assert own[10, 10].min() > 0.9
    rim = own[5, 10]
    assert rim[:3].min() > 0.6 and rim[9:12].max() < 0.05
    assert own[1, 1].max() < 0.05


def test_weighed_distances_are_plain_ones_with_even_weights() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.random((7, 5), np.float32), rng.random((4, 5), np.float32)
    apart = squares(one, other)
    assert weighed_squares(one, other, np.ones_like(other)) == pytest.approx(apart, abs=1e-5)
    assert nearest_weighed(one, other, np.ones_like(one)) == pytest.approx(np.sqrt(apart.min(1)), abs=1e-3)
    weights = rng.random((4, 5), np.float32)
    weighed = (weights * (one[:, None] - other) ** 2).sum(-1)
    assert weighed_squares(one, other, weights) == pytest.approx(weighed, abs=1e-5)


def test_an_object_that_was_never_drawn_is_far() -> None:
    frame, labels = draw([(thing(RED, 3), (20, 30))], GREEN)
    recogniser = Recogniser(search_grid(160, 96, [labels]), [Usual(), Usual()])
    recogniser.learn_key(frame, labels, (1, 2))
    assert recogniser.view(frame).nearest[:, 1].min() == pytest.approx(FAR)
