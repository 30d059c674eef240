"""Where an atlas begins: the stretches of frames that show an object, their key frames, and finding the place of a
later stretch in the atlas of an earlier one.

Between two stretches no flow leads from frame to frame: the object was hidden, out of the picture, or there was a cut.
The later stretch's key frame is searched in the atlas as a picture; what is not found there gets an area of its own
beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from core.arrays import Array32
from core.atlas.align import Effort, by_colour, by_flow, still
from core.atlas.canvas import Canvas
from core.atlas.footage import FEWEST, View, Views
from core.atlas.page import FLOW_SMOOTH, PageFit
from core.layers.grid_solve import Smooth
from core.motion.control_grid import ControlGrid

ALIKE = 0.11
"""Median colour difference up to which a stretch belongs to the atlas."""
NEAR = 12
"""Frames from a mapped one up to which flow says where a stretch's key frame lies."""
ALIKE_NEAR = 0.165
"""Difference in colours up to which it is believed."""
OVERLAP = 0.5
"""The part of the key frame that the atlas must know."""
APART = 16
"""Key-frame pixels between areas of an atlas."""

HIDDEN = 0.25
"""An object of which less than this part shows, of what shows before and after, is as good as hidden."""

Stretch = tuple[int, ...]


def stretches(views: Views, label: int, cuts: Iterable[int]) -> tuple[Stretch, ...]:
    """Runs of neighbouring frames that show the object, without a cut inside, parted where hardly any of it shows."""
    begins = set(cuts)
    found: list[list[int]] = []
    for n in range(views.count):
        if label and views.area(label, n) < FEWEST:
            continue
        if found and found[-1][-1] == n - 1 and n not in begins:
            found[-1].append(n)
        else:
            found.append([n])
    runs = [tuple(each) for each in found]
    if label == 0:
        return tuple(runs)
    return tuple(part for run in runs for part in _parted(run, [views.area(label, n) for n in run]))


def _parted(run: Stretch, areas: list[int]) -> list[Stretch]:
    """Part a run at the frame in which the object all but disappears behind something: no flow leads past it."""
    for at in sorted(range(1, len(run) - 1), key=lambda k: areas[k]):
        rest = HIDDEN * min(max(areas[:at]), max(areas[at + 1 :]))
        if areas[at] < rest:
            return [*_parted(run[:at], areas[:at]), *_parted(run[at:], areas[at:])]
    return [run]


def key_of(views: Views, label: int, stretch: Stretch) -> int:
    """The frame to begin with: where most of the object shows, rather inside the stretch than at its ends."""
    if label == 0:
        return stretch[len(stretch) // 2]

    def worth(n: int) -> float:
        x, y, w, h = cv2.boundingRect(views.mask(label, n))
        cut_off = (x <= 1) + (y <= 1) + (x + w >= views.width - 1) + (y + h >= views.height - 1)
        part = (n - stretch[0] + 0.5) / len(stretch)
        return views.area(label, n) * 0.7**cut_off * (0.6 + 0.4 * (1 - abs(2 * part - 1)))

    return max(stretch, key=worth)


def main_first(views: Views, label: int, found: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The stretch that shows most of the object first, then the others in their order."""
    if not found:
        return ()
    main = max(found, key=lambda each: sum(views.area(label, n) for n in each) if label else len(each))
    return (main, *(each for each in found if each is not main))


def begin(views: Views, page: PageFit, key: int) -> None:
    """Give a stretch's key frame its place: itself, its place in the atlas so far, or an area beside that."""
    box = views.box(page.label, key, page.step)
    assert box is not None
    if page.growing is None:
        page.begin(views, key, still(box, page.step))
        return
    found = _search(views, page.growing, page, key)
    if found is None:
        known = page.growing
        right = known.origin[0] + known.shape[1] / known.scale
        shift = (float(np.ceil(right)) + APART - box[0], float(known.origin[1] - box[1]))
        found = still(box, page.step, shift)
    page.begin(views, key, found)


def _search(views: Views, canvas: Canvas, page: PageFit, key: int) -> ControlGrid | None:
    """The map of a key frame into an atlas that shows the same; None when it does not.

    It is looked for as a picture, and where flow leads to the last frame before it that has a
    map, or to the next one: an object grows and turns meanwhile.
    """
    box = views.box(page.label, key, page.step)
    assert box is not None
    view = views.view(page.label, key, box)
    starts: list[tuple[ControlGrid, float]] = []
    place = _matched(view.picture, view.mask, *canvas.picture())
    if place is not None:
        shift = (canvas.origin[0] + place[0] - box[0], canvas.origin[1] + place[1] - box[1])
        starts.append((still(box, page.step, shift), ALIKE))
    near = min(page.grids, key=lambda n: abs(n - key))
    if abs(near - key) <= NEAR and not any(min(near, key) < cut <= max(near, key) for cut in page.cuts):
        grid = by_flow(views, page.label, key, near, page.grids[near], view, FLOW_SMOOTH)
        starts.append((grid, ALIKE_NEAR))
    found = [(*_settled(view, canvas, grid), most) for grid, most in starts]
    good = [(apart, number) for number, (_, apart, most) in enumerate(found) if apart < most]
    return found[min(good)[1]][0] if good else None


def _settled(view: View, canvas: Canvas, grid: ControlGrid) -> tuple[ControlGrid, float]:
    """The map moved until the colours are right, and by how much they are astray: infinite where
    the atlas knows little."""
    sigmas = (4.0, 4.0, 2.5, 2.5, 1.2, 1.2)
    targets = {sigma: canvas.target(sigma, grid.map()) for sigma in set(sigmas)}
    grid = by_colour(view, grid, targets, Effort(sigmas, 0.0, Smooth(0.002, 0.05)))
    seen, known, *_ = canvas.target(0.5, grid.map()).look(grid.map())
    inside = (view.mask > 0.5) & (known > 0.5)
    if inside.sum() < OVERLAP * (view.mask > 0.5).sum():
        return grid, float("inf")
    apart = np.sqrt(((view.picture - seen) ** 2).sum(-1))[inside]
    return grid, float(np.median(apart))


def _matched(picture: Array32, mask: Array32, colour: Array32, weight: Array32) -> tuple[float, float] | None:
    """Where the picture's top left corner lies best in the canvas (x, y), by masked squared differences."""
    reduce = 2
    pad = [side // 2 for side in mask.shape]
    large = cv2.copyMakeBorder(colour, pad[0], pad[0], pad[1], pad[1], cv2.BORDER_CONSTANT, value=(9, 9, 9))
    unknown = cv2.copyMakeBorder(weight, pad[0], pad[0], pad[1], pad[1], cv2.BORDER_CONSTANT) < 0.05
    large[unknown] = 2.0
    size = picture.shape[1] // reduce, picture.shape[0] // reduce
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    inside = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA) > 0.9, np.float32)
    reduced = large.shape[1] // reduce, large.shape[0] // reduce
    large = cv2.resize(large, reduced, interpolation=cv2.INTER_AREA)
    if min(size) < 4 or not inside.any() or large.shape[0] < size[1] or large.shape[1] < size[0]:
        return None
    cost = cv2.matchTemplate(large, small, cv2.TM_SQDIFF, mask=np.dstack([inside] * 3))
    _, _, best, _ = cv2.minMaxLoc(cost)
    return float(best[0] * reduce - pad[1]), float(best[1] * reduce - pad[0])


def split(costs: dict[int, float], stretch: Stretch, count: int) -> list[Stretch]:
    """Cut a stretch into `count` pieces of equal cost, each of two frames at least where there are enough; to what a
    frame costs, half of the mean is added, so that cheap pieces do not get long."""
    count = max(1, min(count, (len(stretch) + 1) // 2))
    mean = sum(costs.values()) / max(1, len(costs))
    each = np.array([costs.get(n, mean) + 0.5 * mean + 1e-9 for n in stretch])
    along = np.cumsum(each) / each.sum()
    pieces: list[Stretch] = []
    start = 0
    for k in range(1, count + 1):
        stop = int(np.searchsorted(along, k / count)) + 1
        stop = min(max(stop, start + 1), len(stretch) - (count - k))
        pieces.append(stretch[start:stop])
        start = stop
    return pieces


def shares(costs: list[float], most: int) -> list[int]:
    """How many of `most` pages each stretch gets: by its cost, one at least while there are enough."""
    order = sorted(range(len(costs)), key=lambda k: -costs[k])
    given = [0] * len(costs)
    for k in order[:most]:
        given[k] = 1
    for _ in range(most - sum(given)):
        best = max(range(len(costs)), key=lambda k: costs[k] / (given[k] + 1) if given[k] else -1.0)
        given[best] += 1
    return given
