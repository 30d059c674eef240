"""What a fit lacks when its time is over before all is laid out: filled in coarsely, so that there is a whole result.

A frame without a map takes that of the nearest mapped frame, moved along with the mask; a page
without a texture is made of few frames. Nothing of it is written down as work that was done: the
same call goes on from what was found well.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from core.atlas.align import moved_to, still
from core.atlas.fit import BACKGROUND, SCALE, STEP, Fit, background_reduction, name_of, reduction
from core.atlas.footage import Views
from core.atlas.page import PageFit, paint, to_full_size
from core.atlas.render import find_light
from core.atlas.stretches import key_of, main_first, stretches
from core.job import Progress
from core.motion.control_grid import ControlGrid

LOOKED_AT = 12
"""Frames that a texture is made of in a hurry."""


def complete(fit: Fit) -> Iterator[Progress]:
    """Fill in what is missing. The fit is not gone on with after this: only its result is written."""
    pages = [(0, BACKGROUND, background_reduction(fit))]
    pages += [(label, name_of(label, "long"), reduction(fit)) for label in fit.labels]
    for label, name, reduce in pages:
        page = _begun(fit, label, name)
        if page is None:
            continue
        if page.growing is not None and page.grids:
            to_full_size(page, reduce)
        missing = [n for n in page.frames if n not in page.grids]
        for n in missing:
            page.grids[n] = _like_nearest(fit.views, page, n)
        if not page.painted:
            for _ in paint(fit.views, page, 1, _few(page.mapped)):
                yield fit.progress("writing")
    if not fit.light:
        for _ in find_light(fit.film, fit.views, _few(tuple(range(fit.footage.count)))):
            yield fit.progress("writing")


def _begun(fit: Fit, label: int, name: str) -> PageFit | None:
    """The page, made where there is none yet; None where the object is in no frame."""
    if name in fit.pages and fit.pages[name].grids:
        return fit.pages[name]
    found = main_first(fit.views, label, stretches(fit.views, label, fit.state.cuts))
    if not found:
        return None
    frames = tuple(sorted(n for each in found for n in each))
    page = PageFit(label, frames, key_of(fit.views, label, found[0]), STEP, SCALE, frozenset(fit.state.cuts))
    box = fit.views.box(label, page.key, STEP)
    assert box is not None
    page.grids[page.key] = still(box, STEP)
    fit.pages[name] = page
    return page


def _like_nearest(views: Views, page: PageFit, n: int) -> ControlGrid:
    """The map of the nearest mapped frame, moved along as the mask's middle moved."""
    box = views.box(page.label, n, page.step)
    if box is None:  # too small on the full picture, though not on the reduced one
        box = (0, 0, page.step, page.step)
    near = min(page.grids, key=lambda other: abs(other - n))
    known = page.grids[near]
    shift = _middle(views, page.label, near) - _middle(views, page.label, n) if page.label else np.zeros(2)
    moved = (box[0] + round(float(shift[0])), box[1] + round(float(shift[1])), box[2], box[3])
    grid = moved_to(known, moved, page.step)
    grid.nodes[...] += np.rint(shift).astype(np.float32)
    return ControlGrid(box[0], box[1], page.step, grid.nodes)


def _middle(views: Views, label: int, n: int) -> np.ndarray:
    found = cv2.moments(views.mask(label, n), binaryImage=True)
    area = max(1.0, found["m00"])
    return np.array([found["m10"] / area, found["m01"] / area])


def _few(frames: tuple[int, ...]) -> tuple[int, ...]:
    """Some of the frames, all over them."""
    return frames[:: max(1, -(-len(frames) // LOOKED_AT))]
