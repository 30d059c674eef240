"""Know an object again by what it looks like: its places against those of everything else that was seen.

A bank keeps features of the objects and of what is not them (the background, the other objects): all key masks at
three sizes, and later frames where the track is sure. A place of a new frame has a distance d to the nearest feature
of the object and n to the nearest of anything else; its evidence is `(n - d) / (n + d)`, the ratio test of Lowe (2004)
against look-alikes. n never exceeds a distance beyond which a place is unlike everything known. Connected places of
positive evidence are candidates. Their scores are measured with what the object itself scores, and what the best
other place scores, on frames where the object is known: no scale of the features is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.features import Grid, make_grid, token_features
from core.masks.recognition.composition import Composition, composition_of
from core.masks.recognition.distances import nearest_feature, weights_of
from core.masks.recognition.kin import kin_pairs
from core.masks.recognition.palette import Palette, tints_of
from core.masks.recognition.view import View, compared
from core.media.info import Frame
from core.media.matte import Labels

Area = npt.NDArray[np.bool_]

STRIDE = 4
ACROSS = 9
"""Places along the side of a square as large as the smallest object."""
FEWEST, MOST = 24, 36
SIZES = (1.0, 0.7, 1.4)
"""How large, against itself, an object of a key mask is also remembered."""
OWN, OTHERS = 150, 500
"""Places that one key mask gives at one size: of each object, of the rest."""
LATER_OWN, LATER_OTHERS = 240, 700
"""Places that are kept of later frames: of each object, of the rest."""
REJECTED = 60
"""Places that are kept of something that was taken for an object."""
STRANGE = 1.7
"""A place farther than this many times the object's own distances is unlike everything."""
LEAST = 0.25
"""An object's own distances count as at least this part of those to everything else: pictures may stand still."""
RARE = 0.99
"""The part of all other places whose evidence is below the floor."""
HOT = 0.35
"""Places of a candidate stand this far between the floor and the object's own evidence."""
BEST = 4
"""Candidates of one frame and object."""
SLOW = 0.3
"""Weight of the newest frame in the running means."""


@dataclass(frozen=True)
class Found:
    """A candidate on one frame. score: 0 to 1. places: bool (rows, columns). box: x, y, width, height in [0, 1]."""

    score: float
    places: Area
    box: tuple[float, float, float, float]


@dataclass
class Usual:
    """What an object is like where it is known.

    evidence: mean over its places. floor: what hardly any other place exceeds. covered: part of its features that its
    places are near to. amount: its places' number. near: distance of its places to its features. rival: best score of
    anything else.
    """

    evidence: float = 0.0
    floor: float = 0.0
    covered: float = 0.0
    amount: float = 0.0
    near: float = 0.0
    rival: float = 0.0
    foreign: float = 0.0


@dataclass
class Recogniser:
    """The bank of a clip. kinds: 0 of the background, k + 1 of object k. later: not of a key mask. weights: (N, C),
    how much each channel of each feature counts. kin: by object, those that look like it."""

    grid: Grid
    usual: list[Usual]
    features: Array32 = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    kinds: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    later: Area = field(default_factory=lambda: np.zeros(0, bool))
    palette: Palette = field(default_factory=Palette)
    weights: Array32 = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    kin: dict[int, frozenset[int]] = field(default_factory=dict)
    _compositions: dict[int, tuple[float, Composition]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def knows(self, k: int) -> bool:
        """Whether object k was ever drawn."""
        return bool((self.kinds == k + 1).any())

    def only(self, k: int) -> Recogniser:
        """The same bank for object k alone; the other objects are background, its kin is as it is."""
        kinds = np.where(np.isin(self.kinds, [each + 1 for each in (k, *self.kin_of(k))]), 1, 0)
        usual, palette = [replace(self.usual[k])], self.palette.only(k)
        return Recogniser(self.grid, usual, self.features, kinds, self.later, palette, self.weights)

    def learn_key(self, frame: Frame, labels: Labels, objects: Sequence[int]) -> None:
        """Remember a frame whose mask was drawn, at three sizes.

        Args:
            frame: uint8 (H, W, 3) RGB. labels: uint8 (H, W). objects: the K labels.
        """
        tints = tints_of(frame)
        for k, label in enumerate(objects):
            self.palette.learn(k, tints, labels == label)
        for size in SIZES[1:]:
            self._learn_at(frame, labels, objects, size)
        self._measure_first(frame, labels, objects)
        self._learn_at(frame, labels, objects, SIZES[0])

    def view(self, frame: Frame) -> View:
        """Compare a frame, uint8 (H, W, 3) RGB, with the bank."""
        features = token_features(frame, self.grid)
        return compared(features, tints_of(frame), len(self.usual), self.features, self.kinds, self.weights)

    def evidence(self, view: View, k: int, beside: Sequence[int] = ()) -> Array32:
        """How much each place looks like object k rather than anything else, (rows, columns) in [-1, 1].

        Args:
            beside: other objects that do not count. What its kin looks like counts as its own.
        """
        own, others = view.own(k, self.kin_of(k)), view.others(k, beside, self.kin_of(k))
        others = np.minimum(others, STRANGE * self.usual[k].near) if self.usual[k].near else others
        return np.asarray(((others - own) / (others + own + 1e-6)).reshape(view.shape), np.float32)

    def likeness(self, view: View, k: int, places: Area | Array32) -> float:
        """Evidence of given places between that of anything else, 0, and that of the object as it is known, 1.

        Args:
            places: (rows, columns), bool or how much each counts.
        """
        if not places.any() or not self.usual[k].amount:
            return 1.0
        return float(np.average(self._level(k, self.evidence(view, k)), weights=places))

    def rather(self, view: View, k: int, other: int, places: Area) -> float:
        """How much more some places, (rows, columns), look like another object than like object k, in [-1, 1]."""
        mine, its = view.nearest[places.ravel(), k], view.nearest[places.ravel(), other]
        return float(((mine - its) / (mine + its + 1e-6)).mean())

    def candidates(self, view: View, k: int, taken: Area, beside: Sequence[int] = ()) -> list[Found]:
        """Where object k may be, best first.

        Args:
            taken: places that something else explains. beside: other objects that the places may look like as well.
        """
        usual = self.usual[k]
        if not self.knows(k) or not usual.amount:
            return []
        evidence = self.evidence(view, k, beside)
        evidence[taken] = -1
        level = self._level(k, evidence)
        hot = (_smooth(level) > HOT) & ~taken
        joined = cv2.morphologyEx(hot.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        count, parts = cv2.connectedComponents(joined, connectivity=8)
        found = []
        for part in range(1, count):
            places = (parts == part) & hot
            if places.sum() >= 2:
                found.append(Found(self._score(view, k, level, places), places, _box(places)))
        return sorted(found, key=lambda each: (-each.score, each.box))[:BEST]

    def within(self, view: View, k: int, box: tuple[float, float, float, float]) -> Found:
        """What the user's box shows of object k."""
        inside = in_box(box, view.shape)
        like = inside & (self.evidence(view, k) > 0)
        return Found(1.0, like if like.any() else inside, box)

    def score(self, view: View, k: int, places: Area) -> float:
        """What places, (rows, columns), score as object k, as a candidate there does."""
        return self._score(view, k, self._level(k, self.evidence(view, k)), places) if places.any() else 0.0

    def measure(self, view: View, k: int, places: Area, beside: Area | None = None) -> None:
        """Learn how object k scores where it surely is, and how the best other place does.

        Args:
            beside: places of its kin, which are no others.
        """
        core = _eroded(places) if _eroded(places).sum() >= 4 else places
        if not core.any():
            return
        usual = self.usual[k]
        first, weight = not usual.amount, SLOW if usual.amount else 1.0
        index = np.flatnonzero(core)
        free = ~_dilated(places if beside is None else places | beside, 2)
        others = float(np.median(view.others(k, (), self.kin_of(k))[index]))
        near = max(float(np.quantile(view.own(k, self.kin_of(k))[index], 0.9)), LEAST * others)
        usual.near = near if first else usual.near + weight * max(0.0, near - usual.near)
        evidence = self.evidence(view, k)
        usual.evidence += weight * (float(evidence[core].mean()) - usual.evidence)
        floor = float(np.quantile(_smooth(evidence)[free], RARE)) if free.any() else -1.0
        usual.floor = floor if first else max(floor, usual.floor + 0.1 * (floor - usual.floor))
        usual.covered += weight * (self._covered(view, k, np.flatnonzero(places)) - usual.covered)
        usual.amount += weight * (float(places.sum()) - usual.amount)
        usual.foreign += weight * (self.palette.foreign(k, view.tints, places) - usual.foreign)
        rivals = self.candidates(view, k, ~free)
        usual.rival = max(rivals[0].score if rivals else 0.0, 0.9 * usual.rival)

    def learn(self, view: View, objects: Array32, sure: Sequence[int]) -> None:
        """Remember some places of a tracked frame.

        Args:
            objects: (rows, columns, K) probabilities on this grid. sure: the objects whose track is sure.
        """
        flat = view.features.reshape(-1, view.features.shape[2])
        for k in sure:
            index = _spread(np.flatnonzero(objects[..., k] > 0.8), 40)
            self._add(flat[index], k + 1, True, weights_of(objects[..., k], view.features)[index])
        free = ~_dilated(objects.max(axis=2) > 0.05, 2)
        if not free.any() or not sure:
            return
        looks = np.max([self.evidence(view, k) for k in sure], axis=0)
        index = np.flatnonzero(free)
        hard = index[np.argsort(-looks.ravel()[index], kind="stable")[:60]]
        self._add(flat[np.concatenate((hard, _spread(index, 30)))], 0, True)
        self._forget()

    def reject(self, view: View, places: Area) -> None:
        """Remember some places of a frame as no object."""
        flat = view.features.reshape(-1, view.features.shape[2])
        self._add(flat[_spread(np.flatnonzero(places), REJECTED)], 0, True)

    def accept(self, frame: Frame, box: tuple[float, float, float, float], k: int) -> None:
        """What is most like object k in the box (x, y, width, height in [0, 1]) is object k, for good."""
        if not self.knows(k):
            return
        view = self.view(frame)
        inside = in_box(box, view.shape)
        evidence = np.where(inside, self.evidence(view, k), -2.0)
        index = np.flatnonzero((evidence > min(0.0, float(np.quantile(evidence[inside], 0.5)))) & inside)
        self._add(view.features.reshape(-1, view.features.shape[2])[_spread(index, OWN)], k + 1, False)

    def _level(self, k: int, evidence: Array32) -> Array32:
        usual = self.usual[k]
        return np.asarray((evidence - usual.floor) / max(0.1, usual.evidence - usual.floor), np.float32)

    def _score(self, view: View, k: int, level: Array32, places: Area) -> float:
        usual, index = self.usual[k], np.flatnonzero(places)
        strength = min(1.0, float(level[places].mean()))
        covered = min(1.0, self._covered(view, k, index) / max(0.05, 0.5 * usual.covered))
        part = len(index) / max(1.0, usual.amount)
        size = min(1.0, (part / 0.15) ** 0.5, 3.0 / part)
        made = self._composition(k).fits(
            view.features.reshape(-1, view.features.shape[2])[index], usual.amount
        )
        coloured = self.palette.fits(k, view.tints, places, usual.foreign)
        return round(max(0.0, strength * covered * size * made * coloured), 4)

    def _composition(self, k: int) -> Composition:
        """What object k is made of, as drawn and as it was surely seen since: one that comes nearer or turns shows
        more of itself than was drawn."""
        own = self.features[np.isin(self.kinds, [each + 1 for each in (k, *self.kin_of(k))])]
        known, what = self._compositions.get(k), float(own.sum())
        if known is None or known[0] != what:
            known = self._compositions[k] = what, composition_of(own)
        return known[1]

    def _covered(self, view: View, k: int, index: npt.NDArray[np.int64]) -> float:
        """The part of the object's features that are near to one of the places."""
        near = np.concatenate([view.near_own[each][index] for each in (k, *self.kin_of(k))], axis=1)
        return float((near.min(axis=0) < STRANGE * self.usual[k].near).mean()) if near.size else 0.0

    def _measure_first(self, frame: Frame, labels: Labels, objects: Sequence[int]) -> None:
        """Measure the frame at its own size while only the other sizes of it are known."""
        covered, view = on_grid(labels, objects, self.grid) > 0.5, self.view(frame)
        seen = [k for k in range(len(objects)) if covered[..., k].any()]
        for k, other in kin_pairs(view.nearest, covered, seen):
            self.kin[k] = self.kin_of(k) | {other}
            self.kin[other] = self.kin_of(other) | {k}
        for k in seen:
            if not self.usual[k].amount:
                self.measure(view, k, covered[..., k], self.beside(k, covered))

    def beside(self, k: int, covered: Area) -> Area:
        """Where the kin of object k is, of the places (rows, columns, K) of all objects."""
        return np.asarray(covered[..., sorted(self.kin_of(k))].any(axis=2))

    def kin_of(self, k: int) -> frozenset[int]:
        """The objects that look like object k (core.masks.recognition.kin)."""
        return self.kin.get(k, frozenset())

    def _learn_at(self, frame: Frame, labels: Labels, objects: Sequence[int], size: float) -> None:
        rows = max(2, round(self.grid.shape[0] * size))
        grid = make_grid(frame.shape[1], frame.shape[0], rows, STRIDE)
        features, covered = token_features(frame, grid), on_grid(labels, objects, grid)
        flat = features.reshape(-1, features.shape[2])
        for k in range(len(objects)):
            most = float(covered[..., k].max())
            if most > 0.2:
                index = _spread(np.flatnonzero(covered[..., k] > min(0.8, 0.7 * most)), OWN)
                self._add(flat[index], k + 1, False, weights_of(covered[..., k], features)[index])
        index = np.flatnonzero(covered.max(axis=2) < 0.02)
        own = flat[np.flatnonzero(covered.max(axis=2) > 0.6)]
        if len(own) and len(index):
            near = nearest_feature(flat[index], own[:: max(1, len(own) // OWN)])
            hard = index[np.argsort(near, kind="stable")[: OTHERS // 2]]
            index = np.union1d(hard, _spread(index, OTHERS // 2))
        self._add(flat[_spread(index, OTHERS)], 0, False)

    def _add(self, features: Array32, kind: int, later: bool, weights: Array32 | None = None) -> None:
        if not len(features):
            return
        weights = np.ones_like(features) if weights is None else weights
        none = np.zeros((0, features.shape[1]), np.float32)
        self.features = np.concatenate((self.features if len(self.features) else none, features))
        self.weights = np.concatenate((self.weights if len(self.weights) else none, weights))
        self.kinds = np.concatenate((self.kinds, np.full(len(features), kind)))
        self.later = np.concatenate((self.later, np.full(len(features), later)))

    def _forget(self) -> None:
        """Of the later frames only the newest places stay."""
        kept = np.ones(len(self.kinds), bool)
        for kind in range(1 + len(self.usual)):
            index = np.flatnonzero(self.later & (self.kinds == kind))
            kept[index[: -(LATER_OWN if kind else LATER_OTHERS)]] = False
        self.features, self.weights = self.features[kept], self.weights[kept]
        self.kinds, self.later = self.kinds[kept], self.later[kept]


def search_grid(width: int, height: int, masks: Sequence[Labels]) -> Grid:
    """A coarse grid for looking through whole frames: finer for small objects."""
    sizes = [np.sqrt((labels == label).sum()) for labels in masks for label in np.unique(labels[labels > 0])]
    wanted = ACROSS * height / max(1.0, min(sizes, default=float(height)))
    rows = round(min(max(wanted, FEWEST), MOST))
    return make_grid(width, height, rows, STRIDE)


def on_grid(labels: Labels, objects: Sequence[int], grid: Grid) -> Array32:
    """How much of each place each object covers, float32 (rows, columns, K)."""
    rows, columns = grid.shape
    covered = [
        cv2.resize((labels == label).astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
        for label in objects
    ]
    return np.stack(covered, axis=-1).astype(np.float32)


def in_box(box: tuple[float, float, float, float], shape: tuple[int, int]) -> Area:
    """The places of a grid, bool (rows, columns), that a box (x, y, width, height in [0, 1]) touches."""
    rows, columns = shape
    x, y, width, height = box
    inside = np.zeros(shape, bool)
    top, left = min(rows - 1, max(0, int(y * rows))), min(columns - 1, max(0, int(x * columns)))
    bottom = max(top + 1, int(np.ceil((y + height) * rows - 1e-6)))
    right = max(left + 1, int(np.ceil((x + width) * columns - 1e-6)))
    inside[top:bottom, left:right] = True
    return inside


def _smooth(picture: Array32) -> Array32:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.7), np.float32)


def _box(places: Area) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero(places.any(axis=1)), np.flatnonzero(places.any(axis=0))
    height, width = places.shape
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1 - columns[0]) / width),
        float((rows[-1] + 1 - rows[0]) / height),
    )


def _spread(index: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    """At most so many of the indices, evenly."""
    if len(index) <= most:
        return index
    return index[np.linspace(0, len(index) - 1, most).astype(int)]


def _dilated(places: Area, margin: int) -> Area:
    return np.asarray(cv2.dilate(places.astype(np.uint8), np.ones((2 * margin + 1,) * 2, np.uint8)), bool)


def _eroded(places: Area) -> Area:
    return np.asarray(cv2.erode(places.astype(np.uint8), np.ones((3, 3), np.uint8)), bool)
