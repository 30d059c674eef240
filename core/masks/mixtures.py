"""Colours as mixtures of Gaussians (as in GrabCut; Rother, Kolmogorov, Blake 2004), fitted to counted colours.

Colours are counted in cells first, so a fit takes milliseconds whatever the picture's size, and no chance is in it:
groups begin as one and are split where they are widest (Orchard and Bouman 1991), then refined by expectation and
maximisation. Lightness counts less than hue and chroma, for a shadow darkens and keeps the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, Array64

GROUPS = 5
"""Groups of colours in a mixture."""
ROUNDS = 6
"""Rounds in which the groups are fitted."""
LIGHTNESS = 0.7
LEAST_SPREAD = 4.0
"""Variance that every group has at least: noise, and the size of a cell."""
_SHIFTS = (3, 2, 2)
"""Bits of lightness and of the two others that one cell holds."""


@dataclass(frozen=True)
class Cells:
    """The colours of a picture.

    colours: float64 (C, 3).
    of: int (H * W), the cell of each pixel.
    """

    colours: Array64
    of: npt.NDArray[np.intp]

    def weights(self, plane: Array32) -> Array64:
        """How much of a plane (H, W) lies in each cell, float64 (C)."""
        return np.asarray(np.bincount(self.of, plane.ravel(), len(self.colours)), np.float64)


@dataclass(frozen=True)
class Mixture:
    """A mixture of K Gaussians of colours.

    shares: float64 (K).
    means: (K, 3).
    covariances: (K, 3, 3).
    """

    shares: Array64
    means: Array64
    covariances: Array64

    def logs(self, colours: Array64) -> Array64:
        """The logarithm of each group's share in the density of each colour, float64 (C, K)."""
        away = colours[:, None] - self.means
        scaled = np.einsum("cki,kij,ckj->ck", away, np.linalg.inv(self.covariances), away)
        sizes = np.linalg.slogdet(self.covariances)[1]
        return np.asarray(np.log(self.shares) - 0.5 * (sizes + scaled), np.float64)


def cells_of(picture: npt.NDArray[np.uint8]) -> Cells:
    """The counted colours of a picture, uint8 (H, W, 3) RGB."""
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    codes = np.zeros(len(lab), np.int32)
    for channel, shift in enumerate(_SHIFTS):
        codes = (codes << (8 - shift)) | (lab[:, channel] >> shift)
    _, of, counts = np.unique(codes, return_inverse=True, return_counts=True)
    sums = [np.bincount(of, lab[:, channel], len(counts)) for channel in range(3)]
    colours = np.stack(sums, 1) / counts[:, None] * (LIGHTNESS, 1, 1)
    return Cells(np.asarray(colours, np.float64), of)


def fitted(colours: Array64, weights: Array64) -> Mixture:
    """The mixture of weighted colours (C, 3); at least one weight is above zero."""
    used = weights > 0
    colours, weights = colours[used], weights[used] / weights.sum()
    mixture = _maximised(colours, weights, _split(colours, weights))
    for _ in range(ROUNDS):
        logs = mixture.logs(colours)
        belongs = np.exp(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True))
        mixture = _maximised(colours, weights, belongs)
    return mixture


def density(mixture: Mixture, colours: Array64) -> Array64:
    """The logarithm of the density of each colour (C, 3), but for a constant: float64 (C)."""
    return np.asarray(np.logaddexp.reduce(mixture.logs(colours), axis=1), np.float64)


def _split(colours: Array64, weights: Array64) -> Array64:
    """The group of each colour as ones and zeros (C, K): the widest group is parted along its longest axis."""
    group = np.zeros(len(colours), np.intp)
    for new in range(1, GROUPS):
        spread = [_longest(colours[group == k], weights[group == k]) for k in range(new)]
        widest = int(np.argmax([size for size, _, _ in spread]))
        _, axis, middle = spread[widest]
        group[(group == widest) & ((colours - middle) @ axis > 0)] = new
    groups = np.unique(group)
    return np.asarray(group[:, None] == groups, np.float64)


def _longest(colours: Array64, weights: Array64) -> tuple[float, Array64, Array64]:
    """How far a group spreads in all along its longest axis, that axis, and the group's mean."""
    if weights.sum() <= 0:
        return 0.0, np.zeros(3), np.zeros(3)
    middle = np.average(colours, axis=0, weights=weights)
    away = colours - middle
    values, vectors = np.linalg.eigh((away * weights[:, None]).T @ away)
    return float(values[-1]), np.asarray(vectors[:, -1]), np.asarray(middle)


def _maximised(colours: Array64, weights: Array64, belongs: Array64) -> Mixture:
    """The mixture of groups to which colours belong by parts (C, K); groups of nearly nothing are dropped."""
    parts = belongs * weights[:, None]
    parts = parts[:, parts.sum(0) > 1e-4]
    shares = parts.sum(0)
    means = parts.T @ colours / shares[:, None]
    away = colours[:, None] - means
    covariances = np.einsum("ck,cki,ckj->kij", parts, away, away) / shares[:, None, None]
    return Mixture(shares / shares.sum(), means, covariances + LEAST_SPREAD * np.eye(3))
