"""Doubles: what looks like an object and is seen at the same time as it, so cannot be it when it is gone.

They are noted while an object that looks like itself goes out of sight, and followed from frame to frame by where
they are: nothing is in two places.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from core.masks.recognition.linking import Place, beside, overlap, place_of
from core.masks.recognition.recognise import Found

DOUBLE, BETTER = 0.25, 0.4
"""What scores this beside the object is a double of it, and stays one until something there scores so much better."""
LOOKS = 0.3
"""An object whose places are so much like it is surely where its mask is."""


class Double(msgspec.Struct, frozen=True):
    """Something that looks like object k and is not it. score: what it had when the object was seen elsewhere."""

    k: int
    frame: int
    score: float
    box: Place

    def explains(self, found: Found) -> bool:
        """Whether a candidate is beside where the double is, of which other parts may look alike on every frame, and
        not much more like the object."""
        return found.score < self.score + BETTER and beside(found.box, self.box)


def doubles_of(k: int, number: int, rivals: Sequence[Found], place: Place) -> list[Double]:
    """The doubles of object k, which is at a place, among what is seen beside it."""
    alike = [each for each in rivals if each.score >= DOUBLE and not beside(each.box, place)]
    return [Double(k, number, each.score, _as_large(each.box, place)) for each in alike]


def doubles_left(k: int, number: int, likeness: float, places: npt.NDArray[np.bool_]) -> list[Double]:
    """What object k left behind on places (rows, columns), which look so much like it: a double in each part."""
    count, parts = cv2.connectedComponents(places.astype(np.uint8))
    boxes = [place_of(np.asarray(parts == part, np.float32)) for part in range(1, count)]
    return [Double(k, number, max(DOUBLE, likeness), box) for box in boxes]


def followed(
    doubles: Sequence[Double], number: int, found: Sequence[Found]
) -> tuple[list[Double], list[Found]]:
    """The doubles on the next frame, and the candidates of that frame that are none of them. One that is not seen
    stays where it was."""
    moved, left = [], list(found)
    for double in doubles:
        near = [each for each in left if double.explains(each)]
        at = (
            max(near, key=lambda each: (overlap(each.box, double.box), each.score)).box
            if near
            else double.box
        )
        moved.append(Double(double.k, number, double.score, _as_large(at, double.box)))
        left = [each for each in left if not any(each is other for other in near)]
    return moved, left


def _as_large(box: Place, other: Place) -> Place:
    """A box around the same middle with sides at least as long as those of another: candidates are often but parts."""
    wide, high = max(box[2], other[2]), max(box[3], other[3])
    return box[0] + (box[2] - wide) / 2, box[1] + (box[3] - high) / 2, wide, high
