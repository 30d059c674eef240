"""Straight and premultiplied alpha: what is not there has no colour."""

from __future__ import annotations

import numpy as np

from core.media.atlas_paint import sample_paint
from core.motion.alpha import premultiplied, straight
from core.motion.splat import blend, fetch

RED_BESIDE_UNSEEN_GREEN = np.array([[[255, 0, 0, 255], [0, 255, 0, 0]]] * 2, np.uint8)


def test_what_is_seen_comes_back_as_it_was() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (9, 7, 4)).astype(np.uint8)
    picture[..., 3] = np.maximum(picture[..., 3], 1)
    assert np.array_equal(straight(premultiplied(picture)), picture)


def test_levels_are_rounded_and_cut_off_at_white() -> None:
    assert straight(np.array([[[99.6, 300.0, 0.0, 255.0]]])).tolist() == [[[100, 255, 0, 255]]]


def test_colour_that_is_not_seen_does_not_bleed_between_pixels() -> None:
    half_a_pixel_on = np.full((2, 2, 2), (0.5, 0.0), np.float32)
    seen, _ = fetch(RED_BESIDE_UNSEEN_GREEN, half_a_pixel_on)
    assert seen[0, 0].tolist() == [255, 0, 0, 128]
    sampled = sample_paint(RED_BESIDE_UNSEEN_GREEN, half_a_pixel_on)
    assert sampled is not None
    np.testing.assert_allclose(sampled[0, 0], (255, 0, 0, 0.5), atol=0.01)


def test_colour_that_is_not_seen_does_not_bleed_between_frames() -> None:
    first, second = RED_BESIDE_UNSEEN_GREEN, RED_BESIDE_UNSEEN_GREEN[:, ::-1]
    mixed = blend(first, second, np.full((2, 2), 0.5, np.float32))
    assert mixed[0].tolist() == [[255, 0, 0, 128]] * 2
