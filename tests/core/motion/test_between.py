"""Pictures between frames: things stand where they should, letters stay, cuts and repeated frames are let be."""

from __future__ import annotations

import numpy as np
import pytest

from core.motion import splat
from core.motion.between import Betweens, kind_of
from tests.core.motion.drawn import LETTERS, SIZE, Picture, found, frame, texture, where


def clip(frames: list[Picture], fast: bool = False) -> Betweens:
    return Betweens(frames.__getitem__, len(frames), fast=fast)


@pytest.mark.parametrize("t", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("pan", [0.0, 3.0])
def test_the_disc_stands_where_it_should(t: float, pan: float) -> None:
    made = clip([frame(0, pan=pan), frame(1, pan=pan)]).picture(0, t)
    assert np.hypot(*np.subtract(found(made), where(t))) <= 0.5


@pytest.mark.parametrize("fast", [False, True])
def test_it_is_better_than_a_blend(fast: bool) -> None:
    first, second, truth = (frame(time, pan=3).astype(float) for time in (0, 1, 0.5))
    made = clip([frame(0, pan=3), frame(1, pan=3)], fast).picture(0, 0.5)
    assert np.abs(made - truth).mean() < np.abs((first + second) / 2 - truth).mean()


def test_paths_bend_when_the_frames_around_are_known() -> None:
    start, speed, bend = (60.0, 80.0), (20.0, 0.0), -12.0
    braking = [frame(n, start, speed, bend) for n in (-1, 0, 1, 2)]
    x = where(0.5, start, speed, bend)[0]
    bent = found(clip(braking).picture(1, 0.5))[0]
    straight = found(clip(braking[1:3]).picture(0, 0.5))[0]
    assert abs(bent - x) <= 0.5 < 1 < abs(straight - x)


def test_what_comes_next() -> None:
    made = clip([frame(0), frame(1)]).neighbours(0).picture(1.5)
    assert np.hypot(*np.subtract(found(made), where(1.5))) <= 2.0


def test_frames_stay_bit_for_bit() -> None:
    frames = [frame(0), frame(1)]
    between = clip(frames)
    assert np.array_equal(between.picture(0, 0.0), frames[0])
    assert np.array_equal(between.picture(1, 0.0), frames[1])
    assert np.array_equal(between.neighbours(0).picture(1.0), frames[1])


def test_letters_over_a_moving_picture_stay_bit_for_bit() -> None:
    first, second = (frame(n, pan=9, letters=True) for n in (0, 1))
    without = frame(0, pan=9)
    letters = (first != without).any(2) & (first == second).all(2)
    assert letters[LETTERS].sum() > 500
    made = clip([first, second]).picture(0, 0.5)
    assert np.array_equal(made[letters], first[letters])
    beside = ~letters
    truth = frame(0.5, pan=9, letters=True).astype(float)
    assert np.abs(made.astype(float) - truth)[beside].mean() < 4


def test_no_ghost_across_a_cut() -> None:
    other = np.ascontiguousarray(255 - texture(7)[: SIZE[1], : SIZE[0]])
    shots = [frame(0), frame(1), other, other[:, ::-1].copy()]
    between = clip(shots)
    assert between.neighbours(1).kind == "cut"
    assert np.array_equal(between.picture(1, 0.4), shots[1])
    assert np.array_equal(between.picture(1, 0.6), shots[2])


def test_no_motion_is_taken_over_a_cut() -> None:
    other = np.ascontiguousarray(255 - texture(7)[: SIZE[1], : SIZE[0]])
    between = clip([other, frame(0), frame(1)])
    assert between.neighbours(1).before is None
    assert np.array_equal(between.picture(1, 0.5), clip([frame(0), frame(1)]).picture(0, 0.5))


def test_a_repeated_frame_is_shown_as_it_is() -> None:
    frames = [frame(0), frame(0), frame(1)]
    between = clip(frames)
    assert between.neighbours(0).kind == "same"
    assert np.array_equal(between.picture(0, 0.7), frames[0])
    assert between.neighbours(1).kind == "moving"
    assert between.neighbours(1).before is None


def test_alpha_moves_with_the_colours() -> None:
    layers = []
    for time in (0.0, 0.5, 1.0):
        colours, ground = frame(time), frame(time, (-90, -90))
        alpha = ((colours != ground).any(2) * 255).astype(np.uint8)
        layers.append(np.dstack([colours * (alpha[..., None] > 0), alpha]))
    made = clip([layers[0], layers[2]]).picture(0, 0.5)
    assert made.shape == layers[1].shape
    off = np.abs(made[..., 3].astype(int) - layers[1][..., 3]) > 128
    assert off.mean() < 0.004
    solid = (made[..., 3] == 255) & (layers[1][..., 3] == 255)
    assert np.abs(made.astype(int) - layers[1])[solid].mean() < 12


@pytest.mark.parametrize("size", [(2, 3), (7, 31), (16, 16), (23, 17), (17, 33)])
def test_small_and_odd_pictures(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.integers(0, 256, (*size, 3), np.uint8) for _ in range(2))
    assert clip([a, b]).picture(0, 0.5).shape == a.shape


def test_one_frame_and_black_frames() -> None:
    black = np.zeros((40, 40, 3), np.uint8)
    assert np.array_equal(clip([black]).picture(0, 0.5), black)
    assert np.array_equal(clip([black, black]).picture(0, 0.5), black)


def test_a_fast_pan_is_no_cut() -> None:
    ground = texture(3, (900, 300))
    views = [np.ascontiguousarray(ground[:176, x : x + 240]) for x in (0, 60)]
    greys = [splat.grey(view) for view in views]
    assert kind_of(*views, splat.motion_between(*greys)) == "moving"


def test_holes_are_filled_from_around() -> None:
    sums, mass = np.zeros((9, 13, 2), np.float32), np.zeros((9, 13), np.float32)
    sums[2, 3], mass[2, 3] = 8.0, 2.0
    assert np.allclose(splat.fill(sums, mass), 4.0, atol=1e-4)


@pytest.mark.parametrize("t", [0.25, 0.75])
def test_what_moves_too_far_to_be_followed_is_shown_once(t: float) -> None:
    """Not as two half ghosts; half way nobody knows which frame is right."""
    frames = [frame(n, (45, 80), (150, 0)) for n in (0, 1)]
    made = clip(frames).picture(0, t).astype(float)
    assert np.abs(made - frames[round(t)]).mean() < 1
    half = clip(frames).picture(0, 0.5).astype(float)
    assert np.abs(half - (frames[0].astype(float) + frames[1]) / 2).mean() < 1
