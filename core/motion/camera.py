"""The camera's motion over a background that is close to a plane (or far away): a homography a frame onto one canvas.

Points of dense flow outside the objects give a homography from each frame to the one before (RANSAC). Their chain is
the first guess; then each frame is registered to a canvas that grows from a key frame outward, so that errors do not
add up (core.motion.homography). A cut begins another shot, and so does a pan that would make its canvas too large or
too steep; the shots' canvases stand below one another on a common one.

Greys are uint8 (N, h, w) at a working size, `free` uint8 (N, h, w) is 1 where no object is. Homographies are float64
(3, 3) and map pixel centres; those of a `Camera` lead from full-size frame pixels to canvas pixels.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion.flow import SMALLEST, flow_between, positions
from core.motion.growing_canvas import GrowingCanvas, Picture
from core.motion.homography import (
    FEWEST_POINTS,
    Matrix,
    apply,
    moved_corners,
    normal,
    register,
    sane,
    scaling,
    steepness,
)


class Greys(Protocol):
    """Pictures by frame, uint8, as an array (N, h, w) has them. shape: (N, h, w)."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, n: int, /) -> npt.NDArray[np.uint8]: ...


WORKING = 448
"""Longest side of the pictures that motion is found in."""
GRID = 6
"""Working pixels between two points of flow."""
RANSAC_PIXELS = 0.8
GOOD_FIT = 1.5
"""Working pixels; a worse step is also looked for from a standing camera."""
LARGEST_CANVAS = 10.0
"""Area of a canvas in areas of the frame; a shot that needs more is split."""
STEEPEST = 2.5
"""How much larger or smaller a corner of a frame may become on the canvas."""
STILL = 0.2
"""Full-size pixels; a shot whose corners never move further has a still camera."""
GUTTER = 2


@dataclass(frozen=True)
class Shot:
    """Frames first to last, inclusive, on one canvas in the view of frame `key`."""

    first: int
    last: int
    key: int
    still: bool


@dataclass(frozen=True)
class Camera:
    """The motion of a clip's camera: where each of N frames lies on a canvas.

    size, canvas: (width, height).
    to_canvas: float64 (N, 3, 3).
    misfit: float32 (N,), how far the background's flow is from the homography, in full-size pixels, the 75th
        percentile of each frame (0 for the first of a shot).

    Where a pan was split, a shot's canvas is also seen by frames of its neighbours. These are further *views*: view v
    is frame v for v < N, then come `extra`, (frame, position in shots), with `extra_to_canvas`, float64 (E, 3, 3).
    """

    size: tuple[int, int]
    canvas: tuple[int, int]
    to_canvas: npt.NDArray[np.float64]
    shots: tuple[Shot, ...]
    misfit: Array32
    extra: tuple[tuple[int, int], ...]
    extra_to_canvas: npt.NDArray[np.float64]

    @property
    def views(self) -> int:
        """How many views there are: a frame each, and the further ones."""
        return len(self.to_canvas) + len(self.extra)

    def frame_of(self, view: int) -> int:
        """The frame that a view shows; views beyond the frames see one a second time, in another shot."""
        return view if view < len(self.to_canvas) else self.extra[view - len(self.to_canvas)][0]

    def matrix(self, view: int) -> Matrix:
        """Frame pixels of a view to canvas pixels."""
        own = len(self.to_canvas)
        return np.asarray(self.to_canvas[view] if view < own else self.extra_to_canvas[view - own])

    def views_of(self, shot: Shot) -> dict[int, int]:
        """Every frame that sees the shot's canvas, and its view of it."""
        found = {frame: frame for frame in range(shot.first, shot.last + 1)}
        for place, (frame, number) in enumerate(self.extra):
            if self.shots[number] == shot:
                found[frame] = len(self.to_canvas) + place
        return found

    @property
    def bands(self) -> tuple[slice, ...]:
        """The rows of the canvas that are each shot's; together all of them."""
        tops = [min(self.box(view)[1] for view in self.views_of(shot).values()) for shot in self.shots[1:]]
        return tuple(slice(top, bottom) for top, bottom in itertools.pairwise([0, *tops, self.canvas[1]]))

    @property
    def still(self) -> bool:
        """Whether no shot moves."""
        return all(shot.still for shot in self.shots)

    def shot_of(self, view: int) -> Shot:
        """The shot that a view belongs to."""
        if view >= len(self.to_canvas):
            return self.shots[self.extra[view - len(self.to_canvas)][1]]
        return next(shot for shot in self.shots if shot.first <= view <= shot.last)

    def between(self, a: int, b: int) -> Matrix:
        """Pixels of view a to pixels of view b; both of one shot."""
        return normal(np.linalg.inv(self.matrix(b)) @ self.matrix(a))

    def box(self, view: int) -> tuple[int, int, int, int]:
        """Canvas pixels (left, top, right, bottom; half-open) that a view covers."""
        corners = moved_corners(self.matrix(view), self.size)
        low, high = np.floor(corners.min(0)).astype(int) - 1, np.ceil(corners.max(0)).astype(int) + 2
        width, height = self.canvas
        return max(0, low[0]), max(0, low[1]), min(width, high[0]), min(height, high[1])


def working_size(size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) at which motion is found for frames of `size`."""
    scale = min(1.0, WORKING / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def follow(
    greys: Greys,
    free: Greys,
    size: tuple[int, int],
    cuts: Collection[int] = (),
    show: Callable[[Callable[[], Picture]], None] | None = None,
) -> Generator[float, None, Camera]:
    """Find the camera's motion.

    Args:
        size: (width, height) of the frames that the greys are made of.
        cuts: first frames of further shots.
        show: is given, after each frame, what makes a picture of the canvas so far, uint8 (h, w, 3).

    Yields:
        How much is done, 0 to 1, after every frame.

    Returns:
        The camera. Frames without enough texture keep the place of their neighbour.
    """
    count = len(greys)
    steps, misfit = [np.eye(3)], np.zeros(count, np.float32)
    for n in range(1, count):
        step = (np.eye(3), 0.0) if n in cuts else to_previous(greys[n], greys[n - 1], free[n], steps[-1])
        steps.append(step[0])
        misfit[n] = step[1]
        yield 0.4 * n / count
    small = greys.shape[2], greys.shape[1]
    parts = []
    for span in _spans(steps, small, cuts):
        chain = _chained(steps, span.low, span.high, span.key)
        registered = yield from _registered(greys, free, chain, span, count, show)
        parts.append((span, *_full_size(registered, span, small, size)))
    yield 1.0
    return _arranged(parts, size, misfit * np.float32(size[0] / small[0]))


def to_previous(
    grey: npt.NDArray[np.uint8],
    before: npt.NDArray[np.uint8],
    free: npt.NDArray[np.uint8],
    guess: Matrix | None = None,
) -> tuple[Matrix, float]:
    """Homography from a frame to the one before, and the 75th percentile of what the flow's points are off it.

    Args:
        grey, before: uint8 (h, w).
        free: uint8 (h, w), not 0 where no object is.
        guess: the step before, tried first; a camera that moves fast goes on so.

    Returns:
        The identity when there is too little texture outside the objects.
    """
    if min(grey.shape) < SMALLEST:
        return np.eye(3), 0.0
    half = GRID // 2
    used = (_texture(grey)[half::GRID, half::GRID] > 2.0) & (free[half::GRID, half::GRID] > 0)
    if np.count_nonzero(used) < FEWEST_POINTS:
        return np.eye(3), 0.0
    found = _fitted_step(grey, before, used, np.eye(3) if guess is None else guess)
    if found[1] > GOOD_FIT and guess is not None:
        found = min(found, _fitted_step(grey, before, used, np.eye(3)), key=lambda each: each[1])
    return found


def _fitted_step(
    grey: npt.NDArray[np.uint8], before: npt.NDArray[np.uint8], used: npt.NDArray[np.bool_], guess: Matrix
) -> tuple[Matrix, float]:
    """Flow to the frame before as the guess sees it, and the homography through its points."""
    size, half = (grey.shape[1], grey.shape[0]), GRID // 2
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpPerspective(before, guess, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    flow = flow_between(grey, np.asarray(view, np.uint8))
    here = positions(np.zeros_like(flow))[half::GRID, half::GRID][used].astype(np.float64)
    there = apply(guess, positions(flow)[half::GRID, half::GRID][used].astype(np.float64))
    found, _ = cv2.findHomography(here, there, cv2.RANSAC, RANSAC_PIXELS, maxIters=600, confidence=0.999)
    if found is None or not sane(found, size):
        found = np.eye(3)
    off = np.linalg.norm(apply(found, here) - there, axis=1)
    return normal(found), float(np.percentile(off, 75))


def _texture(grey: npt.NDArray[np.uint8]) -> Array32:
    """Mean strength of the gradient around each pixel."""
    picture = grey.astype(np.float32)
    strength = np.abs(cv2.Sobel(picture, cv2.CV_32F, 1, 0, scale=0.125)) + np.abs(
        cv2.Sobel(picture, cv2.CV_32F, 0, 1, scale=0.125)
    )
    return np.asarray(cv2.blur(strength, (5, 5)), np.float32)


@dataclass(frozen=True)
class _Span:
    """A shot, frames first to last, whose canvas is also made from frames low to high around it."""

    first: int
    last: int
    low: int
    high: int

    @property
    def key(self) -> int:
        return (self.first + self.last) // 2


def _spans(steps: list[Matrix], size: tuple[int, int], cuts: Collection[int]) -> list[_Span]:
    """The shots: parted at cuts, and evenly where one canvas would become too large or too steep."""
    spans, borders = [], [0, *sorted(cut for cut in cuts if 0 < cut < len(steps)), len(steps)]
    for start, end in itertools.pairwise(borders):
        pieces, first = 1, start
        while (last := _furthest(steps, first, end - 1, size)) < end - 1:
            pieces, first = pieces + 1, last + 1
        edges = [start + (end - start) * k // pieces for k in range(pieces + 1)]
        for first, after in itertools.pairwise(edges):
            reach = (after - first) // 2 + 2
            key = (first + after - 1) // 2
            high = _furthest(steps, key, min(end - 1, after - 1 + reach), size) if pieces > 1 else end - 1
            low = _furthest(steps, key, max(start, first - reach), size) if pieces > 1 else start
            spans.append(_Span(first, after - 1, min(first, low), max(after - 1, high)))
    return spans


def _furthest(steps: list[Matrix], first: int, last: int, size: tuple[int, int]) -> int:
    """The frame on the way from first to last up to which one canvas in the view of `first` does."""
    here, low, high = np.eye(3), np.zeros(2), np.array(size, float)
    ahead = 1 if last >= first else -1
    for n in range(first + ahead, last + ahead, ahead):
        here = normal(here @ (steps[n] if ahead > 0 else np.linalg.inv(steps[n + 1])))
        if steepness(here, size) > STEEPEST:
            return n - ahead
        corners = moved_corners(here, size)
        low, high = np.minimum(low, corners.min(0)), np.maximum(high, corners.max(0))
        if np.prod(high - low) > LARGEST_CANVAS * size[0] * size[1]:
            return n - ahead
    return last


def _chained(steps: list[Matrix], first: int, last: int, key: int) -> npt.NDArray[np.float64]:
    """Homographies of the shot's frames to its key frame, (last - first + 1, 3, 3)."""
    chain = [np.eye(3)]
    for n in range(first + 1, last + 1):
        chain.append(normal(chain[-1] @ steps[n]))
    to_key = np.linalg.inv(chain[key - first])
    return np.stack([normal(to_key @ matrix) for matrix in chain])


def _registered(
    greys: Greys,
    free: Greys,
    chain: npt.NDArray[np.float64],
    span: _Span,
    count: int,
    show: Callable[[Callable[[], Picture]], None] | None,
) -> Generator[float, None, npt.NDArray[np.float64]]:
    """The chain corrected by registering each frame to the canvas so far, from the key frame outward."""
    size, first, key = (greys.shape[2], greys.shape[1]), span.low, span.key
    corners = np.concatenate([moved_corners(matrix, size) for matrix in chain])
    canvas, found = GrowingCanvas(corners, size), chain.copy()
    canvas.add(greys[key], free[key], found[key - first])
    order = sorted(set(range(first, first + len(chain))) - {key}, key=lambda n: (abs(n - key), n))
    for done, n in enumerate(order):
        near = n + 1 if n < key else n - 1
        step = np.linalg.inv(chain[near - first]) @ chain[n - first]
        guess = normal(found[near - first] @ step)
        view, known = canvas.view(guess)
        off = register(greys[n], view, (known > 0.5) & (free[n] > 0))
        better = normal(guess @ np.linalg.inv(off)) if sane(off, size) else guess
        found[n - first] = next(
            (each for each in (better, guess) if _bounded(each, size)), found[near - first]
        )
        canvas.add(greys[n], free[n], found[n - first])
        if show is not None:
            show(canvas.picture)
        yield 0.4 + 0.6 * min(1.0, (first + done + 1) / count)
    return found


def _bounded(matrix: Matrix, size: tuple[int, int]) -> bool:
    """Whether a frame keeps to a canvas of reasonable size; a chain that slipped does not."""
    if steepness(matrix, size) > 2 * STEEPEST:
        return False
    return bool(np.abs(moved_corners(matrix, size)).max() < 6 * max(size))


def _full_size(
    chain: npt.NDArray[np.float64], span: _Span, small: tuple[int, int], size: tuple[int, int]
) -> tuple[Shot, npt.NDArray[np.float64]]:
    """The shot with homographies in full-size pixels; exactly the identity when the camera stands still."""
    up, down = scaling(small, size), scaling(size, small)
    matrices = np.stack([normal(up @ matrix @ down) for matrix in chain])
    own = moved_corners(np.eye(3), size)
    still = all(np.abs(moved_corners(matrix, size) - own).max() < STILL for matrix in matrices)
    if still:
        matrices = np.stack([np.eye(3)] * len(matrices))
    return Shot(span.first, span.last, span.key, still), matrices


def _arranged(
    parts: list[tuple[_Span, Shot, npt.NDArray[np.float64]]], size: tuple[int, int], misfit: Array32
) -> Camera:
    """The shots' canvases below one another."""
    width, top = 0, 0
    own: list[Matrix] = []
    extra: list[tuple[int, int]] = []
    others: list[Matrix] = []
    for number, (span, shot, chain) in enumerate(parts):
        corners = np.concatenate([moved_corners(matrix, size) for matrix in chain])
        low, high = np.floor(corners.min(0) + 1e-6), np.ceil(corners.max(0) - 1e-6)
        shift = np.array([[1, 0, -low[0]], [0, 1, top - low[1]], [0, 0, 1.0]])
        for frame, matrix in enumerate(chain, span.low):
            if shot.first <= frame <= shot.last:
                own.append(normal(shift @ matrix))
            else:
                extra.append((frame, number))
                others.append(normal(shift @ matrix))
        width = max(width, int(high[0] - low[0]) + 1)
        top += int(high[1] - low[1]) + 1 + GUTTER
    shots, further = tuple(shot for _, shot, _ in parts), np.array(others, np.float64).reshape(-1, 3, 3)
    return Camera(size, (width, top - GUTTER), np.stack(own), shots, misfit, tuple(extra), further)
