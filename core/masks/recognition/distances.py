"""How far features are from each other."""

from __future__ import annotations

import numpy as np

from core.arrays import Array32
from core.masks.features import own_part

MIXED, PURE = 0.5, 0.9
"""A channel counts fully when so much of it is the object's own, and not at all when no more than so much is."""


def squares(features: Array32, bank: Array32) -> Array32:
    """Squared Euclidean distances (N, M) between features (N, C) and (M, C)."""
    found = features @ (-2 * bank.T)
    found += (features * features).sum(1)[:, None] + (bank * bank).sum(1)
    return np.maximum(found, 0, out=found)


def weighed_squares(features: Array32, bank: Array32, weights: Array32) -> Array32:
    """The same where each of the bank's features asks for some channels more than for others, weights (M, C)."""
    found = (features * features) @ weights.T
    found -= features @ (2 * weights * bank).T
    found += (weights * bank * bank).sum(1)
    return np.maximum(found, 0, out=found)


def nearest_feature(features: Array32, bank: Array32) -> Array32:
    """Distance (N) of features (N, C) to the nearest of a bank (M, C)."""
    return np.asarray(np.sqrt(squares(features, bank).min(axis=1)), np.float32)


def nearest_weighed(features: Array32, bank: Array32, weights: Array32) -> Array32:
    """Distance (N) of features (N, C), each of which asks for some channels more than for others, weights (N, C), to
    the nearest of a bank (M, C)."""
    found = weights @ (bank * bank).T
    found -= (2 * weights * features) @ bank.T
    found += (weights * features * features).sum(1)[:, None]
    return np.asarray(np.sqrt(np.maximum(found.min(axis=1), 0)), np.float32)


def weights_of(covered: Array32, features: Array32) -> Array32:
    """How much each channel of each token of an object counts, (tokens, C): what was beside it may be something else
    by now. With them something unrelated is about as far as without.

    Args:
        covered: (rows, columns), the part of each token that the object covers. features: (rows, columns, C) there.
    """
    own = np.clip((own_part(covered) - MIXED) / (PURE - MIXED), 0, 1)
    own[..., :3] = 1
    spread = features.reshape(-1, features.shape[2]).var(axis=0) + 1e-6
    weights = own.reshape(-1, features.shape[2])
    return np.asarray(weights * (spread.sum() / (weights @ spread))[:, None], np.float32)
