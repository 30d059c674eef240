"""The parts of the tracker: features, matching, the edge step, the grid."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.masks.affinity import Memory, carry
from core.masks.edges import guided_filter
from core.masks.features import make_grid, token_features
from core.masks.output import full_size
from core.masks.tracker import FEWEST_ROWS, MOST_ROWS, choose_grid
from tests.core.masks.scenes import draw, overlap


def places(rows: int, columns: int) -> torch.Tensor:
    return torch.from_numpy(np.argwhere(np.ones((rows, columns), bool)).astype(np.float32))


def test_a_token_takes_the_label_of_its_likeness() -> None:
    torch.manual_seed(0)
    features = torch.randn(600, 12) * 20
    labels = torch.nn.functional.one_hot(torch.arange(600) % 3, 3).float()
    moved = torch.randperm(600)
    memory = Memory(features, places(20, 30), labels, reach=1e3)
    found, evidence = carry(features[moved], places(20, 30), [memory], temperature=10, top=4)
    torch.testing.assert_close(found, labels[moved], atol=1e-3, rtol=0)
    assert evidence.abs().max() < 0.1


def test_of_equal_tokens_the_near_one_counts() -> None:
    memory_labels = torch.eye(2)[(torch.arange(40) >= 20).long()]
    memory = Memory(torch.zeros(40, 3), places(1, 40), memory_labels, reach=3)
    found, _ = carry(torch.zeros(40, 3), places(1, 40), [memory], temperature=10, top=8)
    assert found[5, 0] > 0.99 and found[35, 1] > 0.99
    far = Memory(torch.zeros(40, 3), places(1, 40) + 100, memory_labels, reach=3, window=6)
    with_far, _ = carry(torch.zeros(40, 3), places(1, 40), [memory, far], temperature=10, top=8)
    torch.testing.assert_close(found, with_far)


def test_features_do_not_depend_on_the_frames_size() -> None:
    frame, _ = draw(0, 320, 192)
    grid = make_grid(320, 192, 24, 4)
    assert grid.shape == (24, 40)
    features = token_features(frame, grid)
    twice = token_features(np.repeat(np.repeat(frame, 2, 0), 2, 1), grid)
    assert features.shape == (24, 40, features.shape[2]) and features.dtype == np.float32
    assert np.abs(features - twice).mean() < 0.05 * np.abs(features).mean()


def test_small_objects_get_a_finer_grid() -> None:
    def rows(side: int) -> int:
        labels = np.zeros((1080, 1920), np.uint8)
        labels[100 : 100 + side, 100 : 100 + side] = 1
        return choose_grid(1920, 1080, [labels]).shape[0]

    assert rows(20) == MOST_ROWS
    assert rows(1000) == FEWEST_ROWS
    assert MOST_ROWS > rows(400) > FEWEST_ROWS


def test_guided_filter_brings_the_edge_onto_the_pictures() -> None:
    guide = np.zeros((60, 80, 3), np.float32)
    guide[:, 40:] = (0.8, 0.3, 0.1)
    late = np.zeros((60, 80), np.float32)
    late[:, 43:] = 1
    for reduce in (1, 2):
        edge = guided_filter(guide, late, 8, 1e-4, reduce)
        assert np.abs(edge[:, 42:].min() - edge[:, :38].max()) > 0.3
        assert ((edge > 0.5) == (guide[..., 0] > 0.4)).mean() > 0.99


@pytest.mark.parametrize("size", [(160, 96), (321, 181)])
def test_tokens_become_masks_at_full_size(size: tuple[int, int]) -> None:
    frame, truth = draw(2, *size)
    from core.masks.tracker import to_tokens

    grid = make_grid(*size, 24, 4)
    labels, mattes = full_size(frame, to_tokens(truth, (1, 2), grid), (1, 2))
    assert labels.shape == truth.shape and len(mattes) == 2
    for label in (1, 2):
        assert overlap(labels == label, truth == label) > 0.9
        assert mattes[label - 1].min() >= 0 and mattes[label - 1].max() <= 1
    empty, _ = full_size(frame, np.zeros((24, 40, 1), np.float32), (1,))
    assert not empty.any()
