"""The pace network: does this window play at natural speed, or is it sped up? After SpeedNet (Benaim et al. 2020).

It sees some 16 to STEPS steps of motion as core.retime.pace_views makes them, float32
(B, VIEWS, T, h, w), at about COARSE cells a short side, and answers with one number a window, above 0
when it looks sped up. One half of the answer is the mean chance that a few small judges give, who learned
apart. What one of them knows of single clips by heart the others do not. Two kinds:

- Areas: spatial and temporal convolutions in turn; the strongest response over the picture at every moment, then the
  mean over time (as in the paper), so neither the size of the picture nor where things happen matters;
- Places: what happens at each place by itself, the same at all of them; strongest and mean response.

Both also know the rhythm of the whole: how long the motion is, and how like itself it is some steps later. Speeding a
clip up makes its motion forget itself sooner; by how much it moves does not matter to that.

The other half is one measure, `jerk`: how suddenly the motion changes, in seconds. Bodies, hands that hold a camera and
water may be fast, but what they can do in a tenth of a second is limited; twice as fast it is eight times as sudden.

Pictures themselves are not looked at, only what moves: with little footage to learn from a network would else know
the clip by its look and answer from memory. Steps are averaged over their neighbours, so that the better and worse
frames of a codec in turn tell nothing. What the judges hand to their last layers is the window's embedding; the
weighted sum of what Areas saw before the maximum says where the pace was seen.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

VIEWS = 7
"""Planes of a step: grey, flow x and y, residual, difference, sharpness along and across."""
STEPS = 32
COARSE = 24
LAGS = (2, 3, 4, 6, 8, 12)
_NEAR_LAGS = (2, 4, 8)
"""By how many steps later motion is compared with, by judges that look at areas."""
_PLACE_LAGS = (1, 2, 3, 4, 6, 8, 12)
"""The same by judges that look at single places."""
_WIDTHS = (16, 24, 32, 32)
_PLACE = 24
_RHYTHM = 4 + 3 * len(LAGS) + 2 * (2 + len(LAGS))
AREAS = 1
"""Judges that look at areas."""
PLACES = 4
"""Judges that look at single places."""
_PARTS = (*(_WIDTHS[-1] + _RHYTHM,) * AREAS, *(2 * _PLACE + _RHYTHM,) * PLACES)
FEATURES = sum(_PARTS) + 1
RATE = 25.0
"""Steps a second that need no conversion in `jerk`."""
_SURE = 4.0


class Seen(NamedTuple):
    """What is made of a window once for all judges.

    calm: its views, `calmed`.
    beat: (B, 38), its `rhythm`.
    """

    calm: Tensor
    beat: Tensor


def prepared(views: Tensor) -> Seen:
    """Views (B, VIEWS, T, h, w) for the judges."""
    calm = calmed(coarse(views))
    with torch.autocast(views.device.type, enabled=False):
        return Seen(calm, rhythm(calm.float()))


class Judge(nn.Module):
    """One of the small networks that judge whether a window of motion is sped up.

    body: what is seen of the window.
    own: how many numbers it hands on beside the rhythm.
    """

    def __init__(self, body: list[nn.Module], own: int, dropout: float) -> None:
        super().__init__()
        self.body = nn.Sequential(*body)
        self.level = nn.BatchNorm1d(_RHYTHM, affine=False)
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(own + _RHYTHM, 1)

    def look(self, seen: Seen) -> tuple[Tensor, Tensor]:
        """Its part of the embedding (B, own + 38), and its maps (B, C, T, h', w')."""
        maps: Tensor = self.body(self.described(seen.calm))
        with torch.autocast(maps.device.type, enabled=False):
            level: Tensor = self.level(seen.beat)
            return torch.cat([self.pooled(maps, seen.calm), level.clamp(-4, 4)], 1), maps

    def answer(self, features: Tensor) -> Tensor:
        """(B,) of its part of the embedding: above 0 looks sped up, below 0 natural."""
        answer: Tensor = self.head(self.drop(features))[:, 0]
        return answer

    def forward(self, views: Tensor) -> Tensor:
        """(B,) of views (B, VIEWS, T, h, w)."""
        return self.answer(self.look(prepared(views))[0])

    def described(self, calm: Tensor) -> Tensor:
        """What the first layer sees of calm views, (B, channels, T, h, w)."""
        raise NotImplementedError

    def pooled(self, maps: Tensor, calm: Tensor) -> Tensor:
        """(B, own) of maps."""
        raise NotImplementedError


class Areas(Judge):
    """About 36 thousand parameters."""

    def __init__(self, dropout: float = 0.4) -> None:
        body: list[nn.Module] = []
        before = 5 + len(_NEAR_LAGS)
        for i, width in enumerate(_WIDTHS):
            stride = 2 if i < 2 else 1
            body += [
                *_convolved(before, width, (1, 3, 3), (1, stride, stride), (0, 1, 1)),
                *_convolved(width, width, (5, 1, 1), (1, 1, 1), (2, 0, 0)),
            ]
            before = width
        super().__init__(body, _WIDTHS[-1], dropout)

    def described(self, calm: Tensor) -> Tensor:
        return described(calm)

    def pooled(self, maps: Tensor, calm: Tensor) -> Tensor:
        return _strongest(maps)

    def where(self, maps: Tensor) -> Tensor:
        """(B, T, h', w'): how much each place speaks for a sped-up window."""
        return torch.einsum("bcthw,c->bthw", maps.float(), self.head.weight[0, : _WIDTHS[-1]])


class Places(Judge):
    """About five thousand parameters."""

    def __init__(self, dropout: float = 0.4) -> None:
        body: list[nn.Module] = []
        before = 5 + len(_PLACE_LAGS)
        for far in (1, 2, 4):
            body += _convolved(before, _PLACE, (3, 1, 1), (1, 1, 1), (far, 0, 0), far)
            before = _PLACE
        super().__init__(body, 2 * _PLACE, dropout)

    def described(self, calm: Tensor) -> Tensor:
        return described_by_place(calm)

    def pooled(self, maps: Tensor, calm: Tensor) -> Tensor:
        weight = (_length(calm[:, 1:3].float()) + 0.02).flatten(1)
        mean = (maps.float().flatten(2) @ weight[..., None])[..., 0] / weight.sum(1, keepdim=True)
        return torch.cat([_strongest(maps), mean], 1)


def _strongest(maps: Tensor) -> Tensor:
    """(B, C): the strongest response over the picture, mean over time."""
    return F.max_pool3d(maps, (1, *maps.shape[3:])).float().mean((2, 3, 4))


def _convolved(
    before: int,
    after: int,
    size: tuple[int, int, int],
    stride: tuple[int, int, int],
    padding: tuple[int, int, int],
    far: int = 1,
) -> list[nn.Module]:
    convolution = nn.Conv3d(before, after, size, stride, padding, (far, 1, 1), bias=False)
    return [convolution, nn.BatchNorm3d(after), nn.ReLU()]


class PaceNet(nn.Module):
    """The judges together, about 54 thousand parameters, and what the jerk says.

    sudden: (2,), slope and offset of the log-odds that the logarithm of the jerk gives.
    """

    sudden: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.areas = nn.ModuleList(Areas() for _ in range(AREAS))
        self.places = nn.ModuleList(Places() for _ in range(PLACES))
        self.register_buffer("sudden", torch.zeros(2))

    @property
    def judges(self) -> list[Judge]:
        """All of them, in the order of their parts of the embedding."""
        return [judge for judge in (*self.areas, *self.places) if isinstance(judge, Judge)]

    def look(self, views: Tensor, rate: float) -> tuple[Tensor, Tensor]:
        """Embedding (B, FEATURES) and maps (B, AREAS * 32, T, h', w') of views (B, VIEWS, T, h, w), `rate` steps a
        second."""
        seen = prepared(views)
        looks = [judge.look(seen) for judge in self.judges]
        odds = (jerk(seen.calm, rate) * self.sudden[0] + self.sudden[1]).clamp(-_SURE, _SURE)
        parts = [*(features for features, _ in looks), odds[:, None]]
        return torch.cat(parts, 1), torch.cat([m for _, m in looks[:AREAS]], 1)

    def answer(self, features: Tensor) -> Tensor:
        """(B,) of an embedding (B, FEATURES): above 0 looks sped up, below 0 natural; its sigmoid is the chance."""
        *parts, odds = features.split((*_PARTS, 1), 1)
        answers = [judge.answer(part) for judge, part in zip(self.judges, parts, strict=True)]
        chance = torch.stack(answers).sigmoid().mean(0)
        return ((chance + odds[:, 0].sigmoid()) / 2).logit(1e-6)

    def forward(self, views: Tensor, rate: float) -> Tensor:
        """(B,) of views (B, VIEWS, T, h, w)."""
        return self.answer(self.look(views, rate)[0])

    def seen(self, maps: Tensor) -> Tensor:
        """(B, T, h', w'): how much each place speaks for a sped-up window."""
        parts = zip(self.judges, maps.chunk(AREAS, 1), strict=False)
        return torch.stack([judge.where(part) for judge, part in parts if isinstance(judge, Areas)]).mean(0)


def coarse(views: Tensor) -> Tensor:
    """(B, C, T, H, W) twice as fine as COARSE, or finer, made as coarse by means of neighbours."""
    factor = min(views.shape[3:]) // COARSE
    return F.avg_pool3d(views, (1, factor, factor)) if factor > 1 else views


def calmed(views: Tensor) -> Tensor:
    """(B, C, T, h, w), each step of T averaged with its neighbours, 1:2:1."""
    padded = F.pad(views, (0, 0, 0, 0, 1, 1), mode="replicate")
    return (padded[:, :, :-2] + 2 * padded[:, :, 1:-1] + padded[:, :, 2:]) / 4


def jerk(calm: Tensor, rate: float) -> Tensor:
    """(B,) of calmed views, `rate` steps a second: the logarithm of how much the change of the motion itself
    changes from step to step, mean of the whole window. At twice the speed a smooth motion has log(8) more."""
    change = _length(calm[:, 1:3].float().diff(n=2, dim=2)).mean((1, 2, 3, 4))
    return (change + 0.005).log() + 3 * math.log(rate / RATE)


def described(views: Tensor) -> Tensor:
    """(B, 8, T, h, w): what Areas see first. Amounts go in as logarithms, so that ratios, which do not depend on how
    large or how near a thing is, are differences; and how alike the motion at a place is some steps later."""
    flow = views[:, 1:3]
    length, turn, sharp = _length(flow), _turn(flow), _sharp(views)
    amounts = (length, turn, 100 * views[:, 3:4], 100 * views[:, 4:5])
    alike = (_alike(flow, length, lag) for lag in _NEAR_LAGS)
    return torch.cat([*((amount + 0.05).log() for amount in amounts), sharp, *alike], 1)


def described_by_place(views: Tensor) -> Tensor:
    """(B, 12, T, h, w): what Places see first; how much the motion turns counts against its length."""
    flow = views[:, 1:3]
    length = _length(flow)
    turn = (_turn(flow) + 0.02).log() - (length + 0.02).log()
    amounts = (length, 100 * views[:, 3:4], 100 * views[:, 4:5])
    alike = (_alike(flow, length, lag) for lag in _PLACE_LAGS)
    return torch.cat([turn, _sharp(views), *((amount + 0.05).log() for amount in amounts), *alike], 1)


def _length(flow: Tensor) -> Tensor:
    """(B, 1, ...) of (B, 2, ...)."""
    return (flow[:, :1].square() + flow[:, 1:].square()).sqrt()


def _turn(flow: Tensor) -> Tensor:
    """(B, 1, T, h, w): how much the motion changes in a step."""
    return F.pad(_length(flow.diff(dim=2)), (0, 0, 0, 0, 1, 0), mode="replicate")


def _sharp(views: Tensor) -> Tensor:
    """(B, 1, T, h, w): sharpness along the motion against that across it."""
    along, across = 100 * views[:, 5:6], 100 * views[:, 6:7]
    return (along + 0.2).log() - (across + 0.2).log()


def _alike(flow: Tensor, length: Tensor, lag: int) -> Tensor:
    """(B, 1, T, h, w): the cosine of the motion and that `lag` steps later at the same place."""
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
