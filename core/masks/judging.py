"""How well masks of a frame agree with what was drawn, whoever made them: all opinions on a frame are asked the same.

The confidence that a tracking tells is of its own time: it knows the frames that were drawn then,
and counts how far away they are. An earlier mask and a new one are compared fairly only when both
are held against all frames that are drawn now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.arrays import Array32
from core.masks.confidence import CUES, Cues, Seen, belonging, cues
from core.masks.encoding import Encoding
from core.masks.features import Grid
from core.masks.memory import nearness
from core.masks.memory_frame import MemoryFrame, to_tokens

Floats = npt.NDArray[np.float64]

ASKED = 2
"""Drawn frames that are asked, the nearest ones."""
AGREEING = [CUES.index(name) for name in ("size", "back", "direct", "compact")]
"""Cues that tell which of two masks of the same frame is the better one; the others hardly differ."""


@dataclass(frozen=True)
class Judge:
    """What was seen of a frame on a grid, and the key frames it is compared with."""

    number: int
    encoding: Encoding
    keys: tuple[MemoryFrame, ...]
    grid: Grid

    def agreement(self, masks: Array32) -> Floats:
        """How well each object's mask agrees with the drawn ones, (K,): the sum of cues that tell which of two masks
        of the same frame is the better one; not a number where there is none. A mask that was read from a file and
        has no soft rim is not the better for it: none has one here.

        Args:
            masks: float32 (height, width, K) at the grid's size, in [0, 1].
        """
        now = MemoryFrame(self.number, self.encoding, (masks > 0.5).astype(np.float32))
        seen = np.stack([cues_of(now, self.keys, k) for k in range(masks.shape[2])])
        return np.asarray(np.where(seen.any(axis=1), seen[:, AGREEING].sum(axis=1), np.nan), np.float64)

    def knows(self, masks: Array32, places: Array32) -> npt.NDArray[np.bool_]:
        """Where the drawn frames show that places belong to an object, (height, width, K), False outside of them.

        Args:
            masks: float32 (height, width, K), where the objects are.
            places: of the same shape, above 0 where it is asked.
        """
        known = np.zeros(masks.shape, bool)
        now = _seen(MemoryFrame(self.number, self.encoding, masks))
        for k in np.flatnonzero(places.any(axis=(0, 1))):
            where = to_tokens(places)[..., k] > 0
            told = np.zeros(where.shape, np.float32)
            for key in _nearest(self.keys, self.number, int(k)):
                told[where] = np.maximum(told[where], belonging(now, _seen(key), int(k), where))
            size = masks.shape[1::-1]
            known[..., k] = (cv2.resize(told, size, interpolation=cv2.INTER_NEAREST) > 0.5) & (
                places[..., k] > 0
            )
        return known


def _nearest(keys: Sequence[MemoryFrame], number: int, k: int) -> list[MemoryFrame]:
    """The drawn frames that are asked about object k in a frame."""
    drawn = [key for key in keys if (key.objects[..., k] > 0.5).any()] or [*keys]
    return sorted(drawn, key=lambda key: abs(key.number - number))[:ASKED]


def cues_of(now: MemoryFrame, keys: Sequence[MemoryFrame], k: int) -> Cues:
    """How well object k is masked in a frame, seen from the frames that show it drawn: the nearer one counts more, and
    a pass is not only asked by the frame it began at."""
    drawn = _nearest(keys, now.number, k)
    weights = nearness(torch.tensor([key.number for key in drawn]), now.number).softmax(0).numpy()
    return np.asarray(weights @ np.stack([cues(_seen(now), _seen(key), k) for key in drawn]), np.float64)


def _seen(known: MemoryFrame) -> Seen:
    rows, columns = known.objects.shape[:2]
    return Seen(known.number, known.encoding.keys.numpy().reshape(rows, columns, -1), known.objects)
