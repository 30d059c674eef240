"""Carry what remembered places know to the places of a new frame, by likeness.

`likeness(j, i) = -|key_j - key_i|² - |place_j - place_i|² / reach²` nats; a place takes the soft-max mean of the
likest few in memory (the test-time propagation of Jabri, Owens, Efros 2020; the few likest are found without
gradient, their likeness is computed with it, so the keys can be learned through this). Long keys are searched along
few axes first, those along which the memory varies most; the likest by these are then compared in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

TILE = 16
"""Side, in tokens, of the squares of places that are looked up together."""
AXES = 32
"""How many axes long keys are searched along."""
MORE = 3
"""How many more places than asked for are then compared in full."""
FEW = 128
"""Places that are compared at once where all are compared with the same ones."""
PART = 16
"""Places of the memory of which the likest alone is looked at first."""


@dataclass(frozen=True)
class Bank:
    """Remembered places.

    keys: (N, C) float32.
    places: (N, 2) row and column.
    known: (N, D), what they hand on.
    reach: how far, in tokens, a place is looked for.
    window: places farther than this are not compared at all.
    trust: (N,) nats that are added to the likeness of each; None for none.
    axes: (C, AXES) orthonormal, to search along first; None to search along all.
    """

    keys: Tensor
    places: Tensor
    known: Tensor
    reach: Tensor
    window: float = float("inf")
    trust: Tensor | None = None
    axes: Tensor | None = None

    @cached_property
    def searched(self) -> tuple[Tensor, Tensor]:
        """What is compared, whoever asks: keys along the axes beside places in reaches, (N, D), and what each place's
        likeness begins with, (N). Without gradient."""
        with torch.no_grad():
            near = (self.places - self.places.mean(0)) / self.reach
            remembered = torch.cat((self.along(self.keys), near), 1)
            length = -remembered.square().sum(1)
        return remembered, length if self.trust is None else length + self.trust

    def along(self, keys: Tensor) -> Tensor:
        """Keys (M, C) along the axes that are searched."""
        return keys if self.axes is None else (keys - self.keys[:1]) @ self.axes


@dataclass(frozen=True)
class Recalled:
    """What memory answers for M places that were asked about.

    likeness: (M, top) nats of the likest places.
    known: (M, top, D), what those hand on.
    """

    likeness: Tensor
    known: Tensor

    def mean(self) -> Tensor:
        """(M, D), the soft-max mean."""
        return (torch.softmax(self.likeness, 1)[..., None] * self.known).sum(1)

    def evidence(self) -> Tensor:
        """(M), logarithm of the sum of likenesses: 0 for one perfect match."""
        return torch.logsumexp(self.likeness, 1)


def together(*parts: Recalled) -> Recalled:
    """The likest of several banks as one."""
    return Recalled(torch.cat([p.likeness for p in parts], 1), torch.cat([p.known for p in parts], 1))


def recall(keys: Tensor, places: Tensor, bank: Bank, top: int) -> Recalled:
    """Look places up in a bank: keys (M, C), places (M, 2)."""
    with torch.no_grad():
        index = _nearest(keys, places, bank, top if bank.axes is None else top + MORE)
    away = (places[:, None] - bank.places[index]).square().sum(2) / bank.reach.square()
    likeness = -_unlike(keys, bank.keys, index) - away
    if bank.trust is not None:
        likeness = likeness + bank.trust[index]
    if index.shape[1] > top:
        likeness, best = likeness.topk(top, 1, sorted=False)
        index = index.gather(1, best)
    return Recalled(likeness, bank.known[index])


def _unlike(keys: Tensor, remembered: Tensor, index: Tensor) -> Tensor:
    """Squared distances (M, top) of keys (M, C) to those remembered at index (M, top). A few at a time: what does not
    leave the processor's cache is several times quicker."""
    parts = [
        remembered.index_select(0, at.flatten()).unflatten(0, at.shape).sub_(some[:, None]).square_().sum(2)
        for some, at in zip(keys.split(FEW), index.split(FEW), strict=True)
    ]
    return torch.cat(parts)


def main_axes(keys: Tensor) -> Tensor | None:
    """The axes, (C, AXES), along which keys (N, C) vary most; None for keys that are short anyway."""
    if keys.shape[1] <= AXES * 3 // 2 or len(keys) < 2:
        return None
    apart = keys - keys.mean(0)
    return torch.linalg.eigh(apart.T @ apart).eigenvectors[:, -AXES:].contiguous()


def _nearest(keys: Tensor, places: Tensor, bank: Bank, top: int) -> Tensor:
    """Indices (M, top) of the likest places of the bank, in no order."""
    remembered, length = bank.searched
    asked = (places - bank.places.mean(0)) / bank.reach
    wanted = torch.cat((bank.along(keys), asked), 1) * 2
    top = min(top, len(remembered))
    if bank.window == float("inf"):
        return torch.cat(
            [_likest(torch.addmm(length, some, remembered.T), top) for some in wanted.split(FEW)]
        )
    result, there = (
        torch.empty((len(keys), top), dtype=torch.long, device=keys.device),
        bank.places.T.contiguous(),
    )
    for part in _tiles(places):
        low, high = places[part].T.aminmax(dim=1, keepdim=True)
        outside = torch.maximum(low - there, there - high).amax(0)
        close = (outside <= bank.window).nonzero()[:, 0]
        if len(close) < top:
            close = outside.topk(top, largest=False).indices
        near = remembered.index_select(0, close)
        likeness = torch.addmm(length[close], wanted.index_select(0, part), near.T)
        result[part] = close[_likest(likeness, top)]
    return result


def _likest(likeness: Tensor, top: int) -> Tensor:
    """Indices (M, top) of the highest of (M, N), in no order: they are among the parts with the highest ones."""
    count = likeness.shape[1] // PART
    if count < 4 * top:
        return likeness.topk(top, 1, sorted=False).indices
    even = count * PART
    each = likeness[:, :even].unflatten(1, (PART, count))
    parts = each.amax(1).topk(top, 1, sorted=False).indices
    members = each.gather(2, parts[:, None].expand(-1, PART, -1)).flatten(1)
    best = torch.cat((members, likeness[:, even:]), 1).topk(top, 1, sorted=False).indices
    row, column = best // top, best % top
    return torch.where(row < PART, row * count + parts.gather(1, column), best - PART * top + even)


def _tiles(places: Tensor) -> list[Tensor]:
    """The indices of the places in each square tile."""
    rows, columns = (places // TILE).long().unbind(1)
    order = torch.argsort(rows * 100_000 + columns, stable=True)
    _, counts = torch.unique_consecutive((rows * 100_000 + columns)[order], return_counts=True)
    return list(torch.split(order, counts.tolist()))
