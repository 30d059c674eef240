"""Views of a made picture: a square that moves over a still ground."""

from __future__ import annotations

import numpy as np
import pytest

from core.motion.between import Betweens
from core.render.slow_views import LOOKS, Moment, moment_of, motion_picture, unsureness, view
from core.timeline.time_map import Linear
from tests.core.render.fakes import TICK, FakeSource, clip

SIZE = (96, 128)


def picture(at: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    out = np.repeat(rng.integers(60, 120, (12, 16, 1), np.uint8).repeat(8, 0).repeat(8, 1), 3, axis=2)
    out[30:62, at : at + 32] = rng.integers(120, 250, (32, 32, 3), np.uint8) // 2 + 100
    return out


def betweens() -> Betweens:
    return Betweens(lambda n: picture(24 + 8 * n), 4)


@pytest.mark.parametrize("look", LOOKS)
def test_views_have_the_size_of_the_frames(look) -> None:  # type: ignore[no-untyped-def]
    found = view(betweens(), Moment(1, 0.5, 0, TICK), look)
    assert found.shape == (*SIZE, 3) and found.dtype == np.uint8 and found.std() > 3


def test_the_motion_is_seen_where_the_square_is() -> None:
    field = view(betweens(), Moment(1, 0.5, 0, TICK), "motion").max(axis=2)
    assert field[40:52, 40:60].mean() > 4 * max(1.0, field[80:, :20].mean())


def test_a_guess_is_where_the_ground_comes_out() -> None:
    pair = betweens().neighbours(1)
    doubt = unsureness(pair, pair.fields(0.5))
    assert doubt[75:, 5:25].mean() < 0.2
    assert doubt.max() > 0.5


def test_motion_is_coloured_by_direction() -> None:
    flow = np.zeros((4, 6, 2), np.float32)
    flow[:2, :, 0], flow[2:, :, 0] = 5, -5
    colours = motion_picture(flow)
    assert not np.array_equal(colours[0, 0], colours[3, 0])
    assert not motion_picture(np.zeros_like(flow)).any()


def test_nothing_is_made_up_at_a_real_frame() -> None:
    found = view(betweens(), Moment(1, 0.0, 0, TICK), "motion")
    np.testing.assert_allclose(found[..., 0], found[..., 1])


def test_where_a_clip_stands_between_its_frames() -> None:
    source = FakeSource(picture, frames=4)
    slow = clip("a", 20, time_map=Linear(0, 1, 4))
    found = moment_of(slow, source, 6 * TICK)
    assert (found.index, found.t, found.start, found.end) == (1, 0.5, TICK, 2 * TICK)
