"""Probabilities as log-odds, in nats, and back: evidence for and against adds up there (naive Bayes)."""

from __future__ import annotations

import numpy as np

from core.arrays import Array32

_LEAST = 1e-3


def logit(probability: Array32) -> Array32:
    """The log-odds of probabilities in [0, 1], float32 of any shape, at most 7 nats either way."""
    inside = np.clip(probability, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(inside / (1 - inside)), np.float32)


def sigmoid(nats: Array32) -> Array32:
    """The probabilities in (0, 1), float32 of any shape, of log-odds."""
    return np.asarray(1 / (1 + np.exp(-nats)), np.float32)
