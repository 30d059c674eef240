"""A shaken camera over a drawn ground: what is found, and what is left of the shaking."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from core.motion.steady import CameraPath, at_frame, corrections, matrices_of, motions_of, step_between

SIZE = (320, 200)


def ground(seed: int = 0) -> np.ndarray:
    """uint8 grey (600, 900) with texture at many sizes."""
    rng = np.random.default_rng(seed)
    layers = [
        cv2.resize(rng.random((600 // n, 900 // n)), (900, 600), interpolation=cv2.INTER_CUBIC)
        for n in (4, 10, 30)
    ]
    mixed = sum(layers)
    return np.asarray(np.clip(80 * mixed, 0, 255), np.uint8)


def view(scene: np.ndarray, place: np.ndarray) -> np.ndarray:
    """What the camera sees whose frame lies at `place` (3, 3), frame pixels to scene pixels, continuous."""
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    index = np.linalg.inv(half) @ place @ half
    return cv2.warpPerspective(scene, index, SIZE, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def steps_of(count: int, shake: float, pan: float = 0.0, seed: int = 1) -> np.ndarray:
    """Steps of a panning camera whose place shakes by `shake` pixels and a part of that in turn and zoom."""
    rng = np.random.default_rng(seed)
    places = rng.normal(0, 1, (count, 4)) * (shake, shake, shake / 400, shake / 800)
    places[:, 0] += pan * np.arange(count)
    matrices = matrices_of(places, SIZE)
    steps = [np.eye(3), *(np.linalg.inv(a) @ b for a, b in itertools.pairwise(matrices))]
    return motions_of(np.stack(steps), SIZE)


def places_of(steps: np.ndarray) -> np.ndarray:
    start = np.array([[1, 0, 250], [0, 1, 200], [0, 0, 1.0]])
    return np.stack(list(itertools.accumulate(matrices_of(steps, SIZE), np.matmul, initial=start)))[1:]


def test_motions_and_matrices_are_each_other_s_inverse() -> None:
    motions = np.array([[3.0, -2.0, 0.1, 0.05], [0, 0, 0, 0], [-40, 9, -1.2, -0.3]])
    np.testing.assert_allclose(motions_of(matrices_of(motions, SIZE), SIZE), motions, atol=1e-12)


def test_steps_are_found_to_a_fraction_of_a_pixel_also_beside_something_that_moves() -> None:
    scene, truth = ground(), steps_of(8, 3.0, pan=2.0)
    frames = [view(scene, place) for place in places_of(truth)]
    for n, frame in enumerate(frames):
        frame[60:130, 40 + 12 * n : 110 + 12 * n] = 255 - ground(5)[:70, :70]
    found = np.stack([np.zeros(4), *(step_between(b, a) for a, b in itertools.pairwise(frames))])
    assert np.abs(found - truth)[1:, :2].max() < 0.15
    assert np.abs(found - truth)[1:, 2:].max() < 0.002


def test_an_object_that_fills_the_picture_is_looked_past_where_it_is_known() -> None:
    scene, truth = ground(), steps_of(2, 4.0)
    frames = [view(scene, place) for place in places_of(truth)]
    free = np.ones(SIZE[::-1], np.uint8)
    free[:, 60:] = 0
    for n, frame in enumerate(frames):
        frame[:, 60:] = ground(7)[: SIZE[1], 100 + 5 * n : 100 + 5 * n + SIZE[0] - 60]
    assert np.abs(step_between(frames[1], frames[0], free)[:2] - truth[1, :2]).max() < 0.3
    assert np.abs(step_between(frames[1], frames[0])[:2] - truth[1, :2]).max() > 1


@pytest.mark.parametrize("grey", [np.zeros((40, 60), np.uint8), np.zeros((3, 2), np.uint8)])
def test_without_texture_nothing_moves(grey: np.ndarray) -> None:
    np.testing.assert_array_equal(step_between(grey, grey), np.zeros(4))


def shaking(matrices: np.ndarray) -> float:
    """How far the corners' speed changes from frame to frame, pixels."""
    corners = np.array([[0, 0, 1], [SIZE[0], 0, 1], [0, SIZE[1], 1], [*SIZE, 1]]).T
    where = (matrices @ corners)[:, :2]
    return float(np.linalg.norm(np.diff(where, 2, axis=0), axis=1).mean())


def test_shaking_goes_and_the_pan_stays() -> None:
    path = CameraPath(SIZE, steps_of(80, 3.0, pan=1.5), (), 25.0)
    places = places_of(path.steps)
    steady = places @ np.linalg.inv(corrections(path, 0.6, 1.5))
    assert shaking(steady) < 0.05 * shaking(places)
    moved = motions_of(steady, SIZE)[:, 0]
    assert moved[-1] - moved[0] == pytest.approx(1.5 * 79, rel=0.1)


@pytest.mark.parametrize(("smoothness", "most"), [(0.3, 1.1), (2.0, 1.05), (5.0, 1.0), (0.5, 2.0)])
def test_no_border_shows_and_no_more_is_enlarged_than_allowed(smoothness: float, most: float) -> None:
    path = CameraPath(SIZE, steps_of(60, 9.0, pan=4.0, seed=3), (25,), 25.0)
    found = corrections(path, smoothness, most)
    back = np.linalg.inv(found)
    corners = np.array([[0, 0, 1], [SIZE[0], 0, 1], [0, SIZE[1], 1], [*SIZE, 1]]).T
    seen = (back @ corners)[:, :2]
    assert seen.min() > -0.01 and (seen <= np.array(SIZE)[None, :, None] + 0.01).all()
    assert (
        np.abs(np.linalg.det(found[:, :2, :2])).max() ** 0.5 <= most * 1.2
    )  # what shakes in zoom comes on top
    if most == 1.0:
        np.testing.assert_allclose(found, np.tile(np.eye(3), (60, 1, 1)), atol=1e-3)


def test_a_still_camera_is_left_alone_and_a_cut_parts_two_shots() -> None:
    still = CameraPath(SIZE, np.zeros((9, 4)), (4,), 25.0)
    np.testing.assert_array_equal(corrections(still, 1.0, 1.5), np.tile(np.eye(3), (9, 1, 1)))
    shaken = steps_of(40, 4.0)
    alone = corrections(CameraPath(SIZE, shaken[:20], (), 25.0), 0.5, 1.4)
    both = corrections(CameraPath(SIZE, shaken, (20,), 25.0), 0.5, 1.4)
    np.testing.assert_allclose(both[:20], alone, atol=1e-9)


def test_between_two_frames_lies_what_is_between_them_but_not_across_a_cut() -> None:
    path = CameraPath(SIZE, steps_of(20, 4.0), (10,), 25.0)
    found = corrections(path, 0.5, 1.4)
    np.testing.assert_allclose(at_frame(path, 0.5, 1.4, 3.25), 0.75 * found[3] + 0.25 * found[4])
    np.testing.assert_array_equal(at_frame(path, 0.5, 1.4, 9.5), found[9])
    np.testing.assert_array_equal(at_frame(path, 0.5, 1.4, 99.0), found[19])


def test_one_frame_and_two() -> None:
    for count in (1, 2):
        found = corrections(CameraPath(SIZE, steps_of(count, 3.0), (), 25.0), 1.0, 1.3)
        assert found.shape == (count, 3, 3) and np.isfinite(found).all()
