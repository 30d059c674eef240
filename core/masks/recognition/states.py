"""What is noted of each object while it is tracked, lost and found, in a form that goes into a checkpoint."""

from __future__ import annotations

import msgspec

from core.masks.recognition.doubles import Double
from core.masks.recognition.linking import Place
from core.masks.recognition.recognise import Usual


class Verdict(msgspec.Struct, frozen=True):
    """What the user said of a candidate. k: index of the object. box: x, y, width, height in [0, 1]."""

    k: int
    frame: int
    box: Place
    accept: bool


class Presence(msgspec.Struct):
    """One object in one pass.

    size: the part of the frame that it usually covers. age: frames since it was found. gone: frames on which
    nothing was left of it. place: where it was seen last. heading: how its middle moved from frame to frame while it was
    wholly seen, in parts of the frame. trail: scores of the candidates that lead here, the last of
    them at `box`. refused: where the refused candidate is that is being followed. doubles: those in sight.
    """

    here: bool = False
    size: float = 0.0
    age: int = 1000
    doubts: int = 0
    gone: int = 0
    place: Place | None = None
    heading: tuple[float, float] = (0.0, 0.0)
    trail: list[float] = []
    box: Place = (0.0, 0.0, 0.0, 0.0)
    refused: Place | None = None
    doubles: list[Double] = []


class Sighting(msgspec.Struct, frozen=True):
    """An object found again in a pass.

    step: the pass's direction, 1 or -1. accepted: by the user. doubted: frame at which it turned out to be none.
    """

    k: int
    frame: int
    score: float
    box: Place
    step: int
    accepted: bool = False
    doubted: int | None = None


class Notes(msgspec.Struct):
    """What a watch needs to go on later, beside its recogniser's arrays."""

    presences: list[Presence]
    usual: list[Usual]
    sightings: list[Sighting]
    doubles: dict[int, list[Double]] = {}
