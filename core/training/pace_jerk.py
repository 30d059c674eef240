"""Fitting the half of the pace network that is one measure: how sudden motion is when it is sped
up (core.nn.pace.jerk)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor

from core.nn.pace import calmed, coarse, jerk
from core.training.pace_clips import Clip, source_of
from core.training.pace_scores import judged

_RIDGE = 1e-3
_ROUNDS = 30


def fit_jerk(clips: Sequence[Clip]) -> Tensor:
    """float32 (2,): slope and offset of the log-odds that a window is doubled, by the logarithm of its jerk. Logistic
    regression (Newton's method) on the windows of each clip that are judged, each source counting the same."""
    clips_of = Counter(source_of(clip.name) for clip in clips)
    values, weights = [], []
    for clip in clips:
        windows = torch.from_numpy(judged(clip)).flatten(0, 1)
        found = jerk(calmed(coarse(windows)), clip.rate).double()
        values.append(found)
        weights.append(
            torch.full_like(found, 1 / len(found) / clips_of[source_of(clip.name)] / len(clips_of))
        )
    x, weight = torch.cat(values), torch.cat(weights)
    double = torch.tensor([0.0, 1.0], dtype=torch.float64).repeat(len(x) // 2)
    return _regressed(torch.stack([x, torch.ones_like(x)], 1), double, weight).float()


def _regressed(x: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """(K,) of x (N, K), wanted (N,) in {0, 1} and weights (N,) that add up to 1."""
    found = torch.zeros(x.shape[1], dtype=x.dtype)
    for _ in range(_ROUNDS):
        chance = (x @ found).sigmoid()
        slope = x.T @ (weight * (wanted - chance)) - _RIDGE * found
        bend = (x.T * (weight * chance * (1 - chance))) @ x + _RIDGE * torch.eye(len(found), dtype=x.dtype)
        found = found + torch.linalg.solve(bend, slope)
    return found
