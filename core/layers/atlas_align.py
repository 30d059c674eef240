"""Moving control grids until a frame lies right in the atlas: by flow to a neighbour, and by its colours.

Both are least squares on the nodes (core.layers.grid_solve). By flow: the pixel goes where its flow-matched neighbour
went, linear. By colour: Gauss-Newton on the robust difference to the blurred atlas.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.layers.atlas_canvas import Target
from core.layers.atlas_footage import Box, View, Views
from core.layers.grid_solve import Smooth, Terms, solve, towards
from core.motion.control_grid import Array32, ControlGrid, pixels

NOISE = 0.03
"""Differences of colour that are not worth bending a map for."""
OUTLIER = 0.12
"""Differences from which on a pixel counts for ever less: another thing is seen there."""
USUAL = Smooth()
LONGEST = 1.5
"""Pixels that one step may move a node."""


@dataclass(frozen=True)
class Effort:
    """sigmas: blur of each Gauss-Newton step, in pixels. trust: weight of the neighbours' flow beside the colours."""

    sigmas: tuple[float, ...] = (2.5, 2.5, 1.2, 1.2)
    trust: float = 0.05
    smooth: Smooth = USUAL


def still(box: Box, step: int, shift: tuple[float, float] = (0.0, 0.0)) -> ControlGrid:
    """The grid of a box that moves all pixels alike."""
    nodes = np.zeros((box[3] // step + 1, box[2] // step + 1, 2), np.float32)
    nodes += np.array(shift, np.float32)
    return ControlGrid(box[0], box[1], step, nodes)


def moved_to(grid: ControlGrid, box: Box, step: int) -> ControlGrid:
    """The same map on the nodes of another box or step."""
    rows, columns = box[3] // step + 1, box[2] // step + 1
    places = pixels(0, 0, columns, rows) * np.float32(step)
    places += np.array([box[0] - 0.5, box[1] - 0.5], np.float32)
    return ControlGrid(box[0], box[1], step, grid.at_points(places))


def enlarged(grid: ControlGrid, by: int) -> ControlGrid:
    """The grid of a reduced picture for the picture that is `by` times larger."""
    return ControlGrid(grid.left * by, grid.top * by, grid.step * by, grid.nodes * np.float32(by))


def flow_terms(views: Views, label: int, n: int, view: View, neighbour: int, grid: ControlGrid) -> Terms:
    """Pull frame n's pixels to where their matches in the neighbour lie, which has the map `grid`."""
    box = (view.left, view.top, view.width, view.height)
    flow, trust = views.flow(label, n, neighbour, box)
    there = pixels(*box) + flow
    wanted = flow + grid.at_points(there)
    return towards(wanted, trust * view.mask)


def by_flow(
    views: Views, label: int, n: int, neighbour: int, near: ControlGrid, view: View, smooth: Smooth
) -> ControlGrid:
    """A first map of frame n from its neighbour's."""
    terms = flow_terms(views, label, n, view, neighbour, near)
    start = moved_to(near, (view.left, view.top, view.width, view.height), near.step)
    weight = terms.xx
    if weight.sum() > 4:
        # Where the flow says nothing the grid starts from the whole object's motion.
        wanted = np.stack([terms.gx, terms.gy], -1)[weight > 0.05] / weight[weight > 0.05][:, None]
        here = start.displacement()[weight > 0.05]
        start.nodes[...] += np.median(wanted - here, 0) if len(here) else 0
    return ControlGrid(view.left, view.top, near.step, solve(terms, start.nodes, near.step, smooth))


def by_colour(
    view: View, grid: ControlGrid, targets: dict[float, Target], effort: Effort, prior: Terms | None = None
) -> ControlGrid:
    """Gauss-Newton steps of a frame's map towards the atlas, one for each of the effort's blurs."""
    nodes = grid.nodes
    soft: dict[float, Array32] = {}
    here = pixels(view.left, view.top, view.width, view.height)
    for sigma in effort.sigmas:
        if sigma not in soft:
            soft[sigma] = _blurred(view, sigma)
        now = ControlGrid(view.left, view.top, grid.step, nodes)
        terms = colour_terms(soft[sigma], view.mask, now.displacement(), here, targets[sigma])
        if prior is not None:
            terms = terms + prior
        found = solve(terms, nodes, grid.step, effort.smooth)
        nodes = nodes + np.clip(found - nodes, -LONGEST, LONGEST)
    return ControlGrid(view.left, view.top, grid.step, nodes)


def colour_terms(soft: Array32, mask: Array32, shift: Array32, here: Array32, target: Target) -> Terms:
    """The Gauss-Newton terms of the colour difference at the map `here + shift`."""
    colour, known, across, down = target.look(here + shift)
    rest = soft - colour
    size = (rest * rest).sum(-1)
    weight = mask * np.clip(known * 2, 0, 1) / (1 + size / OUTLIER**2) ** 2 / np.float32(NOISE**2)
    xx, xy, yy = (across * across).sum(-1), (across * down).sum(-1), (down * down).sum(-1)
    gx, gy = (across * rest).sum(-1), (down * rest).sum(-1)
    xx, xy, yy, gx, gy = (weight * each for each in (xx, xy, yy, gx, gy))
    dx, dy = shift[..., 0], shift[..., 1]
    return Terms(xx, yy, gx + xx * dx + xy * dy, gy + xy * dx + yy * dy, xy)


def scaled(terms: Terms, by: float) -> Terms:
    k = np.float32(by)
    xy = None if terms.xy is None else terms.xy * k
    return Terms(terms.xx * k, terms.yy * k, terms.gx * k, terms.gy * k, xy)


def difference(view: View, uv: Array32, colour: Array32) -> Array32:
    """Length of the colour difference of a box to the atlas's samples (h, w)."""
    return np.sqrt(((view.picture - colour) ** 2).sum(-1))


def _blurred(view: View, sigma: float) -> Array32:
    """The object's colours blurred without what lies around it."""
    mask = np.maximum(view.mask, 1e-4)[..., None]
    soft = cv2.GaussianBlur(
        np.dstack([view.picture * mask, mask]), (0, 0), sigma, borderType=cv2.BORDER_REPLICATE
    )
    return np.ascontiguousarray(soft[..., :3] / soft[..., 3:])
