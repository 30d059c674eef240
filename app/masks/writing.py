"""A change of the mask in hand on its way to the disk: what is asked of the writing thread, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.masks.smart_select import Selection
from core.media.matte import Labels
from core.project.key_masks import write_key_mask

Change = Callable[[Labels], Labels]


@dataclass(frozen=True)
class Order:
    """A change on its way to the disk.

    labels: to be written, or what `change` makes of them.
    selection: the one in hand then.
    """

    name: str
    media: str
    frame: int
    label: int
    selection: Selection | None
    labels: Labels
    change: Change | None

    @property
    def where(self) -> tuple[str, int]:
        return self.media, self.frame


@dataclass(frozen=True)
class Written:
    """A change that is on the disk.

    file: name of the key mask; empty when the change changed nothing.
    selection: that holds after it.
    """

    file: str
    labels: Labels
    selection: Selection | None


def write(data: Path, order: Order) -> Written:
    """On the writing thread: work out the change and write what comes of it."""
    labels, selection = order.labels, order.selection
    if order.change is not None:
        labels = order.change(order.labels)
        if np.array_equal(labels, order.labels):
            return Written("", labels, selection)
        selection = selection.after(order.labels, labels) if selection is not None else None
    return Written(write_key_mask(data, order.media, order.frame, labels), labels, selection)
