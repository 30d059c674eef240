"""The parts of the tracker: features, matching, the edge step, the grid."""

from __future__ import annotations

import numpy as np
import pytest

from core.masks.areas import doubtful
from core.masks.edges import linear_model
from core.masks.features import make_grid, token_features
from core.masks.fineness import FAST, NORMAL, Bounds, choose_grid
from core.masks.memory_frame import to_grid, to_tokens
from core.masks.output import full_size
from core.masks.parts import gap, whole
from tests.core.masks.scenes import draw, overlap


def test_features_do_not_depend_on_the_frames_size() -> None:
    frame, _ = draw(0, 320, 192)
    grid = make_grid(320, 192, 24, 4)
    assert grid.shape == (24, 40)
    features = token_features(frame, grid)
    twice = token_features(np.repeat(np.repeat(frame, 2, 0), 2, 1), grid)
    assert features.shape == (24, 40, features.shape[2]) and features.dtype == np.float32
    assert np.abs(features - twice).mean() < 0.05 * np.abs(features).mean()


def test_small_and_thin_objects_get_a_finer_grid() -> None:
    def rows(side: int, height: int = 0, bounds: Bounds = NORMAL) -> int:
        labels = np.zeros((1080, 1920), np.uint8)
        labels[20 : 20 + (height or side), 100 : 100 + side] = 1
        return choose_grid(1920, 1080, [labels], bounds).shape[0]

    assert rows(150) == NORMAL.most and rows(150, 0, FAST) == FAST.most
    assert rows(1000) == NORMAL.least and rows(1000, 0, FAST) == FAST.least
    assert NORMAL.most > rows(330) > NORMAL.least and FAST.most > rows(300, 0, FAST) > FAST.least
    assert choose_grid(1080, 1920, [np.ones((1920, 1080), np.uint8)]).shape[1] == NORMAL.least
    bars = np.zeros((1080, 1920), np.uint8)
    for row in (100, 300, 500):
        bars[row : row + 24, 50:1850] = 1
    assert choose_grid(1920, 1080, [bars], FAST).shape[0] == FAST.most


def test_guided_filter_brings_the_edge_onto_the_pictures() -> None:
    guide = np.zeros((60, 80, 3), np.float32)
    guide[:, 40:] = (0.8, 0.3, 0.1)
    late = np.zeros((60, 80), np.float32)
    late[:, 43:] = 1
    slope, offset = linear_model(guide, late, 8)
    edge = (guide * slope).sum(2) + offset
    assert edge[:, 42:].min() - edge[:, :38].max() > 0.3
    assert ((edge > 0.5) == (guide[..., 0] > 0.4)).mean() > 0.99


@pytest.mark.parametrize("size", [(160, 96), (321, 181)])
def test_tokens_become_masks_at_full_size(size: tuple[int, int]) -> None:
    frame, truth = draw(2, *size)
    masks = to_grid(truth, (1, 2), make_grid(*size, 24, 4))
    for objects in (masks, to_tokens(masks)):
        labels, _ = full_size(frame, objects, (1, 2))
        assert overlap(labels == 1, truth == 1) > 0.9
    labels, mattes = full_size(frame, to_tokens(masks), (1, 2))
    assert labels.shape == truth.shape and len(mattes) == 2
    for label in (1, 2):
        assert overlap(labels == label, truth == label) > 0.9
        assert mattes[label - 1].min() >= 0 and mattes[label - 1].max() <= 1
    empty, _ = full_size(frame, np.zeros((24, 40, 1), np.float32), (1,))
    assert not empty.any()


def test_parts_away_from_the_object_are_not_of_it() -> None:
    mask = np.zeros((80, 120, 1), np.float32)
    mask[20:60, 20:50] = 1
    guided = mask[..., 0].copy()
    limb, stranger = mask.copy(), mask.copy()
    limb[30:34, 52:60] = 1
    stranger[30:40, 90:110] = 1
    assert np.array_equal(whole(limb[..., 0], guided, 0.0), limb[..., 0])
    assert np.array_equal(whole(stranger[..., 0], guided, 0.0), mask[..., 0])
    assert np.array_equal(whole(stranger[..., 0], stranger[..., 0], gap(stranger[..., 0])), stranger[..., 0])
    pieces = np.zeros_like(guided)
    pieces[20:60, 20:26] = pieces[20:60, 60:66] = pieces[20:60, 100:106] = 1
    assert np.array_equal(whole(pieces, pieces, 0.0), pieces)


def test_tokens_are_in_doubt_where_what_covers_them_changes() -> None:
    tokens = np.zeros((20, 30, 2), np.float32)
    tokens[:, :10, 0] = 1
    tokens[10, 20, 1] = 1
    found = doubtful(tokens)
    assert found[:, 8:12].all() and found[9:12, 19:22].all()
    assert not found[:, :8].any() and not found[:, 12:18].any() and not found[:, 23:].any()
