"""What every training is held to: one that was broken off and resumed equals one that was not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from core.training.going import Run


def assert_equal(ours: Run[Any], theirs: Run[Any]) -> None:
    """The same weights, and the same running means of them."""
    for one, other in ((ours.net, theirs.net), (ours.average, theirs.average)):
        torch.testing.assert_close(other.state_dict(), one.state_dict())


def assert_resumes(
    training: ModuleType,
    plan: Any,
    examples: Callable[[], Any],
    after: int,
    folder: Path,
    patch: pytest.MonkeyPatch,
) -> None:
    """Train by `plan` in one go, and once more broken off `after` some steps and resumed by another start.

    training: a module with start, train and batches, such as core.training.match.
    """
    through = training.start(plan)
    training.train(through, examples(), folder / "through")

    broken = training.start(plan)
    few = itertools.islice(training.batches(examples(), 0), after)
    with patch.context() as inside:
        inside.setattr(training, "batches", lambda examples, first: few)
        training.train(broken, examples(), folder / "broken")
    broken.save(folder / "broken")

    resumed = training.start(replace(plan, seed=plan.seed + 5))
    resumed.resume(folder / "broken")
    assert broken.step == resumed.step == after
    training.train(resumed, examples(), folder / "broken")
    assert resumed.step == plan.steps
    assert_equal(through, resumed)
