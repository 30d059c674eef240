"""Whether the scores of a candidate on frames in a row add up to a return: a sum of what each frame tells (CUSUM, Page
1954).

One frame is no proof, however well it scores, and many that score fairly are as good as a few that score well.
"""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 2
"""Frames."""
IDLE, ENOUGH = 0.3, 1.0
"""A score of so much less than what is asked of one tells nothing; what the scores have more than that must add up to
so much."""
REMEMBERED = 12
"""Frames of a row that are remembered."""


def adds_up(scores: Sequence[float], asked: float) -> bool:
    """Whether frames in a row with these scores, the newest last, are enough.

    Args:
        asked: the score that a candidate of this object must have.
    """
    total = most = 0.0
    for score in scores:
        total = max(0.0, total + score - (asked - IDLE))
        most = max(most, total)
    return len(scores) >= FEWEST and most >= ENOUGH
