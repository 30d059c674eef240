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
    reach: how far, in tokens, a place is looked for. weight: natural logarithm of the trust in this memory.
    """

    features: torch.Tensor
    places: torch.Tensor
    labels: torch.Tensor
    reach: float
    weight: float = 0.0


def carry(
    features: torch.Tensor, places: torch.Tensor, memories: Sequence[Memory], temperature: float, top: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """The labels of tokens by their likeness to the memories.

    Args:
        features: float32 (M, C). places: float32 (M, 2).

    Returns:
        probabilities (M, K), and the evidence (M): logarithm of the sum of likenesses, 0 for a perfect match.
    """
    banks = [_bank(memory, temperature) for memory in memories]
    labels = torch.cat([memory.labels for memory in memories])
    probabilities, evidence = [], []
    for start in range(0, len(features), _CHUNK):
        part = slice(start, start + _CHUNK)
        x, p = features[part] / temperature**0.5, places[part]
        logits = torch.cat([_likeness(x, p, bank, m) for bank, m in zip(banks, memories, strict=True)], dim=1)
        logits -= (x * x).sum(1, keepdim=True)
        if top:
            values, index = logits.topk(min(top, logits.shape[1]), dim=1, sorted=False)
            weights = torch.softmax(values, 1)
            probabilities.append((labels[index] * weights[..., None]).sum(1))
            evidence.append(torch.logsumexp(values, 1))
        else:
            best = logits.amax(1, keepdim=True)
            weights = logits.sub_(best).exp_()
            total = weights.sum(1, keepdim=True)
            probabilities.append((weights @ labels) / total)
            evidence.append((best + total.log())[:, 0])
    return torch.cat(probabilities), torch.cat(evidence)


def _bank(memory: Memory, temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Twice the features with the places beside them, (C + 2, N), and the constant part of the distance, (N,)."""
    x = memory.features / temperature**0.5
    p = memory.places / memory.reach
    both = torch.cat((x, p), dim=1)
    return (2 * both).T.contiguous(), memory.weight - (both * both).sum(1)


def _likeness(
    x: torch.Tensor, p: torch.Tensor, bank: tuple[torch.Tensor, torch.Tensor], memory: Memory
) -> torch.Tensor:
    """Minus the squared distances, but for |x|² which is the same for all memories, (M, N)."""
    q = p / memory.reach
    both = torch.cat((x, q), dim=1)
    return torch.addmm(bank[1] - 0.0, both, bank[0]) - (q * q).sum(1, keepdim=True)
