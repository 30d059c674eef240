"""The matching network: learned features, labels carried by likeness, a target model, and a decoder.

One frame's mask is predicted from remembered frames with masks, as in space-time memory networks (Oh et al. 2019),
made small enough for a processor:

- an encoder gives features at 1/2, 1/4, 1/8 and 1/16 of the size;
- keys at 1/4 start as the hand-made token features and learn what to add to them. The labels of memory are carried
  by likeness (core.nn.recall), once from the key frames and once from recent ones, so that the decoder can weigh
  the two;
- a target model tells the object from its background: ridge regression in closed form on the features of 1/8, fitted
  anew to the remembered masks of the clip (after Robinson et al. 2020, Bertinetto et al. 2019);
- a decoder takes these hints and the previous mask moved by optical flow, and decides at full size.

Shapes: N pictures, H x W multiples of 16, tokens of STRIDE pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nn.recall import Recalled, together

STRIDE = 4
HAND = 39
"""Channels of core.masks.features.token_features."""
KEY = 32
"""Learned channels beside the hand-made ones."""
VALUE = 16
HINTS = 4 + VALUE
"""Of the decoder at 1/4: label and evidence from key frames and from recent ones, values."""
TARGET = 64
"""Channels of the features that the target model sees."""
RIDGE = 0.02


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """Two convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _conv(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w), as `x`."""
        return F.relu(x + self.second(self.first(x)))


@dataclass(frozen=True)
class Features:
    """What the matching network sees in pictures, at several scales.

    half, quarter, eighth, sixteenth: (N, C, H/s, W/s).
    key: (N, HAND + KEY, H/4, W/4) float32.
    target: (N, TARGET, H/8, W/8) float32, unit length.
    """

    half: Tensor
    quarter: Tensor
    eighth: Tensor
    sixteenth: Tensor
    key: Tensor
    target: Tensor

    def split(self, count: int) -> list[Features]:
        """`count` pictures at a time."""
        parts = (each.split(count) for each in vars(self).values())
        return [Features(*part) for part in zip(*parts, strict=True)]


class Encoder(nn.Module):
    """Pictures to features at four sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.to2 = nn.Sequential(_conv(3, 16, 2), _conv(16, 24))
        self.to4 = nn.Sequential(_conv(24, 48, 2), Residual(48))
        self.to8 = nn.Sequential(_conv(48, 80, 2), Residual(80), Residual(80))
        self.to16 = nn.Sequential(_conv(80, 112, 2), Residual(112), Residual(112))
        self.down = nn.Sequential(_conv(112 + 80, TARGET), nn.Conv2d(TARGET, TARGET, 1))
        self.key = nn.Conv2d(48 + TARGET, KEY, 1)
        self.gain = nn.Parameter(torch.ones(HAND))
        nn.init.normal_(self.key.weight, std=0.02)
        assert self.key.bias is not None
        nn.init.zeros_(self.key.bias)

    def forward(self, pictures: Tensor, hand: Tensor) -> Features:
        """See pictures.

        Args:
            pictures: (N, 3, H, W) in [0, 1].
            hand: (N, HAND, H/4, W/4), hand-made features scaled so that squared distance is nats.
        """
        half, quarter, eighth, sixteenth, learned, target = self.seen(pictures)
        key = torch.cat((hand * self.gain[:, None, None], learned.float()), 1)
        return Features(half, quarter, eighth, sixteenth, key, target)

    def seen(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What does not depend on the hand-made features: half, quarter, eighth and sixteenth of `Features`, the
        learned channels of its key, (N, KEY, H/4, W/4), and its target."""
        half = self.to2((pictures - 0.45) * 4)
        quarter = self.to4(half)
        eighth = self.to8(quarter)
        sixteenth = self.to16(eighth)
        wide = self.down(torch.cat((eighth, resized(sixteenth, eighth.shape[-2:])), 1))
        learned = self.key(torch.cat((quarter, resized(wide, quarter.shape[-2:])), 1))
        return half, quarter, eighth, sixteenth, learned, F.normalize(wide.float(), dim=1)


def resized(x: Tensor, size: Sequence[int]) -> Tensor:
    """(B, C, H, W) at a size (height, width): bilinear, corners not aligned."""
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


class Matcher(nn.Module):
    """Encoder, value encoder and decoder, which core.nn.propagation puts together; tracking asks the encoder alone."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.value = nn.Sequential(_conv(48 + STRIDE * STRIDE, 32), nn.Conv2d(32, VALUE, 1))
        self.at16 = nn.Sequential(_conv(112 + 3, 80), Residual(80), nn.Conv2d(80, 48, 1))
        self.at8 = nn.Sequential(_conv(48 + 80 + 4, 64), nn.Conv2d(64, 32, 1))
        self.at4 = nn.Sequential(_conv(32 + 48 + HINTS + 2, 48), _conv(48, 48), nn.Conv2d(48, 24, 1))
        self.at2 = nn.Sequential(_conv(24 + 24 + 4, 24), nn.Conv2d(24, 4, 3, 1, 1))
        self.log_reach = nn.Parameter(torch.tensor([30.0, 8.0]).log())

    @property
    def reach(self) -> Tensor:
        """How far, in tokens, a place is looked for in key frames and in recent ones, (2)."""
        return self.log_reach.exp()

    def values(self, quarter: Tensor, mask: Tensor) -> Tensor:
        """What a remembered place hands on: (N, VALUE, H/4, W/4). mask: (N, 1, H, W) probabilities."""
        patches: Tensor = self.value(torch.cat((quarter, F.pixel_unshuffle(mask, STRIDE).to(quarter)), 1))
        return patches

    def decode(self, features: Features, hints: Tensor, score: Tensor, moved: Tensor) -> Tensor:
        """Logits of the object, (N, 1, H, W).

        Args:
            hints: (N, HINTS, H/4, W/4), what memory says (`hints`).
            score: (N, 1, H/8, W/8), of the target model.
            moved: (N, 1, H, W), the previous mask moved by flow, probabilities.
        """
        moved4 = F.avg_pool2d(moved, STRIDE)
        few = torch.cat((hints[:, 0:1], hints[:, 2:3], moved4), 1)
        eighth = F.avg_pool2d(few, 2)
        x = self.at16(
            _joined(None, features.sixteenth, F.avg_pool2d(eighth, 2)[:, :2], F.avg_pool2d(score, 2))
        )
        x = self.at8(_joined(x, features.eighth, eighth, score))
        x = self.at4(_joined(x, features.quarter, hints, moved4, resized(score, hints.shape[-2:])))
        x = self.at2(_joined(x, features.half, F.pixel_unshuffle(moved, 2)))
        logits: Tensor = F.pixel_shuffle(x.float(), 2)
        return logits


def _joined(coarse: Tensor | None, features: Tensor, *told: Tensor) -> Tensor:
    """Everything that a stage of the decoder sees, the coarser stage brought to its size."""
    parts = [features, *(each.to(features) for each in told)]
    if coarse is not None:
        parts.append(resized(coarse, features.shape[-2:]))
    return torch.cat(parts, 1)


def hints(keys: Recalled, recent: Recalled) -> Tensor:
    """What memory says of each place, (M, HINTS): label and evidence of key and recent frames, values of both.

    The first channel of what is known is the label, the others are values.
    """
    from_keys, from_recent = keys.mean()[:, :1], recent.mean()[:, :1]
    evidence = [torch.clamp(part.evidence() / 10, -2, 1)[:, None] for part in (keys, recent)]
    values = together(keys, recent).mean()[:, 1:]
    return torch.cat((from_keys, evidence[0], from_recent, evidence[1], values), 1)


@dataclass(frozen=True)
class Target:
    """What tells one object from its background: ridge regression `min_w |W^(1/2) (X w - y)|² + RIDGE |w|²` with y
    -1 or 1, kept as sums so that its size does not grow.

    gram: (C + 1, C + 1).
    cross: (C + 1).
    """

    gram: Tensor
    cross: Tensor

    def plus(self, features: Tensor, labels: Tensor, trust: float) -> Target:
        """With another frame seen, beside all that was there before.

        Args:
            features: (M, C).
            labels: (M), how much of each place is the object. Object and background weigh alike.
        """
        inside = labels / labels.sum().clamp(min=1.0)
        outside = (1 - labels) / (1 - labels).sum().clamp(min=1.0)
        x = torch.cat((features, torch.ones_like(features[:, :1])), 1)
        weighted = x * (trust * (inside + outside) / 2)[:, None]
        return Target(self.gram + weighted.T @ x, self.cross + weighted.T @ (2 * labels - 1))

    def weights(self) -> Tensor:
        """(C + 1)."""
        size = len(self.gram)
        solution: Tensor = torch.linalg.solve(
            self.gram + torch.eye(size).to(self.gram) * (RIDGE / size), self.cross
        )
        return solution


def no_target(where: torch.device | None = None) -> Target:
    """Of an object of which nothing was seen yet. where: the processor unless given."""
    return Target(torch.zeros(TARGET + 1, TARGET + 1, device=where), torch.zeros(TARGET + 1, device=where))


def scores(features: Tensor, weights: Tensor) -> Tensor:
    """The target model on features (M, C): (M), about -1 for background, 1 for the object."""
    return features @ weights[:-1] + weights[-1]
