"""Black bars beside or above and below the picture, as films have in frames of another shape.

They do not belong to what moves: searched together with it, motion carries black into the picture and the picture
into the bars, and a cut between two shots, of which the bars are a part that fits, is not one. So the picture between
them is looked at alone.

A bar reaches from the frame's side inwards over lines that are black all along, in two frames at once, and
ends at once: a scene that is dark at its side and gets lighter has none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.motion.splat import Picture

BLACK = 24
"""Grey levels that a bar has at the most."""
EVEN = 4
"""Grey levels by which the pixels of a line of a bar differ from the bar's median, in the mean."""
SPECK = 32
"""Grey levels by which all but SPECKS of them do: video of low quality spills over from the picture."""
SPECKS = 0.02
CONTRAST = 8
"""Grey levels by which the picture beside a bar differs from it."""
LIT_SHARE = 0.4
"""Part of the line beside a bar that must differ so much: letters on black are no picture between bars."""
_BESIDE = 2
"""Lines after the bar where that is looked at: the first may be half bar, half picture."""
_LEAST = 32
"""Pixels of a side that a picture between bars has at least."""


class Inside(NamedTuple):
    """The picture between bars, in pixels of the frame; right and bottom are the first that are not in it. left and top
    are even, so that it lies on whole pixels at half size."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def part(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def whole_of(frame: Picture) -> Inside:
    """All of a frame (H, W, C)."""
    return Inside(0, 0, frame.shape[1], frame.shape[0])


def between_bars(first: Picture, second: Picture) -> Inside:
    """The picture between the bars that two frames uint8 (H, W, 3) share; the whole frame when they have none, and of
    frames with alpha."""
    height, width = first.shape[:2]
    whole = whole_of(first)
    if first.shape[2] != 3 or min(height, width) < 2 * _LEAST:
        return whole
    top, bottom, left, right = (
        _bar(first[side], second[side], across)
        for side, across in (
            (np.s_[:], False),
            (np.s_[::-1], False),
            (np.s_[:, :], True),
            (np.s_[:, ::-1], True),
        )
    )
    inside = Inside(left + left % 2, top + top % 2, width - right, height - bottom)
    fits = min(inside.right - inside.left, inside.bottom - inside.top) >= _LEAST
    return inside if fits else whole


def _bar(first: Picture, second: Picture, across: bool) -> int:
    """Lines of the bar at the upper side, or at the left one; 0 when there is none."""
    if across:
        first, second = first.transpose(1, 0, 2), second.transpose(1, 0, 2)
    black = np.median(first[0].reshape(-1, first.shape[2]), axis=0)
    if black.max() > BLACK:
        return 0
    count = 0
    while count < len(first) // 2 and all(_is_bar(picture[count], black) for picture in (first, second)):
        count += 1
    beside = min(count + _BESIDE - 1, len(first) - 1)
    lit = max(float((_off(picture[beside], black).max(1) >= CONTRAST).mean()) for picture in (first, second))
    return count if count and lit >= LIT_SHARE else 0


def _is_bar(line: Picture, black: npt.NDArray[np.float64]) -> bool:
    off = _off(line, black)
    return float((off > SPECK).mean()) <= SPECKS and float(off.mean()) <= EVEN


def _off(line: Picture, black: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """By how much the pixels of a line (N, C) differ from a colour."""
    return np.asarray(np.abs(line.astype(np.float32) - black.astype(np.float32)))
