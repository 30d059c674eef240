"""A frame of which masks are known: what it looks like, and what each of its places belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.arrays import Array32
from core.masks.encoding import Encoding, encode
from core.masks.features import Grid
from core.masks.fineness import STRIDE
from core.masks.straying import Straying
from core.media.info import Frame
from core.media.matte import Labels
from core.nn.matcher import Matcher

KEYS = 3
"""The nearest key frames that are compared with; more cost time."""

Strays = tuple[list[int], list[tuple[float, float] | None]]
"""The objects whose masks strayed, and how each object goes; see core.masks.straying."""


@dataclass(frozen=True)
class MemoryFrame:
    """A frame with masks.

    number: of the frame.
    encoding: what was seen of it.
    masks: float32 (height, width, K) at the grid's size.
    rides: float32 (rows, columns, K), of core.masks.riding; None where nothing was tracked.
    """

    number: int
    encoding: Encoding
    masks: Array32
    rides: Array32 | None = None
    straying: Straying | None = None

    @cached_property
    def objects(self) -> Array32:
        """How much of each token each object covers, float32 (rows, columns, K)."""
        return to_tokens(self.masks)


def memory_frame_of(
    number: int, frame: Frame, labels: Labels, objects: Sequence[int], grid: Grid, net: Matcher | None
) -> MemoryFrame:
    """Remember a frame, uint8 (H, W, 3), with its drawn masks, uint8 (H, W), seen on a grid by the network, or without
    one."""
    return MemoryFrame(number, encode(frame, grid, net), to_grid(labels, objects, grid))


def nearest_keys(keys: Sequence[MemoryFrame], number: int) -> tuple[MemoryFrame, ...]:
    """The few key frames nearest to a frame."""
    numbers = nearest_numbers([key.number for key in keys], number)
    return tuple(key for one in numbers for key in keys if key.number == one)


def nearest_numbers(numbers: Iterable[int], number: int) -> list[int]:
    """Of key frames, the few nearest to a frame."""
    return sorted(numbers, key=lambda each: (abs(each - number), each))[:KEYS]


def to_grid(labels: Labels, objects: Sequence[int], grid: Grid) -> Array32:
    """How much of each pixel of the reduced frame each object covers, float32 (height, width, K)."""
    covered = [
        cv2.resize(
            (labels == label).astype(np.float32), (grid.width, grid.height), interpolation=cv2.INTER_AREA
        )
        for label in objects
    ]
    return np.stack(covered, axis=-1).astype(np.float32)


def to_tokens(masks: Array32) -> Array32:
    """The mean over each token: float32 (rows, columns, K) of (height, width, K), both multiples of STRIDE."""
    height, width, count = masks.shape
    rows, columns = height // STRIDE, width // STRIDE
    if count == 1:  # several times quicker than numpy's mean over two axes, as the sum below
        small = cv2.resize(masks, (columns, rows), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32)[..., None]
    cells = masks.reshape(rows, STRIDE, columns, STRIDE, count)
    summed = sum(cells[:, y, :, x] for y in range(STRIDE) for x in range(STRIDE))
    return np.asarray(summed / np.float32(STRIDE**2), np.float32)


def coarsened(objects: Array32, shape: tuple[int, int]) -> Array32:
    """Probabilities (h, w, K) on a coarser grid, (rows, columns, K)."""
    rows, columns = shape
    small = cv2.resize(objects, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(rows, columns, objects.shape[2])


def latest(history: Sequence[MemoryFrame], number: int) -> MemoryFrame | None:
    """The frame of this number, where it was just tracked."""
    return next((each for each in history if each.number == number), None)


def strayed(now: MemoryFrame | None, count: int) -> Strays:
    """What strayed of `count` objects in a frame."""
    if now is None or now.straying is None:
        return [], [None] * count
    return now.straying.left(now.objects), [now.straying.way_of(k) for k in range(count)]
