"""The full-size step: any grid, any frame, the edge where the picture has it, nothing touched away from it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.masks.colours import with_colours
from core.masks.output import full_size
from tests.core.masks.scenes import draw, overlap


def tokens_of(labels: np.ndarray, rows: int, columns: int, late: int = 0) -> np.ndarray:
    """Coverage of objects 1 and 2 on a grid, moved by `late` pixels; float32 (rows, columns, 2)."""
    moved = np.roll(labels, late, axis=1)
    covered = [
        cv2.resize((moved == label).astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
        for label in (1, 2)
    ]
    return np.stack(covered, axis=-1)


@pytest.mark.parametrize("grid", [(24, 40), (30, 51), (96, 160), (192, 320)])
@pytest.mark.parametrize("size", [(160, 96), (427, 241), (1920, 1080)])
def test_any_grid_leads_to_any_size(grid: tuple[int, int], size: tuple[int, int]) -> None:
    picture, labels = draw(4)
    frame = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    truth = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    found, mattes = full_size(frame, tokens_of(labels, *grid), (1, 2))
    assert found.dtype == np.uint8 and found.shape == truth.shape
    for label, matte in zip((1, 2), mattes, strict=True):
        assert matte.dtype == np.float32 and matte.min() >= 0 and matte.max() <= 1
        assert overlap(found == label, truth == label) > 0.93


def test_a_shifted_edge_is_brought_onto_the_pictures() -> None:
    picture = np.full((96, 160, 3), (40, 110, 60), np.uint8)
    labels = np.zeros((96, 160), np.uint8)
    labels[20:70, 40:110] = 1
    picture[labels == 1] = (200, 60, 50)
    blurred = cv2.GaussianBlur(tokens_of(labels, 48, 80, late=3), (0, 0), 1.5)
    before = cv2.resize(blurred[..., 0], (160, 96), interpolation=cv2.INTER_CUBIC) > 0.5
    found, _ = full_size(picture, blurred, (1, 2))
    assert overlap(found == 1, labels == 1) > max(0.985, overlap(before, labels == 1))


def test_what_is_decided_stays_decided() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (480, 640, 3)).astype(np.uint8)
    inside = np.zeros((120, 160, 1), np.float32)
    inside[30:90, 40:120] = 1
    found, (matte,) = full_size(picture, inside, (7,))
    assert set(np.unique(found)) == {0, 7}
    assert (matte[:100] == 0).all() and (matte[140:340, 180:460] == 1).all()


@pytest.mark.parametrize("value", [0.0, 1.0, 0.3, 0.7])
def test_even_probabilities(value: float) -> None:
    picture, _ = draw(0)
    found, (matte,) = full_size(picture, np.full((12, 20, 1), value, np.float32), (1,))
    assert (found == (1 if value > 0.5 else 0)).all()
    np.testing.assert_allclose(matte, value, atol=0.02)


def test_tiny_frames_and_grids() -> None:
    for size in ((1, 1), (1, 9), (3, 2)):
        found, _ = full_size(np.zeros((*size, 3), np.uint8), np.full((1, 1, 1), 0.9, np.float32), (1,))
        assert found.shape == size and (found == 1).all()


def test_colours_speak_only_where_they_tell_objects_apart() -> None:
    rng = np.random.default_rng(1)
    prior = np.zeros((60, 80), np.float32)
    prior[:, 40:] = 1
    prior[:, 34:46] = 0.5
    near = np.ones_like(prior, bool)
    apart = np.full((60, 80, 3), (80, 128, 128), np.uint8)
    apart[:, 37:] = (200, 150, 110)
    told = with_colours(apart, prior, near)
    assert (told[:, 34:37] < 0.4).all() and (told[:, 38:46] > 0.6).all()
    same = rng.integers(120, 130, (60, 80, 3)).astype(np.uint8)
    np.testing.assert_allclose(with_colours(same, prior, near), prior, atol=0.1)
    np.testing.assert_array_equal(with_colours(apart, prior, np.zeros_like(near)), prior)
