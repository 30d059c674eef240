"""Carry what remembered places know to the places of a new frame, by likeness.

`likeness(j, i) = -|key_j - key_i|² - |place_j - place_i|² / reach²` nats; a place takes the soft-max mean of the
likest few in memory (the test-time propagation of Jabri, Owens, Efros 2020; the few likest are found without
gradient, their likeness is computed with it, so the keys can be learned through this).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

TILE = 16
"""Side, in tokens, of the squares of places that are looked up together."""


@dataclass(frozen=True)
class Bank:
    """Remembered places.

    keys: (N, C) float32. places: (N, 2) row and column. known: (N, D), what they hand on.
    reach: how far, in tokens, a place is looked for. window: places farther than this are not compared at all.
    trust: (N,) nats that are added to the likeness of each; None for none.
    """

    keys: Tensor
    places: Tensor
    known: Tensor
    reach: Tensor
    window: float = float("inf")
    trust: Tensor | None = None


@dataclass(frozen=True)
class Recalled:
    """likeness: (M, top) nats of the likest places. known: (M, top, D), what those hand on."""

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
        index = _nearest(keys, places, bank, top)
    found = bank.keys[index]
    unlike = (keys[:, None] - found).square().sum(2)
    away = (places[:, None] - bank.places[index]).square().sum(2) / bank.reach.square()
    likeness = -unlike - away
    return Recalled(likeness if bank.trust is None else likeness + bank.trust[index], bank.known[index])


def _nearest(keys: Tensor, places: Tensor, bank: Bank, top: int) -> Tensor:
    """Indices (M, top) of the likest places of the bank, in no order."""
    middle = bank.places.mean(0)
    near, asked = (bank.places - middle) / bank.reach, (places - middle) / bank.reach
    remembered = torch.cat((bank.keys, near), 1)
    wanted = torch.cat((keys, asked), 1) * 2
    length = -remembered.square().sum(1)
    if bank.trust is not None:
        length = length + bank.trust
    top = min(top, len(remembered))
    result = torch.empty((len(keys), top), dtype=torch.long)
    for part in _tiles(places):
        if bank.window == float("inf"):
            result[part] = torch.addmm(length, wanted[part], remembered.T).topk(top, 1, sorted=False).indices
            continue
        low, high = places[part].amin(0), places[part].amax(0)
        outside = torch.maximum(low - bank.places, bank.places - high).amax(1)
        close = (outside <= bank.window).nonzero()[:, 0]
        if len(close) < top:
            close = outside.topk(top, largest=False).indices
        likeness = torch.addmm(length[close], wanted[part], remembered[close].T)
        result[part] = close[likeness.topk(top, 1, sorted=False).indices]
    return result


def _tiles(places: Tensor) -> list[Tensor]:
    """The indices of the places in each square tile."""
    rows, columns = (places // TILE).long().unbind(1)
    order = torch.argsort(rows * 100_000 + columns, stable=True)
    _, counts = torch.unique_consecutive((rows * 100_000 + columns)[order], return_counts=True)
    return list(torch.split(order, counts.tolist()))
