"""What an object throws on the background, found without training: shadows, reflections, splashes.

Evidence is how much a frame differs from its clean plate, in standard deviations of the plate's noise. Regions of
evidence that touch an object, or that go on from an effect of the frame before or after as the object moves, are
its effect. A region that touches several objects is divided by what each of them threw, seen from its own feet,
when it stood alone (the idea of omnimatte, Lu et al. 2021: an effect goes with the object that it is correlated
with). What is as large as an object and goes its own way is someone else and stays in the background.

All in half size: labels and evidence uint8 (N, h, w), as stacks that may lie on disk (core.layers.paged).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.channels import mean, steepness
from core.layers.detached_shadows import Scene, detached_shadows
from core.layers.feet import look_up, often_at, seen_from
from core.layers.matting import shaded
from core.layers.paged import Stack
from core.layers.rising_shadows import Part, rising_shadows
from core.layers.tracks import Tracks
from core.media.matte import Labels

UNIT = 40
"""Value of stored evidence, uint8, that is one standard deviation."""
LOW = 1.0
"""Standard deviations of evidence from which on pixels join a region."""
HIGH = 2.2
"""Standard deviations that a region must reach somewhere to count."""
BLUR = 3
NOISE_OFFSET = 0.004
FURTHEST = 2.5
"""In diagonals of an object's box: how far from it its effects may lie."""
MOST_ASTRAY = 2.0
"""How far a texture may lie astray, as a multiple of how far most textures of the frame do."""
TEXTURED = 0.02
"""Slope of a picture in [0, 1], a pixel, from which on a place counts as texture."""
FEW_TEXTURED = 0.01
"""Part of a frame that must have texture for it to be told how far frame and plate lie astray."""
WITHIN = 0.5
"""Share of a region apart from all objects that must lie within that reach of its object."""
GAP = 0.02
"""In heights of the frame: how far from a mask a region still touches it."""
FOLLOWS = 0.3
"""Share of a region that an earlier effect must cover for the region to go on from it."""
MEETS = 0.5
"""Share of an earlier effect that must lie in a region which touches another object, to be still its own
there."""
SMALLEST = 0.0002
"""Share of the picture: smaller regions away from an object are noise."""
USUAL = 0.15
"""Share of all frames in which an object must throw something at a place for it to be expected there."""
STRANGER = 0.15
"""Share of an object's area: what is as large, lies apart from it and is seldom there, seen from its feet,
is someone who passes by without a mask, and no effect."""
ENOUGH = 0.3
"""Share of an object that must be in sight for places to be seen from its feet."""
MOST_FAINT = 2.0
"""How large what goes on faintly from a region may be, as a multiple of what was found plainly."""
SHARED = 255
MOST_REGIONS = 65536


def evidence(frame: Array32, plate: Array32, sigma: Array32, bare: Array32 | None = None) -> Labels:
    """How surely each pixel is not bare background, uint8 (ceil(H/2), ceil(W/2)) in UNITs.

    Args:
        frame, plate: float32 (H, W, 3) in [0, 1].
        sigma: float32 (H, W), the plate's noise.
        bare: (H, W), where the frame shows background, from which it is seen how far its textures lie beside
            those of the plate; textures that differ by no more are no evidence. With it, the same picture in
            less light counts LOW at least, however faint.
    """
    off = cv2.blur(frame - plate, (BLUR, BLUR))
    apart = np.sqrt(mean(off * off))
    if bare is not None:
        steep = slopes(plate)
        sigma = sigma + np.float32(MOST_ASTRAY * misplaced(apart, steep, bare)) * steep
    surely = apart / (sigma + np.float32(NOISE_OFFSET))
    size = (surely.shape[1] + 1) // 2, (surely.shape[0] + 1) // 2
    small = cv2.resize(surely, size, interpolation=cv2.INTER_AREA)
    if bare is not None:
        faint = cv2.resize(shaded(frame, plate), size, interpolation=cv2.INTER_AREA)
        small = np.maximum(small, np.float32(LOW) * (faint > 0.5))
    return np.minimum(small * UNIT, 255).astype(np.uint8)


def slopes(picture: Array32) -> Array32:
    """How steep a picture is around each pixel, float32 (H, W), change a pixel."""
    return np.asarray(cv2.blur(steepness(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)), (5, 5)), np.float32)


def misplaced(apart: Array32, steep: Array32, bare: Array32) -> float:
    """By how many pixels the textures of two pictures lie beside one another, for most of what is
    bare; 0 where there are hardly any. All (H, W)."""
    textured = (bare > 0) & (steep > TEXTURED)
    if np.count_nonzero(textured) < FEW_TEXTURED * steep.size:
        return 0.0
    return float(np.median(apart[textured] / steep[textured]))


@dataclass(frozen=True)
class _Frame:
    """The regions of evidence of one frame.

    regions: uint16 (h, w), 0 none.
    touched: region to the objects (positions) that it touches.
    areas, middles: of these, x first.
    """

    regions: npt.NDArray[np.uint16]
    areas: dict[int, int]
    middles: dict[int, tuple[float, float]]
    touched: dict[int, set[int]]

    def parts(self, n: int, k: int) -> list[Part]:
        """Regions of frame n that touch nothing, or only object k."""
        return [
            Part(n, region, self.middles[region], self.areas[region], not by)
            for region, by in self.touched.items()
            if by <= {k}
        ]


def link(surely: Stack, halves: Stack, tracks: Tracks, scene: Scene | None = None) -> Stack:
    """Whose effect each pixel is, uint8 (N, h, w): 0 nobody's, else the position in `tracks.labels` plus 1.

    Args:
        scene: with it, shadows that touch no object are looked for as well.
    """
    count = len(surely)
    owners = surely.like()
    if not tracks.labels:
        return owners
    regions, found = surely.like(np.uint16), []
    for n in range(count):
        frame = _regions(surely[n], halves[n], tracks, n)
        regions[n] = frame.regions
        found.append((frame.areas, frame.middles, frame.touched))
    loose = regions.like()
    for n, (_, _, touched) in enumerate(found):
        loose[n] = np.isin(regions[n], [region for region, by in touched.items() if not by])
    sure = {} if scene is None else detached_shadows(loose, tracks, scene)
    for n, apart in sure.items():
        owners[n] = apart
    for order in (range(count), range(count - 1, -1, -1)):
        before = None
        for n in order:
            _claim(_Frame(regions[n], *found[n]), owners, tracks, n, before)
            before = n
    if scene is not None:
        _from_aloft(owners, regions, found, tracks, scene, sure)
    for n in range(count):
        _go_on(owners[n], surely[n], _Frame(regions[n], *found[n]), halves[n])
    _divide(owners, halves, tracks)
    for k in range(len(tracks.labels)):
        _leave_strangers(owners, halves, tracks, k, sure)
    return owners


_Found: TypeAlias = tuple[dict[int, int], dict[int, tuple[float, float]], dict[int, set[int]]]
"""What a `_Frame` has beside its regions."""


def _from_aloft(
    owners: Stack,
    regions: Stack,
    found: Sequence[_Found],
    tracks: Tracks,
    scene: Scene,
    sure: dict[int, Labels],
) -> None:
    """Give what lies there to who is above it, and have it in `sure`."""
    parts: list[list[list[Part]]] = [[] for _ in tracks.labels]
    for n, each in enumerate(found):
        frame, owned = _Frame(regions[n], *each), owners[n] > 0
        for k, mine in enumerate(parts):
            taken = set(np.unique(frame.regions[owned & (owners[n] != k + 1)]).tolist())
            mine.append([part for part in frame.parts(n, k) if part.region not in taken])
    for k, part in rising_shadows(parts, tracks, scene, regions):
        here = regions[part.frame] == part.region
        owners[part.frame][here] = k + 1
        sure.setdefault(part.frame, np.zeros(here.shape, np.uint8))[here] = k + 1


def _leave_strangers(
    owners: Stack, halves: Stack, tracks: Tracks, k: int, sure: Mapping[int, Labels]
) -> None:
    """Take back what object k was given of someone who touched it once and went on. sure: what is not asked for."""
    usual, around = _usual(owners, tracks, k), _around(owners.shape[1])
    for n in range(len(owners)):
        mine = (owners[n] == k + 1).astype(np.uint8)
        if tracks.areas[n, k] <= ENOUGH * tracks.whole[n, k] or not mine.any():
            continue  # of an object that is hidden it is not seen where its feet are
        mine[sure[n] == k + 1 if n in sure else np.s_[:0]] = 0
        near = cv2.dilate((halves[n] == tracks.labels[k]).astype(np.uint8), around) > 0
        _, parts, stats, _ = cv2.connectedComponentsWithStats(mine, connectivity=8)
        large = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] > STRANGER * tracks.whole[n, k])
        for part in set(large.tolist()) - {0} - set(np.unique(parts[near]).tolist()):
            rows, columns = np.nonzero(parts == part)
            if look_up(usual, rows, columns, tracks.anchors[n, k]).mean() < USUAL:
                owners[n][rows, columns] = 0


def _without_threads(mask: Labels) -> Labels:
    """A mask, 0 or 1, without what is a single pixel wide. An even square has no middle: unless
    what is left is led back, it comes out a pixel down and right."""
    square = np.ones((2, 2), np.uint8)
    return np.asarray(cv2.dilate(cv2.erode(mask, square), square, anchor=(0, 0)), np.uint8)


def _around(rows: int) -> Labels:
    """A square as wide as what still touches."""
    side = 2 * (2 + round(GAP * rows)) + 1
    return np.ones((side, side), np.uint8)


def _regions(surely: Labels, labels: Labels, tracks: Tracks, n: int) -> _Frame:
    around = _around(surely.shape[0])
    free = cv2.dilate((labels > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) == 0
    low = cv2.morphologyEx((surely > LOW * UNIT).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    low = _without_threads(low) * free
    _, regions, stats, middles = cv2.connectedComponentsWithStats(low, connectivity=8)
    strong = {region for region in np.unique(regions[surely > HIGH * UNIT]).tolist() if region < MOST_REGIONS}
    least, areas = SMALLEST * regions.size, stats[:, cv2.CC_STAT_AREA]
    # specks away from all objects are nobody's: there are thousands, and they are not kept
    touched: dict[int, set[int]] = {region: set() for region in strong - {0} if areas[region] >= least}
    for k, label in enumerate(tracks.labels):
        if tracks.areas[n, k] > 0:
            near = cv2.dilate((labels == label).astype(np.uint8), around) > 0
            for region in set(np.unique(regions[near]).tolist()) & (strong - {0}):
                touched.setdefault(region, set()).add(k)
    return _Frame(
        regions.astype(np.uint16),
        {region: int(areas[region]) for region in touched},
        {region: (float(middles[region][0]), float(middles[region][1])) for region in touched},
        touched,
    )


def _claim(frame: _Frame, owners: Stack, tracks: Tracks, n: int, before: int | None) -> None:
    """Give the frame's regions to the objects that they touch, or that the frame before says."""
    earlier = (
        [] if before is None else [_carried(owners, tracks, before, n, k) for k in range(len(tracks.labels))]
    )
    least = SMALLEST * frame.regions.size
    for region, touching in frame.touched.items():
        here = frame.regions == region
        if owners[n][here].any():
            continue
        owner = 0
        if len(touching) == 1:
            owner = next(iter(touching)) + 1
        elif touching:
            owner = SHARED
        elif frame.areas[region] >= least:
            shares = [np.count_nonzero(_wider(each) & here) / frame.areas[region] for each in earlier]
            owner = int(np.argmax(shares)) + 1 if shares and max(shares) >= FOLLOWS else 0
        if owner:
            reached = here & _within_reach(tracks, n, owner, here.shape)
            if not touching and np.count_nonzero(reached) < WITHIN * frame.areas[region]:
                continue
            owners[n][reached] = owner
        if owner and owner != SHARED:  # somebody else's, who does not touch it, may have run into it
            for k, each in enumerate(earlier):
                inside = each & here
                if k + 1 != owner and np.count_nonzero(inside) > max(least, MEETS * np.count_nonzero(each)):
                    owners[n][inside] = k + 1


def _go_on(owners: Labels, surely: Labels, frame: _Frame, labels: Labels) -> None:
    """Let what was found go on where there is less light, however faintly, up to what is plainly something else."""
    known = owners > 0
    if not known.any():
        return
    others = np.isin(frame.regions, list(frame.touched))
    less = ((surely >= LOW * UNIT) & ~others & ~known & (labels == 0)).astype(np.uint8)
    less = _without_threads(less) > 0
    for owner in np.unique(owners[known]).tolist():
        mine = owners == owner
        _, parts = cv2.connectedComponents((less | mine).astype(np.uint8), connectivity=8)
        more = less & np.isin(parts, np.unique(parts[mine]))
        if np.count_nonzero(more) <= MOST_FAINT * np.count_nonzero(mine):
            owners[more] = owner


def _carried(owners: Stack, tracks: Tracks, a: int, b: int, k: int) -> npt.NDArray[np.bool_]:
    """Where object k's effect of frame a would be in frame b."""
    mask = (owners[a] == k + 1).astype(np.uint8)
    if not mask.any():
        return mask > 0
    x, y = tracks.motion(a, b, k)
    moved = cv2.warpAffine(mask, np.array([[1, 0, x], [0, 1, y]]), mask.shape[::-1], flags=cv2.INTER_NEAREST)
    return moved > 0


def _wider(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """By what an effect may change in a frame."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)


def _within_reach(tracks: Tracks, n: int, owner: int, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Pixels near enough to the owner; everywhere when it is out of sight or the region is shared."""
    if owner == SHARED or tracks.areas[n, owner - 1] == 0:
        return np.ones(shape, bool)
    x, y = tracks.anchors[n, owner - 1]
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(np.hypot(columns - x, rows - y) < FURTHEST * tracks.reach[n, owner - 1])


def _divide(owners: Stack, halves: Stack, tracks: Tracks) -> None:
    """Give each pixel of a shared region to the object that throws something there when it stands alone."""
    if not any((each == SHARED).any() for each in owners):
        return
    usual = [_usual(owners, tracks, k) for k in range(len(tracks.labels))]
    for n in range(len(owners)):
        rows, columns = np.nonzero(owners[n] == SHARED)
        if len(rows) == 0:
            continue
        scores = np.full((len(tracks.labels), len(rows)), -np.inf, np.float32)
        for k, label in enumerate(tracks.labels):
            if tracks.areas[n, k] > 0:
                away = cv2.distanceTransform((halves[n] != label).astype(np.uint8), cv2.DIST_L2, 3)
                near = np.exp(-away[rows, columns] / max(1.0, 0.5 * tracks.reach[n, k]))
                scores[k] = look_up(usual[k], rows, columns, tracks.anchors[n, k]) + 0.3 * near
        owners[n][rows, columns] = scores.argmax(0) + 1


def _usual(owners: Stack, tracks: Tracks, k: int) -> Array32:
    """How often object k throws something at each place around its feet (core.layers.feet), in [0, 1]."""
    each = ((n, owners[n] == k + 1) for n in range(len(owners)) if tracks.areas[n, k] > 0)
    alone = ((n, mine) for n, mine in each if mine.any() and not (owners[n] == SHARED).any())
    return often_at(alone, tracks, k, owners.shape)


def usual_places(owners: Stack, tracks: Tracks) -> Callable[[int, int], Array32]:
    """Frame and object (a position in `tracks.labels`) to how often it throws something at each
    pixel, seen from its own feet, float32 (h, w) in [0, 1]."""
    usual = [_usual(owners, tracks, k) for k in range(len(tracks.labels))]
    shape = owners.shape[1], owners.shape[2]

    def of(n: int, k: int) -> Array32:
        if tracks.areas[n, k] == 0:
            return np.zeros(shape, np.float32)
        return seen_from(usual[k], tracks.anchors[n, k])

    return of


def expected(owners: Stack, tracks: Tracks) -> Callable[[int], npt.NDArray[np.bool_]]:
    """Frame to where its objects throw something, bool (h, w): what was found there, and what each
    of them throws often enough, seen from its own feet, that it may well lie there unseen (a
    shadow that stood still is in the background)."""
    usual = usual_places(owners, tracks)

    def of(n: int) -> npt.NDArray[np.bool_]:
        found = owners[n] > 0
        for k in range(len(tracks.labels)):
            found = found | (usual(n, k) > USUAL)
        return np.asarray(found)

    return of


def gates(owners: Stack, tracks: Tracks, n: int, k: int) -> Array32:
    """How much of each pixel of frame n is object k's effect, float32 (h, w) in [0, 1]: steadied over three frames."""
    mine = (owners[n] == k + 1).astype(np.float32)
    total, weight = 2 * mine, 2.0
    for m in (n - 1, n + 1):
        if 0 <= m < len(owners):
            mask = (owners[m] == k + 1).astype(np.float32)
            steps = tracks.motion(m, n, k), _drift(mask, mine)
            total += max((_shifted(mask, step) for step in steps), key=lambda one: float((one * mine).sum()))
            weight += 1
    return np.clip((total / weight - 0.25) / 0.5, 0, 1).astype(np.float32)


def _drift(before: Array32, after: Array32) -> tuple[float, float]:
    """How the middle of a mask moves: the shadow of what rises and falls does not move as that does."""
    a, b = (cv2.moments(each, binaryImage=True) for each in (before, after))
    if min(a["m00"], b["m00"]) == 0:
        return 0.0, 0.0
    return b["m10"] / b["m00"] - a["m10"] / a["m00"], b["m01"] / b["m00"] - a["m01"] / a["m00"]


def _shifted(mask: Array32, step: tuple[float, float]) -> Array32:
    """A mask (h, w) so many pixels further."""
    shift = np.array([[1, 0, step[0]], [0, 1, step[1]]])
    return np.asarray(cv2.warpAffine(mask, shift, mask.shape[::-1]), np.float32)
