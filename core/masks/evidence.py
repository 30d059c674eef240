"""What speaks for a pixel being of the object besides the network: its colour, and how it moves.

Both are likelihoods fitted in this very frame to what the network says and to what surely is background, since it lies
outside the box: the network knows what objects look like, but not which colours and which motion this one has. Evidence
is the logarithm of a ratio and adds to the network's own (naive Bayes, as region and boundary terms do in GrabCut).

Motion is seen between the frame and its neighbours in the clip, less what the camera does: a homography of the places
outside the box. What moves as the background does, though it looks like the object, is not of it: the wall between
somebody's legs, or a shadow's ground. Where object and background move alike the evidence is nearly none. Flow spills
over the edges of what moves, so that a place moves with the object counts only as far as the neighbour's picture fits
better so than if the place stayed with the scene.

All planes are float32 (SIDE, SIDE), the network's picture of a view of the frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.masks.hints import SIDE, Picture, PromptMaps, View, view_of
from core.masks.logit import logit, sigmoid
from core.masks.mixtures import Cells, cells_of, density, fitted
from core.motion.flow import flow_between, places, warp
from core.motion.homography import apply, of_flow

COLOUR = 0.6
"""How much the evidence of colours counts: less than wholly, since pixels beside one another say the same."""
MOTION = 2.0
"""How much the evidence of motion counts."""
COLOUR_ROUNDS = 3
MOTION_ROUNDS = 3
"""Rounds in which what is of the object, and what evidence speaks for it, are found from each other."""
FURTHEST = 4.0
"""Nats that one colour can say."""
FEWEST = 30.0
"""Pixels of object and of background that a fit needs."""
SURROUNDINGS = 1.0
"""In sizes of the box: margin around it of the part of the frame in which motion is looked for."""
WORKING = 400
"""Its longest side in pixels at most."""
INLIERS = 0.3
"""Share of the places outside the box that must move as one camera lets them."""
BLUR = 1.5
"""Pixels: sigma over which it is averaged how well two pictures fit."""
LEVELS = 4.0
"""Grey levels by which a motion must fit better than the scene's to be believed for the most part."""
MOST_AGAINST = 2.0
"""Nats: a foot stands with the scene while its walker goes on, and what the network is sure of may be one."""
REACH = 12.0
"""Pixels: the fastest motion against the scene that is counted."""
CELL = 0.5
"""Pixels: width of a cell in which motions are counted."""
FLOOR = 2e-3
"""Share of motions that every cell has at least."""


def with_colours(prior: Array32, picture: Picture, maps: PromptMaps) -> Array32:
    """The probability that each pixel is of the object, with what its colour says.

    Args:
        prior: the probability so far; outside the box it only gets less.
        picture: uint8 (SIDE, SIDE, 3) RGB.
        maps: what the user asked.
    """
    cells, nats = cells_of(picture), logit(prior)
    now = prior
    for _ in range(COLOUR_ROUNDS):
        now = sigmoid(nats + COLOUR * _by_colour(_with_strokes(now, maps), cells, maps.box))
        now = np.where(maps.box > 0.5, now, np.minimum(now, prior))
    return np.asarray(now, np.float32)


def _with_strokes(now: Array32, maps: PromptMaps) -> Array32:
    """Probabilities with the user's strokes as certain."""
    return np.where(maps.inside > 0, 1, np.where(maps.outside > 0, 0, now))


def _by_colour(now: Array32, cells: Cells, box: Array32) -> Array32:
    """How much likelier each pixel's colour is the object's than the background's, in nats."""
    inside = cells.weights(np.where((now > 0.5) & (box > 0), now, 0))
    outside = cells.weights(np.where(now <= 0.5, 1 - now, 0))
    if min(inside.sum(), outside.sum()) < FEWEST:
        return np.zeros_like(now)
    ratio = density(fitted(cells.colours, inside), cells.colours)
    ratio -= density(fitted(cells.colours, outside), cells.colours)
    ratio = np.clip(ratio, -FURTHEST, FURTHEST)
    return np.asarray(ratio[cells.of].reshape(now.shape), np.float32)


def motions(
    frame: Picture, neighbours: Sequence[Picture], box: tuple[float, float, float, float], near: View
) -> list[Array32]:
    """How a view of a frame moves against the scene, for each neighbour that shows it: float32 (SIDE, SIDE, 3).

    The last plane is by how many grey levels the neighbour fits better than if all stayed with the scene.

    Args:
        frame, neighbours: uint8 (H, W, 3 or 4); one of another size tells nothing.
        box: of the frame, left, top, right, bottom.
    """
    around = view_of(frame.shape[:2], box, SURROUNDINGS)
    shrink = max(1.0, max(around.size) / WORKING)
    size = max(1, round(around.size[0] / shrink)), max(1, round(around.size[1] / shrink))
    here = _grey(frame, around, size)
    clear = np.ones(here.shape, bool)
    left, top, right, bottom = _scaled(box, around, size)
    clear[max(0, int(top) - 1) : int(bottom) + 2, max(0, int(left) - 1) : int(right) + 2] = False
    fitting = [each for each in neighbours if each.shape[:2] == frame.shape[:2]]
    against = [_against_scene(here, _grey(each, around, size), clear) for each in fitting]
    return [moved(each, around, near) for each in against if each is not None]


def _grey(frame: Picture, view: View, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    part = np.ascontiguousarray(frame[view.area][..., :3])
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def _scaled(
    box: tuple[float, float, float, float], view: View, size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """A box of the frame in a view's pixels of a picture of `size`."""
    x, y = size[0] / view.size[0], size[1] / view.size[1]
    left, top, right, bottom = box
    return (left - view.left) * x, (top - view.top) * y, (right - view.left) * x, (bottom - view.top) * y


def _against_scene(
    here: npt.NDArray[np.uint8], there: npt.NDArray[np.uint8], clear: npt.NDArray[np.bool_]
) -> Array32 | None:
    """The flow from one picture to the other less that of the scene, and how much better it fits, (h, w, 3).

    None where no camera is found.
    """
    flow = flow_between(here, there)
    camera = of_flow(flow, clear)
    if camera is None or camera[1] < INLIERS:
        return None
    own = places(*here.shape).reshape(-1, 2).astype(np.float64)
    scene = np.asarray((apply(camera[0], own) - own).reshape(flow.shape), np.float32)
    better = _misfit(here, there, scene) - _misfit(here, there, flow)
    return np.asarray(np.dstack((flow - scene, better)), np.float32)


def _misfit(here: npt.NDArray[np.uint8], there: npt.NDArray[np.uint8], flow: Array32) -> Array32:
    """How far the pictures differ where flow leads, in grey levels, (h, w)."""
    off = np.abs(warp(there[..., None].astype(np.float32), flow)[..., 0] - here)
    return np.asarray(cv2.GaussianBlur(off, (0, 0), BLUR), np.float32)


def with_motion(prior: Array32, moving: Sequence[Array32], maps: PromptMaps) -> Array32:
    """The probability that each pixel is of the object, with what its motion says.

    Args:
        prior: the probability so far.
        moving: of `motions`; without any, the prior is the answer.
        maps: what the user asked.
    """
    nats, now = logit(prior), prior
    for _ in range(MOTION_ROUNDS if moving else 0):
        now = _with_strokes(now, maps)
        now = sigmoid(nats + MOTION * np.mean([_by_motion(now, each, maps.box) for each in moving], axis=0))
    return np.asarray(now, np.float32)


def _by_motion(now: Array32, moving: Array32, box: Array32) -> Array32:
    """How much likelier each pixel's motion is the object's than the background's, in nats."""
    outside = np.where(box < 0.1, 1, np.where(now < 0.1, 1 - now, 0))
    inside = np.where(box > 0.5, np.clip(2 * now - 1, 0, 1), 0)
    if min(inside.sum(), outside.sum()) < FEWEST:
        return np.zeros_like(now)
    count = round(2 * REACH / CELL)
    cell = np.clip(np.floor(moving[..., :2] / CELL) + count // 2, 0, count - 1).astype(np.intp)
    codes = cell[..., 1] * count + cell[..., 0]
    densities = [_counted(codes, each, count) + FLOOR for each in (inside, outside)]
    evidence = np.log(densities[0] / densities[1])[codes]
    seen = 1 - np.exp(-np.maximum(moving[..., 2], 0) / LEVELS)
    return np.asarray(np.maximum(np.where(evidence > 0, seen, 1) * evidence, -MOST_AGAINST), np.float32)


def _counted(codes: npt.NDArray[np.intp], weights: Array32, count: int) -> npt.NDArray[np.float64]:
    """The share of each cell of motion, smoothed, (count * count)."""
    cells = np.bincount(codes.ravel(), weights.ravel(), count * count).reshape(count, count)
    smooth = cv2.GaussianBlur(cells, (0, 0), 1.0)
    return np.asarray(smooth.ravel() / smooth.sum(), np.float64)


def moved(plane: Array32, view: View, other: View) -> Array32:
    """A plane (h, w) or (h, w, C) of a view, on the network's pixels of another view:
    (SIDE, SIDE) or (SIDE, SIDE, C)."""
    rows, columns = plane.shape[:2]
    x, y = other.size[0] / SIDE, other.size[1] / SIDE
    across, down = columns / view.size[0], rows / view.size[1]
    # Centres of pixels lie on centres.
    place = np.array(
        [
            [x * across, 0, (x / 2 + other.left - view.left) * across - 0.5],
            [0, y * down, (y / 2 + other.top - view.top) * down - 0.5],
        ]
    )
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(plane, place, (SIDE, SIDE), flags=how, borderMode=cv2.BORDER_REPLICATE), np.float32
    )
