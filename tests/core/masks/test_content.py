"""A mask on the object, on what hides it, and on nothing that was known before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from core.masks.claims import LIMIT, MOST
from core.masks.content import content
from core.masks.features import Grid
from core.masks.fineness import choose_grid
from core.masks.known import Known, known_frame
from core.masks.presence import Watch
from core.masks.tracker import Step
from core.masks.watching import make_watch
from tests.core.masks.test_reidentify import RED, draw, thing

SIZE = 160, 96


def scene(x: int) -> tuple[np.ndarray, np.ndarray]:
    return draw([(thing(RED, 3), (x, 30))], wall=True)


@pytest.fixture(scope="module")
def key() -> Known:
    frame, labels = scene(20)
    return known_frame(0, frame, labels, (1,), choose_grid(*SIZE, (labels,)), None)


def on(key: Known, x: int, where: np.ndarray) -> Known:
    """The frame in which the thing is at x, with any mask."""
    return known_frame(5, scene(x)[0], where.astype(np.uint8), (1,), _grid(key), None)


def _grid(key: Known) -> Grid:
    height, width = key.masks.shape[:2]
    return Grid(width, height, 4)


def test_the_object_is_itself_and_the_wall_is_not(key: Known) -> None:
    itself = content(on(key, 28, scene(28)[1]), (key,), 0)
    wall = np.zeros(SIZE[::-1], np.uint8)
    wall[30:66, 66:94] = 1
    other = content(on(key, 68, wall), (key,), 0)
    assert itself is not None and other is not None
    assert itself.likelier > 0.5 > -0.5 > other.likelier
    assert itself.unseen < other.unseen


def test_half_of_the_object_leaves_much_unseen(key: Known) -> None:
    labels = scene(28)[1]
    half = labels.copy()
    half[46:] = 0
    whole, part = (content(on(key, 28, each), (key,), 0) for each in (labels, half))
    assert whole is not None and part is not None
    assert part.unseen > whole.unseen + 0.3
    assert part.likelier > 0.5


def test_nothing_to_compare_says_nothing(key: Known) -> None:
    empty = np.zeros(SIZE[::-1], np.uint8)
    assert content(on(key, 28, empty), (key,), 0) is None
    assert content(key, (on(key, 28, empty),), 0) is None


@dataclass
class Stuck:
    """A tracker whose mask stays on the wall; it is not sure of it."""

    grid: Grid
    keys: tuple[Known, ...]
    mask: np.ndarray
    history: list[Known] = field(default_factory=list)

    def step(self, number: int, frame: np.ndarray, absent: object = ()) -> Step:
        now = known_frame(number, frame, self.mask, (1,), self.grid, None)
        self.history = [now]
        return Step(now.masks, (0.3,))


def test_a_mask_that_stays_on_the_wall_is_withdrawn(key: Known) -> None:
    frame, labels = scene(20)
    watch: Watch = make_watch(lambda number: frame, SIZE, {0: labels}, (1,), (), ())
    watch.begin([float(labels.mean())], [float(labels.mean())])
    wall = np.zeros(SIZE[::-1], np.uint8)
    wall[30:66, 66:94] = 1
    tracker = Stuck(_grid(key), (key,), wall, [key])
    number = 0
    while watch.presences[0].here and number < 10:
        number += 1
        step = watch.step(tracker, number, scene(68)[0])  # type: ignore[arg-type]
    assert LIMIT / MOST <= number < 6
    assert not step.objects.any() and step.confidence == (0.0,)
    assert [(each.k, each.first, each.last) for each in watch.withdrawn] == [(0, 1, number)]
