"""What was found is no object when it was there all the time, while the object was elsewhere."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from core.masks.encoding import Prefetched
from core.masks.fineness import choose_grid
from core.masks.memory_frame import memory_frame_of
from core.masks.recognition.alibi import Trace, elsewhere, trace_of
from core.masks.recognition.states import RECENT, RIPE, Presence
from core.masks.tracker import Tracker
from tests.core.masks.scenes import texture

pytestmark = pytest.mark.usefixtures("one_thread")

WIDTH, HEIGHT, FOUND = 160, 96, 12
WORLD = texture(HEIGHT, WIDTH, (90, 120, 90), 1)
THING = texture(30, 24, (200, 70, 60), 3)


def scene(left: int) -> tuple[np.ndarray, np.ndarray]:
    """Frame and mask of a thing; out of sight beyond the right edge."""
    picture, mask = WORLD.copy(), np.zeros((HEIGHT, WIDTH), np.uint8)
    wide = max(0, min(24, WIDTH - left))
    picture[30:60, left : left + wide] = THING[:, :wide]
    mask[30:60, left : left + wide] = 1
    return np.clip(picture, 0, 255).astype(np.uint8), mask


def told(lefts: list[int], known: dict[int, Trace]) -> list[Trace]:
    """What is said of a thing that was found on frame FOUND and was at `lefts`, by frame, before."""
    first, own = scene(lefts[FOUND])
    grid = choose_grid(WIDTH, HEIGHT, (own,))
    start = memory_frame_of(FOUND, first, own, (1,), grid, None)
    tracker = Tracker(grid, None, (start,), [start])
    coming = (Prefetched(n, scene(lefts[n])[0]) for n in range(FOUND - 1, -1, -1))
    return outcome(elsewhere(tracker, trace_of(FOUND, own), coming, known.get, 0.02))


def outcome(steps: Generator[int, None, list[Trace]]) -> list[Trace]:
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return list(done.value)


def at(left: int) -> dict[int, Trace]:
    """The object is known on the first three frames, there."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[30:60, left : left + 24] = 1
    return {n: trace_of(n, mask) for n in range(3)}


def test_what_was_there_while_the_object_was_elsewhere_is_something_else() -> None:
    track = told([120 - n for n in range(FOUND + 1)], at(10))
    assert [each.frame for each in track] == list(range(FOUND, 1, -1))
    assert track[-1].box[0] * WIDTH == pytest.approx(118, abs=4)


def test_what_came_into_sight_meanwhile_may_be_it() -> None:
    assert told([220 - 8 * n for n in range(FOUND + 1)], at(10)) == []


def test_what_leads_to_where_the_object_was_is_it() -> None:
    assert told([80 - n for n in range(FOUND + 1)], at(70)) == []


def test_an_object_that_is_hardly_seen_proves_nothing() -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[30:34, 10:14] = 1
    assert told([120] * (FOUND + 1), {n: trace_of(n, mask) for n in range(3)}) == []


def test_a_found_object_must_be_well_seen_before_long() -> None:
    small = Presence(True, 0.02, age=1, proved=False)
    sure, large = (Presence(True, 0.02, age=1, proved=False) for _ in range(2))
    for age in range(1, RIPE + 1):
        for each in (small, sure, large):
            each.age = age
        assert small.is_unproved(0.004, 0.2) == (age == RIPE)
        assert not sure.is_unproved(0.004, 0.7 if age == 3 else 0.2)
        assert not large.is_unproved(0.015 if age == 4 else 0.004, 0.2)
    assert not Presence(True, 0.02, age=RIPE).is_unproved(0.004, 0.2)


@pytest.mark.parametrize(
    ("age", "proved", "never"), [(RECENT - 1, True, True), (RECENT, True, False), (RECENT, False, True)]
)
def test_what_was_tracked_well_for_long_is_not_taken_back(age: int, proved: bool, never: bool) -> None:
    assert Presence(True, 0.02, age=age, proved=proved).was_never_it is never
