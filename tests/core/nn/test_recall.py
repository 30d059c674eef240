"""Looking places up by likeness."""

from __future__ import annotations

import numpy as np
import torch

from core.nn.recall import Bank, Recalled, recall, together


def places(rows: int, columns: int) -> torch.Tensor:
    return torch.from_numpy(np.argwhere(np.ones((rows, columns), bool)).astype(np.float32))


def test_a_place_takes_the_label_of_its_likeness() -> None:
    torch.manual_seed(0)
    keys = torch.randn(600, 12) * 5
    labels = torch.nn.functional.one_hot(torch.arange(600) % 3, 3).float()
    moved = torch.randperm(600)
    found = recall(keys[moved], places(20, 30), Bank(keys, places(20, 30), labels, torch.tensor(1e3)), top=4)
    torch.testing.assert_close(found.mean(), labels[moved], atol=1e-3, rtol=0)
    assert found.evidence().abs().max() < 0.1


def test_of_equal_places_the_near_one_counts() -> None:
    labels = torch.eye(2)[(torch.arange(40) >= 20).long()]
    near = Bank(torch.zeros(40, 3), places(1, 40), labels, torch.tensor(3.0))
    found = recall(torch.zeros(40, 3), places(1, 40), near, top=8).mean()
    assert found[5, 0] > 0.99 and found[35, 1] > 0.99


def test_a_window_leaves_far_places_out() -> None:
    keys = torch.cat((torch.ones(40, 3), torch.zeros(40, 3)))
    where = torch.cat((places(1, 40), places(1, 40) + 100))
    bank = Bank(keys, where, torch.arange(80.0)[:, None], torch.tensor(1e3), window=20)
    found = recall(torch.zeros(40, 3), places(1, 40), bank, top=3)
    assert found.known.max() < 40


def test_trusted_places_win_over_equal_ones() -> None:
    labels = torch.eye(2).repeat_interleave(20, 0)
    trust = torch.cat((torch.zeros(20), torch.full((20,), -6.0)))
    bank = Bank(torch.zeros(40, 3), places(1, 20).repeat(2, 1), labels, torch.tensor(9.0), trust=trust)
    for top in (4, 40):
        assert recall(torch.zeros(20, 3), places(1, 20), bank, top).mean()[:, 0].min() > 0.95


def test_a_bank_smaller_than_what_is_asked_for_gives_all_it_has() -> None:
    bank = Bank(torch.zeros(2, 3), places(1, 2), torch.ones(2, 1), torch.tensor(3.0), window=1)
    assert recall(torch.zeros(5, 3), places(1, 5), bank, top=8).known.shape == (5, 2, 1)


def test_banks_weigh_by_likeness_and_keys_learn_through_it() -> None:
    good, bad = (
        Recalled(torch.tensor([[nats]]), torch.tensor([[[label]]]))
        for nats, label in ((0.0, 1.0), (-9.0, 0.0))
    )
    assert together(good, bad).mean() > 0.999
    keys = torch.randn(10, 4, requires_grad=True)
    bank = Bank(keys, places(1, 10), torch.rand(10, 1), torch.tensor(5.0))
    recall(torch.randn(10, 4), places(1, 10), bank, top=3).mean().sum().backward()
    assert keys.grad is not None and keys.grad.abs().sum() > 0
