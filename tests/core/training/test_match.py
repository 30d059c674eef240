"""The training of the matching network: it learns, and a run that was broken off equals one that was not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.nn.propagation import walk_loss
from core.training.match import Examples, Plan, batches, start, train, validate
from tests.core.training.drawn import footage

SMALL = Plan(steps=4, side=64, frames=3, batch=2, workers=0, walk_steps=1, warm_up=1)


class BrokenOffError(Exception):
    """What stops a run in a test."""


@pytest.mark.usefixtures("capsys")
def test_resuming_equals_going_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    through = start(SMALL)
    train(through, Examples(footage(), SMALL), tmp_path / "through")

    broken = start(SMALL)
    two = itertools.islice(batches(Examples(footage(), SMALL), 0), 2)
    with monkeypatch.context() as patch:
        patch.setattr("core.training.match.batches", lambda examples, first: two)
        train(broken, Examples(footage(), SMALL), tmp_path / "broken")
    assert broken.step == 2
    broken.save(tmp_path / "broken")

    resumed = start(replace(SMALL, seed=5))
    resumed.resume(tmp_path / "broken")
    train(resumed, Examples(footage(), SMALL), tmp_path / "broken")
    assert resumed.step == 4
    for ours, theirs in ((through.net, resumed.net), (through.average, resumed.average)):
        for name, value in ours.state_dict().items():
            torch.testing.assert_close(theirs.state_dict()[name], value)


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
