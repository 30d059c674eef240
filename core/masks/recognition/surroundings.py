"""What was seen beside the objects, and where it is now: a mask that lies on it shows no object.

Points on the tokens beside every mask keep what they looked like and are moved from frame to frame: by optical flow
where they are seen, with the camera where a mask hides them, and to the token beside that looks most like them. A
mask that leaks onto something of the object's colour and stays there when the object goes covers tokens that look
like the points at this very place, more than like anything that key frames show of the object. So does a mask that
runs over to something that comes in front, such as the arm of a passer-by that has the colour of wood.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.encoding import Flow, encode
from core.masks.features import Grid
from core.masks.memory_frame import MemoryFrame, to_grid
from core.masks.recognition.content import OWN, tokens_of
from core.media.info import Frame
from core.media.matte import Labels
from core.motion.flow import flow_between
from core.nn.matcher import HAND

Area = npt.NDArray[np.bool_]
EVERY = 2
"""A point stands on every so many-th token of both axes."""
MARGIN, ROUGH = 3, 0.25
"""Points begin so many tokens away from masks; from masks that were not drawn, this part of the object's side."""
REACH = 3
"""A point explains tokens up to so many tokens away."""
ZONE, EVERYWHERE = 16, 1000
"""Points are kept so near to masks, in tokens."""
LIKE = 4.0
"""Squared distance to the likest token beside it beyond which a point is not seen."""
LIKER = 0.6
"""A point that a mask covers goes with the flow only where it finds this part of the distance it finds otherwise."""
LEAK, LUMP = (0.05, 0.5), 3
"""Parts of a mask that a leak onto what was beside it covers, at least and at most, in lumps of so many tokens."""
STRAY = 0.05
"""What a step of one token away from where a point should be costs."""


@dataclass(frozen=True)
class Surroundings:
    """places: float32 (N, 2), row and column in tokens. looks: float32 (N, C), hand-made features."""

    places: Array32
    looks: Array32

    def moved(
        self, before: MemoryFrame, now: MemoryFrame, reach: int = ZONE, grows: bool = True
    ) -> Surroundings:
        """The points on the next frame, at most `reach` tokens away from masks; with new ones where there are none near
        if it grows."""
        flow = _token_flow(before, now)
        covered = np.maximum(before.objects, now.objects).max(axis=2) > 0.1
        at = _index(self.places, covered.shape)
        hidden, by_flow = covered[at], self.places + flow[at][:, ::-1]
        by_camera = _with_camera(self.places, by_flow, ~hidden)
        looks = looks_of(now)
        flowed, far = _drawn_to(by_flow, self.looks, looks)
        turned, other = _drawn_to(by_camera, self.looks, looks)
        follows = far < np.where(hidden, LIKER * other, other)
        found = np.where(follows[:, None], flowed, turned)
        seen = np.where(follows, far, other) < LIKE
        places = np.where(seen[:, None], found, by_camera).astype(np.float32)
        zone = _widened(covered, reach) if covered.any() else ~covered
        kept = ((places > -1) & (places < covered.shape)).all(axis=1) & zone[_index(places, covered.shape)]
        points = Surroundings(places[kept], self.looks[kept])
        return _with_new(points, now, MARGIN, zone) if grows else points

    def share(self, now: MemoryFrame, keys: Sequence[MemoryFrame], k: int) -> float:
        """The part, in [0, 1], of the tokens under the mask of object k that look more like what was beside the
        objects at this place than like anything that key frames show of the object."""
        asked, beside = self._lies_on(now, keys, k)
        return float(beside.mean()) if len(asked) else 0.0

    def without_leaks(self, now: MemoryFrame, keys: Sequence[MemoryFrame], here: Sequence[bool]) -> Array32:
        """The masks of a frame, (height, width, K), without the leaks of those objects that are here."""
        masks = now.masks
        for k in np.flatnonzero(here):
            leaks = self.leaks(now, keys, int(k))
            if leaks.any():
                size = masks.shape[1::-1]
                away = cv2.resize(leaks.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
                masks = np.where(away[..., None] * (np.arange(masks.shape[2]) == k), np.float32(0), masks)
        return masks

    def leaks(self, now: MemoryFrame, keys: Sequence[MemoryFrame], k: int) -> Area:
        """These tokens, (rows, columns), without single ones; none when they are hardly any part of the mask, or most
        of it: small parts of an object are often taken for what was seen behind it, and an object that is hidden is
        missing."""
        asked, beside = self._lies_on(now, keys, k)
        leak = np.zeros(now.objects.shape[:2], np.uint8)
        leak[tuple(asked[beside].T)] = 1
        leak = cv2.morphologyEx(leak, cv2.MORPH_OPEN, np.ones((LUMP, LUMP), np.uint8))
        is_one = LEAK[0] * len(asked) <= int(leak.sum()) < LEAK[1] * len(asked)
        return np.asarray(leak, bool) if is_one else np.zeros(leak.shape, bool)

    def _lies_on(
        self, now: MemoryFrame, keys: Sequence[MemoryFrame], k: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """The tokens (N, 2) under the mask of object k, and which of them look more like what was beside the
        objects."""
        asked, looks = np.argwhere(now.objects[..., k] > 0.5), looks_of(now)
        own = [tokens_of(key, key.objects[..., k] > 0.8, OWN)[:, :HAND] for key in keys]
        if not len(asked) or not sum(map(len, own)):
            return asked[:0], np.zeros(0, bool)
        mine, drawn = looks[asked[:, 0], asked[:, 1]], np.concatenate(own)
        lengths = (mine * mine).sum(axis=1)[:, None] + (drawn * drawn).sum(axis=1)[None]
        nearest = (lengths - 2 * mine @ drawn.T).min(axis=1)
        return asked, np.asarray(self._nearest(asked, mine, looks.shape[:2]) < nearest)

    def _nearest(self, asked: npt.NDArray[np.int64], looks: Array32, shape: tuple[int, ...]) -> Array32:
        """Squared distances of what is seen at tokens (N, 2) to the likest point within reach."""
        index = np.full(shape, -1)
        at = np.rint(self.places).astype(int)
        inside = ((at >= 0) & (at < shape)).all(axis=1)
        index[tuple(at[inside].T)] = np.flatnonzero(inside)
        index = np.pad(index, REACH, constant_values=-1)
        nearest = np.full(len(asked), np.inf, np.float32)
        for shift in np.ndindex(2 * REACH + 1, 2 * REACH + 1):
            point = index[tuple((asked + shift).T)]
            some = np.flatnonzero(point >= 0)
            apart = ((looks[some] - self.looks[point[some]]) ** 2).sum(axis=1)
            nearest[some] = np.minimum(nearest[some], apart)
        return nearest


def around(known: MemoryFrame, drawn: bool, reach: int = ZONE) -> Surroundings:
    """What a frame shows beside its masks, at most `reach` tokens away; not so near to masks that were not drawn, which
    may be rough."""
    side = float((known.objects > 0.5).any(axis=2).sum()) ** 0.5
    nothing = Surroundings(np.zeros((0, 2), np.float32), np.zeros((0, HAND), np.float32))
    zone = _widened(known.objects.max(axis=2) > 0.1, reach)
    return _with_new(nothing, known, MARGIN if drawn else max(MARGIN, round(ROUGH * side)), zone)


def walked(
    frames: Iterable[tuple[int, Frame, Labels]], grid: Grid, drawn: Container[int]
) -> Surroundings | None:
    """The points on the last of some frames, from the first on; None when there are no frames.

    Args:
        frames: number, picture and the mask of the object alone, uint8 (H, W), 1 where it is; where it is missing
            nothing is taken for new.
        drawn: frames whose masks were drawn.
    """
    points: Surroundings | None = None
    before: MemoryFrame | None = None
    for number, frame, own in frames:
        now = MemoryFrame(number, encode(frame, grid, None), to_grid(own, (1,), grid))
        if before is None:
            points = around(now, number in drawn, EVERYWHERE)
        elif points is not None:
            points = points.moved(before, now, EVERYWHERE, grows=bool(own.any()))
        before = now
    return points


def looks_of(known: MemoryFrame) -> Array32:
    """The hand-made features of a frame, float32 (rows, columns, C)."""
    return np.asarray(
        known.encoding.keys[:, :HAND].numpy().reshape(*known.objects.shape[:2], HAND), np.float32
    )


def _with_new(points: Surroundings, known: MemoryFrame, margin: int, zone: Area) -> Surroundings:
    """With points of a zone where there are none near, at least `margin` tokens away from all objects."""
    shape = known.objects.shape[:2]
    taken = _widened(known.objects.max(axis=2) > 0.05, margin)
    has = np.zeros(shape, bool)
    has[_index(points.places, shape)] = True
    lattice = np.zeros(shape, bool)
    lattice[::EVERY, ::EVERY] = True
    new = lattice & zone & ~taken & ~_widened(has, EVERY)
    places = np.concatenate((points.places, np.argwhere(new).astype(np.float32)))
    return Surroundings(places, np.concatenate((points.looks, looks_of(known)[new])))


def _token_flow(before: MemoryFrame, now: MemoryFrame) -> Flow:
    rows, columns = now.objects.shape[:2]
    half = [
        cv2.resize(known.encoding.grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        for known in (before, now)
    ]
    flow = flow_between(np.asarray(half[0], np.uint8), np.asarray(half[1], np.uint8))
    small = cv2.resize(flow, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small * np.float32(columns / flow.shape[1]), np.float32)


def _with_camera(places: Array32, moved: Array32, seen: Area) -> Array32:
    """Where places (N, 2) are by the similarity that most of those that are seen moved by."""
    matrix = None
    if seen.sum() >= 8:
        matrix, _ = cv2.estimateAffinePartial2D(
            places[seen], moved[seen], method=cv2.RANSAC, ransacReprojThreshold=0.5
        )
    if matrix is None:
        return places
    return np.asarray(places @ matrix[:, :2].T + matrix[:, 2], np.float32)


def _drawn_to(places: Array32, looks: Array32, seen: Array32) -> tuple[Array32, Array32]:
    """The likest of the nine tokens around each place (N, 2), and its squared distance, (N,)."""
    rows, columns = seen.shape[:2]
    best, at = np.full(len(places), np.inf, np.float32), places.copy()
    base = np.rint(places).astype(int)
    for shift in ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1)):
        there = base + shift
        inside = ((there >= 0) & (there < (rows, columns))).all(axis=1)
        there = np.clip(there, 0, (rows - 1, columns - 1))
        apart = ((seen[there[:, 0], there[:, 1]] - looks) ** 2).sum(axis=1) + STRAY * np.abs(shift).sum()
        better = inside & (apart < best)
        best[better] = apart[better]
        if any(shift):
            at[better] = there[better]
    return at, best


def _index(places: Array32, shape: tuple[int, ...]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows and columns of the tokens that places (N, 2) are in; of the nearest ones outside."""
    index = np.clip(np.rint(places).astype(np.int64), 0, np.array(shape[:2]) - 1)
    return index[:, 0], index[:, 1]


def _widened(area: Area, margin: int) -> Area:
    if margin >= max(area.shape):
        return np.full_like(area, True)
    return np.asarray(cv2.dilate(area.astype(np.uint8), np.ones((2 * margin + 1,) * 2, np.uint8)), bool)
