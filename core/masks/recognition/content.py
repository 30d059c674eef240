"""Does a mask still show its object, or what hides it?

Every token under the mask is nearer to something that the key frames show of the object, or to something that they
show of the rest. What hides an object was mostly seen beside it before, as rest: when nearly all that a mask covers
is nearer to the rest, the object is not under it, however large and steady the mask is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.memory_frame import MemoryFrame

OWN, REST, ASKED = 300, 1500, 200
"""Tokens that are compared, at most: of the object and of the rest in all key frames, and under the mask."""
FEWEST = 4
"""Tokens of the object that key frames must show."""


def strangeness(now: MemoryFrame, keys: Sequence[MemoryFrame], k: int) -> float:
    """The part, in [0, 1], of the tokens under the mask of object k that look more like anything else in the key
    frames than like the object in them; 0 where there is nothing to compare."""
    asked = now.encoding.keys.numpy()[_spread(np.flatnonzero(now.objects[..., k] > 0.5), ASKED)]
    shown = [key for key in keys if (key.objects[..., k] > 0.5).any()]
    own = [tokens_of(key, key.objects[..., k] > 0.8, OWN // len(shown)) for key in shown]
    rest = [tokens_of(key, key.objects[..., k] < 0.02, REST // len(shown)) for key in shown]
    if not len(asked) or sum(map(len, own)) < FEWEST or not sum(map(len, rest)):
        return 0.0
    return float((_nearest(asked, np.concatenate(rest)) < _nearest(asked, np.concatenate(own))).mean())


def tokens_of(known: MemoryFrame, places: npt.NDArray[np.bool_], most: int) -> Array32:
    """Features (N, C) of at most so many of the tokens in `places`, (rows, columns), spread evenly over them."""
    return np.asarray(known.encoding.keys.numpy()[_spread(np.flatnonzero(places), most)], np.float32)


def _nearest(asked: Array32, bank: Array32) -> Array32:
    """Squared distance of each (N, C) to the nearest of a bank (M, C), less what is the same for every bank, (N,)."""
    return np.asarray(((bank * bank).sum(axis=1) - 2 * asked @ bank.T).min(axis=1), np.float32)


def _spread(index: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """At most so many of the indices, evenly."""
    if len(index) <= most:
        return index
    return index[np.linspace(0, len(index) - 1, most).astype(int)]
