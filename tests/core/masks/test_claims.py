"""Doubt in a mask adds up, is taken away again, and says since when; the fitted model tells right masks from wrong ones."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.masks.claims import LIMIT, MEASURES, MOST, Doubt, Withdrawn, evidence, measured, shipped
from core.masks.content import Content
from core.masks.rounds import Rounds
from core.media import matte
from core.media.matte import MaskFolder
from core.training.claims import Claims, fit, scores, withdrawn

SAYS = st.lists(st.floats(-MOST, MOST, allow_nan=False), max_size=40)


@given(SAYS)
def test_doubt_is_never_negative_and_began_on_the_first_frame_after_none(says: list[float]) -> None:
    doubt, began = Doubt(), 0
    for number, each in enumerate(says):
        began = number if doubt.amount == 0 else began
        doubt = doubt.after(each, number)
        assert 0 <= doubt.amount <= MOST * (number + 1)
        if doubt.amount > 0:
            assert doubt.since == began


def test_a_slow_decline_is_believed_and_a_quick_fall_is_not() -> None:
    for rate, lost in ((0.15, False), (1.5, True)):
        doubt, most = Doubt(), 0.0
        for number in range(50):
            doubt = doubt.after(max(-3.0, 3.5 - rate * number), number)
            most = max(most, doubt.amount)
        assert (most >= LIMIT) == lost


def test_withdrawn_frames_go_in_the_direction_of_tracking() -> None:
    assert list(Withdrawn(0, 3, 5, 1).frames) == [3, 4, 5]
    assert list(Withdrawn(0, 5, 3, -1).frames) == [5, 4, 3]
    assert list(Withdrawn(0, 4, 4, 1).frames) == [4]


def test_the_shipped_model_knows_the_measures_and_their_directions() -> None:
    model = shipped()
    assert model.cues == MEASURES
    right = measured(Content(1.5, 1.5), 0.9, 0.03, 0.03)
    wrong = measured(Content(-0.5, 4.0), 0.1, 0.005, 0.03)
    assert evidence(right) > 1 and evidence(wrong) < -MOST
    for index in range(len(MEASURES)):
        worse = right.copy()
        worse[index] = wrong[index]
        assert model.weight[index] * (right[index] - wrong[index]) > 0 or evidence(worse) <= evidence(right)


def some(name: str, seed: int) -> Claims:
    """Twenty right masks, then twenty wrong ones."""
    rng = np.random.default_rng(seed)
    right = np.repeat((1, 0), 20)
    measures = np.column_stack([right + rng.normal(0, 0.3, 40) for _ in MEASURES])
    return Claims(name, measures, right)


def test_what_is_fitted_tells_the_kinds_apart_and_when_the_object_was_lost() -> None:
    claims = [some(str(seed), seed) for seed in range(6)]
    model = fit(claims[:4])
    found = scores(model, claims[4:])
    assert found["right above wrong"] > 0.95
    assert found["wrong withdrawn"] > 0.9 and found["right withdrawn"] < 0.05
    assert LIMIT > 0
    first = int(np.flatnonzero(withdrawn(claims[5], model))[0])
    assert 18 <= first <= 23


def test_between_known_frames_both_passes_must_withdraw_a_mask(tmp_path: Path) -> None:
    (tmp_path / matte.MASKS).mkdir()
    for frame in range(10):
        matte.write_labels(tmp_path / matte.MASKS / matte.mask_name(frame), np.ones((8, 8), np.uint8))
    said = [Withdrawn(0, 3, 5, 1), Withdrawn(0, 4, 2, -1), Withdrawn(0, 6, 8, 1)]
    watch = cast(Any, SimpleNamespace(withdrawn=said, sightings=[]))
    confidences = {frame: {1: 0.5} for frame in range(10)}
    none = cast(Any, None)
    rounds = Rounds(
        *(tmp_path, (1,), tuple(range(10)), frozenset({0, 6}), confidences, False),
        *(watch, none, none, none, none),
    )
    rounds._retract()
    empty = [frame for frame in range(10) if not MaskFolder(tmp_path).labels(frame).any()]
    assert empty == [3, 4, 7, 8] == rounds.missing(0)
    confidences[9] = {1: 0.0}
    rounds._take_back_alone(0, 1)
    assert rounds.missing(0) == [3, 4, 7, 8, 9]
