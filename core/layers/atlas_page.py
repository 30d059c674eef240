"""One page of an atlas: a stretch of frames with a map each and one texture.

From its key frame, which maps to itself, the page grows outward frame by frame: flow to the neighbour, then colours to
the atlas so far, then the frame joins the atlas. Rounds over all frames follow: colours to the whole atlas with both
neighbours' flow, and the texture is made anew, robustly (Kasten et al. 2021 learn all this with networks).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from core.layers.atlas_align import Effort, by_colour, by_flow, flow_terms, moved_to, scaled, still
from core.layers.atlas_canvas import KNOWN, Canvas, Target, make_target, to_canvas
from core.layers.atlas_footage import Footage, View, box_of
from core.layers.grid_solve import Smooth, Terms
from core.motion.control_grid import Array32, ControlGrid

FADE = 0.92
"""How much of the atlas so far counts after a further frame, while a page grows."""
ROBUST = 0.06
"""Differences of colour above which a pixel hardly counts for the texture."""
BACK_PROJECTIONS = 2


@dataclass
class PageFit:
    """A page under way. frames: with the object, ascending. colour: float32 (h, w, 3). weight: float32 (h, w)."""

    label: int
    frames: tuple[int, ...]
    key: int
    step: int
    scale: float
    grids: dict[int, ControlGrid] = field(default_factory=dict)
    origin: tuple[int, int] = (0, 0)
    colour: Array32 = field(default_factory=lambda: np.zeros((2, 2, 3), np.float32))
    weight: Array32 = field(default_factory=lambda: np.zeros((2, 2), np.float32))
    shift: tuple[float, float] = (0.0, 0.0)

    @property
    def first(self) -> int:
        return self.frames[0]

    @property
    def last(self) -> int:
        return self.frames[-1]

    def view(self, footage: Footage, n: int) -> View:
        return footage.view(self.label, n, box_of(self.grids[n]))


def grow(footage: Footage, page: PageFit, effort: Effort, flow_smooth: Smooth) -> Iterator[int]:
    """Map the page's frames outward from its key; yields after each frame."""
    box = footage.box(page.label, page.key, page.step)
    assert box is not None
    page.grids[page.key] = still(box, page.step, page.shift)
    view = page.view(footage, page.key)
    canvas = Canvas((box[0], box[1]), (box[2], box[3]), 1.0)
    canvas.origin = round(box[0] + page.shift[0]), round(box[1] + page.shift[1])
    canvas.add(view, page.grids[page.key].map(), view.mask)
    yield page.key
    for n, neighbour in _outward(page.frames, page.key):
        place = footage.box(page.label, n, page.step)
        assert place is not None
        view = footage.view(page.label, n, place)
        near = page.grids[neighbour]
        first = by_flow(footage, page.label, n, neighbour, near, view, flow_smooth)
        targets = {sigma: canvas.target(sigma) for sigma in set(effort.sigmas)}
        prior = flow_terms(footage, page.label, n, view, neighbour, near)
        page.grids[n] = by_colour(view, first, targets, effort, scaled(prior, effort.trust))
        canvas.fade(FADE)
        canvas.add(view, page.grids[n].map(), view.mask)
        yield n


def _outward(frames: tuple[int, ...], key: int) -> Iterator[tuple[int, int]]:
    """Frames by distance from the key, each with the neighbour that is mapped before it."""
    at = frames.index(key)
    for far in range(1, len(frames)):
        for k, before in ((at + far, at + far - 1), (at - far, at - far + 1)):
            if 0 <= k < len(frames):
                yield frames[k], frames[before]


def refine(footage: Footage, page: PageFit, effort: Effort) -> Iterator[int]:
    """One round over all frames of a page against its texture."""
    targets = {sigma: target_of(page, sigma) for sigma in set(effort.sigmas)}
    for n in page.frames:
        view = page.view(footage, n)
        prior: Terms | None = None
        for other in (n - 1, n + 1):
            if other in page.grids and effort.trust:
                terms = flow_terms(footage, page.label, n, view, other, page.grids[other])
                prior = terms if prior is None else prior + terms
        if prior is not None:
            prior = scaled(prior, effort.trust)
        page.grids[n] = by_colour(view, page.grids[n], targets, effort, prior)
        yield n


def finer(page: PageFit, step: int, footage: Footage) -> None:
    """Give the page's maps nodes that lie closer."""
    page.step = step
    for n, grid in page.grids.items():
        box = footage.box(page.label, n, step)
        assert box is not None
        page.grids[n] = moved_to(grid, box, step)


def paint(footage: Footage, page: PageFit, passes: int = BACK_PROJECTIONS) -> Iterator[int]:
    """Make the page's texture from all its frames: mean (once), robust mean, back-projections."""
    if page.colour.shape[0] <= 2:
        canvas = Canvas(_low(page), (8, 8), page.scale)
        for n in page.frames:
            view = page.view(footage, n)
            canvas.add(view, page.grids[n].map(), view.mask)
            yield n
        page.origin, (page.colour, page.weight) = canvas.origin, canvas.picture()
    canvas = Canvas(page.origin, (8, 8), page.scale)
    canvas.shape = page.weight.shape[0], page.weight.shape[1]
    canvas.total = np.zeros((*canvas.shape, 4), np.float32)
    for n in page.frames:
        view, uv = page.view(footage, n), page.grids[n].map()
        known = known_at(page, uv)
        weight = view.mask * (1 - known + known * trust_of(view.picture - sample(page, uv)))
        canvas.add(view, uv, weight)
        yield n
    page.origin, (page.colour, page.weight) = canvas.origin, canvas.picture()
    for _ in range(passes):
        total = np.zeros((*canvas.shape, 4), np.float32)
        for n in page.frames:
            view, uv = page.view(footage, n), page.grids[n].map()
            rest = view.picture - sample(page, uv)
            weight = view.mask * trust_of(rest)
            canvas.spread(total, np.dstack([rest * weight[..., None], weight]), uv)
            yield n
        page.colour = page.colour + total[..., :3] / np.maximum(total[..., 3:], 0.05)


def trust_of(rest: Array32) -> Array32:
    """What a pixel counts whose colour differs by `rest` (h, w, 3)."""
    return np.asarray(1 / (1 + (rest * rest).sum(-1) / np.float32(3 * ROBUST**2)) ** 2, np.float32)


def known_at(page: PageFit, uv: Array32) -> Array32:
    """Where the texture is known at a map's places, float32 (h, w), 0 or 1."""
    known = np.asarray(page.weight > KNOWN, np.float32)
    where = to_canvas(uv, page.origin, page.scale)
    return np.asarray(cv2.remap(known, where, None, cv2.INTER_NEAREST, borderValue=0), np.float32)


def _low(page: PageFit) -> tuple[int, int]:
    uv = page.grids[page.key].map()
    low = np.floor(uv.reshape(-1, 2).min(0)).astype(int)
    return int(low[0]), int(low[1])


def sample(page: PageFit, uv: Array32) -> Array32:
    """The texture at a map's places, float32 (h, w, 3)."""
    where = to_canvas(uv, page.origin, page.scale)
    found = cv2.remap(page.colour, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def target_of(page: PageFit, sigma: float) -> Target:
    known = np.clip(page.weight * page.scale * page.scale, 0, 1)[..., None]
    return make_target(np.dstack([page.colour * known, known]), page.origin, page.scale, sigma)
