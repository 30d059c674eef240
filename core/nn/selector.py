"""The selecting network: which pixels of a picture around a box are the object that the box means.

An encoder and decoder like the matcher's, whose weights it starts from. It sees the picture, the box, strokes on the
object and beside it, and how much a pixel's colour is of the box (core.masks.hints). What surely is background, because
it lies outside the box or under a stroke, is compared with every place by learned keys at 1/8 of the size: a place that
looks like what lies outside hardly belongs to the object (as labels are carried in the matcher). Strokes as maps that
train against the network's own mistakes follow Xu et al. 2016 and Sofiiuk et al. 2021 (RITM).

Trained here with torch; at the desk core.nn.plain computes the same with numpy, so that no torch has to be started.
Shapes: N pictures of SIDE x SIDE pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nn.matcher import Residual, resized

HINTS = 4
"""Channels beside red, green and blue: box, strokes on the object, strokes beside it, colour."""
KEY = 32
SIMILAR = 3
"""Evidence of a place: like what is outside the box, like what is inside, like strokes on the object."""
FLOOR = 1e-4
"""Of the weight of a place that is neither."""


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Selector(nn.Module):
    """Picture and hints to the logit of each pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.to2 = nn.Sequential(_conv(3 + HINTS, 16, 2), _conv(16, 24))
        self.to4 = nn.Sequential(_conv(24, 48, 2), Residual(48))
        self.to8 = nn.Sequential(_conv(48, 80, 2), Residual(80), Residual(80))
        self.to16 = nn.Sequential(_conv(80, 112, 2), Residual(112), Residual(112))
        self.key = nn.Conv2d(80 + 112, KEY, 1)
        self.log_gain = nn.Parameter(torch.tensor(10.0).log())
        self.whole = nn.Linear(112, 48)
        self.at16 = nn.Sequential(_conv(112 + SIMILAR + 3, 80), Residual(80), nn.Conv2d(80, 48, 1))
        self.at8 = nn.Sequential(_conv(48 + 80 + SIMILAR + 3, 64), Residual(64), nn.Conv2d(64, 40, 1))
        self.at4 = nn.Sequential(_conv(40 + 48 + HINTS, 40), _conv(40, 40), nn.Conv2d(40, 24, 1))
        self.at2 = nn.Sequential(_conv(24 + 24 + HINTS, 24), nn.Conv2d(24, 4, 3, 1, 1))

    def forward(self, pictures: Tensor, hints: Tensor) -> Tensor:
        """Logits (N, 1, H, W).

        Args:
            pictures: (N, 3, H, W) in [0, 1].
            hints: (N, HINTS, H, W) in [0, 1].
        """
        half = self.to2(torch.cat(((pictures - 0.45) * 4, hints * 2 - 1), 1))
        quarter = self.to4(half)
        eighth = self.to8(quarter)
        sixteenth = self.to16(eighth)
        seen2 = F.avg_pool2d(hints, 2)
        seen4 = F.avg_pool2d(seen2, 2)
        seen8 = F.avg_pool2d(seen4, 2)
        like = self.similar(eighth, sixteenth, seen8)
        told = torch.cat((like, seen8[:, :3]), 1)
        x = self.at16(_joined(None, sixteenth, F.avg_pool2d(told, 2)))
        x = x + self.whole(sixteenth.mean((2, 3)))[..., None, None].to(x)
        x = self.at8(_joined(x, eighth, told))
        x = self.at4(_joined(x, quarter, seen4))
        x = self.at2(_joined(x, half, seen2))
        logits: Tensor = F.pixel_shuffle(x.float(), 2)
        return logits

    def similar(self, eighth: Tensor, sixteenth: Tensor, seen: Tensor) -> Tensor:
        """(N, SIMILAR, H/8, W/8): likeness to what is outside, to what may be the object, to what is marked as it."""
        key = self.key(torch.cat((eighth, resized(sixteenth, eighth.shape[-2:])), 1))
        key = F.normalize(key.float().flatten(2), dim=1)
        gain = self.log_gain.exp()
        likeness = (key.transpose(1, 2) @ key) * gain
        box, add, subtract = (seen[:, i].float().flatten(1) for i in range(3))
        outside = torch.maximum(1 - box, subtract) * (1 - add)
        weights = torch.stack((outside, box * (1 - outside), add), 1).clamp(min=FLOOR)
        evidence = [torch.logsumexp(likeness + weights[:, i, None].log(), 2) for i in range(SIMILAR)]
        return torch.stack(evidence, 1).unflatten(2, eighth.shape[-2:]) / gain


def _joined(coarse: Tensor | None, features: Tensor, told: Tensor) -> Tensor:
    """What a stage of the decoder sees, the coarser stage brought to its size."""
    parts = [features, told.to(features)]
    if coarse is not None:
        parts.append(resized(coarse, features.shape[-2:]))
    return torch.cat(parts, 1)
