"""The canvas again, once it is known where shadows and reflections fall.

A shadow that stands still for most of a clip is in the canvas, where robust means keep it. So the first pass lets
frames that show the same picture in more light count most, wherever an object throws something at times. What has
become the same picture in more light is kept; what has become another picture (edges that do not lie on one another
have a lightest side as well) is taken back, and a last pass goes over all of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.clock import Allows, always
from core.layers.effects import expected
from core.layers.finding import find_effects
from core.layers.footage import Footage
from core.layers.paged import Stack
from core.layers.painting import PASSES, Belief, Sums, brighter, look_over
from core.layers.plane import Plane, beside
from core.layers.preview import part
from core.layers.tracks import Tracks
from core.layers.unseen import complete
from core.layers.view_choice import chosen_views

Thrown: TypeAlias = Callable[[int], npt.NDArray[np.bool_]]
"""Frame to bool (H, W), where something lies on the background."""
MUCH = 0.02
"""Share of the canvas that must have become lighter for a last pass to be worth it."""
THIN = 0.008
"""In heights of the canvas: what is thinner is no shadow that stood still."""
LEAST_AREA = 0.001
"""Part of the canvas: what is smaller is none either."""


def throwing(owners: Stack, tracks: Tracks, size: tuple[int, int]) -> tuple[Thrown, Thrown]:
    """What `repaint_plane` asks for: where effects were found, and where they are expected.

    Args:
        owners: uint8 (N, h, w), half size, as of `core.layers.effects.link`.
        size: (width, height) of the frames.
    """
    usual = expected(owners, tracks)

    def thick(thrown: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        more = cv2.dilate(thrown.astype(np.uint8), np.ones((7, 7), np.uint8))
        return np.asarray(cv2.resize(more, size, interpolation=cv2.INTER_NEAREST) > 0)

    return (lambda n: thick(owners[n] > 0)), (lambda n: thick(usual(n)))


def without_effects(
    footage: Footage, plane: Plane, seed: int = 0, allows: Allows = always
) -> Generator[float, None, Plane]:
    """Find what the objects throw on the canvas, and paint it again without; yields how much is done. The last pass is
    made where large standing shadows went: elsewhere it changes a canvas by too little for its time."""
    owners, _, tracks = yield from part(find_effects(footage, plane, plane.room.folder), 0.0, 0.3)
    found = throwing(owners, tracks, footage.size)
    steps = repaint_plane(footage, plane, *found, allows, thorough=False)
    better = yield from part(steps, 0.3, 0.9)
    yield from part(complete(better, footage, seed), 0.9, 1.0)
    return better


def repaint_plane(
    footage: Footage,
    plane: Plane,
    effects: Thrown,
    expected: Thrown,
    allows: Allows = always,
    *,
    thorough: bool = True,
) -> Generator[float, None, Plane]:
    """The canvas in two more passes; yields how much is done.

    Args:
        effects: where something was found. Everywhere else outside of the masks a frame is fully believed, also right
            beside them.
        expected: the same with what may lie there unseen, because it is in the canvas.
        allows: seconds that a pass takes to whether there is time for it; asked after the first.
        thorough: make the last pass also where no large standing shadow was taken away.
    """
    better, chosen = _copy(plane), chosen_views(footage, plane.camera)
    shaded = yield from _shaded(better, expected, chosen)
    began = time.monotonic()
    for done in look_over(better, footage, chosen, PASSES, Belief(beside, expected, shaded)):
        yield done / 2
    lit, went = _only_light(better, plane, shaded)
    if (thorough or went) and allows(time.monotonic() - began):

        def thrown(n: int) -> npt.NDArray[np.bool_]:
            return np.asarray(effects(n) | (expected(n) & (better.view(lit, n) > 0.5)))

        for done in look_over(better, footage, chosen, PASSES + 1, Belief(beside, thrown)):
            yield (1 + done) / 2
    return better


def _copy(plane: Plane) -> Plane:
    """A plane of its own with the same canvas; how often it was seen, and its noise, are found anew."""
    better = replace(
        plane,
        canvas=plane.room.zeros(plane.canvas.shape),
        seen=plane.room.zeros(plane.seen.shape),
        sigma=plane.room.zeros(plane.sigma.shape),
        gains=plane.gains.copy(),
        bends=plane.bends.copy(),
    )
    for rows in plane.camera.bands:
        better.canvas[rows] = plane.canvas[rows]
        plane.room.let_go()
    return better


def _shaded(plane: Plane, expected: Thrown, chosen: frozenset[int]) -> Generator[float, None, Array32]:
    """1 where something lies on the canvas in some frames, float32 (Hc, Wc)."""
    found, camera = plane.room.zeros(plane.seen.shape), plane.camera
    for shot, rows in zip(camera.shots, camera.bands, strict=True):
        sums, band = Sums(plane, rows), found[rows]
        for frame, view in sorted(camera.views_of(shot).items()):
            if view not in chosen:
                continue
            part = sums.part(view)
            moved = sums.back(expected(frame).astype(np.float32), view, part, cv2.INTER_LINEAR)
            band[part.here] = np.maximum(band[part.here], moved)
            yield 0.0
        plane.room.let_go()
    return found


def _only_light(better: Plane, plane: Plane, shaded: Array32) -> tuple[Array32, bool]:
    """Take back what became another picture; where it became lighter and stays so, float32
    (Hc, Wc), and whether that is much."""
    lit, went = plane.room.zeros(shaded.shape), 0
    least = LEAST_AREA * plane.size[0] * plane.size[1]
    thick = np.ones((2 * round(THIN * plane.size[1] / 2) + 1,) * 2, np.uint8)
    for rows in plane.camera.bands:
        before, now = plane.canvas[rows], better.canvas[rows]
        same = cv2.morphologyEx(brighter(now, before), cv2.MORPH_OPEN, thick)
        same = cv2.blur(_large(same * shaded[rows], least), (5, 5))
        back = (shaded[rows] * (1 - same))[..., None]
        better.canvas[rows] = back * before + (1 - back) * now
        lit[rows] = shaded[rows] * same
        went += int(np.count_nonzero(lit[rows] > 0.5))
        plane.room.let_go()
    return lit, went > MUCH * lit.size


def _large(same: Array32, least: float) -> Array32:
    """Without the parts that have fewer pixels than `least`."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats((same > 0.5).astype(np.uint8), connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= least
    large[0] = False
    near = cv2.dilate(large[parts].astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray(same * near, np.float32)
