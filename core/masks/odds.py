"""Chances and the logarithm of their odds, in nats: evidence for and against adds up there (naive Bayes)."""

from __future__ import annotations

import numpy as np

from core.arrays import Array32

_LEAST = 1e-3


def odds(probability: Array32) -> Array32:
    """The logarithm of the odds of chances in [0, 1], float32 of any shape, at most 7 nats either way."""
    inside = np.clip(probability, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(inside / (1 - inside)), np.float32)


def chance(nats: Array32) -> Array32:
    """The chances in (0, 1), float32, of odds given as their logarithm."""
    return np.asarray(1 / (1 + np.exp(-nats)), np.float32)
