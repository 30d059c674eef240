"""How well an object is tracked in a frame: an estimate of J, the overlap of its mask with the truth, that nobody saw.

The strongest cue is a round trip: the new mask is carried back to the nearest drawn frame and compared with what was
drawn there, and what was drawn is carried straight to the new frame. Neither uses the frames between, so errors that
add up on the way show. The cues are turned into a score by a logistic model, fitted by core.training.calibrate.

What users and files are told is that score through a curve: core.media.sureness.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.assets import asset
from core.media.sureness import FILE, Knots

CUES = ("sharp", "firm", "size", "back", "direct", "near", "whole", "compact")
"""What is looked at, each in [0, 1], higher for a better mask: probabilities near 0 or 1; little of the object in the
soft rim; as large as when drawn; carried back it covers what was drawn; the drawn carried straight here covers it;
few frames from the drawn one; in one piece; not thin."""
MOST_ASKED = 500
"""Tokens around the object in the drawn frame that are compared, at most."""
MOST_KNOWN = 700
"""Tokens around the object in the other frame that are compared, at most."""
EVERY_PART = 4000
"""Tokens of the drawn frame, at most, where single parts of the object are asked about."""
TOP = 5
AWAY = 2.0
"""Units of likeness that a place as far away as the object is large costs."""
NEAR = 20.0
"""Frames."""
LEAST = 0.01
"""Least confidence in a mask: none at all is for an object that is not seen."""
MOST = 0.99
"""Greatest confidence in a tracked mask: only a drawn one is wholly sure."""

Cues = npt.NDArray[np.float64]
"""(len(CUES),), each in [0, 1]."""


@dataclass(frozen=True)
class Seen:
    """A frame.

    number: of the frame.
    features: float32 (rows, columns, C).
    objects: float32 (rows, columns, K), how much of each token each object covers.
    """

    number: int
    features: Array32
    objects: Array32


class Calibration(msgspec.Struct, frozen=True):
    """A logistic model: 1 / (1 + exp(-(sum of weight * (cue - mean) / scale + bias))).

    told: the curve from scores to what is told.
    card: what it was made from, how and when, and how it did on clips kept from fitting.
    """

    cues: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    bias: float
    told: Knots = ()
    card: dict[str, str | int | float] = {}


def cues(now: Seen, key: Seen, k: int) -> Cues:
    """The cues of object k; all 0 where it is not seen.

    Args:
        key: the drawn frame that is nearest in time, with the object in it.
    """
    here, drawn = now.objects[..., k], key.objects[..., k]
    inside = here > 0.5
    if not inside.any() or not (drawn > 0.5).any():
        return np.zeros(len(CUES))
    touched, area = here[here > 0.05], int(inside.sum())
    areas = area, int((drawn > 0.5).sum())
    known, asked = _around(key, k, MOST_ASKED), _around(now, k, MOST_KNOWN)
    unlike, away = _squared(known.features, asked.features), _squared(known.places, asked.places)
    _, parts = cv2.connectedComponents(inside.astype(np.uint8))
    values = (
        (np.abs(2 * touched - 1) * touched).sum() / touched.sum(),
        (here > 0.8).sum() / (here > 0.2).sum(),
        min(areas) / max(areas),
        _overlap(_carried(unlike, away, asked.inside), known.inside),
        _overlap(_carried(unlike.T, away.T, known.inside), asked.inside),
        np.exp(-abs(now.number - key.number) / NEAR),
        np.bincount(parts[inside]).max() / area,
        min(1.0, 4 * area**0.5 / max(1, _outline(inside))),
    )
    return np.asarray(values, np.float64)


def belonging(now: Seen, key: Seen, k: int, where: npt.NDArray[np.bool_]) -> Array32:
    """How much some tokens, bool (rows, columns), belong to object k by what a drawn frame shows,
    (N,) in [0, 1]; 0 where either frame does not show the object."""
    rows, columns = np.nonzero(now.objects[..., k] > 0.5)
    if not rows.size or not (key.objects[..., k] > 0.5).any():
        return np.zeros(int(where.sum()), np.float32)
    places = (np.argwhere(where) - (rows.mean(), columns.mean())) / rows.size**0.5
    asked = _Tokens(now.features[where], places.astype(np.float32), now.objects[where][:, k])
    known = _around(key, k, EVERY_PART)
    unlike, away = _squared(asked.features, known.features), _squared(asked.places, known.places)
    return _carried(unlike, away, known.inside)


def confidence(seen: Cues, model: Calibration | None = None) -> float:
    """The score of a mask, in [LEAST, MOST]; 0 for an object that is not seen. model: the shipped one when None."""
    if not seen.any():
        return 0.0
    model = shipped() if model is None else model
    scaled = (seen - np.asarray(model.mean)) / np.asarray(model.scale)
    logit = float(scaled @ np.asarray(model.weight)) + model.bias
    return round(min(MOST, max(LEAST, 1 / (1 + float(np.exp(-np.clip(logit, -30, 30)))))), 4)


@functools.cache
def shipped() -> Calibration:
    """The model that comes with the program; one that was never fitted where that is for other cues than these."""
    try:
        model = msgspec.json.decode(asset(FILE).read_bytes(), type=Calibration)
    except FileNotFoundError:
        return unfitted()
    return model if model.cues == CUES else unfitted()


def unfitted() -> Calibration:
    """All cues count the same; what core.training.calibrate begins with."""
    count = len(CUES)
    return Calibration(CUES, (0.5,) * count, (0.25,) * count, (1 / count,) * count, 0.0)


@dataclass(frozen=True)
class _Tokens:
    """Some tokens.

    features: (N, C).
    places: (N, 2) from the object's middle, in units of its size.
    inside: (N,).
    """

    features: Array32
    places: Array32
    inside: Array32


def _around(seen: Seen, k: int, most: int) -> _Tokens:
    """At most about `most` tokens of a box around an object, evenly spread."""
    covered = seen.objects[..., k]
    rows, columns = np.nonzero(covered > 0.5)
    side = rows.size**0.5
    margin = max(4, int(side / 2))
    top, left = max(0, rows.min() - margin), max(0, columns.min() - margin)
    bottom, right = rows.max() + 1 + margin, columns.max() + 1 + margin
    bottom, right = min(covered.shape[0], bottom), min(covered.shape[1], right)
    step = max(1, int(np.ceil(((bottom - top) * (right - left) / most) ** 0.5)))
    where = slice(top, bottom, step), slice(left, right, step)
    grid = np.mgrid[where].reshape(2, -1).T
    places = (grid - (rows.mean(), columns.mean())) / side
    features = seen.features[where].reshape(len(grid), -1)
    return _Tokens(features.astype(np.float32), places.astype(np.float32), covered[where].ravel())


def _carried(unlike: Array32, away: Array32, inside: Array32) -> Array32:
    """How much each of N asked tokens belongs to the object by the likest of M known ones, (N,). The unit of
    likeness is the usual distance to the likest, so features of any scale will do.

    Args:
        unlike, away: (N, M), squared distances of features and of places.
        inside: (M,), of the known ones.
    """
    unit = max(float(np.median(unlike.min(axis=1))), 1e-6)
    apart = unlike / np.float32(unit) + np.float32(AWAY) * away
    top = min(TOP, apart.shape[1])
    best = np.argpartition(apart, top - 1, axis=1)[:, :top]
    values = np.take_along_axis(apart, best, 1)
    weights = np.exp(values.min(axis=1, keepdims=True) - values)
    found = (inside[best] * weights).sum(axis=1) / weights.sum(axis=1)
    return np.asarray(found, np.float32)


def _squared(one: Array32, other: Array32) -> Array32:
    """Squared distances between rows, (N, M)."""
    lengths = (one * one).sum(axis=1)[:, None] + (other * other).sum(axis=1)[None]
    return np.maximum(lengths - 2 * one @ other.T, 0)


def _overlap(one: Array32, other: Array32) -> float:
    """Soft intersection over union."""
    union = float(np.maximum(one, other).sum())
    return float(np.minimum(one, other).sum()) / union if union > 0 else 0.0


def _outline(inside: npt.NDArray[np.bool_]) -> int:
    """Sides of tokens between inside and outside."""
    return int((inside[:, 1:] != inside[:, :-1]).sum() + (inside[1:] != inside[:-1]).sum())
