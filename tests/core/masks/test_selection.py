"""Smart select: the box finds its object, strokes have the last word, and no box or frame is too odd."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EditError, MediaError
from core.masks.draw import Stroke, stroke_area
from core.masks.evidence import moved
from core.masks.hints import SIDE, PromptMaps, View, area_map, box_map, colour_share, view_of
from core.masks.selection import seen, select, select_in_steps


def scene(
    height: int = 270, width: int = 480, middle: tuple[int, int] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """A textured red ellipse on textured green."""
    noise = np.random.default_rng(3).normal(0, 18, (height, width, 3))
    truth = np.zeros((height, width), np.uint8)
    cv2.ellipse(truth, middle or (width // 2, height // 2), (width // 6, height // 4), 20, 0, 360, 1, -1)
    colours = np.where(truth[..., None] == 1, (190, 60, 50), (60, 130, 70))
    return np.clip(colours + noise, 0, 255).astype(np.uint8), truth.astype(bool)


def box_of(truth: np.ndarray, margin: float = 4) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    return columns[0] - margin, rows[0] - margin, columns[-1] + 1 + margin, rows[-1] + 1 + margin


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_a_box_finds_its_object_the_same_every_time() -> None:
    frame, truth = scene()
    selected = select(frame, box_of(truth))
    assert overlap(selected, truth) > 0.95
    np.testing.assert_array_equal(selected, select(frame, box_of(truth)))
    left, top, right, bottom = box_of(truth)
    np.testing.assert_array_equal(selected, select(frame, (right, bottom, left, top)))
    assert overlap(select(frame, box_of(truth, 25)), truth) > 0.9


def test_an_object_cut_by_the_frame_is_found() -> None:
    frame, truth = scene(middle=(30, 20))
    _, _, right, bottom = box_of(truth)
    assert overlap(select(frame, (-20, -9, right, bottom)), truth) > 0.9
    assert overlap(select(frame, (0, 0, right, bottom)), truth) > 0.9


def test_of_two_things_the_box_means_its_own() -> None:
    frame, truth = scene(middle=(130, 130))
    other = np.zeros(truth.shape, np.uint8)
    cv2.circle(other, (330, 130), 60, 1, -1)
    frame = np.where(other[..., None] == 1, frame[::-1, ::-1] // 2 + np.uint8(80), frame)
    frame[other == 1] = (60, 80, 200)
    assert overlap(select(frame, box_of(truth)), truth) > 0.9
    assert overlap(select(frame, box_of(other > 0)), other > 0) > 0.9


def test_strokes_are_respected_to_the_pixel_and_help_around_them() -> None:
    frame, truth = scene()
    frame[:, 240:] = np.where(truth[:, 240:, None], (40, 60, 190), frame[:, 240:])
    box = box_of(truth)
    inside = Stroke(((200, 130), (280, 140)), 8)
    outside = Stroke(((165, 80), (175, 85)), 8)
    selected = select(frame, box, [inside], [outside])
    assert selected[stroke_area(truth.shape, inside)].all()
    assert not selected[stroke_area(truth.shape, outside)].any()
    assert overlap(selected, truth) > 0.9
    never = select(frame, box, [inside], [inside])
    assert not never[stroke_area(truth.shape, inside)].any()
    sure, no = np.zeros((2, *truth.shape), bool)
    sure[5:9, 5:9] = no[100:130, 230:250] = True
    selected = select(frame, box, sure=sure, never=no)
    assert selected[sure].all() and not selected[no].any()


def test_strokes_change_an_answer_only_as_far_as_they_reach() -> None:
    frame, truth = scene()
    before = truth.copy()
    before[20:40, 20:60] = True  # a lump apart, wrongly in
    before[120:150, 225:255] = False  # a hole, wrongly out
    box, shape = box_of(truth), truth.shape
    inside, outside = Stroke(((240, 128), (240, 140)), 6), Stroke(((30, 30), (50, 30)), 6)
    filled = select(frame, box, [inside], before=before)
    assert not (before & ~filled).any() and overlap(filled & truth, truth) > 0.97
    cleared = select(frame, box, [], [outside], before=before)
    assert not (cleared & ~before).any() and not cleared[stroke_area(shape, outside)].any()
    assert not cleared[20:40, 20:60].any(), "what hangs together with the stroke goes with it"
    assert (cleared & truth).sum() == (before & truth).sum()


def test_in_steps_an_answer_is_that_of_stroke_after_stroke() -> None:
    frame, truth = scene()
    box, strokes = box_of(truth), [Stroke(((200, 130), (280, 140)), 8), Stroke(((240, 100), (240, 160)), 8)]
    outside = [Stroke(((165, 80), (175, 85)), 8)]
    answer = select(frame, box)
    for add, subtract in ((strokes[:1], []), (strokes, []), (strokes, outside)):
        answer = select(frame, box, add, subtract, before=answer)
    np.testing.assert_array_equal(select_in_steps(frame, box, strokes, outside), answer)
    np.testing.assert_array_equal(select_in_steps(frame, box, [], []), select(frame, box))


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 200), (97, 61), (720, 5)])
def test_odd_sizes_give_masks_of_their_size(shape: tuple[int, int]) -> None:
    frame = np.random.default_rng(1).integers(0, 255, (*shape, 3), np.uint8)
    for box in ((0, 0, shape[1], shape[0]), (0.2, 0.1, 1.3, 1.6)):
        selected = select(frame, box)
        assert selected.shape == shape and selected.dtype == np.bool_


def test_tiny_boxes_black_frames_and_whole_frames() -> None:
    black = np.zeros((90, 120, 3), np.uint8)
    assert select(black, (30, 30, 90, 60)).shape == (90, 120)
    frame, truth = scene()
    tiny = select(frame, (239, 134, 241, 136))
    assert tiny.sum() <= 40 * 40
    whole = select(frame, (0, 0, 480, 270))
    assert overlap(whole, truth) > 0.8
    rgba = np.dstack((frame, np.full(truth.shape, 255, np.uint8)))
    np.testing.assert_array_equal(select(rgba, box_of(truth)), select(frame, box_of(truth)))


def test_nothing_outside_the_surroundings_of_the_box() -> None:
    frame, _ = scene()
    selected = select(frame, (10, 10, 60, 60))
    assert not selected[:, 100:].any() and not selected[100:].any()


def test_a_box_beside_the_frame_is_told() -> None:
    for box in ((-50.0, -50.0, -10.0, -10.0), (500.0, 10.0, 600.0, 60.0), (20.0, 20.0, 20.2, 90.0)):
        with pytest.raises(EditError, match="nothing to select"):
            select(scene()[0], box)


def test_full_hd_is_quick() -> None:
    frame, truth = scene(1080, 1920)
    select(frame, box_of(truth))
    start = time.process_time()
    selected = select(frame, box_of(truth))
    assert time.process_time() - start < 1.0
    assert overlap(selected, truth) > 0.95


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 900), st.integers(1, 900), st.tuples(*[st.floats(-50, 1000)] * 4))
def test_views_hold_their_box_and_lie_in_the_frame(
    height: int, width: int, corners: tuple[float, float, float, float]
) -> None:
    left, right = sorted(np.clip((corners[0], corners[2]), 0, width))
    top, bottom = sorted(np.clip((corners[1], corners[3]), 0, height))
    view = view_of((height, width), (left, top, right, bottom), 0.2)
    assert 0 <= view.left < view.right <= width and 0 <= view.top < view.bottom <= height
    assert view.left <= left and view.right >= right and view.top <= top and view.bottom >= bottom
    covered = box_map(view, (left, top, right, bottom)).sum() / SIDE**2
    size = view.size
    assert covered == pytest.approx((right - left) * (bottom - top) / (size[0] * size[1]), abs=1e-4)


def test_a_stroke_that_is_thin_in_the_networks_picture_counts_wholly() -> None:
    view, area = View(0, 0, 4 * SIDE, 4 * SIDE), np.zeros((4 * SIDE, 4 * SIDE), bool)
    assert not area_map(view, area).any()
    area[:, 8:10] = area[:, 40] = True
    found = area_map(view, area)
    assert (found[:, 2] == 1).all() and (found[:, 10] == 0.5).all()
    assert np.count_nonzero(found) == 2 * SIDE


def test_what_is_said_of_one_view_lies_right_in_another() -> None:
    far, near = View(10, 20, 210, 170), View(40, 35, 160, 155)
    x, y = np.arange(SIDE, dtype=np.float32) + 0.5, np.arange(SIDE, dtype=np.float32)[:, None] + 0.5
    in_frame = (x * 200 / SIDE + 10) + 3 * (y * 150 / SIDE + 20)
    wanted = (x * 120 / SIDE + 40) + 3 * (y * 120 / SIDE + 35)
    np.testing.assert_allclose(moved(in_frame, far, near), wanted, atol=0.1)


def passing(step: float) -> tuple[list[np.ndarray], np.ndarray]:
    """Three frames: a speckled square goes by before a wall of the same speckle, on grass; and where it is in the
    second."""
    rng = np.random.default_rng(5)
    speckle = cv2.GaussianBlur(rng.normal(0, 60, (270, 480)).astype(np.float32), (0, 0), 1.5)[..., None] * 3
    grass = np.array((70, 120, 60)) + speckle[::-1] * 0.3
    stone = np.array((130, 120, 115)) + speckle
    scene = grass.copy()
    scene[120:270, 250:330] = stone[120:270, 250:330]
    frames = []
    for n in range(3):
        left, frame = round(190 + step * n), scene.copy()
        frame[90:190, left : left + 70] = stone[20:120, 20:90] + (20, 0, -10)
        frames.append(np.clip(frame, 0, 255).astype(np.uint8))
    truth = np.zeros((270, 480), bool)
    truth[90:190, round(190 + step) : round(190 + step) + 70] = True
    return frames, truth


def test_what_stays_with_the_scene_is_not_of_what_goes_by() -> None:
    (before, frame, after), truth = passing(5)
    box = 185.0, 84.0, 300.0, 196.0
    alone, seen_moving = select(frame, box), select(frame, box, neighbours=(before, after))
    assert overlap(seen_moving, truth) > max(0.85, overlap(alone, truth) + 0.05)


def test_neighbours_that_tell_nothing_change_little() -> None:
    before, frame, _ = passing(5)[0]
    box = 185.0, 84.0, 300.0, 196.0
    alone = select(frame, box)
    np.testing.assert_array_equal(select(frame, box, neighbours=(before[:100],)), alone)
    assert overlap(select(frame, box, neighbours=(frame, frame)), alone) > 0.97
    another = np.random.default_rng(0).integers(0, 255, frame.shape, np.uint8)  # after a cut
    assert overlap(select(frame, box, neighbours=(another,)), alone) > 0.97
    for size in ((1, 1), (3, 200)):
        tiny = np.zeros((*size, 3), np.uint8)
        assert select(tiny, (0, 0, size[1], size[0]), neighbours=(tiny, tiny)).shape == size


class Damaged:
    """Frames of which some cannot be read."""

    frame_count = 3

    def __init__(self, *bad: int) -> None:
        self.bad = bad

    def frame(self, index: int) -> np.ndarray:
        if index in self.bad:
            raise MediaError("damaged")
        return np.full((4, 4, 3), index, np.uint8)


def test_neighbours_that_cannot_be_read_are_left_out() -> None:
    for number, bad, wanted in ((1, (), [0, 2]), (0, (), [1]), (2, (), [1]), (1, (2,), [0]), (1, (0, 2), [])):
        frame, neighbours = seen(Damaged(*bad), number)  # type: ignore[arg-type]
        assert frame[0, 0, 0] == number and [int(each[0, 0, 0]) for each in neighbours] == wanted
    with pytest.raises(MediaError, match="damaged"):
        seen(Damaged(1), 1)  # type: ignore[arg-type]


def test_colours_of_the_box_are_told_from_those_around_it() -> None:
    picture = np.full((SIDE, SIDE, 3), (60, 130, 70), np.uint8)
    picture[60:130, 60:130] = (190, 60, 50)
    box, none = np.zeros((2, SIDE, SIDE), np.float32)
    box[50:140, 50:140] = 1
    share = colour_share(picture, PromptMaps(box, none, none))
    assert share[100, 100] > 0.9 and share[10, 10] < 0.35
    full = np.ones_like(box)
    assert (colour_share(picture, PromptMaps(full, none, none)) == 0.5).all()
