"""Looking places up by likeness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from core.nn.recall import AXES, Bank, Recalled, main_axes, recall, together


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


def test_evidence_adds_up_over_places_that_are_alike() -> None:
    known = torch.ones(3, 1)
    both = Recalled(torch.tensor([[0.0, 0.0, -9.0]]), known)
    torch.testing.assert_close(both.evidence(), torch.log(torch.tensor([2.0 + np.exp(-9.0)])).float())


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


def test_the_likest_of_many_are_the_likest() -> None:
    torch.manual_seed(0)
    keys, asked = torch.randn(1003, 6), torch.randn(50, 6)
    where = places(17, 59)
    found = recall(asked, torch.zeros(50, 2), Bank(keys, where, keys, torch.tensor(1e9)), top=5)
    best = -torch.cdist(asked, keys).square().topk(5, 1, largest=False).values
    torch.testing.assert_close(found.likeness.sort(1, descending=True).values, best, atol=1e-4, rtol=0)


def test_long_keys_that_vary_along_few_axes_are_searched_along_these() -> None:
    torch.manual_seed(0)
    keys = torch.randn(900, AXES - 2) @ torch.randn(AXES - 2, 100)
    axes = main_axes(keys)
    assert axes is not None and axes.shape == (100, AXES)
    torch.testing.assert_close(axes.T @ axes, torch.eye(AXES), atol=1e-4, rtol=0)
    asked = keys[::9] + 0.1 * torch.randn(100, 100)
    bank = Bank(keys, places(30, 30), torch.arange(900.0)[:, None], torch.tensor(1e9))
    full, few = (recall(asked, torch.zeros(100, 2), each, top=3) for each in (bank, replace(bank, axes=axes)))
    torch.testing.assert_close(full.likeness.amax(1), few.likeness.amax(1))
    torch.testing.assert_close(full.mean(), few.mean())
    assert main_axes(keys[:, :40]) is None
