"""Of two missing objects that look alike, a candidate is the one that was going there."""

from __future__ import annotations

import numpy as np
import pytest

from core.masks.features import Grid
from core.masks.recognition.course import Course
from core.masks.recognition.recognise import Found, Recogniser, Usual
from core.masks.recognition.states import Presence
from core.masks.recognition.view import View
from core.masks.recognition.whose import ONWARD, lost_beside, owner, without_kin

GRID = Grid(32, 16, 4)
PLACES = np.ones(GRID.shape, bool)


def view(mine: float, other: float) -> View:
    """Every place is so unlike object 0 and object 1."""
    count = PLACES.size
    ground, nearest = (
        np.tile(np.array(each, np.float32), (count, 1)) for each in ((9.0, 9.0), (mine, other))
    )
    return View(np.zeros((*GRID.shape, 3), np.float32), ground, nearest, (), np.zeros(GRID.shape, np.int32))


def crossing() -> tuple[Recogniser, list[Presence]]:
    """Object 0 walked right and was lost at .4, object 1 walked left and was lost at .6."""
    known = Recogniser(GRID, [Usual(), Usual()], kinds=np.array([1, 2]))
    presences = [
        Presence(False, 0.01, place=(0.38, 0.4, 0.04, 0.2), course=Course((0.02, 0.0))),
        Presence(False, 0.01, place=(0.58, 0.4, 0.04, 0.2), course=Course((-0.02, 0.0))),
    ]
    return known, presences


def at(x: float) -> Found:
    return Found(0.8, PLACES, (x, 0.4, 0.06, 0.2))


@pytest.mark.parametrize(("x", "whose"), [(0.6, 0), (0.36, 1)])
def test_what_looks_alike_goes_on(x: float, whose: int) -> None:
    assert [owner(*crossing(), view(1.0, 1.0), k, at(x)) for k in (0, 1)] == [whose, whose]


def test_looks_that_differ_much_count_more() -> None:
    apart = view(1.0, (1 + 2.2 * ONWARD) / (1 - 2.2 * ONWARD))
    assert owner(*crossing(), apart, 0, at(0.36)) == 0


def test_kin_is_told_by_its_way() -> None:
    """Each turned as the other one was drawn."""
    (known, presences), apart = crossing(), view(1.0, 9.0)
    assert owner(known, presences, apart, 0, at(0.36)) == 0
    known.kin = {0: frozenset({1}), 1: frozenset({0})}
    assert owner(known, presences, apart, 0, at(0.36)) == 1
    found = [at(0.36), at(0.6)]
    assert without_kin(known, presences, apart, 0, found) == found[1:]
    assert without_kin(known, presences, apart, 1, found) == found[:1]


def test_what_stood_still_is_told_by_its_looks() -> None:
    known, presences = crossing()
    for presence in presences:
        presence.course = Course()
    assert owner(known, presences, view(1.0, 1.1), 0, at(0.9)) == 0
    assert owner(known, presences, view(1.1, 1.0), 0, at(0.9)) == 1


def test_only_missing_objects_are_asked() -> None:
    known, presences = crossing()
    presences[1].here = True
    assert lost_beside(known, presences, 0) == []
    assert owner(known, presences, view(2.0, 1.0), 0, at(0.36)) == 0
