"""Where tracked objects are missing and where they were recognised again: appearances.json of a tracking result.

Boxes are (x, y, width, height) in the clip's pixels. A *found* appearance was accepted by the program, an *accepted*
one by the user; a *candidate* was too unsure to be used, a *refused* one the user did not want.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from core.errors import MediaError
from core.files import read_json, write_atomic

APPEARANCES = "appearances.json"

State = Literal["found", "accepted", "candidate", "refused"]
Box = tuple[int, int, int, int]
"""x, y, width, height in the clip's pixels."""


class Appearance(msgspec.Struct, frozen=True):
    """An object recognised after it was missing.

    frame: where it was recognised.
    first, last: the frames that it explains, inclusive.
    score: in [0, 1].
    box: around the object at `frame`.
    """

    frame: int
    first: int
    last: int
    score: float
    box: Box
    state: State


class ObjectHistory(msgspec.Struct, frozen=True):
    """Where an object was lost and where it was seen again.

    gaps: (first, last) of the frames, inclusive, where the object is missing.
    appearances: by frame.
    """

    gaps: tuple[tuple[int, int], ...] = ()
    appearances: tuple[Appearance, ...] = ()


class Appearances(msgspec.Struct, frozen=True):
    """What a tracking result says of lost and found objects.

    objects: label to what happened to it.
    cuts: the first frame after each scene cut, ascending.
    """

    objects: dict[int, ObjectHistory] = {}
    cuts: tuple[int, ...] = ()


def read_appearances(folder: Path) -> Appearances:
    """What a tracking result tells of lost and found objects; empty when it does not say or is damaged."""
    return read_json(folder / APPEARANCES, Appearances) or Appearances()


def write_appearances(folder: Path, appearances: Appearances) -> None:
    """Write them into a tracking result; a whole file or nothing.

    Raises:
        MediaError: when the disk refuses.
    """
    path = folder / APPEARANCES
    try:
        write_atomic(path, msgspec.json.encode(appearances))
    except OSError as error:
        raise MediaError(
            f"{path} cannot be written: {error.strerror}", "Check the disk and the folder"
        ) from error


def as_gaps(missing: list[int]) -> tuple[tuple[int, int], ...]:
    """Runs of neighbouring frames, (first, last) inclusive, of an ascending list of frames."""
    gaps: list[tuple[int, int]] = []
    for frame in missing:
        if gaps and gaps[-1][1] == frame - 1:
            gaps[-1] = (gaps[-1][0], frame)
        else:
            gaps.append((frame, frame))
    return tuple(gaps)
