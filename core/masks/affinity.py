"""Carry labels between frames by likeness: each place takes the labels of the places in memory that look like it.

`A(j, i) = exp(-(|x_j - x_i|² / temperature + |p_j - p_i|² / reach²))` over the tokens i of all memory frames, soft-max
over i; the label of j is the weighted mean (the test-time propagation of Jabri, Owens, Efros 2020, here on
hand-made features). The spatial term is part of the distance, so one matrix product does both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

_TILE = 16
"""Side, in tokens, of the squares of tokens that are matched together."""


@dataclass(frozen=True)
class Memory:
    """The tokens of one remembered frame.

    features: (N, C). places: (N, 2) row and column of the token. labels: (N, K) probabilities, background first.
    reach: how far, in tokens, a place is looked for. window: tokens farther than this are not compared at all.
    trust: nats that are added to every likeness.
    """

    features: torch.Tensor
    places: torch.Tensor
    labels: torch.Tensor
    reach: float
    window: float = float("inf")
    trust: float = 0.0


def carry(
    features: torch.Tensor, places: torch.Tensor, memories: Sequence[Memory], temperature: float, top: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The labels of tokens by their likeness to the memories.

    Args:
        features: float32 (M, C). places: float32 (M, 2).
        temperature: squared feature distance that counts as one nat.
        top: how many of the likest tokens have a say.

    Returns:
        probabilities (M, K), and the evidence (M): logarithm of the sum of likenesses, 0 for one perfect match.
    """
    middle = places.mean(0)
    bank = torch.cat(
        [_bank(memory, i, len(memories), temperature, middle) for i, memory in enumerate(memories)]
    )
    constant = -torch.cat([_own(memory, temperature, middle) for memory in memories])
    labels = torch.cat([memory.labels for memory in memories])
    everywhere = torch.cat([memory.places for memory in memories])
    windows = torch.cat([torch.full((len(memory.places),), memory.window) for memory in memories])
    query = _query(features, places - middle, [memory.reach for memory in memories], temperature)
    lengths = (features * features).sum(1) / temperature
    probabilities = torch.zeros(len(features), labels.shape[1])
    evidence = torch.full((len(features),), -torch.inf)
    for part in _tiles(places):
        low, high = places[part].amin(0), places[part].amax(0)
        outside = torch.maximum(low - everywhere, everywhere - high).amax(1)
        near = (outside <= windows).nonzero()[:, 0]
        logits = torch.addmm(constant[near], query[part], bank[near].T)
        values, index = logits.topk(min(top, len(near)), dim=1, sorted=False)
        weights = torch.softmax(values, 1)
        probabilities[part] = (labels[near[index]] * weights[..., None]).sum(1)
        evidence[part] = torch.logsumexp(values, 1) - lengths[part]
    return probabilities, evidence


def _tiles(places: torch.Tensor) -> list[torch.Tensor]:
    """The indices of the tokens in each square tile."""
    rows, columns = (places // _TILE).long().unbind(1)
    order = torch.argsort(rows * 100_000 + columns, stable=True)
    _, counts = torch.unique_consecutive((rows * 100_000 + columns)[order], return_counts=True)
    return list(torch.split(order, counts.tolist()))


def _query(
    features: torch.Tensor, places: torch.Tensor, reaches: Sequence[float], temperature: float
) -> torch.Tensor:
    """Twice the features, and for each memory the place and its squared length in units of that memory's reach."""
    parts = [features * (2 / temperature**0.5)]
    for reach in reaches:
        near = places / reach
        parts += [2 * near, (near * near).sum(1, keepdim=True)]
    return torch.cat(parts, dim=1)


def _bank(memory: Memory, index: int, count: int, temperature: float, middle: torch.Tensor) -> torch.Tensor:
    """What a query is multiplied with: each memory answers only the columns of its own reach, (N, C + 3 * count)."""
    channels = memory.features.shape[1]
    bank = torch.zeros(len(memory.features), channels + 3 * count)
    bank[:, :channels] = memory.features / temperature**0.5
    bank[:, channels + 3 * index : channels + 3 * index + 2] = (memory.places - middle) / memory.reach
    bank[:, channels + 3 * index + 2] = -1.0
    return bank


def _own(memory: Memory, temperature: float, middle: torch.Tensor) -> torch.Tensor:
    """The squared length of a memory's tokens, (N,)."""
    places = (memory.places - middle) / memory.reach
    return (memory.features * memory.features).sum(1) / temperature + (places * places).sum(1) - memory.trust
