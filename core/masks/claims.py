"""Is what a mask claims still its object? Every frame says a little, and it is summed up until it is enough to tell.

The evidence of one frame is a logistic model's, over what is under the mask (core.masks.content), how sure the tracker
is and how large the mask is, fitted by core.training.claims. Evidence against the claim adds up, evidence for it takes off, and what is left above zero is
doubt (cumulative sums, Page 1954). When there is too much of it the object is lost, and was lost when the doubt began:
the masks since then are withdrawn. An object that turns, shrinks or goes into the shade looks less and less like its
drawn masks; a mask that goes over to something else does so within a few frames. So only what also falls well below
the slowly followed level of before counts against a claim.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt

from core.assets import asset
from core.masks.confidence import Calibration
from core.masks.content import Content

Floats = npt.NDArray[np.float64]

FILE = "claims.json"
MEASURES = ("likelier", "unseen", "confidence", "size")
"""What is looked at: the content's two, the tracker's confidence, and the mask's area against the drawn one, the
smaller by the larger."""
LIMIT = 4.0
"""Doubt at which the object is not under its mask."""
PENDING = 2.5
"""Doubt that is enough when next to nothing is left of the object, or the pass ends."""
MOST, BEST = 2.0, 4.0
"""What one frame adds or takes off at most, since neighbouring frames often say the same; the highest level."""
FALL = 2.0
"""How far below its level evidence still does not count against the claim."""
DRIFT = 0.2
"""How much of the way to the newest frame the level goes, while there is no doubt."""
FOUND = 0.5
"""Doubt in what was just found."""


class Doubt(msgspec.Struct, frozen=True):
    """amount: at least 0. since: the frame on which it began; means nothing while there is none. level: of evidence
    while there is none; what was just found has no level of its own yet."""

    amount: float = 0.0
    since: int = 0
    level: float = FALL

    def after(self, evidence: float, number: int) -> Doubt:
        """The doubt when a frame has said something: above 0 for the claim, below against it."""
        counts = float(np.clip(max(evidence, evidence - self.level + FALL), -MOST, MOST))
        amount, level = max(0.0, self.amount - counts), self.level
        if not amount:
            level += DRIFT * (evidence - level)
        return Doubt(amount, self.since if self.amount > 0 else number, level)


class Withdrawn(msgspec.Struct, frozen=True):
    """Object k is not where its masks are, from frame first to last, both included, in the direction of step."""

    k: int
    first: int
    last: int
    step: int

    @property
    def frames(self) -> Iterable[int]:
        return range(self.first, self.last + self.step, self.step)


def measured(content: Content, confidence: float, area: float, drawn: float) -> Floats:
    """The MEASURES of a claim, (4,).

    Args:
        area, drawn: of the mask, and of the largest drawn one.
    """
    size = min(area, drawn) / max(area, drawn, 1e-9)
    return np.array([np.clip(content.likelier, -1, 2), content.unseen, confidence, size])


def evidence(measures: Floats, model: Calibration | None = None) -> float:
    """How much one frame speaks for a claim, at most BEST, as the logarithm of odds. model: the shipped one when None."""
    model = shipped() if model is None else model
    scaled = (measures - np.asarray(model.mean)) / np.asarray(model.scale)
    return min(BEST, float(scaled @ np.asarray(model.weight)) + model.bias)


@functools.cache
def shipped() -> Calibration:
    """The model that comes with the program."""
    return msgspec.json.decode(asset(FILE).read_bytes(), type=Calibration)
