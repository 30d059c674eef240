"""How far features are from each other."""

from __future__ import annotations

import numpy as np

from core.arrays import Array32


def squares(features: Array32, bank: Array32) -> Array32:
    """Squared Euclidean distances (N, M) between features (N, C) and (M, C)."""
    found = features @ (-2 * bank.T)
    found += (features * features).sum(1)[:, None] + (bank * bank).sum(1)
    return np.maximum(found, 0, out=found)


def nearest_feature(features: Array32, bank: Array32) -> Array32:
    """Distance (N) of features (N, C) to the nearest of a bank (M, C)."""
    return np.asarray(np.sqrt(squares(features, bank).min(axis=1)), np.float32)
