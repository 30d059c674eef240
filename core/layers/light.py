"""How the light on a background changes from frame to frame: a coarse grid of gains, one solve a frame.

A frame is about gain x plate; the gain is bilinear on a grid of NODES, a factor a channel, float32 (4, 7, 3).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from core.arrays import Array32

NODES = 4, 7
"""Rows and columns of the grid."""
LOOK = 64, 36
"""(width, height) of the pictures that are compared."""
STIFF = 0.02
"""How strongly a node keeps to the gain of the whole frame."""
LOWEST, HIGHEST = 0.5, 2.0


def flat() -> Array32:
    """The gain of a frame that is lit as the plate is, float32 (4, 7, 3)."""
    return np.ones((*NODES, 3), np.float32)


def fit_gain(frame: Array32, plate: Array32, weight: Array32) -> Array32:
    """The gain grid under which `plate` looks like `frame`.

    Args:
        frame, plate: float32 (H, W, 3) in [0, 1].
        weight: float32 (H, W), 0 where they may not be compared.
    """
    share = cv2.resize(weight, LOOK, interpolation=cv2.INTER_AREA)
    if share.sum() < 0.02 * share.size:
        return flat()
    a, b = (_look(picture, weight, share) for picture in (frame, plate))
    basis, gain = _basis(), flat().reshape(-1, 3)
    for k in range(3):
        whole = float((share * a[..., k] * b[..., k]).sum() / max(1e-6, (share * b[..., k] ** 2).sum()))
        rows = basis * b[..., k].reshape(-1, 1)
        weighted = rows * share.reshape(-1, 1)
        square = weighted.T @ rows
        hold = STIFF * np.trace(square) / len(square) * np.eye(len(square)) + 1e-6 * np.eye(len(square))
        off = (a[..., k] - whole * b[..., k]).reshape(-1)
        gain[:, k] = whole + np.linalg.solve(square + hold, weighted.T @ off)
    return np.clip(gain.reshape(*NODES, 3), LOWEST, HIGHEST).astype(np.float32)


def spread_gain(gain: Array32, size: tuple[int, int]) -> Array32:
    """The grid over a picture of `size`, float32 (H, W, 3)."""
    return np.asarray(cv2.resize(gain, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _look(picture: Array32, weight: Array32, share: Array32) -> Array32:
    """Weighted means in the cells of a small picture."""
    total = cv2.resize(picture * weight[..., None], LOOK, interpolation=cv2.INTER_AREA)
    return np.asarray(total / np.maximum(share, 1e-3)[..., None], np.float32)


@lru_cache(maxsize=1)
def _basis() -> Array32:
    """The share of each node in each cell, (cells, nodes)."""
    nodes = NODES[0] * NODES[1]
    columns = [_share(k) for k in range(nodes)]
    return np.stack(columns, 1)


def _share(node: int) -> Array32:
    """Where a node counts, in the cells of the small picture."""
    grid = np.zeros(NODES[0] * NODES[1], np.float32)
    grid[node] = 1
    return np.asarray(
        cv2.resize(grid.reshape(NODES), LOOK, interpolation=cv2.INTER_LINEAR), np.float32
    ).ravel()
