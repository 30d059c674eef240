"""Kinds of transition against pictures that are known."""

from __future__ import annotations

import numpy as np
import pytest

from core.render.compositor import render_frame
from core.render.transitions import changing
from core.timeline.model import TRANSITIONS, WAYS, Track, Transition, TransitionKind, Way
from tests.core.render.fakes import TICK, FakeSources, clip, film, flat, still

RED, BLUE = flat(200, 0, 0, size=(40, 20)), flat(0, 0, 200, size=(40, 20))
CORNERS: dict[Way, tuple[slice, slice]] = {
    "left": (slice(None), slice(20, None)), "right": (slice(None), slice(0, 20)),
    "up": (slice(10, None), slice(None)), "down": (slice(0, 10), slice(None)),
}  # fmt: skip
"""The half of the picture that the later one has at half way: it comes from where the way begins."""


def numbered(channels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    pictures = rng.integers(0, 128, (2, 20, 40, channels), np.uint8)
    pictures[1] += 120
    return pictures[0], pictures[1]


@pytest.mark.parametrize("kind", TRANSITIONS)
@pytest.mark.parametrize("way", WAYS)
def test_it_begins_with_the_one_and_ends_with_the_other(kind: TransitionKind, way: Way) -> None:
    a, b = numbered()
    how = Transition(kind, way=way)
    np.testing.assert_array_equal(changing(a, b, 0.0, how), a)
    np.testing.assert_array_equal(changing(a, b, 1.0, how), b)
    assert changing(a, b, 0.3, how).shape == a.shape
    see_through = changing(a, np.dstack([b, np.full(b.shape[:2], 7, np.uint8)]), 0.5, how)
    assert see_through.shape == (20, 40, 4)


@pytest.mark.parametrize("way", WAYS)
def test_a_wipe_shows_each_on_its_side_of_the_edge(way: Way) -> None:
    shown = changing(RED, BLUE, 0.5, Transition("wipe", way=way))
    blue = shown[..., 2] > 100
    wanted = np.zeros((20, 40), bool)
    wanted[CORNERS[way]] = True
    assert (blue == wanted).mean() >= 0.95
    assert (np.abs(shown[..., 0].astype(int) + shown[..., 2] - 200) <= 1).all()


@pytest.mark.parametrize("way", WAYS)
def test_pushed_pictures_go_one_behind_the_other(way: Way) -> None:
    a, b = numbered()
    shown = changing(a, b, 0.5, Transition("push", way=way))
    both = {"left": np.hstack([a, b])[:, 20:60], "right": np.hstack([b, a])[:, 20:60],
            "up": np.vstack([a, b])[10:30], "down": np.vstack([b, a])[10:30]}  # fmt: skip
    np.testing.assert_array_equal(shown, both[way])


def test_a_dip_is_all_colour_in_the_middle() -> None:
    how = Transition("dip", colour="#00ff00")
    assert (changing(RED, BLUE, 0.5, how)[..., :3] == (0, 255, 0)).all()
    assert (changing(RED, BLUE, 0.25, how)[0, 0, :3] == (100, 128, 0)).all()
    assert (changing(RED, BLUE, 0.75, how)[0, 0, :3] == (0, 128, 100)).all()


def test_in_the_film_the_transition_of_the_later_clip_counts() -> None:
    how = Transition("push", before=5 * TICK, after=5 * TICK, way="left")
    track = Track("v", "video", "", (clip("a", 20), clip("b", 20, transition=how)))
    sources = FakeSources({"a": still(RED), "b": still(BLUE)})
    sequence = film(track, size=(40, 20))
    assert [int((render_frame(sequence, n * TICK, sources)[10, :, 2] > 0).sum()) for n in (14, 15, 19, 20, 24, 25)] == [
        0, 2, 18, 22, 38, 40,
    ]  # fmt: skip


def test_a_dip_from_nothing_comes_out_of_its_colour() -> None:
    how = Transition("dip", after=10 * TICK)
    sequence = film(Track("v", "video", "", (clip("a", 20, transition=how),)), size=(40, 20))
    shown = [render_frame(sequence, n * TICK, FakeSources({"a": still(RED)}))[0, 0] for n in (4, 5, 9, 10)]
    assert [bool(one[3] == 255) for one in shown] == [False, True, True, True]
    assert shown[1][0] < shown[2][0] < shown[3][0] == 200
