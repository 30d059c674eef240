"""The tracker's inside: objects are carried from frame to frame by likeness to remembered frames.

The key masks stay in memory for good, and so does a short history of what was tracked. One step sees a frame at the
size of a grid and asks memory about the tokens (small squares) near each object: a token takes the labels of the
places that look like it (core.nn.recall), by hand-made features and by those of the matching network. Objects share
what is seen and compete for tokens. Memory and time do not depend on the clip's length.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.masks.confidence import Cues, Seen, confidence, cues
from core.masks.features import Array32, Grid, make_grid
from core.masks.sight import Sight, look, look_on
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.flow import warp
from core.nn.matcher import Matcher
from core.nn.recall import Bank, Recalled, recall, together

Area = npt.NDArray[np.bool_]
"""bool (rows, columns): some of the tokens."""

STRIDE = 4
TOKENS_ACROSS = 32
"""Tokens along the side of a square as large as the smallest object."""
TOKENS_THICK = 3
"""Tokens across the thickness of the thinnest object."""
FEWEST_ROWS, MOST_ROWS, FINEST_ROWS = 48, 96, 120
STEP = 4
"""Rows and columns are multiples of this: the network halves its picture that often below a token."""
TOP = 5
KEY_TRUST = 2.0
"""Nats that drawn masks count more than tracked ones: it keeps errors from adding up."""
KEY_REACH, REACH = 30.0, 8.0
"""How far in tokens a place is looked for in key frames and in recent ones."""
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
LEAST_SEEN = 2.0
"""Tokens."""
APART, NEW = 0.25, 0.08
"""Parts of an object may lie this far from its main part, in units of that part's diagonal; new ones less far."""
GROWS = 40.0, 0.25
"""From one frame to the next an object grows by so many pixels, or this part of its size."""
MOST_OF_IT = 0.6
"""The main part is at least this share of the object."""


@dataclass(frozen=True)
class Known:
    """A frame with masks.

    number: of the frame. sight: what was seen of it. masks: float32 (height, width, K) at the grid's size.
    """

    number: int
    sight: Sight
    masks: Array32

    @cached_property
    def objects(self) -> Array32:
        """How much of each token each object covers, float32 (rows, columns, K)."""
        return to_tokens(self.masks)


@dataclass(frozen=True)
class Step:
    """objects: float32 (height, width, K) at the grid's size, the probability of each object. confidence: K numbers in
    [0, 1]. cues: what the confidences were made from, each (len(CUES),); empty where two passes were blended."""

    objects: Array32
    confidence: tuple[float, ...]
    cues: tuple[Cues, ...] = ()


@dataclass
class Tracker:
    """Tracks away from a known frame. history: the latest frames, newest last. net: None matches hand-made features
    alone. every: the network sees each so many-th frame, between them its features go with the flow."""

    grid: Grid
    net: Matcher | None
    keys: tuple[Known, ...]
    history: list[Known] = field(default_factory=list)
    every: int = 1

    def __post_init__(self) -> None:
        count = self.keys[0].masks.shape[2]
        self._apart = [max(gap(key.masks[..., k]) for key in self.keys) for k in range(count)]
        self._banks = [_bank(key, near(key.objects, 2 * MARGIN), KEY_REACH) for key in self.keys]

    @torch.inference_mode()
    def step(self, number: int, frame: Frame, absent: Container[int] = ()) -> Step:
        """Track the next frame, uint8 (H, W, 3) RGB, in the direction away from the last of the history.

        Args:
            absent: indices of objects that are not there, and are nowhere looked for.
        """
        latest = self.history[-1]
        sight, flow = look_on(frame, self.grid, self.net, latest.sight, self.every)
        guided = warp(latest.masks, flow)
        boxes = [
            _box(to_tokens(np.maximum(guided[..., k : k + 1], latest.masks[..., k : k + 1])))
            for k in range(guided.shape[2])
        ]
        area = np.zeros(self.grid.shape, bool)
        for k, box in enumerate(boxes):
            area[box] |= k not in absent
        asked = _thinned(area, np.maximum(latest.objects, to_tokens(guided)), MARGIN)
        keys, recent = self._recall(number, sight, area, asked, to_tokens(guided))
        objects = self._voted(keys, recent, asked)
        objects = np.stack(
            [whole(objects[..., k], guided[..., k], self._apart[k]) for k in range(objects.shape[2])], axis=-1
        )
        objects[..., [k for k in range(objects.shape[2]) if k in absent]] = 0
        self.remember(Known(number, sight, objects))
        seen = tuple(self._cues(k) for k in range(objects.shape[2]))
        return Step(objects, tuple(confidence(each) for each in seen), seen)

    def _cues(self, k: int) -> Cues:
        """How well object k was tracked in the latest frame, seen from the frames that show it drawn: the nearer one
        counts more, and a pass is not only asked by the frame it began at."""
        now = self.history[-1]
        drawn = [key for key in self.keys if (key.objects[..., k] > 0.5).any()] or [*self.keys]
        drawn = sorted(drawn, key=lambda key: abs(key.number - now.number))[:2]
        weights = nearness(torch.tensor([key.number for key in drawn]), now.number).softmax(0).numpy()
        return weights @ np.stack([cues(self._seen(now), self._seen(key), k) for key in drawn])

    def _seen(self, known: Known) -> Seen:
        keys = known.sight.keys.numpy().reshape(*self.grid.shape, -1)
        return Seen(known.number, keys, known.objects)

    def remember(self, known: Known) -> None:
        self.history = [*self.history, known][-HISTORY:]

    def _recall(
        self, number: int, sight: Sight, area: Area, asked: Area, guided: Array32
    ) -> tuple[Recalled, Recalled]:
        """What key frames and recent frames say of the tokens that are asked for.

        What was drawn is looked for where its object went meanwhile, as guided tells.
        """
        keys, places = sight.keys[torch.from_numpy(asked.ravel())], _places(asked)
        wide = _dilated(area, MARGIN)
        recent = [_bank(self.history[-back], wide, REACH) for back in RECENT if back <= len(self.history)]
        trusts = nearness(torch.tensor([key.number for key in self.keys]), number)
        drawn = [
            replace(
                bank,
                places=followed(bank.places, key.objects, guided),
                trust=torch.full((len(bank.keys),), float(trust)),
            )
            for key, bank, trust in zip(self.keys, self._banks, trusts, strict=True)
        ]
        joined = _joined(recent, WINDOW * REACH)
        return recall(keys, places, _joined(drawn), TOP), recall(keys, places, joined, TOP)

    def _voted(self, keys: Recalled, recent: Recalled, asked: Area) -> Array32:
        """The likest places' labels alone: without a network."""
        count = self.history[-1].masks.shape[2]
        both = together(Recalled(keys.likeness + KEY_TRUST, keys.known), recent)
        best = both.likeness.topk(min(TOP, both.likeness.shape[1]), 1)
        known = both.known.gather(1, best.indices[..., None].expand(-1, -1, both.known.shape[2]))
        found = Recalled(best.values, known[..., :count]).mean()
        tokens = _spread(((found - 0.5) * SHARPEN + 0.5).clamp(0, 1), asked)
        return _enlarged(tokens, self.grid)


def known_frame(
    number: int, frame: Frame, labels: Labels, objects: Sequence[int], grid: Grid, net: Matcher | None
) -> Known:
    """Remember a frame with its drawn masks."""
    return Known(number, look(frame, grid, net), to_grid(labels, objects, grid))


def nearness(numbers: Tensor, number: int) -> Tensor:
    """Nats that key frames lose beside the nearest one, by how many times farther they are: a mask drawn far away does
    not disturb what is tracked beside another."""
    far = -torch.log1p((numbers - number).abs().float())
    return far - far.max()


def nearest_keys(keys: Sequence[Known], number: int) -> tuple[Known, ...]:
    """The few key frames nearest to a frame."""
    return tuple(sorted(keys, key=lambda key: (abs(key.number - number), key.number))[:KEYS])


def choose_grid(
    width: int, height: int, masks: Sequence[Labels], most: int = MOST_ROWS, finest: int = FINEST_ROWS
) -> Grid:
    """The grid for a clip of width x height: finer for small objects, of at most `most` rows, and for thin ones, of at
    most `finest`."""
    objects = [labels == label for labels in masks for label in np.unique(labels[labels > 0])]
    across = min((float(inside.sum()) ** 0.5 for inside in objects), default=float(height))
    thin = min((thickness(inside) for inside in objects), default=float(height))
    rows = min(max(TOKENS_ACROSS * height / max(1.0, across), FEWEST_ROWS), most)
    rows = max(rows, min(TOKENS_THICK * height / max(1.0, thin), finest))
    return make_grid(width, height, min(round(rows), max(1, height // STRIDE)), STRIDE, STEP)


def thickness(inside: Area) -> float:
    """Twice the area by the length of the outline, in pixels: of a long bar, its width."""
    outlines, _ = cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    return 2 * float(inside.sum()) / max(1, sum(len(outline) for outline in outlines))


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
    """The mean over each token, (rows, columns, K) of (height, width, K)."""
    height, width, count = masks.shape
    return masks.reshape(height // STRIDE, STRIDE, width // STRIDE, STRIDE, count).mean((1, 3))


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


def gap(mask: Array32) -> float:
    """How far the parts of a mask, (H, W), may lie from the largest of them, in pixels: as far as they were drawn
    apart, and a part of the object's extent."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    if count < 2:
        return 0.0
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    away = cv2.distanceTransform((parts != largest).astype(np.uint8), cv2.DIST_L2, 3)
    apart = [float(away[parts == part].min()) for part in range(1, count) if part != largest]
    return max([1.5 * each for each in apart] + [APART * _extent(stats[largest])])


def _extent(stats: npt.NDArray[np.int32]) -> float:
    return float(np.hypot(stats[cv2.CC_STAT_WIDTH], stats[cv2.CC_STAT_HEIGHT]))


def whole(mask: Array32, guided: Array32, apart: float) -> Array32:
    """A mask without parts that cannot be of the object, all (H, W).

    Objects grow at their edges, do not fall apart farther than they were drawn apart, and nothing new appears away
    from where the mask was: such parts are look-alikes in the background. Nothing is taken from an object that is
    seen in pieces.

    Args:
        guided: the mask before, moved by flow. apart: how far parts may lie from the main one in pixels, at least.
    """
    before = guided > 0.5
    if before.any():
        grown = max(GROWS[0], GROWS[1] * float(before.sum()) ** 0.5)
        mask = np.where(cv2.distanceTransform((~before).astype(np.uint8), cv2.DIST_L2, 3) <= grown, mask, 0)
    count, parts, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    if count < 3:
        return np.asarray(mask, np.float32)
    known = np.bincount(parts[before], minlength=count)
    areas = stats[:, cv2.CC_STAT_AREA]
    main = 1 + int((known[1:] + 1e-3 * areas[1:]).argmax())
    if areas[main] < MOST_OF_IT * areas[1:].sum():
        return np.asarray(mask, np.float32)
    away = cv2.distanceTransform((parts != main).astype(np.uint8), cv2.DIST_L2, 3)
    extent = _extent(stats[main])
    reach = [max(apart, (APART if known[part] > areas[part] / 4 else NEW) * extent) for part in range(count)]
    kept = [part for part in range(1, count) if float(away[parts == part].min()) <= reach[part]]
    mine = cv2.dilate(
        np.isin(parts, kept).astype(np.uint8), np.ones((2 * STRIDE + 1, 2 * STRIDE + 1), np.uint8)
    )
    return np.where((mine > 0) | (parts == 0) & (mask < 0.3), mask, np.float32(0)).astype(np.float32)


def near(objects: Array32, margin: int) -> Area:
    """The tokens at most `margin` away from any object; all when there is none."""
    seen = objects.max(axis=2) > 0.1
    return _dilated(seen, margin) if seen.any() else np.ones(seen.shape, bool)


def _box(tokens: Array32) -> tuple[slice, slice]:
    """The box that an object, (rows, columns, 1), may be in next: everywhere when it is not seen. Its sides are
    multiples of STEP."""
    seen = tokens[..., 0] > 0.1
    if not seen.any():
        seen = np.ones_like(seen)
    sides = []
    for axis in (1, 0):
        found = np.flatnonzero(seen.any(axis=axis))
        low = max(0, found[0] - MARGIN) // STEP * STEP
        high = min(seen.shape[1 - axis], -(-(found[-1] + 1 + MARGIN) // STEP) * STEP)
        sides.append(slice(int(low), int(high)))
    return sides[0], sides[1]


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


def _eroded(area: Area, margin: int) -> Area:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    return np.asarray(cv2.erode(area.astype(np.uint8), kernel), bool)


def _spread(values: Tensor, asked: Area) -> Array32:
    """Values (N, D) of the tokens asked for as a map (rows, columns, D); the tokens between every fourth one get the
    value of that one."""
    result = np.zeros((*asked.shape, values.shape[1]), np.float32)
    result[asked] = values.numpy()
    coarse = np.repeat(np.repeat(result[::2, ::2], 2, axis=0), 2, axis=1)[: asked.shape[0], : asked.shape[1]]
    return np.where(asked[..., None], result, coarse)


def _enlarged(tokens: Array32, grid: Grid) -> Array32:
    each = [
        cv2.resize(tokens[..., k], (grid.width, grid.height), interpolation=cv2.INTER_CUBIC)
        for k in range(tokens.shape[2])
    ]
    return np.clip(np.stack(each, axis=-1), 0, 1).astype(np.float32)


def _places(area: Area) -> Tensor:
    return torch.from_numpy(np.argwhere(area).astype(np.float32))


def _bank(known: Known, area: Area, reach: float) -> Bank:
    """The tokens of a frame in an area, with the labels of all objects."""
    objects = known.objects
    kept = _thinned(area, objects, BAND)
    index = torch.from_numpy(kept.ravel())
    return Bank(known.sight.keys[index], _places(kept), torch.from_numpy(objects[kept]), torch.tensor(reach))


def _joined(banks: Sequence[Bank], window: float = float("inf")) -> Bank:
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
