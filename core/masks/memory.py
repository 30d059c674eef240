"""What the tracker remembers of frames, ready for looking places up in it (core.nn.recall)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from core.arrays import Array32
from core.masks.areas import Area, thinned
from core.masks.memory_frame import MemoryFrame
from core.masks.riding import strange
from core.nn.recall import Bank

BAND = 5
"""Memory keeps every token this near to an object's edge, and fewer elsewhere."""
LEAST_SEEN = 2.0
"""Tokens."""


def nearness(numbers: Tensor, number: int) -> Tensor:
    """Nats, (F,), that key frames (their numbers) lose beside the one nearest to frame `number`, by how many times
    farther they are: a mask drawn far away does not disturb what is tracked beside another."""
    far = -torch.log1p((numbers - number).abs().float())
    return far - far.max()


def followed(places: Tensor, was: Array32, now: Array32) -> Tensor:
    """Where places (N, 2) of a frame are when each goes with the object that is nearest to it.

    Args:
        was, now: the objects in that frame and in another, (rows, columns, K). One that is not seen does not move.
    """
    count = was.shape[2]
    away = np.stack(
        [cv2.distanceTransform((was[..., k] < 0.5).astype(np.uint8), cv2.DIST_L2, 3) for k in range(count)]
    )
    nearest = away.argmin(axis=0)
    index = places.long().numpy()
    owners = torch.from_numpy(nearest[index[:, 0], index[:, 1]])
    result = places.clone()
    for k in range(count):
        before, after = _middle(was[..., k]), _middle(now[..., k])
        if before is not None and after is not None:
            result[owners == k] += torch.tensor(after) - torch.tensor(before)
    return result


def _middle(tokens: Array32) -> tuple[float, float] | None:
    """Row and column of an object, (rows, columns); None when hardly any of it is seen."""
    area = float(tokens.sum())
    if area < LEAST_SEEN:
        return None
    rows, columns = np.indices(tokens.shape)
    return float((rows * tokens).sum() / area), float((columns * tokens).sum() / area)


def bank_of(known: MemoryFrame, area: Area, reach: float, band: int = BAND) -> Bank:
    """The tokens of a frame in an area, all of them up to `band` tokens around edges, with the labels of all objects;
    without what rides with the camera."""
    objects = known.objects
    if known.rides is not None:
        area = area & ~strange(known.rides, objects)
    kept = thinned(area, objects, band)
    index = torch.from_numpy(kept.ravel())
    return Bank(
        known.encoding.keys[index], places_of(kept), torch.from_numpy(objects[kept]), torch.tensor(reach)
    )


def joined(banks: Sequence[Bank], window: float = float("inf")) -> Bank:
    """The tokens of several banks as one; reach and whether there is trust are the first one's.
    window: of the bank made."""
    return Bank(
        torch.cat([bank.keys for bank in banks]),
        torch.cat([bank.places for bank in banks]),
        torch.cat([bank.known for bank in banks]),
        banks[0].reach,
        window,
        None
        if banks[0].trust is None
        else torch.cat([bank.trust for bank in banks if bank.trust is not None]),
    )


def places_of(area: Area) -> Tensor:
    """Row and column of the tokens of an area, float32 (N, 2)."""
    return torch.from_numpy(np.argwhere(area).astype(np.float32))
