"""Moving control grids until a frame lies right in the atlas: by flow to a neighbour, and by its colours.

Both are least squares on the nodes (core.layers.grid_solve). By flow: the pixel goes where its flow-matched neighbour
went, linear. By colour: Gauss-Newton on the robust difference to the blurred atlas.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.atlas.canvas import Target
from core.atlas.footage import Box, View, Views
from core.layers.channels import total, weighed
from core.layers.grid_solve import Smooth, Terms, solve, towards
from core.motion.control_grid import ControlGrid, pixels

NOISE = 0.03
"""Differences of colour that are not worth bending a map for."""
OUTLIER = 0.12
"""Differences from which on a pixel counts for ever less: another thing is seen there."""
USUAL = Smooth()
FEW = 4.0
"""Trusted pixels up to which a motion as a whole is not looked for."""
ARM = 64.0
"""Squared pixels, times trust, that speak for no turn."""
ASTRAY = 1.0
"""Pixels of the clip by which flow may lead elsewhere than a map before it counts for ever less: it knows nothing of
where limbs part, and one wrong place must not pull at its surroundings."""
RIM = 1.0
"""Pixels inside an object's edge that are mixed with what lies behind it, when it stands still."""
BLURRED = 0.25
"""What is added to that, as a part of the way that it moves in a frame: half of that way while a shutter is
open half the time, on either side of the edge."""
LONGEST = 1.5
"""Pixels that one step may move a node."""


@dataclass(frozen=True)
class Effort:
    """How hard a step of an atlas fit moves the maps of its frames.

    sigmas: blur of each Gauss-Newton step, in pixels.
    trust: weight of the neighbours' flow beside the colours.
    rimless: colours at the object's edge, which are mixed with what lies behind, do not count: paint sticks
        better, and the edge looks a little less like the film.
    """

    sigmas: tuple[float, ...] = (2.5, 2.5, 1.2, 1.2)
    trust: float = 0.05
    smooth: Smooth = USUAL
    rimless: bool = False


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


def smaller(grid: ControlGrid, by: int) -> ControlGrid:
    """The grid for the picture that is `by` times smaller; its step and place must be multiples of that."""
    return ControlGrid(grid.left // by, grid.top // by, grid.step // by, grid.nodes / np.float32(by))


def flow_terms(
    views: Views,
    label: int,
    n: int,
    view: View,
    neighbour: int,
    grid: ControlGrid,
    now: Array32 | None = None,
) -> Terms:
    """Pull frame n's pixels to where their matches in the neighbour lie, which has the map `grid`.

    Args:
        now: the frame's displacements so far (h, w, 2); flow that leads far away from them counts less.
    """
    box = (view.left, view.top, view.width, view.height)
    flow, trust = views.flow(label, n, neighbour, box)
    there = pixels(*box) + flow
    wanted = flow + grid.at_points(there)
    weight = trust * view.mask
    if now is not None:
        apart = total(np.square(wanted - now))
        weight = np.asarray(weight / (1 + apart / np.float32(ASTRAY**2)), np.float32)
    return towards(wanted, weight)


def by_flow(
    views: Views, label: int, n: int, neighbour: int, near: ControlGrid, view: View, smooth: Smooth
) -> ControlGrid:
    """A first map of frame n from its neighbour's.

    It starts from the neighbour's map, carried along with the motion of the object as a whole: what the smoothness
    holds back is how the object bends, not how it turns. (Held back, a turning object shrinks in its atlas, a little
    with every frame.)
    """
    box = (view.left, view.top, view.width, view.height)
    flow, trust = views.flow(label, n, neighbour, box)
    trust = trust * view.mask
    there = pixels(*box) + flow
    terms = towards(flow + near.at_points(there), trust)
    rows, columns = box[3] // near.step + 1, box[2] // near.step + 1
    nodes = pixels(0, 0, columns, rows) * np.float32(near.step)
    nodes += np.array([box[0] - 0.5, box[1] - 0.5], np.float32)
    moved = whole_motion(pixels(*box), there, trust, nodes)
    start = moved - nodes + _continued(near).at_points(moved)
    return ControlGrid(view.left, view.top, near.step, solve(terms, start, near.step, smooth))


def whole_motion(here: Array32, there: Array32, trust: Array32, points: Array32) -> Array32:
    """Where `points` (..., 2) go by the one turn, scale and shift that leads most of `here` to `there` (h, w, 2).

    Robust, so that a limb of its own does not decide; where little is trusted (h, w) it tends to a mere shift.
    """
    chosen = trust > 0.05
    if trust[chosen].sum() <= FEW:
        return points
    a, b = (_complex(each[chosen]) for each in (here, there))
    weight = given = trust[chosen].astype(np.float64)
    for _ in range(3):
        from_middle, to_middle = ((weight * each).sum() / weight.sum() for each in (a, b))
        arm = a - from_middle
        turn = (weight * (b - to_middle) * arm.conj()).sum() + ARM
        turn /= (weight * np.abs(arm) ** 2).sum() + ARM
        apart = np.abs(to_middle + turn * arm - b)
        weight = given / (1 + (apart / max(0.3, float(np.median(apart)))) ** 2)
    moved = to_middle + turn * (_complex(points) - from_middle)
    return np.stack([moved.real, moved.imag], -1).astype(np.float32)


def _complex(points: Array32) -> npt.NDArray[np.complex128]:
    return np.asarray(points[..., 0] + 1j * points[..., 1], np.complex128)


def _continued(grid: ControlGrid) -> ControlGrid:
    """The grid with two more cells around it, into which its displacements go on straight."""
    more = min(2, grid.nodes.shape[0] - 1, grid.nodes.shape[1] - 1)
    around = ((more, more), (more, more), (0, 0))
    nodes = np.pad(grid.nodes, around, mode="reflect", reflect_type="odd")
    return ControlGrid(grid.left - more * grid.step, grid.top - more * grid.step, grid.step, nodes)


def by_colour(
    view: View,
    grid: ControlGrid,
    targets: dict[float, Target],
    effort: Effort,
    prior: Terms | None = None,
    speed: float = 0.0,
) -> ControlGrid:
    """Gauss-Newton steps of a frame's map towards the atlas, one for each of the effort's blurs.

    Args:
        speed: pixels that the object moves in a frame.
    """
    nodes = grid.nodes
    soft: dict[float, Array32] = {}
    here = pixels(view.left, view.top, view.width, view.height)
    sure = without_rim(view.mask, RIM + BLURRED * speed) if effort.rimless else view.mask
    for sigma in effort.sigmas:
        if sigma not in soft:
            soft[sigma] = _blurred(view, sigma)
        now = ControlGrid(view.left, view.top, grid.step, nodes)
        terms = colour_terms(soft[sigma], sure, now.displacement(), here, targets[sigma])
        if prior is not None:
            terms = terms + prior
        found = solve(terms, nodes, grid.step, effort.smooth)
        nodes = nodes + np.clip(found - nodes, -LONGEST, LONGEST)
    return ControlGrid(view.left, view.top, grid.step, nodes)


def colour_terms(soft: Array32, mask: Array32, shift: Array32, here: Array32, target: Target) -> Terms:
    """The Gauss-Newton terms of the colour difference at the map `here + shift`.

    Args:
        soft: the frame, blurred as `target` is, (h, w, 3).
        mask: (h, w).
        shift, here: (h, w, 2), atlas pixels.
    """
    colour, known, across, down = target.look(here + shift)
    rest = soft - colour
    size = total(rest * rest)
    weight = (
        np.float32(1 / NOISE**2)
        * mask
        * np.clip(known * 2, 0, 1)
        / np.square(1 + size / np.float32(OUTLIER**2))
    )
    xx, xy, yy = total(across * across), total(across * down), total(down * down)
    gx, gy = total(across * rest), total(down * rest)
    xx, xy, yy, gx, gy = (np.asarray(weight * each, np.float32) for each in (xx, xy, yy, gx, gy))
    dx, dy = shift[..., 0], shift[..., 1]
    return Terms(xx, yy, gx + xx * dx + xy * dy, gy + xy * dx + yy * dy, xy)


def without_rim(mask: Array32, rim: float) -> Array32:
    """A mask without so many pixels along its edge, but at most half as many as it is deep; (h, w)."""
    away = cv2.distanceTransform((mask > 0).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(mask * (away > min(rim, 0.5 * float(away.max()))), np.float32)


def scaled(terms: Terms, by: float) -> Terms:
    """Terms that weigh so many times as much."""
    k = np.float32(by)
    xy = None if terms.xy is None else terms.xy * k
    return Terms(terms.xx * k, terms.yy * k, terms.gx * k, terms.gy * k, xy)


def _blurred(view: View, sigma: float) -> Array32:
    """The object's colours blurred without what lies around it."""
    shown = weighed(view.picture, np.maximum(view.mask, np.float32(1e-4)))
    soft = cv2.GaussianBlur(shown, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    *colours, mask = cv2.split(soft)
    return np.asarray(cv2.merge([colour / mask for colour in colours]), np.float32)
