"""A flat surface through a film: where its corners go, frame by frame.

From one frame to the next corners of the texture are followed forth and back (pyramidal Lucas-Kanade) and agree on
a motion (RANSAC): a homography where enough of them do, else a similarity. What comes out is then registered to the
frame in which the surface was marked (core.motion.homography.register), so that errors do not add up; parts of the
surface that do not look as they did there, because something stands before them or light falls on them, are left
out of that. One that was hidden is recognised by its distinct points (SIFT) wherever it comes back.

Coordinates are those of pixel centres.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.motion.flow import SMALLEST
from core.motion.homography import Matrix, apply, normal, register, sane
from core.motion.points import Grey, followed

Mask = npt.NDArray[np.bool_]
Corners = npt.NDArray[np.float64]
"""(4, 2): top left, top right, bottom right, bottom left."""

WORKING = 960
"""Longest side of the pictures that a surface is followed in."""
RIM = 0.02
"""Part of its size by which what is looked at is larger than the surface: a blank screen has its edge alone."""
MOST_POINTS = 300
FEWEST_HOMOGRAPHY = 12
"""Points that must agree on a homography."""
FEWEST_SIMILARITY = 4
"""Points that must agree on a similarity."""
AGREE = 1.5
"""Pixels."""
MOST_MARKS = 1500
"""Distinct points by which a surface is recognised, at most."""
DISTINCT = 0.75
"""A point is recognised when its likest is nearer than this part of the distance to the next."""
CELLS = 12
"""The surface is compared by cells, so many in its longer direction."""
SMOOTH = 1.2
"""Sigma, in pixels, of the blur under which cells are compared."""
TEXTURE = 3.0
"""Standard deviation, in grey levels, of a cell that can be compared: noise does not count."""
ALIKE = 0.6
"""Correlation at which a cell looks as it did."""
SEEN = 0.5
"""Mean correlation of the cells of a surface that is seen; those that something covers count as 0.
From here on cells that look as they did lead the registration alone."""
SURE_ENOUGH = 0.8
"""How well a surface must be seen for no other guess to be tried."""
MOST_GUESSES = 2
"""How many guesses are tried at most."""
PATIENCE = 12
"""Frames in a row on which it may be hidden."""
THINNEST = 6.0
"""Pixels that every side must be long."""


def flat(corners: Corners) -> bool:
    """Whether four corners, in their order, may be those of a rectangle seen from somewhere: convex, and not turned
    over."""
    ahead, behind = np.roll(corners, -1, axis=0) - corners, corners - np.roll(corners, 1, axis=0)
    return bool((behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0] > 1e-6).all())


def onto(size: tuple[float, float], corners: Corners) -> Matrix:
    """The homography of a width x height rectangle, in continuous coordinates, onto four corners."""
    width, height = size
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(own, corners.astype(np.float32)), np.float64)


class _Fit(NamedTuple):
    """A homography from the marked frame to another, and how alike the surface is under it, 0 to 1."""

    matrix: Matrix
    likeness: float


class _Comparison(NamedTuple):
    """A frame led back to the marked one.

    picture: float32 (h, w), what is seen in the box of the surface.
    alike: bool (h, w), where it looks as it did.
    likeness: of all of it, 0 to 1.
    """

    picture: Array32
    alike: Mask
    likeness: float


@dataclass(eq=False)
class Surface:
    """A surface that is followed.

    grey: uint8 (h, w) in which it was marked, with its corners there.
    latest: the frame before, and the homography from the marked frame to it.
    way: the step that led to it.
    hidden: frames in a row on which it was not seen.
    """

    grey: Grey
    corners: Corners
    latest: Grey
    to_latest: Matrix
    way: Matrix
    hidden: int = 0

    @classmethod
    def marked(cls, grey: Grey, corners: Corners) -> Surface:
        """A surface that begins to be followed, in whichever direction."""
        return cls(grey, corners, grey, np.eye(3), np.eye(3))

    @property
    def lost(self) -> bool:
        """Whether it is too long ago that it was seen."""
        return self.hidden > PATIENCE

    @property
    def textured(self) -> bool:
        """Whether there is something between its corners, or at its edge, to hold on to."""
        return _alike(self._here, self._here, self._on)[1] > 0

    def step(self, grey: Grey) -> Corners | None:
        """Its corners in the next frame, uint8 (h, w) of the same size; None where it is not seen."""
        found = self._best(grey, self._guesses(grey))
        if found.likeness < SEEN:
            found = max(found, self._best(grey, self._recognised(grey)), key=lambda fit: fit.likeness)
        seen = found.likeness >= SEEN
        self.hidden = 0 if seen else self.hidden + 1
        self.way = normal(found.matrix @ np.linalg.inv(self.to_latest)) if seen else np.eye(3)
        self.latest, self.to_latest = grey, found.matrix
        return apply(found.matrix, self.corners) if seen else None

    def _best(self, grey: Grey, guesses: Iterable[Matrix]) -> _Fit:
        """The first guess that does, registered, or the best of all; where it was, when there is none."""
        best = _Fit(self.to_latest, 0.0)
        for guess in guesses:
            best = max(best, self._registered(grey, guess), key=lambda fit: fit.likeness)
            if best.likeness >= SURE_ENOUGH:
                break
        return best

    def _recognised(self, grey: Grey) -> Iterator[Matrix]:
        """The homography from the marked frame to one in which the surface may be anywhere."""
        points, looks = self._known
        there, seen = cv2.SIFT.create(MOST_MARKS).detectAndCompute(grey, None)
        if looks is None or seen is None or len(seen) < 2:
            return
        pairs = cv2.BFMatcher().knnMatch(looks, seen, k=2)
        same = [best for best, second in pairs if best.distance < DISTINCT * second.distance]
        if len(same) < FEWEST_HOMOGRAPHY:
            return
        own = np.array([points[each.queryIdx].pt for each in same])
        other = np.array([there[each.trainIdx].pt for each in same])
        found, agree = cv2.findHomography(own, other, cv2.RANSAC, 2 * AGREE, maxIters=2000, confidence=0.999)
        if found is not None and int(agree.sum()) >= FEWEST_HOMOGRAPHY and self._possible(normal(found)):
            yield normal(found)

    @cached_property
    def _known(self) -> Any:
        """Distinct points of the surface where it was marked, and what they look like."""
        return cv2.SIFT.create(MOST_MARKS).detectAndCompute(self.grey, self._outline(np.eye(3)))

    def _guesses(self, grey: Grey) -> list[Matrix]:
        """Homographies from the marked frame to the next: as the points of the surface go, as it went before, and
        where it was; the one under which it looks most as it did first."""
        ways = (*_steps(self.latest, grey, self._outline(self.to_latest)), self.way, np.eye(3))
        guesses = [normal(way @ self.to_latest) for way in ways]
        possible = [guess for guess in guesses if self._possible(guess)]
        return sorted(possible, key=lambda guess: -self._compared(grey, guess).likeness)[:MOST_GUESSES]

    def _possible(self, matrix: Matrix) -> bool:
        """Whether the surface may be seen so: as a rectangle from somewhere, and not too thin."""
        corners = apply(matrix, self.corners)
        sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
        return bool(np.isfinite(corners).all() and flat(corners) and sides.min() >= THINNEST)

    def _outline(self, matrix: Matrix) -> Grey:
        """uint8 (h, w), 255 on the surface and its rim in the latest frame."""
        middle = self.corners.mean(axis=0)
        grown = apply(matrix, middle + (self.corners - middle) * (1 + 2 * RIM))
        mask = np.zeros(self.grey.shape, np.uint8)
        cv2.fillConvexPoly(mask, np.rint(grown).astype(np.int32), 255)
        return mask

    @cached_property
    def _box(self) -> tuple[slice, slice]:
        """Where the surface lies in the marked frame."""
        rows, columns = np.nonzero(self._outline(np.eye(3)))
        if not rows.size:
            return slice(0, 1), slice(0, 1)
        return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)

    @cached_property
    def _shift(self) -> Matrix:
        """From the box to the marked frame."""
        return np.array([[1, 0, self._box[1].start], [0, 1, self._box[0].start], [0, 0, 1.0]])

    @cached_property
    def _here(self) -> Array32:
        """What is in the box in the marked frame."""
        return self.grey[self._box].astype(np.float32)

    @cached_property
    def _on(self) -> Mask:
        """Where that is the surface, or its rim."""
        return np.asarray(self._outline(np.eye(3))[self._box] > 0)

    def _compared(self, grey: Grey, matrix: Matrix) -> _Comparison:
        """A frame beside the marked one, under a homography from that."""
        there, inside = _view(grey, matrix @ self._shift, self._here.shape)
        return _Comparison(there, *_alike(self._here, there, self._on & inside))

    def _registered(self, grey: Grey, guess: Matrix) -> _Fit:
        """A guess, or what it becomes when the frame is registered to the marked one, where that is better: by the
        places that look alike, and where the surface is hardly seen by all of them."""
        first = self._compared(grey, guess)
        best, shape = _Fit(guess, first.likeness), first.picture.shape
        if min(shape) < SMALLEST:
            return best
        view = np.rint(first.picture).astype(np.uint8)
        for used in (first.alike,) if first.likeness >= SEEN else (first.alike, self._on):
            off = register(view, self._here, used)
            found = normal(guess @ self._shift @ off @ np.linalg.inv(self._shift))
            if sane(off, (shape[1], shape[0])) and self._possible(found):
                better = _Fit(found, self._compared(grey, found).likeness)
                best = max(best, better, key=lambda fit: fit.likeness)
        return best


def _steps(before: Grey, after: Grey, on: Grey) -> Iterator[Matrix]:
    """What may take the points of a surface from one frame to the next."""
    here, there = followed(before, after, MOST_POINTS, 0.01, 4, on)
    if len(here) >= FEWEST_HOMOGRAPHY:
        found, agree = cv2.findHomography(here, there, cv2.RANSAC, AGREE, maxIters=2000, confidence=0.999)
        if found is not None and int(agree.sum()) >= FEWEST_HOMOGRAPHY:
            yield normal(found)
    if len(here) >= FEWEST_SIMILARITY:
        alike, agree = cv2.estimateAffinePartial2D(here, there, ransacReprojThreshold=AGREE)
        if alike is not None and int(agree.sum()) >= FEWEST_SIMILARITY:
            yield np.vstack([alike, (0.0, 0.0, 1.0)])


def _view(grey: Grey, matrix: Matrix, shape: tuple[int, ...]) -> tuple[Array32, Mask]:
    """A frame as seen through a homography onto it, float32 (h, w), and where that lies inside of it."""
    size = shape[1], shape[0]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view = cv2.warpPerspective(
        grey.astype(np.float32), matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    inside = cv2.warpPerspective(np.full_like(grey, 255), matrix, size, flags=flags)
    return np.asarray(view, np.float32), inside > 254


def _alike(here: Array32, there: Array32, compared: Mask) -> tuple[Mask, float]:
    """Where two pictures of a surface look the same, (h, w), and how alike its textured cells are, 0 to 1."""
    side = max(5, round(max(here.shape) / CELLS))
    weight = np.asarray(compared, np.float32)

    here, there = (cv2.GaussianBlur(each, (0, 0), SMOOTH) for each in (here, there))

    def mean(picture: Array32) -> Array32:
        return np.asarray(cv2.boxFilter(picture * weight, -1, (side, side)), np.float32)

    share = np.maximum(mean(np.ones_like(weight)), 1e-3)
    of_here, of_there = mean(here) / share, mean(there) / share
    vary_here = np.maximum(mean(here * here) / share - of_here**2, 0)
    vary_there = np.maximum(mean(there * there) / share - of_there**2, 0)
    together = mean(here * there) / share - of_here * of_there
    textured = compared & (vary_here > TEXTURE**2)
    likeness = np.clip(together / np.sqrt(vary_here * vary_there + 1e-3), 0, 1)
    alike = textured & (likeness > ALIKE)
    return alike, float(likeness[textured].mean()) if textured.any() else 0.0
