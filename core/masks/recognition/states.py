"""What is noted of each object while it is tracked, lost and found, in a form that goes into a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from core.masks.recognition.course import Course, Way
from core.masks.recognition.doubles import Double
from core.masks.recognition.linking import Candidate, Linked, Place
from core.masks.recognition.recognise import Usual
from core.masks.recognition.scattered import Extent
from core.media.matte import Labels

PROOF, PROVES, RIPE = 0.5, 0.4, 10
"""Within so many frames since it was found, this part of an object must be seen, or its confidence be so high."""
RECENT = 24
"""Frames: what turns out to be something else so soon after it was found was never the object; later, the mask may have
gone over to that."""
DRAWN = 1000
"""Age of an object that was never lost since it was drawn: this, and what was found so long ago counts as that."""


class Verdict(msgspec.Struct, frozen=True):
    """What the user said of a candidate. k: index of the object. box: x, y, width, height in [0, 1]."""

    k: int
    frame: int
    box: Place
    accept: bool


class Presence(msgspec.Struct):
    """One object in one pass.

    size: the part of the frame that it usually covers. age: frames since it was found. gone: frames on which nothing
    was left of it. unlike: on how many in a row, and how much, it was unlike itself, and went: how it went against the
    scene (core.masks.recognition.remains).
    place: where it was seen last. course: how it went. extent: how wide and high it is. trail: scores of the candidates
    that lead here, the last of them at `box`. refused: where the refused candidate is that is being followed. doubles:
    those in sight. proved: whether enough of it was seen since it was found.
    """

    here: bool = False
    size: float = 0.0
    age: int = DRAWN
    doubts: int = 0
    gone: int = 0
    unlike: tuple[float, ...] = ()
    place: Place | None = None
    course: Course = Course()
    went: Way | None = None
    extent: Extent = Extent()
    trail: list[float] = []
    box: Place = (0.0, 0.0, 0.0, 0.0)
    refused: Place | None = None
    doubles: list[Double] = []
    proved: bool = True

    def found(self, accepted: bool) -> None:
        """It was found again. accepted: the user said so."""
        self.here, self.age, self.doubts, self.trail = True, 0, 0, []
        self.course, self.went, self.extent = Course(), None, Extent()
        self.unlike, self.proved = (), accepted

    @property
    def was_never_it(self) -> bool:
        """Whether all that was seen since it was found is something else, now that the latest is."""
        return not self.proved or self.age < RECENT

    def lose(self) -> None:
        """It is missing."""
        self.here, self.trail, self.doubts, self.gone, self.unlike = False, [], 0, 0, ()

    def is_unproved(self, size: float, confidence: float) -> bool:
        """Whether it was found a while ago and never well seen since.

        Args:
            size: the part of the latest frame that it covers. confidence: of its mask there.
        """
        self.proved = self.proved or size >= PROOF * self.size or confidence >= PROVES
        return not self.proved and self.age >= RIPE


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


class Withdrawn(msgspec.Struct, frozen=True):
    """Frames of a pass on which the mask of object k showed something else, as turned out later."""

    k: int
    frames: tuple[int, ...]


def frames_back(number: int, count: int, forward: int) -> tuple[int, ...]:
    """So many frames up to this one, in a pass forward, 1, or backward, -1."""
    return tuple(range(number - (count - 1) * forward, number + forward, forward))


class Notes(msgspec.Struct):
    """What a watch needs to go on later, beside its recogniser's arrays."""

    presences: list[Presence]
    usual: list[Usual]
    sightings: list[Sighting]
    doubles: dict[int, list[Double]] = {}
    withdrawn: list[Withdrawn] = []


class Extension(msgspec.Struct, frozen=True):
    """Track object k from frame start, where it is known, to frame end, inclusive; step 1 or -1."""

    k: int
    start: int
    end: int
    step: int


class Hits(msgspec.Struct, frozen=True):
    """A path of candidates of object k."""

    k: int
    path: Linked


class State(msgspec.Struct):
    """Where the rounds are. searched: frames below it were searched in this round, -1 when none was begun.

    hits: paths of this round that are still to be tried. taken: whether one was used. rest: paths that were not.
    """

    round: int = 0
    searched: int = -1
    candidates: list[tuple[int, Candidate]] = []
    queue: list[Extension] = []
    hits: list[Hits] = []
    rest: list[Hits] = []
    taken: bool = False


def sizes_of(labels: Labels, objects: Sequence[int]) -> list[float]:
    """The part of the frame that each object covers."""
    return [float((labels == label).mean()) for label in objects]
