"""How hard each step of an atlas fit moves its maps: blurs of the colours, weight of the flow, smoothness.

A round is one or more of them, over the frames to and fro.
"""

from __future__ import annotations

from core.atlas.align import Effort
from core.layers.grid_solve import Smooth

GROW_BACKGROUND = Effort((2.0, 1.0), 0.05)
AROUND_BACKGROUND = Effort((1.0, 0.6), 0.02)
GROW = Effort((2.5, 2.5, 1.2, 1.2), 0.05)
GROW_LONG = Effort((2.5, 2.5, 1.2, 1.2), 4.0, Smooth(0.0005, 0.02, steady=0.02), rimless=True)
LONG_ROUNDS = (
    (Effort((1.2,), 12.0, rimless=True), Effort((0.7,), 12.0, rimless=True)),
    (Effort((1.2,), 40.0, rimless=True), Effort((0.7,), 40.0, rimless=True)),
)
"""For paint that sticks the flow counts more, the more so the closer the atlas is."""
_LARGE = Smooth(0.000125, 0.0025)
LONG_ROUNDS_LARGE = (
    (Effort((2.4, 1.2), 12.0, _LARGE, rimless=True), Effort((1.2, 0.7), 12.0, _LARGE, rimless=True)),
    (Effort((1.2, 0.7), 40.0, _LARGE, rimless=True), Effort((0.7,), 40.0, _LARGE, rimless=True)),
)
"""The same for a chain that was laid out on smaller pictures. What it is off by is more pixels now; and so is a bend
of the same shape, which would cost four times as much at twice the size."""
BACKGROUND_ROUND = (Effort((0.7, 0.5), 0.0),)
_FIRST = Effort((1.2, 1.2, 0.7), 0.02)
_THEN = Effort((1.2, 0.7, 0.5), 0.01, Smooth(0.0003, 0.005))
_LOOSE = Effort((1.2, 0.7, 0.5), 0.01, Smooth(0.00015, 0.0025))
_CLOSE = Effort((1.2, 0.7, 0.5), 0.0025, Smooth(0.000075, 0.00125))
"""Of pages. The closer a page is to its frames, the less need its maps be held together."""


def of_long_chain(number: int, alone: bool, reduced: bool) -> list[tuple[int, tuple[Effort, ...]]]:
    """What is done to a long chain in a round of the whole fit, numbered: all of it at first, then, where the
    object has no pages (alone), the last of it again. reduced: whether it was laid out on smaller pictures."""
    rounds = LONG_ROUNDS_LARGE if reduced else LONG_ROUNDS
    if number == 0:
        return list(enumerate(rounds, 1))
    return [(number + len(rounds), rounds[-1])] if alone else []


def of_page(number: int, reduced: bool) -> tuple[tuple[Effort, int], ...]:
    """What is done to a page in a round of the whole fit, and after each of it how many times its
    texture is projected back.
    reduced: on smaller pictures, on which it costs little."""
    if number == 0 and reduced:
        return (_FIRST, 1), (_THEN, 2), (_THEN, 2), (_LOOSE, 2)
    if number == 0:
        return (_FIRST, 1), (_THEN, 2)
    return (_CLOSE, 2), (_CLOSE, 2)
