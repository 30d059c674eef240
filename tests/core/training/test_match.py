"""The training of the matching network: it learns, and a run that was broken off equals one that was not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.nn.propagation import walk_loss
from core.training import match
from core.training.match import Examples, Plan, start, train, validate
from tests.core.training.drawn import footage
from tests.core.training.resuming import assert_resumes

SMALL = Plan(steps=4, side=64, frames=3, batch=2, workers=0, walk_steps=1, warm_up=1)


@pytest.mark.usefixtures("capsys")
def test_resuming_equals_going_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_resumes(match, SMALL, lambda: Examples(footage(), SMALL), 2, tmp_path, monkeypatch)


@pytest.mark.usefixtures("capsys")
def test_the_loss_falls(tmp_path: Path) -> None:
    plan = replace(SMALL, steps=14, rate=3e-3, warm_up=2)
    run = start(plan)
    examples = Examples(footage(), plan)
    before = validate(run.net, examples, 3)
    train(run, examples, tmp_path)
    after = validate(run.net, examples, 3)
    assert after["mask"] < 0.8 * before["mask"]


def test_a_walk_along_moving_points_comes_home() -> None:
    torch.manual_seed(0)
    points = torch.nn.functional.normalize(torch.randn(1, 16, 5, 5), dim=1)
    moving = torch.stack([points.roll(t, 3) for t in range(4)], 1)
    unlike = torch.nn.functional.normalize(torch.randn(1, 4, 16, 5, 5), dim=2)
    assert 1.5 * walk_loss(moving) < walk_loss(unlike)
