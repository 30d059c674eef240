"""What looks like an object and was seen at the same time as it is not taken for it when it is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from core.masks.features import Grid
from core.masks.fineness import choose_grid
from core.masks.memory_frame import MemoryFrame, memory_frame_of
from core.masks.recognition.doubles import DOUBLE, Double, doubles_left, doubles_of, followed
from core.masks.recognition.presence import GRACE, Watch
from core.masks.recognition.recognise import Found
from core.masks.recognition.remains import FRAMES
from core.masks.recognition.watching import make_watch
from core.masks.straying import Straying
from core.masks.tracker import Step
from tests.core.masks.test_reidentify import BLUE, RED, draw, thing

NOWHERE = np.zeros((4, 4), bool)
SIZE = 160, 96


def at(x: float, score: float) -> Found:
    return Found(score, NOWHERE, (x, 0.4, 0.2, 0.2))


def test_doubles_are_what_scores_away_from_the_object() -> None:
    rivals = [at(0.1, 0.6), at(0.7, 0.1), at(0.5, 0.9)]
    (double,) = doubles_of(2, 7, rivals, (0.5, 0.5, 0.1, 0.4))
    assert (double.k, double.frame, double.score) == (2, 7, 0.6)
    assert double.box == pytest.approx((0.1, 0.3, 0.2, 0.4))


def test_a_double_is_followed_and_something_better_is_not() -> None:
    doubles = [Double(0, 7, 0.4, at(0.1, 0).box)]
    moved, left = followed(doubles, 8, [at(0.15, 0.7), at(0.6, 0.9)])
    assert moved[0].box == pytest.approx(at(0.15, 0).box) and moved[0].frame == 8
    assert left == [at(0.6, 0.9)]
    unseen, left = followed(moved, 9, [at(0.6, 0.9)])
    assert unseen[0].box == moved[0].box and len(left) == 1
    kept, left = followed(moved, 9, [at(0.15, 0.95)])
    assert kept[0].box == moved[0].box and left == [at(0.15, 0.95)]


@dataclass
class Behind:
    """A tracker of a thing that goes behind the wall: its true masks."""

    grid: Grid
    keys: tuple[MemoryFrame, ...]
    history: list[MemoryFrame]
    mask: np.ndarray
    far: float = 0.0
    speed: float = 5.0
    sure: float = 0.9
    objects: tuple[int, ...] = (1,)

    def step(self, number: int, frame: np.ndarray, absent: object = ()) -> Step:
        now = memory_frame_of(number, frame, self.mask, self.objects, self.grid, None)
        way = np.array([(0, self.speed, 0)] * len(self.objects), np.float32)
        self.history = [replace(now, straying=Straying(np.full_like(now.objects, self.far), way, None))]
        return Step(now.masks, tuple(self.sure if (self.mask == k).any() else 0.0 for k in self.objects))


def hidden(twin: Found, since: int) -> tuple[Watch, list[Found]]:
    """A watch whose object went behind the wall while the twin was a candidate from frame `since` on, and what is
    found then."""
    frame, labels = draw([(thing(RED, 3), (20, 30))], wall=True)
    watch = make_watch(lambda number: frame, SIZE, {0: labels}, (1,), (), ())
    watch.begin([float(labels.mean())], [float(labels.mean())])
    key = memory_frame_of(0, frame, labels, (1,), grid := choose_grid(*SIZE, (labels,)), None)
    tracker = Behind(grid, (key,), [key], labels)
    places = (26, 36, 48, *(70,) * GRACE)
    for number, x in enumerate(places, 1):
        frame, tracker.mask = draw([(thing(RED, 3), (x, 30))], wall=True)
        watch.recogniser.candidates = lambda *_: [twin] if number >= since else []  # type: ignore[method-assign] # noqa: B023
        watch.step(tracker, number, frame)  # type: ignore[arg-type]
    assert not watch.presences[0].here
    return watch, watch.find(watch.recogniser.view(frame), 0, NOWHERE, len(places) + 1)


def test_a_twin_seen_beside_it_is_never_it() -> None:
    twin = Found(0.6, NOWHERE, (0.75, 0.3, 0.17, 0.37))
    watch, found = hidden(twin, since=1)
    assert not found and watch.is_double(0, 6, twin)


def test_what_comes_later_may_be_it() -> None:
    late = Found(0.6, NOWHERE, (0.75, 0.3, 0.17, 0.37))
    watch, found = hidden(late, since=6)
    assert found == [late] and not watch.presences[0].doubles


def test_what_is_left_behind_is_a_double_in_each_part() -> None:
    places = np.zeros((10, 20), bool)
    places[2:4, 2:6] = places[6:9, 12:14] = True
    one, other = doubles_left(1, 7, 0.1, places)
    assert (one.k, one.frame, one.score) == (1, 7, DOUBLE)
    assert one.box == pytest.approx((0.1, 0.2, 0.2, 0.2)) and other.box == pytest.approx((0.6, 0.6, 0.1, 0.3))
    assert [each.score for each in doubles_left(1, 7, 0.6, places)] == [0.6, 0.6]


def test_a_mask_that_stays_while_its_object_goes_on_is_taken_back() -> None:
    frame, labels = draw([(thing(RED, 3), (20, 30))], wall=True)
    watch = make_watch(lambda number: frame, SIZE, {0: labels}, (1,), (), ())
    watch.begin([float(labels.mean())], [float(labels.mean())])
    key = memory_frame_of(0, frame, labels, (1,), grid := choose_grid(*SIZE, (labels,)), None)
    tracker = Behind(grid, (key,), [key], labels)
    assert watch.step(tracker, 1, frame).objects.any()  # type: ignore[arg-type]
    tracker.far = 100.0
    assert not watch.step(tracker, 2, frame).objects.any()  # type: ignore[arg-type]
    assert watch.presences[0].here, "one frame may be wrong"
    assert not watch.step(tracker, 3, frame).objects.any()  # type: ignore[arg-type]
    assert not watch.presences[0].here and watch.withdrawn[0].frames == (3,)
    assert watch.presences[0].doubles, "what stays there is not it"


@pytest.mark.parametrize(("likeness", "speed", "here"), [(0.1, 0, False), (0.1, 4, True), (0.5, 0, True)])
def test_what_remains_of_a_mask_is_taken_back(likeness: float, speed: float, here: bool) -> None:
    """Unlike the object it must be, and not go on as that did."""
    frame, labels = draw([(thing(RED, 3), (20, 30))], wall=True)
    watch = make_watch(lambda number: frame, SIZE, {0: labels}, (1,), (), ())
    watch.begin([float(labels.mean())], [float(labels.mean())])
    key = memory_frame_of(0, frame, labels, (1,), grid := choose_grid(*SIZE, (labels,)), None)
    tracker = Behind(grid, (key,), [key], labels)
    for number in range(1, 4):
        watch.step(tracker, number, frame)  # type: ignore[arg-type]
    watch.recogniser.likeness = lambda *_: likeness  # type: ignore[method-assign]
    watch.recogniser.candidates = lambda *_: []  # type: ignore[method-assign]
    tracker.mask, tracker.speed, tracker.sure = labels * (np.arange(160) < 30), speed, 0.5
    for number in range(4, 4 + FRAMES):
        assert watch.presences[0].here
        watch.step(tracker, number, frame)  # type: ignore[arg-type]
    assert watch.presences[0].here is here
    assert [each.frames for each in watch.withdrawn] == ([] if here else [tuple(range(4, 4 + FRAMES))])
    assert bool(watch.presences[0].doubles) is not here


@pytest.mark.parametrize("tracked", [True, False])
def test_another_object_is_no_double(tracked: bool) -> None:
    """It goes elsewhere, and this one may come back where it was."""
    scene = [(thing(RED, 3), (20, 30)), (thing(BLUE, 5), (120, 30))]
    objects = (1, 2) if tracked else (1,)
    frame, labels = draw(scene, wall=True)
    watch = make_watch(lambda number: frame, SIZE, {0: labels * np.isin(labels, objects)}, objects, (), ())
    watch.begin(*[[float((labels == k).mean()) for k in objects]] * 2)
    key = memory_frame_of(0, frame, labels, objects, grid := choose_grid(*SIZE, (labels,)), None)
    tracker = Behind(grid, (key,), [key], labels, objects=objects)
    like = Found(0.6, NOWHERE, (0.75, 0.3, 0.17, 0.37))
    watch.recogniser.candidates = (
        lambda _, k, taken, *__: (  # type: ignore[method-assign]
            [] if k or taken[:, taken.shape[1] * 3 // 4 :].any() else [like]
        )
    )
    for number, x in enumerate((26, 36, 48), 1):
        frame, tracker.mask = draw([(scene[0][0], (x, 30)), scene[1]], wall=True)
        watch.step(tracker, number, frame)  # type: ignore[arg-type]
    assert watch.presences[0].here and bool(watch.presences[0].doubles) is not tracked
