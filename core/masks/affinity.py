"""Carry labels between frames by likeness: each place takes the labels of the places in memory that look like it.

`A(j, i) = exp(-(|x_j - x_i|² / temperature + |p_j - p_i|² / reach²))` over the tokens i of all memory frames, soft-max
over i; the label of j is the weighted mean (the test-time propagation of Jabri, Owens, Efros 2020, here on
hand-made features). The spatial term is part of the distance, so one matrix product does both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

Array32 = npt.NDArray[np.float32]

_CHUNK = 512


@dataclass(frozen=True)
class Memory:
    """The tokens of one remembered frame.

    features: (N, C). places: (N, 2) row and column of the token. labels: (N, K) probabilities, background first.
    reach: how far, in tokens, a place is looked for.
    """

    features: torch.Tensor
    places: torch.Tensor
    labels: torch.Tensor
    reach: float


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
    bank = torch.cat([_bank(memory, i, len(memories), temperature, middle) for i, memory in enumerate(memories)])
    constant = -torch.cat([_own(memory, temperature, middle) for memory in memories])
    labels = torch.cat([memory.labels for memory in memories])
    query = _query(features, places - middle, [memory.reach for memory in memories], temperature)
    lengths = (features * features).sum(1) / temperature
    top = min(top, len(labels))
    probabilities, evidence = [], []
    for start in range(0, len(features), _CHUNK):
        part = slice(start, start + _CHUNK)
        logits = torch.addmm(constant, query[part], bank.T)
        values, index = logits.topk(top, dim=1, sorted=False)
        weights = torch.softmax(values, 1)
        probabilities.append((labels[index] * weights[..., None]).sum(1))
        evidence.append(torch.logsumexp(values, 1) - lengths[part])
    return torch.cat(probabilities), torch.cat(evidence)


def _query(features: torch.Tensor, places: torch.Tensor, reaches: Sequence[float], temperature: float) -> torch.Tensor:
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
    return (memory.features * memory.features).sum(1) / temperature + (places * places).sum(1)
