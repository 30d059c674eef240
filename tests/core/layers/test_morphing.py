"""What frames before and frames after say of a background meets between the two."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.arrays import Array32, to_bytes
from core.layers.morphing import between, meeting, moved
from tests.core.layers.scenes import wall
from tests.core.layers.test_plane import psnr

INNER = np.s_[20:-20, 30:-30]


def shifted(picture: Array32, by: float) -> Array32:
    move = np.array([[1, 0, by], [0, 1, 0.0]])
    size = picture.shape[1::-1]
    return np.asarray(cv2.warpAffine(picture, move, size, borderMode=cv2.BORDER_REPLICATE), np.float32)


@pytest.mark.parametrize("later", [0.25, 0.5, 0.75])
def test_what_lies_apart_meets_on_the_way(later: float) -> None:
    whole = wall((240, 140))
    first, second = shifted(whole, -6), shifted(whole, 6)
    truth = to_bytes(shifted(whole, -6 + 12 * later))[INNER]
    mean = first + np.float32(later) * (second - first)
    assert (
        psnr(to_bytes(between(first, second, later))[INNER], truth)
        > 30
        > 25
        > psnr(to_bytes(mean)[INNER], truth)
    )


def test_what_only_one_side_shows_stays_where_it_is() -> None:
    whole = wall((240, 140))
    seen, unseen = np.ones(whole.shape[:2], np.float32), np.zeros(whole.shape[:2], np.float32)
    places = meeting((whole, seen), (np.zeros_like(whole), unseen))
    assert places is not None
    assert np.abs(moved((whole, seen), places[0])[0] - whole).max() < 1e-3


def test_nothing_moves_where_the_frame_shows_its_background() -> None:
    whole, weight = wall((240, 140)), np.ones((140, 240), np.float32)
    hidden = np.zeros_like(weight)
    hidden[40:100, 140:200] = 1
    places = meeting((shifted(whole, -4), weight), (shifted(whole, 4), weight), hidden)
    assert places is not None
    way = np.abs(places[1] - places[0]).max(-1)
    assert way[:, :110].max() == 0 and np.median(way[50:90, 150:190]) == pytest.approx(8, abs=1)


def test_pictures_too_small_to_tell_are_mixed() -> None:
    small = wall((24, 20))
    assert np.allclose(between(small, small * 0.5, 0.5), small * 0.75, atol=1e-6)
