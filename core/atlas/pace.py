"""How far an atlas fit is, by what its stages usually cost and by how long they took so far."""

from __future__ import annotations

from dataclasses import dataclass

FIRST = 0.3, 0.12, 0.1
"""What laying out the background, the long chains and the pages costs, in parts of two rounds."""
ROUND = 0.6
"""What the first round costs."""
LATER = 0.45
"""What each of the others costs."""
BACKGROUND_SECONDS = 1.4e-6
"""Seconds a pixel of all frames that laying out the background takes."""
MOST = 0.95
"""Share of a stage that is told as done at most while it is not."""


@dataclass
class Pace:
    """How far an atlas fit is, and how long the rest of it will take.

    rounds: of refinement, at most.
    guess: seconds that the first stage takes.
    stage: how many stages are done.
    began: seconds of work when the present one did.
    """

    rounds: int
    guess: float
    stage: int = 0
    began: float = 0.0

    def next(self, seconds: float) -> None:
        """A stage is done, after so many seconds of work."""
        self.stage, self.began = self.stage + 1, seconds

    def part(self, seconds: float) -> tuple[float, float]:
        """What is done of what there is to do, both in the same measure; within a stage by the pace of those before
        it."""
        costs = [*FIRST, *([ROUND] + [LATER] * self.rounds)[: self.rounds]]
        done, whole = sum(costs[: self.stage]), sum(costs)
        if self.stage >= len(costs):
            return whole, whole
        pace = done / self.began if done and self.began > 0 else costs[0] / max(self.guess, 1e-3)
        inside = (seconds - self.began) * pace
        return done + min(MOST * costs[self.stage], max(0.0, inside)), whole
