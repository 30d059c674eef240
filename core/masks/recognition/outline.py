"""The outline of a found object on a finer grid: its places against those of the key masks and of the frame around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from core.arrays import Array32
from core.masks.features import Grid, make_grid, token_features
from core.masks.recognition.distances import nearest_feature
from core.masks.recognition.recognise import STRIDE, Area, Found, on_grid
from core.media.info import Frame
from core.media.matte import Labels

FINER, MOST_ROWS = 2.2, 80
OWN, OTHERS = 900, 1800
BESIDE = 12
"""Places around an object in a key mask that are remembered as not it."""
STEEP = 25.0


@dataclass
class Outliner:
    """What key masks show on the finer grid. own, others: of each object, features of it and of what is beside it."""

    grid: Grid
    own: list[list[Array32]]
    others: list[list[Array32]] = field(default_factory=list)

    def learn_key(self, frame: Frame, labels: Labels, objects: Sequence[int]) -> None:
        """Remember a frame, uint8 (H, W, 3) RGB, with its drawn labels (H, W)."""
        features, covered = token_features(frame, self.grid), on_grid(labels, objects, self.grid)
        for k in range(len(objects)):
            mine = covered[..., k]
            self.own[k].append(features[mine > 0.7])
            self.others[k].append(features[_dilated(mine > 0.1, BESIDE) & (mine < 0.1)])

    def outline(self, frame: Frame, found: Found, k: int, present: Array32) -> Array32:
        """The probability of a found object, float32 (h, w).

        Args:
            present: (h, w, K) probabilities of the objects that are there, on any grid; the result has its size.
        """
        features = token_features(frame, self.grid)
        rows, columns = self.grid.shape
        rest = np.zeros((rows, columns), np.float32)
        if present.any():
            rest = cv2.resize(present.max(axis=2), (columns, rows), interpolation=cv2.INTER_AREA)
        chance = self._chance(features, found.places, k, rest)
        height, width = present.shape[:2]
        return np.asarray(cv2.resize(chance, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)

    def _chance(self, features: Array32, places: Area, k: int, rest: Array32) -> Array32:
        rows, columns = features.shape[:2]
        coarse = cv2.resize(places.astype(np.float32), (columns, rows), interpolation=cv2.INTER_LINEAR)
        reach = max(2, round(max(rows / places.shape[0], columns / places.shape[1])))
        region, ring = _dilated(coarse > 0.5, 2 * reach), _dilated(coarse > 0.5, 6 * reach)
        own = _some(self.own[k], OWN)
        others = _some([*self.others[k], features[ring & ~region], features[rest > 0.7]], OTHERS)
        if not len(own) or not len(others):
            return np.asarray(coarse, np.float32)
        d, n = nearest_feature(features[region], own), nearest_feature(features[region], others)
        like = np.zeros((rows, columns), np.float32)
        like[region] = (n - d) / (n + d + 1e-6)
        smooth = cv2.GaussianBlur(like, (0, 0), 1.0)
        smooth += 0.12 * (cv2.GaussianBlur(coarse, (0, 0), reach / 2) - 0.4)
        chance = np.where(region, 1 / (1 + np.exp(-STEEP * smooth)), 0) * (rest < 0.5)
        return _touching(chance.astype(np.float32), coarse > 0.5)


def make_outliner(search: Grid, width: int, height: int, count: int) -> Outliner:
    """An outliner for `count` objects of a clip of width x height, finer than the search's grid."""
    rows = min(MOST_ROWS, round(search.shape[0] * FINER))
    grid = make_grid(width, height, rows, STRIDE)
    return Outliner(grid, [[] for _ in range(count)], [[] for _ in range(count)])


def _touching(chance: Array32, core: Area) -> Array32:
    """Only the connected parts that touch the core."""
    _, parts = cv2.connectedComponents((chance > 0.3).astype(np.uint8), connectivity=8)
    kept = np.isin(parts, np.unique(parts[core & (parts > 0)]))
    return np.asarray(chance * (kept & (parts > 0)), np.float32)


def _some(groups: Sequence[Array32], most: int) -> Array32:
    groups = [group for group in groups if len(group)]
    if not groups:
        return np.zeros((0, 1), np.float32)
    whole = np.concatenate(groups)
    return whole[:: max(1, -(-len(whole) // most))]


def _dilated(places: Area, margin: int) -> Area:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.dilate(places.astype(np.uint8), kernel), bool)
