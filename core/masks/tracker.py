"""The tracker's inside: objects are carried from frame to frame by likeness to remembered frames.

The key masks stay in memory for good, and so does a short history of what was tracked. Everything is computed on
tokens (a grid of small squares) around the objects; memory and time do not depend on the clip's length. One step
takes a frame and gives the probability of each object at each token, with a confidence for each object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.masks.affinity import Memory, carry
from core.masks.features import Array32, Grid, make_grid, token_features
from core.media.matte import Labels

Frame = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""First row, end row, first column, end column, in tokens."""

STRIDE = 4
TEMPERATURE = 40.0
TOP = 16
KEY_REACH = 30.0
REACH = 8.0
RECENT = (1, 2, 4)
"""Which frames back are remembered, beside the key frames."""
HISTORY = max(RECENT)
SHARPEN = 1.15
MARGIN = 10
KEYS = 3
"""The nearest key frames that are compared with; more cost time."""


@dataclass(frozen=True)
class Known:
    """A frame with a mask. number: of the frame. features: (rows, columns, C). objects: (rows, columns, K)."""

    number: int
    features: Array32
    objects: Array32


@dataclass(frozen=True)
class Step:
    """objects: float32 (rows, columns, K), the probability of each object. confidence: K numbers in [0, 1]."""

    objects: Array32
    confidence: tuple[float, ...]


@dataclass
class Tracker:
    """Tracks away from a known frame. history: the latest frames, newest last."""

    grid: Grid
    keys: tuple[Known, ...]
    history: list[Known] = field(default_factory=list)

    def step(self, number: int, frame: Frame) -> Step:
        """Track the next frame, uint8 (H, W, 3) RGB, in the direction away from the last of the history."""
        features = token_features(frame, self.grid)
        latest = self.history[-1]
        box = _around(latest.objects, MARGIN)
        found, evidence = self._match(features, box)
        objects = np.zeros_like(latest.objects)
        rows, columns = slice(box[0], box[1]), slice(box[2], box[3])
        objects[rows, columns] = np.clip((found[..., 1:] - 0.5) * SHARPEN + 0.5, 0, 1)
        confidence = tuple(_confidence(objects[rows, columns, k], evidence) for k in range(objects.shape[2]))
        self.remember(Known(number, features, objects))
        return Step(objects, confidence)

    def remember(self, known: Known) -> None:
        self.history = [*self.history, known][-HISTORY:]

    def _match(self, features: Array32, box: Box) -> tuple[Array32, Array32]:
        """Probabilities (h, w, 1 + K) and evidence (h, w) of the tokens in the box."""
        memories = [_memory(key, _around(key.objects, 2 * MARGIN), KEY_REACH) for key in self.keys]
        wide = _grown(box, MARGIN, self.grid.shape)
        for back in RECENT:
            if back <= len(self.history):
                memories.append(_memory(self.history[-back], wide, REACH * (1 + 0.15 * (back - 1))))
        values, places = _tokens(features, box)
        found, evidence = carry(values, places, memories, TEMPERATURE, TOP)
        shape = box[1] - box[0], box[3] - box[2]
        return found.numpy().reshape(*shape, -1), evidence.numpy().reshape(shape)


def nearest_keys(keys: Sequence[Known], number: int) -> tuple[Known, ...]:
    """The few key frames nearest to a frame."""
    return tuple(sorted(keys, key=lambda key: (abs(key.number - number), key.number))[:KEYS])


def choose_grid(width: int, height: int, masks: Sequence[Labels], rows: int = 0) -> Grid:
    """The grid for a clip of width x height: finer for small objects. rows: a fixed number of rows; 0 chooses."""
    if rows == 0:
        rows = 60
    return make_grid(width, height, min(rows, max(1, height // 4)), STRIDE)


def to_tokens(labels: Labels, objects: Sequence[int], grid: Grid) -> Array32:
    """How much of each token each object covers, float32 (rows, columns, K)."""
    rows, columns = grid.shape
    covered = [
        cv2.resize((labels == label).astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
        for label in objects
    ]
    return np.stack(covered, axis=-1).astype(np.float32)


def known_frame(number: int, frame: Frame, labels: Labels, objects: Sequence[int], grid: Grid) -> Known:
    """Remember a frame with its mask."""
    return Known(number, token_features(frame, grid), to_tokens(labels, objects, grid))


def _memory(known: Known, box: Box, reach: float) -> Memory:
    features, places = _tokens(known.features, box)
    objects = known.objects[box[0] : box[1], box[2] : box[3]].reshape(-1, known.objects.shape[2])
    background = np.clip(1 - objects.sum(axis=1, keepdims=True), 0, 1)
    return Memory(features, places, torch.from_numpy(np.concatenate((background, objects), axis=1)), reach)


def _tokens(features: Array32, box: Box) -> tuple[torch.Tensor, torch.Tensor]:
    """Features (N, C) and places (N, 2) of the tokens in a box."""
    rows, columns = np.mgrid[box[0] : box[1], box[2] : box[3]].astype(np.float32)
    values = np.ascontiguousarray(features[box[0] : box[1], box[2] : box[3]]).reshape(-1, features.shape[2])
    return torch.from_numpy(values), torch.from_numpy(np.stack((rows.ravel(), columns.ravel()), axis=1))


def _around(objects: Array32, margin: int) -> Box:
    """The box around all objects, grown by a margin; the whole grid when there is none."""
    seen = objects.max(axis=2) > 0.1
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if rows.size == 0:
        return 0, seen.shape[0], 0, seen.shape[1]
    box = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return _grown(box, margin, (seen.shape[0], seen.shape[1]))


def _grown(box: Box, margin: int, shape: tuple[int, int]) -> Box:
    return (
        max(0, box[0] - margin),
        min(shape[0], box[1] + margin),
        max(0, box[2] - margin),
        min(shape[1], box[3] + margin),
    )


def _confidence(objects: Array32, evidence: Array32) -> float:
    """How sharply an object stands out and how well its tokens were recognised; 0 when it is not there."""
    inside = objects > 0.5
    if not inside.any():
        return 0.0
    sharp = float((2 * objects[inside] - 1).mean())
    recognised = float(np.exp(np.minimum(evidence[inside] + 1.0, 0) * 0.25).mean())
    return round(min(1.0, max(0.0, sharp * recognised)), 4)
