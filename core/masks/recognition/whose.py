"""Which of several missing objects a candidate is: by what it looks like, and by where each was going when it was lost.

Two objects that look alike and cross behind something come out on the other side each: what lies ahead of where one was
lost is rather that one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.arrays import Array32
from core.masks.recognition.doubles import BETTER
from core.masks.recognition.linking import Place
from core.masks.recognition.recognise import Found, Recogniser
from core.masks.recognition.states import Presence
from core.masks.recognition.view import View

ONWARD = 0.25
"""To lie one object's size ahead of one missing object rather than of another counts as much as this difference in
looks."""
KIN_ONWARD = 1.0
"""The same for those that look alike (core.masks.recognition.kin): one may look like what the other was drawn as."""
STILL = 0.01
"""What moves less than this part of its side from frame to frame stands still."""


def owner(recogniser: Recogniser, presences: Sequence[Presence], view: View, k: int, found: Found) -> int:
    """The missing object that a candidate of object k is: k itself or another one."""
    most, chosen = 0.0, k
    for j in lost_beside(recogniser, presences, k):
        rather = recogniser.rather(view, k, j, found.places)
        onward = KIN_ONWARD if j in recogniser.kin_of(k) else ONWARD
        rather += onward * (_ahead(presences[j], found.box) - _ahead(presences[k], found.box))
        if rather > most:
            most, chosen = rather, j
    return chosen


def without_kin(
    recogniser: Recogniser, presences: Sequence[Presence], view: View, k: int, found: Sequence[Found]
) -> list[Found]:
    """Candidates of object k that are not rather a missing object that looks like it, which is sought as well."""
    kin = recogniser.kin_of(k)
    return [each for each in found if not kin or owner(recogniser, presences, view, k, each) not in kin]


def outdone(
    recogniser: Recogniser,
    presences: Sequence[Presence],
    view: View,
    k: int,
    coarse: Array32,
    asked: float,
) -> bool:
    """Whether something apart from the masks scores so much better than the mask of object k that this is none.

    Args:
        coarse: the masks, (rows, columns, K) of the view. asked: the score that is asked of a candidate of object k.
    """
    covered = np.asarray(coarse.max(axis=2) > 0.5)
    rivals = without_kin(recogniser, presences, view, k, recogniser.candidates(view, k, covered))
    least = max(asked, recogniser.score(view, k, coarse[..., k] > 0.5) + BETTER)
    return bool(rivals) and rivals[0].score >= least


def lost_beside(recogniser: Recogniser, presences: Sequence[Presence], k: int) -> list[int]:
    """The missing objects other than k."""
    others = enumerate(presences)
    return [j for j, presence in others if j != k and not presence.here and recogniser.knows(j)]


def _ahead(presence: Presence, box: Place) -> float:
    """How far a box lies ahead of where an object was lost, in units of its side, in [-1, 1]; 0 for what stood
    still."""
    speed, side = float(np.hypot(*presence.course.heading)), presence.size**0.5
    if presence.place is None or speed < STILL * side:
        return 0.0
    x = box[0] + box[2] / 2 - presence.place[0] - presence.place[2] / 2
    y = box[1] + box[3] / 2 - presence.place[1] - presence.place[3] / 2
    way = x * presence.course.heading[0] + y * presence.course.heading[1]
    return float(np.clip(way / (speed * side), -1, 1))
