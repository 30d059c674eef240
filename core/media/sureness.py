"""What users and files are told of how sure a tracking is, and the score that the tracker reckons in.

A score (core.masks.confidence) orders masks, and the tracker's own thresholds are in its units. How high it stands
for one and the same J changes with the tracker, so what is *told* is the score through one rising curve, which is
fitted anew when that happens (core.training.calibrate): no order and no threshold inside changes with it.
confidence.json, progress and all that reads them have what is told; a Step, the blending, core.masks.recognition, and
what is lacking where the next mask is suggested (core.media.suggest), have scores.
"""

from __future__ import annotations

import functools

import msgspec
import numpy as np

from core.assets import asset

FILE = "confidence.json"
Knots = tuple[tuple[float, float], ...]
"""Scores and what is told of them, rising; straight between them and to 0 and 1."""


class _Shipped(msgspec.Struct, frozen=True):
    told: Knots = ()


def told(score: float, knots: Knots | None = None) -> float:
    """The estimate of J that users and files are told, in [0, 1]: 0 and 1 stay, no order changes.

    Args:
        score: in [0, 1].
        knots: the shipped ones when None.
    """
    scores, values = _curve(knots)
    return round(float(np.interp(score, scores, values)), 4)


def score_of(value: float, knots: Knots | None = None) -> float:
    """The score behind what was told, but for rounding; in [0, 1]."""
    scores, values = _curve(knots)
    return float(np.interp(value, values, scores))


def _curve(knots: Knots | None) -> tuple[list[float], list[float]]:
    """Scores and what is told of them, both rising from 0 to 1."""
    every = ((0.0, 0.0), *(shipped_knots() if knots is None else knots), (1.0, 1.0))
    return [score for score, _ in every], [value for _, value in every]


@functools.cache
def shipped_knots() -> Knots:
    """Those of the model that comes with the program; none without one."""
    try:
        return msgspec.json.decode(asset(FILE).read_bytes(), type=_Shipped).told
    except FileNotFoundError:
        return ()
