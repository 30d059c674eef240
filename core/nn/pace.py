"""The pace network: does this window play at natural speed, or is it sped up? After SpeedNet (Benaim et al. 2020).

It sees STEPS steps of motion as core.retime.pace_views makes them, float32 (B, VIEWS, STEPS, h, w), and answers with one
number a window, above 0 when it looks sped up. Two branches are added:

- spatial and temporal convolutions in turn; the strongest response over the picture at every moment, then the mean
  over time (as in the paper), so neither the size of the picture nor where things happen matters;
- the rhythm of the whole: how long the motion is, and how like itself it is some steps later. Speeding a clip up makes
  its motion forget itself sooner; by how much it moves does not matter to that.

Pictures themselves are not looked at, only what moves: with little footage to learn from a network would else know the
clip by its look and answer from memory. Steps are averaged over their neighbours, so that the better and worse
frames of a codec in turn tell nothing. What both branches hand to the last layer is the window's embedding; the weighted
sum of the first before the maximum says where the pace was seen.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

VIEWS = 7
"""Planes of a step: grey, flow x and y, residual, difference, sharpness along and across."""
STEPS = 32
LAGS = (2, 3, 4, 6, 8, 12)
_NEAR_LAGS = (2, 4, 8)
_WIDTHS = (16, 24, 32, 32)
_INPUTS = 5 + len(_NEAR_LAGS)
_RHYTHM = 4 + 3 * len(LAGS) + 2 * (2 + len(LAGS))
FEATURES = _WIDTHS[-1] + _RHYTHM


class PaceNet(nn.Module):
    """About 30 thousand parameters."""

    def __init__(self, dropout: float = 0.4) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = _INPUTS
        for i, width in enumerate(_WIDTHS):
            stride = 2 if i < 3 else 1
            layers += [
                nn.Conv3d(before, width, (1, 3, 3), (1, stride, stride), (0, 1, 1), bias=False),
                nn.BatchNorm3d(width),
                nn.ReLU(),
                nn.Conv3d(width, width, (5, 1, 1), (1, 1, 1), (2, 0, 0), bias=False),
                nn.BatchNorm3d(width),
                nn.ReLU(),
            ]
            before = width
        self.body = nn.Sequential(*layers)
        self.level = nn.BatchNorm1d(_RHYTHM, affine=False)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(FEATURES, 1)

    def look(self, views: Tensor) -> tuple[Tensor, Tensor]:
        """Embedding (B, FEATURES) and maps (B, 32, STEPS, h', w') of views (B, VIEWS, STEPS, h, w)."""
        calm = calmed(views)
        maps: Tensor = self.body(described(calm))
        strongest = maps.float().amax((3, 4)).mean(2)
        with torch.autocast(views.device.type, enabled=False):
            level: Tensor = self.level(rhythm(calm.float()))
        return torch.cat([strongest, level.clamp(-4, 4)], 1), maps

    def answer(self, features: Tensor) -> Tensor:
        """(B,) of an embedding (B, FEATURES): above 0 looks sped up, below 0 natural."""
        answer: Tensor = self.head(self.drop(features))[:, 0]
        return answer

    def forward(self, views: Tensor) -> Tensor:
        """(B,) of views (B, VIEWS, STEPS, h, w)."""
        return self.answer(self.look(views)[0])

    def seen(self, maps: Tensor) -> Tensor:
        """(B, STEPS, h', w'): how much each place speaks for a sped-up window."""
        return torch.einsum("bcthw,c->bthw", maps.float(), self.head.weight[0, : _WIDTHS[-1]])


def calmed(views: Tensor) -> Tensor:
    """Each step averaged with its neighbours, 1:2:1."""
    padded = F.pad(views, (0, 0, 0, 0, 1, 1), mode="replicate")
    return (padded[:, :, :-2] + 2 * padded[:, :, 1:-1] + padded[:, :, 2:]) / 4


def described(views: Tensor) -> Tensor:
    """(B, 8, STEPS, h, w): what the first layer sees. Amounts go in as logarithms, so that ratios, which do not depend
    on how large or how near a thing is, are differences; and how alike the motion at a place is some steps later."""
    flow = views[:, 1:3]
    length = _length(flow)
    turn = F.pad(_length(flow.diff(dim=2)), (0, 0, 0, 0, 1, 0), mode="replicate")
    residual, difference, along, across = (100 * views[:, i : i + 1] for i in range(3, 7))
    logs = [(amount + 0.05).log() for amount in (length, turn, residual, difference)]
    sharp = (along + 0.2).log() - (across + 0.2).log()
    return torch.cat([*logs, sharp, *(_alike(flow, length, lag) for lag in _NEAR_LAGS)], 1)


def _length(flow: Tensor) -> Tensor:
    """(B, 1, ...) of (B, 2, ...)."""
    return (flow[:, :1].square() + flow[:, 1:].square()).sqrt()


def _alike(flow: Tensor, length: Tensor, lag: int) -> Tensor:
    """(B, 1, STEPS, h, w): the cosine of the motion and that `lag` steps later at the same place."""
    product = (flow[:, :, lag:] * flow[:, :, :-lag]).sum(1, keepdim=True)
    cosine = product / (length[:, :, lag:] * length[:, :, :-lag] + 0.01)
    return F.pad(cosine, (0, 0, 0, 0, 0, lag), mode="replicate")


def rhythm(views: Tensor) -> Tensor:
    """(B, 38): lengths of the motion, and its likeness to itself some steps later, of the whole window."""
    flow = views[:, 1:3, :, ::2, ::2].flatten(3)
    common = flow.median(3, keepdim=True).values
    own = flow - common
    length, own_length = _length(flow)[:, 0], _length(own)[:, 0]
    sizes = [length.mean((1, 2)), length.square().mean((1, 2)).sqrt(), _length(common).mean((1, 2, 3))]
    parts = [(size + 0.01).log() for size in (*sizes, own_length.mean((1, 2)))]
    for part in (flow, common, own):
        power = part.square().sum(1).mean((1, 2)) + 1e-3
        parts += [(part[:, :, k:] * part[:, :, :-k]).sum(1).mean((1, 2)) / power for k in LAGS]
    for course in (length.mean(2), own_length.mean(2)):
        shape = course / (course.mean(1, keepdim=True) + 0.01)
        around = shape - shape.mean(1, keepdim=True)
        power = around.square().mean(1) + 1e-3
        parts += [around.std(1), (around.diff(dim=1).abs().mean(1) + 0.01).log()]
        parts += [(around[:, k:] * around[:, :-k]).mean(1) / power for k in LAGS]
    return torch.stack(parts, 1)
