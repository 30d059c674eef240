"""Black bars: found where they are and only there, kept as they are, and no part of the motion."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.motion.between import Betweens
from core.motion.letterbox import Inside, between_bars, whole_of
from core.render.slow_views import LOOKS, Moment, view
from tests.core.motion.drawn import SIZE, Picture, frame, texture


def barred(picture: Picture, rows: int = 0, columns: int = 0) -> Picture:
    """The picture with bars around it."""
    return np.pad(picture, ((rows, rows), (columns, columns), (0, 0)))


def clip(frames: list[Picture]) -> Betweens:
    return Betweens(frames.__getitem__, len(frames))


@pytest.mark.parametrize("rows, columns", [(24, 0), (0, 30), (10, 4), (2, 0)])
def test_the_picture_is_made_as_without_bars_and_they_stay_black(rows: int, columns: int) -> None:
    bare = [frame(n, pan=9) for n in range(3)]
    made = clip([barred(one, rows, columns) for one in bare]).picture(0, 0.5)
    assert np.array_equal(made, barred(clip(bare).picture(0, 0.5), rows, columns))


def test_a_picture_beside_odd_bars_begins_on_a_whole_pixel_at_half_size() -> None:
    frames = [barred(frame(n, pan=9), 7, 13) for n in range(2)]
    inside = between_bars(*frames)
    assert (inside.left, inside.top) == (14, 8)
    assert (inside.right, inside.bottom) == (13 + SIZE[0], 7 + SIZE[1])


def test_spilled_colours_are_as_in_the_frames() -> None:
    frames = []
    for n in range(2):
        picture = barred(frame(n, pan=9), columns=8)
        jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 75])[1]
        frames.append(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8))
    made = clip(frames).picture(0, 0.5)
    assert between_bars(*frames) == Inside(8, 0, 8 + SIZE[0], SIZE[1])
    for side in (np.s_[:, :8], np.s_[:, -8:]):
        low, high = (pick(frames[0][side], frames[1][side]) for pick in (np.minimum, np.maximum))
        assert ((made[side] >= low) & (made[side] <= high)).all()


def test_no_ghost_across_a_cut_between_bars() -> None:
    other = np.ascontiguousarray(255 - texture(7)[: SIZE[1], : SIZE[0]])
    shots = [barred(one, 40) for one in (frame(0), frame(1), other, other[:, ::-1])]
    between = clip(shots)
    assert between.neighbours(1).kind == "cut"
    assert np.array_equal(between.picture(1, 0.4), shots[1])


def test_frames_and_repeated_frames_stay_bit_for_bit() -> None:
    frames = [barred(frame(n), 24) for n in (0, 1, 1)]
    between = clip(frames)
    assert np.array_equal(between.picture(0, 0.0), frames[0])
    assert np.array_equal(between.neighbours(0).picture(1.0), frames[1])
    assert np.array_equal(between.picture(1, 0.6), frames[1])


def test_an_odd_bar_is_left_with_a_line_of_the_picture() -> None:
    a, b = (np.pad(frame(n, pan=9), ((5, 0), (0, 3), (0, 0))) for n in (0, 1))
    assert between_bars(a, b) == Inside(0, 6, SIZE[0], SIZE[1] + 5)


def test_what_is_no_bar() -> None:
    a, b = frame(0), frame(1)
    assert between_bars(a, b) == whole_of(a)
    black = np.zeros_like(a)
    assert between_bars(black, black) == whole_of(a)
    assert between_bars(black, b) == whole_of(a)
    dusk = np.clip(np.arange(SIZE[0]) / 4 - 5, 0, 255).astype(np.uint8)[None, :, None]
    dark, darker = (np.minimum(one, dusk) for one in (a, b))
    assert between_bars(dark, darker) == whole_of(a)
    lit = barred(a, 24)
    lit[4, 30:60] = 200
    assert between_bars(lit, barred(b, 24)).top == 0
    clear = np.dstack([barred(a, 24), barred(np.full_like(a[..., :1], 255), 24)])
    assert between_bars(clear, clear) == whole_of(clear)
    credit = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    credit[60:80, 100:140] = 255
    assert between_bars(credit, np.roll(credit, 4, 0)) == whole_of(credit)
    tiny = np.zeros((40, 40, 3), np.uint8)
    tiny[10:30] = 200
    assert between_bars(tiny, tiny) == whole_of(tiny)


def test_flows_and_views_are_of_whole_frames() -> None:
    frames = [barred(frame(n, pan=9), 24) for n in range(2)]
    between = clip(frames)
    pair = between.neighbours(0)
    to0, to1 = pair.flows(0.5)
    assert to0.shape == to1.shape == (*frames[0].shape[:2], 2)
    assert not to0[:24].any() and np.median(to0[60:120, 150:, 0]) == pytest.approx(4.5, abs=0.3)
    for look in LOOKS:
        seen = view(between, Moment(0, 0.5, 0, 1), look)
        assert seen.shape == frames[0].shape and not seen[:24].any() and seen[24:-24].any()
    assert view(between, Moment(0, 0.0, 0, 1), "motion").shape == frames[0].shape
