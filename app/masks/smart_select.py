"""What smart select is asked at the desk, and its answer: values that outlive strokes, undo and slow answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.masks import draw
from core.masks.selection import seen, select
from core.media.info import FrameSource
from core.media.matte import Labels
from core.project.project import Media


@dataclass(frozen=True, eq=False)
class Selection:
    """A question to smart select.

    Attributes:
        start, now: labels before it and in hand, uint8 (H, W).
        box: in picture pixels.
        hands: bool (H, W), what was changed by hand since; None for nothing.
        number: of the question.
        found: bool (H, W), the last answer to the box, which strokes change; None before there was one.
    """

    media: Media
    path: Path
    frame: int
    label: int
    start: Labels
    now: Labels
    box: draw.Box
    number: int = 0
    add: tuple[draw.Stroke, ...] = ()
    subtract: tuple[draw.Stroke, ...] = ()
    hands: draw.Mask | None = None
    found: draw.Mask | None = None

    def after(self, before: Labels, labels: Labels) -> Selection:
        """The same after a change by hand."""
        changed = before != labels
        return replace(self, now=labels, hands=changed if self.hands is None else self.hands | changed)

    def answered(self, area: draw.Mask, labels: Labels, protect: draw.Protect) -> Labels:
        """The labels with what was found; what is by hand stays as it is in `labels`."""
        painted = draw.paint(self.start, area, self.label, protect)
        return painted if self.hands is None else np.where(self.hands, labels, painted)


@dataclass(frozen=True, eq=False)
class Selected:
    question: Selection
    area: draw.Mask


def answer(question: Selection, source: FrameSource) -> Selected:
    """Ask the network, on any thread. source: the clip. Raises as core.masks.selection's `select` and `seen`."""
    frame, neighbours = seen(source, question.frame)
    hands = question.hands
    sure = None if hands is None else hands & (question.now == question.label)
    never = None if hands is None else hands & (question.now != question.label)
    area = select(
        frame,
        question.box,
        question.add,
        question.subtract,
        sure=sure,
        never=never,
        neighbours=neighbours,
        before=question.found,
    )
    return Selected(question, area)
