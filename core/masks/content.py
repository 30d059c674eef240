"""Does a mask still show its object, or what hides it, or a twin?

Every token under the mask is nearer to something that the key frames show of the object, or to something that they
show of the rest: what hides an object was mostly seen beside it before. And what a key frame shows of the object is
found under the mask again, or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.masks.features import Array32
from core.masks.known import Known
from core.nn.matcher import HAND

OWN, REST, ASKED = 300, 1500, 200
"""Tokens that are compared, at most: of the object and of the rest in all key frames, and under the mask."""
FEWEST = 4
"""Tokens of the object that key frames must show."""
LEAST = 1e-3
"""Squared distances count as at least about this."""


@dataclass(frozen=True)
class Content:
    """What is under a mask, seen from the key frames, in squared distances.

    likelier: the mean over its tokens of the logarithm of how many times farther they are from anything else than from
    the object, by hand-made features alone: those of the network are about as near to a place's neighbours. unseen: the
    logarithm of how far the tokens of the object are in the mean from all that is under the mask: high where it shows
    but a part of the object.
    """

    likelier: float
    unseen: float


def content(now: Known, keys: Sequence[Known], k: int) -> Content | None:
    """What is under the mask of object k; None where there is nothing to compare."""
    asked = tokens_of(now, now.objects[..., k] > 0.5, ASKED)
    shown = [key for key in keys if (key.objects[..., k] > 0.5).any()]
    own = [tokens_of(key, key.objects[..., k] > 0.8, OWN // len(shown)) for key in shown]
    rest = [tokens_of(key, key.objects[..., k] < 0.02, REST // len(shown)) for key in shown]
    if not len(asked) or sum(map(len, own)) < FEWEST or not sum(map(len, rest)):
        return None
    mine, others = np.concatenate(own), np.concatenate(rest)
    unseen = np.log1p(_nearest(mine, asked).mean())
    asked, mine, others = asked[:, :HAND], mine[:, :HAND], others[:, :HAND]
    times = np.log((_nearest(asked, others) + LEAST) / (_nearest(asked, mine) + LEAST))
    return Content(float(times.mean()), float(unseen))


def tokens_of(known: Known, places: npt.NDArray[np.bool_], most: int) -> Array32:
    keys = known.sight.keys.numpy()
    return np.asarray(keys[_spread(np.flatnonzero(places), most)], np.float32)


def _nearest(asked: Array32, bank: Array32) -> Array32:
    """Squared distance of each (N, C) to the nearest of a bank (M, C), (N,)."""
    least = ((bank * bank).sum(axis=1) - 2 * asked @ bank.T).min(axis=1)
    return np.asarray(np.maximum(least + (asked * asked).sum(axis=1), 0), np.float32)


def _spread(index: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """At most so many of the indices, evenly."""
    if len(index) <= most:
        return index
    return index[np.linspace(0, len(index) - 1, most).astype(int)]
