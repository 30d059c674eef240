"""Objects that look alike: known by all that is known of them, told apart by their ways."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.masks.recognition.course import Course
from core.masks.recognition.kin import kin_pairs
from core.masks.recognition.recognise import Recogniser, Usual, on_grid, search_grid
from core.masks.recognition.states import Presence
from core.masks.recognition.whose import outdone
from tests.core.masks.scenes import overlap
from tests.core.masks.test_reidentify import BLUE, GOLD, GREEN, RED, draw, film, thing, track

NEAR, FAR = (30, 20), (100, 50)


def tinted(look: np.ndarray, gains: tuple[float, float, float] = (0.9, 1.0, 1.1)) -> np.ndarray:
    return np.asarray(look * np.array((*gains, 1.0), np.float32))


def turned(look: np.ndarray, times: int) -> np.ndarray:
    """With a lamp on its chest and turned round so often."""
    lamp = look.copy()
    lamp[20:26, 16:23, :3] = 240
    return np.ascontiguousarray(lamp[:, ::-1]) if times % 2 else lamp


def known(other: np.ndarray) -> tuple[Recogniser, np.ndarray, np.ndarray]:
    """A bank that saw a red thing and another one, the frame and its labels."""
    frame, labels = draw([(thing(RED, 3), NEAR), (other, FAR)])
    recogniser = Recogniser(search_grid(160, 96, [labels]), [Usual(), Usual()])
    recogniser.learn_key(frame, labels, (1, 2))
    return recogniser, frame, labels


def test_the_same_in_another_tint_is_kin_and_something_else_is_not() -> None:
    assert known(tinted(thing(RED, 3)))[0].kin == {0: frozenset({1}), 1: frozenset({0})}
    assert known(thing(BLUE, 5))[0].kin == {}
    assert known(thing(GOLD, 7))[0].kin == {}


def test_pairs_are_told_by_how_near_one_is_to_the_other() -> None:
    covered = np.zeros((1, 12, 2), bool)
    covered[0, :4, 0] = covered[0, 8:, 1] = True
    near = np.where(np.arange(12)[:, None] < 6, (10.0, 12.0), (30.0, 10.0)).astype(np.float32)
    assert kin_pairs(near, covered, (0, 1)) == [(0, 1)]
    assert kin_pairs(near, covered, (0,)) == []
    assert kin_pairs(np.where(near == 12, 13, near).astype(np.float32), covered, (0, 1)) == []


def test_places_beside_each_other_make_nobody_kin() -> None:
    covered = np.zeros((1, 12, 2), bool)
    covered[0, :6, 0] = covered[0, 6:, 1] = True
    near = np.array([[10.0, 30.0]] * 4 + [[10.0, 10.0]] * 4 + [[30.0, 10.0]] * 4, np.float32)
    assert kin_pairs(near, covered, (0, 1)) == []
    assert kin_pairs(near[2:10], covered[:, 2:10], (0, 1)) == [], "nothing is left that stands alone"


def test_kin_does_not_speak_against_it() -> None:
    recogniser, frame, labels = known(tinted(thing(RED, 3)))
    covered = on_grid(labels, (1, 2), recogniser.grid)
    view = recogniser.view(frame)
    for k in (0, 1):
        assert recogniser.likeness(view, k, covered[..., k]) > 0.8
        assert recogniser.usual[k].rival < 0.3
    recogniser.kin.clear()
    assert recogniser.likeness(view, 0, covered[..., 1]) < 0.3


@pytest.mark.parametrize("k", [0, 1])
def test_it_comes_back_as_its_kin_was_drawn(k: int) -> None:
    """One faces right and the other left when they are drawn; each comes back turned round."""
    right = thing(RED, 3)
    left = np.ascontiguousarray(cv2.flip(right, 1))
    recogniser, *_ = known(left)
    assert recogniser.kin
    frame, _ = draw([((left, right)[k], (60, 40))], GREEN)
    view = recogniser.view(frame)
    best = recogniser.candidates(view, k, np.zeros(view.shape, bool))[0]
    assert best.score > 0.6
    assert 0.35 < best.box[0] + best.box[2] / 2 < 0.6


def test_alone_it_has_its_kins_looks() -> None:
    recogniser, frame, labels = known(tinted(thing(RED, 3)))
    alone = recogniser.only(1)
    assert (alone.kinds == 1).sum() == (recogniser.kinds > 0).sum()
    covered = on_grid(labels, (1, 2), recogniser.grid)
    view = alone.view(frame)
    assert alone.likeness(view, 0, covered[..., 0]) > 0.5


@pytest.mark.usefixtures("one_thread")
def test_two_alike_that_turn_behind_the_wall_keep_their_names(tmp_path: Path) -> None:
    """Each comes out turned as the other one went in, in its own tint."""
    ways = [turned(thing(RED, 3), times) for times in (0, 1)]
    frames = [
        draw([(ways[n > 16], (2 + 4 * n, 20)), (tinted(ways[n <= 16]), (130 - 4 * n, 50))], wall=True)
        for n in range(32)
    ]
    clip, truth = film(tmp_path / "clip", frames)
    masks = track(tmp_path / "out", clip, truth)
    for label in (1, 2):
        scores = [overlap(masks.labels(n) == label, truth[n] == label) for n in range(22, 26)]
        assert np.mean(scores) > 0.6
        mixed = [((masks.labels(n) == label) & (truth[n] == 3 - label)).sum() for n in range(26)]
        assert max(mixed) < 60


def masks_of(recogniser: Recogniser, *masks: np.ndarray) -> np.ndarray:
    rows, columns = recogniser.grid.shape
    return np.stack([cv2.resize(each, (columns, rows), interpolation=cv2.INTER_AREA) for each in masks], -1)


def test_a_mask_that_is_outdone_elsewhere_is_not_the_object() -> None:
    recogniser, *_ = known(thing(BLUE, 5))
    frame, labels = draw([(thing(RED, 3), (60, 40))], GREEN)
    view, presences = recogniser.view(frame), [Presence(True, 0.04), Presence(True, 0.04)]
    right, nothing = (labels == 1).astype(np.float32), np.zeros((96, 160), np.float32)
    wrong = np.roll(right, 50, axis=1)
    assert outdone(recogniser, presences, view, 0, masks_of(recogniser, wrong, nothing), 0.5)
    assert not outdone(recogniser, presences, view, 0, masks_of(recogniser, right, nothing), 0.5)
    assert not outdone(recogniser, presences, view, 0, masks_of(recogniser, wrong, right), 0.5)
    assert not outdone(recogniser, presences, view, 0, masks_of(recogniser, wrong, nothing), 1.01)


def test_missing_kin_on_its_way_does_not_outdo_it() -> None:
    recogniser, *_ = known(tinted(thing(RED, 3)))
    frame, labels = draw([(thing(RED, 3), (60, 40))], GREEN)
    view, nothing = recogniser.view(frame), np.zeros((96, 160), np.float32)
    coming = Presence(False, 0.04, place=(0.2, 0.4, 0.1, 0.3), course=Course((0.02, 0.0)))
    going = Presence(True, 0.04, place=(0.7, 0.4, 0.1, 0.3), course=Course((0.02, 0.0)))
    wrong = masks_of(recogniser, np.roll(labels == 1, 60, axis=1).astype(np.float32), nothing)
    assert not outdone(recogniser, [going, coming], view, 0, wrong, 0.5)
    coming.here = True
    assert outdone(recogniser, [going, coming], view, 0, wrong, 0.5)
