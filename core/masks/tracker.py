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
from core.masks.confidence import Cues, Seen, confidence, cues
from core.masks.features import Array32, Grid, make_grid, token_features
from core.media.info import Frame
from core.media.matte import Labels

Area = npt.NDArray[np.bool_]
"""bool (rows, columns): some of the tokens."""

STRIDE = 4
TOKENS_ACROSS = 32
"""Tokens along the side of a square as large as the smallest object."""
FEWEST_ROWS, MOST_ROWS = 48, 120
TEMPERATURE = 40.0
TOP = 5
KEY_TRUST = 2.0
"""Nats that drawn masks count more than tracked ones: it keeps errors from adding up."""
KEY_REACH = 30.0
REACH = 8.0
RECENT = (1, 2, 4)
"""Which frames back are remembered, beside the key frames."""
HISTORY = max(RECENT)
SHARPEN = 1.15
MARGIN = 10
WINDOW = 2.0
"""Recent frames are searched up to this many reaches away."""
BAND = 5
"""Memory keeps every token this near to an object's edge, and every fourth elsewhere."""
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
    """objects: float32 (rows, columns, K), the probability of each object. confidence: K numbers in [0, 1]. cues:
    what the confidences were made from, each (len(CUES),); empty where two passes were blended."""

    objects: Array32
    confidence: tuple[float, ...]
    cues: tuple[Cues, ...] = ()


@dataclass
class Tracker:
    """Tracks away from a known frame. history: the latest frames, newest last."""

    grid: Grid
    keys: tuple[Known, ...]
    history: list[Known] = field(default_factory=list)

    def step(self, number: int, frame: Frame) -> Step:
        """Track the next frame, uint8 (H, W, 3) RGB, in the direction away from the last of the history."""
        features = token_features(frame, self.grid)
        latest = self.history[-1].objects
        area = near(latest, MARGIN)
        asked = _thinned(area, latest, MARGIN)
        found = self._match(features, area, asked)
        objects = np.zeros_like(latest)
        objects[asked] = np.clip((found[:, 1:] - 0.5) * SHARPEN + 0.5, 0, 1)
        objects = _filled(objects, area & ~asked)
        self.remember(Known(number, features, objects))
        seen = tuple(self._cues(k) for k in range(objects.shape[2]))
        return Step(objects, tuple(confidence(each) for each in seen), seen)

    def _cues(self, k: int) -> Cues:
        """How well object k was tracked in the latest frame, seen from the nearest frame that shows it drawn."""
        now = self.history[-1]
        drawn = [key for key in self.keys if (key.objects[..., k] > 0.5).any()] or [*self.keys]
        key = min(drawn, key=lambda key: abs(key.number - now.number))
        here, there = (Seen(known.number, known.features, known.objects) for known in (now, key))
        return cues(here, there, k)

    def remember(self, known: Known) -> None:
        self.history = [*self.history, known][-HISTORY:]

    def _match(self, features: Array32, area: Area, asked: Area) -> Array32:
        """Probabilities (N, 1 + K) of the N tokens that are asked for."""
        memories = [
            _memory(key, near(key.objects, 2 * MARGIN), KEY_REACH, trust=KEY_TRUST) for key in self.keys
        ]
        wide = _dilated(area, MARGIN)
        for back in RECENT:
            if back <= len(self.history):
                reach = REACH * (1 + 0.15 * (back - 1))
                memories.append(_memory(self.history[-back], wide, reach, WINDOW * reach))
        found, _ = carry(*_tokens(features, asked), memories, TEMPERATURE, TOP)
        return found.numpy()


def nearest_keys(keys: Sequence[Known], number: int) -> tuple[Known, ...]:
    """The few key frames nearest to a frame."""
    return tuple(sorted(keys, key=lambda key: (abs(key.number - number), key.number))[:KEYS])


def choose_grid(width: int, height: int, masks: Sequence[Labels], most: int = MOST_ROWS) -> Grid:
    """The grid for a clip of width x height: finer for small objects, of at most `most` rows."""
    sizes = [np.sqrt((labels == label).sum()) for labels in masks for label in np.unique(labels[labels > 0])]
    wanted = TOKENS_ACROSS * height / max(1.0, min(sizes, default=float(height)))
    rows = round(min(max(wanted, FEWEST_ROWS), most))
    return make_grid(width, height, min(rows, max(1, height // STRIDE)), STRIDE)


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


def near(objects: Array32, margin: int) -> Area:
    """The tokens at most `margin` away from any object; all when there is none."""
    seen = objects.max(axis=2) > 0.1
    return _dilated(seen, margin) if seen.any() else np.ones(seen.shape, bool)


def _dilated(area: Area, margin: int) -> Area:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.dilate(area.astype(np.uint8), kernel), bool)


def _thinned(area: Area, objects: Array32, band: int) -> Area:
    """An area with only every fourth token where no object's edge is within `band` tokens: little is lost there."""
    edges = np.zeros(area.shape, bool)
    for k in range(objects.shape[2]):
        inside, touched = objects[..., k] > 0.9, objects[..., k] > 0.1
        edges |= _dilated(touched, band) & ~_eroded(inside, band)
    sparse = np.zeros(area.shape, bool)
    sparse[::2, ::2] = True
    return area & (edges | sparse) if (area & (edges | sparse)).any() else area


def _filled(objects: Array32, gaps: Area) -> Array32:
    """Give the tokens between every fourth one the value of that one."""
    coarse = np.repeat(np.repeat(objects[::2, ::2], 2, axis=0), 2, axis=1)[: gaps.shape[0], : gaps.shape[1]]
    return np.where(gaps[..., None], coarse, objects)


def _eroded(area: Area, margin: int) -> Area:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.erode(area.astype(np.uint8), kernel), bool)


def _memory(
    known: Known, area: Area, reach: float, window: float = float("inf"), trust: float = 0.0
) -> Memory:
    kept = _thinned(area, known.objects, BAND)
    features, places = _tokens(known.features, kept)
    objects = known.objects[kept]
    background = np.clip(1 - objects.sum(axis=1, keepdims=True), 0, 1)
    labels = torch.from_numpy(np.concatenate((background, objects), axis=1))
    return Memory(features, places, labels, reach, window, trust)


def _tokens(features: Array32, area: Area) -> tuple[torch.Tensor, torch.Tensor]:
    """Features (N, C) and places (N, 2) of the tokens in an area."""
    places = np.argwhere(area).astype(np.float32)
    return torch.from_numpy(features[area]), torch.from_numpy(places)
