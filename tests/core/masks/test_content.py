"""A mask on the object, on what hides it, and on nothing that was known before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from core.masks.features import Grid
from core.masks.fineness import choose_grid
from core.masks.memory_frame import MemoryFrame, memory_frame_of
from core.masks.recognition.content import strangeness
from core.masks.recognition.presence import GRACE, Watch
from core.masks.recognition.watching import make_watch
from core.masks.tracker import Step
from tests.core.masks.test_reidentify import RED, draw, thing

SIZE = 160, 96


def scene(x: int) -> tuple[np.ndarray, np.ndarray]:
    return draw([(thing(RED, 3), (x, 30))], wall=True)


@pytest.fixture(scope="module")
def key() -> MemoryFrame:
    frame, labels = scene(20)
    return memory_frame_of(0, frame, labels, (1,), choose_grid(*SIZE, (labels,)), None)


def on(key: MemoryFrame, x: int, where: np.ndarray) -> MemoryFrame:
    """The frame in which the thing is at x, with any mask."""
    return memory_frame_of(5, scene(x)[0], where.astype(np.uint8), (1,), _grid(key), None)


def _grid(key: MemoryFrame) -> Grid:
    height, width = key.masks.shape[:2]
    return Grid(width, height, 4)


def test_the_object_is_itself_and_the_wall_is_not(key: MemoryFrame) -> None:
    assert strangeness(on(key, 28, scene(28)[1]), (key,), 0) < 0.3
    wall = np.zeros(SIZE[::-1], np.uint8)
    wall[30:66, 66:94] = 1
    assert strangeness(on(key, 68, wall), (key,), 0) > 0.9


def test_nothing_to_compare_is_not_strange(key: MemoryFrame) -> None:
    empty = np.zeros(SIZE[::-1], np.uint8)
    assert strangeness(on(key, 28, empty), (key,), 0) == 0
    assert strangeness(key, (on(key, 28, empty),), 0) == 0


@dataclass
class Stuck:
    """A tracker whose mask stays on the wall, with all confidence."""

    grid: Grid
    keys: tuple[MemoryFrame, ...]
    mask: np.ndarray
    history: list[MemoryFrame] = field(default_factory=list)

    def step(self, number: int, frame: np.ndarray, absent: object = ()) -> Step:
        now = memory_frame_of(number, frame, self.mask, (1,), self.grid, None)
        self.history = [now]
        return Step(now.masks, (0.9,))


def test_a_mask_that_stays_on_the_wall_is_taken_away(key: MemoryFrame) -> None:
    frame, labels = scene(20)
    watch: Watch = make_watch(lambda number: frame, SIZE, {0: labels}, (1,), (), ())
    watch.begin([float(labels.mean())], [float(labels.mean())])
    wall = np.zeros(SIZE[::-1], np.uint8)
    wall[30:66, 66:94] = 1
    tracker = Stuck(_grid(key), (key,), wall, [key])
    for number in range(1, GRACE + 1):
        assert watch.presences[0].here
        step = watch.step(tracker, number, scene(68)[0])  # type: ignore[arg-type]
        assert not step.objects.any() and step.confidence == (0.0,)
    assert not watch.presences[0].here
