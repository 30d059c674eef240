"""One page of an atlas: a stretch of frames with a map each and one texture.

From its key frame, which maps to itself, the page grows outward frame by frame: flow to the neighbour, then colours to
the atlas so far, then the frame joins the atlas. Rounds over all frames follow: colours to the whole atlas with both
neighbours' flow, and the texture is made anew, robustly: what layered neural atlases (Kasten et al. 2021) learn with
networks, solved for images and grids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from core.arrays import Array32
from core.atlas.align import (
    Effort,
    by_colour,
    by_flow,
    enlarged,
    flow_terms,
    moved_to,
    scaled,
    smaller,
)
from core.atlas.canvas import KNOWN, Canvas, Target, make_target, to_canvas
from core.atlas.footage import View, Views, box_of
from core.layers.channels import total, weighed
from core.layers.grid_solve import Smooth, Terms
from core.motion.control_grid import ControlGrid

FADE = 0.92
"""How much of the atlas so far counts after a further frame, while a page grows."""
ROBUST = 0.06
"""Differences of colour above which a pixel hardly counts for the texture."""
FLOW_SMOOTH = Smooth(0.0, 0.05, steady=0.1)
LARGEST_CANVAS = 8_000_000
"""Pixels: a texture that would need more is made at a smaller scale; while it is made each takes up to 130 bytes."""
LOOSE = 48
"""Pixels between the places of a map that are looked at for how far it reaches."""
TEXTURE_BYTES = 16
"""Bytes of a pixel of a texture that is kept: colour and weight."""


@dataclass
class PageFit:
    """A page under way.

    frames: of the range, with the object, ascending; cuts: those that begin a shot.
    key: the frame that maps to itself.
    step: pixels between nodes.
    scale: texture pixels a frame pixel.
    colour: float32 (h, w, 3), weight: float32 (h, w), whose top left corner is key-frame pixel `origin`.
    growing: the sums of the frames so far, while it grows.
    """

    label: int
    frames: tuple[int, ...]
    key: int
    step: int
    scale: float
    cuts: frozenset[int] = frozenset()
    grids: dict[int, ControlGrid] = field(default_factory=dict)
    origin: tuple[int, int] = (0, 0)
    colour: Array32 = field(default_factory=lambda: np.zeros((2, 2, 3), np.float32))
    weight: Array32 = field(default_factory=lambda: np.zeros((2, 2), np.float32))
    growing: Canvas | None = None

    @property
    def first(self) -> int:
        return self.frames[0]

    @property
    def last(self) -> int:
        return self.frames[-1]

    @property
    def mapped(self) -> tuple[int, ...]:
        """The frames that have a map so far."""
        return tuple(n for n in self.frames if n in self.grids)

    @property
    def painted(self) -> bool:
        return self.colour.shape[0] > 2

    def view(self, views: Views, n: int) -> View:
        return views.view(self.label, n, box_of(self.grids[n]))

    def begin(self, views: Views, key: int, grid: ControlGrid) -> None:
        """Give a frame its map without asking its neighbours, and splat it."""
        self.grids[key] = grid
        view = self.view(views, key)
        uv = grid.map()
        if self.growing is None:
            low = np.floor(uv.reshape(-1, 2).min(0)).astype(int)
            self.growing = Canvas((int(low[0]), int(low[1])), (grid.width, grid.height), 1.0)
        self.growing.add(view, uv, view.mask)


def grow(views: Views, page: PageFit, stretch: tuple[int, ...], key: int, effort: Effort) -> Iterator[int]:
    """Map the frames of a stretch outward from its frame `key`, which has begun; yields after each frame.

    Frames that are mapped already are left as they are, so that a page goes on growing where it was.
    """
    canvas = page.growing
    assert canvas is not None
    for n, neighbour in _outward(stretch, key):
        if n in page.grids:
            continue
        place = views.box(page.label, n, page.step)
        assert place is not None
        view, near = views.view(page.label, n, place), page.grids[neighbour]
        first = by_flow(views, page.label, n, neighbour, near, view, FLOW_SMOOTH)
        area = first.map()
        targets = {sigma: canvas.target(sigma, area) for sigma in set(effort.sigmas)}
        prior = flow_terms(views, page.label, n, view, neighbour, near)
        prior, speed = scaled(prior, effort.trust), views.speed(page.label, n)
        page.grids[n] = by_colour(view, first, targets, effort, prior, speed)
        canvas.add(view, page.grids[n].map(), view.mask, FADE)
        yield n


def _outward(frames: tuple[int, ...], key: int) -> Iterator[tuple[int, int]]:
    """Frames by distance from the key, each with the neighbour that is mapped before it."""
    at = frames.index(key)
    for far in range(1, len(frames)):
        for k, before in ((at + far, at + far - 1), (at - far, at - far + 1)):
            if 0 <= k < len(frames):
                yield frames[k], frames[before]


def refine(views: Views, page: PageFit, frames: Iterable[int], effort: Effort) -> Iterator[int]:
    """One round over some frames of a page against its texture; yields after each."""
    targets = {sigma: target_of(page, sigma) for sigma in set(effort.sigmas)}
    for n in frames:
        view, now = page.view(views, n), page.grids[n].displacement()
        prior: Terms | None = None
        for other, cut in ((n - 1, n), (n + 1, n + 1)):
            if other in page.grids and cut not in page.cuts and effort.trust:
                terms = flow_terms(views, page.label, n, view, other, page.grids[other], now)
                prior = terms if prior is None else prior + terms
        if prior is not None:
            prior = scaled(prior, effort.trust)
        page.grids[n] = by_colour(view, page.grids[n], targets, effort, prior, views.speed(page.label, n))
        yield n


def with_step(page: PageFit, step: int, views: Views) -> None:
    """Give the page's maps nodes that lie closer, or further apart."""
    page.step = step
    for n, grid in page.grids.items():
        box = views.box(page.label, n, step)
        assert box is not None
        page.grids[n] = moved_to(grid, box, step)


def to_full_size(page: PageFit, by: int) -> None:
    """Take a page that was fitted on pictures `by` times smaller to the clip's own size; its texture is dropped."""
    page.grids = {n: enlarged(grid, by) for n, grid in page.grids.items()}
    page.step *= by
    page.growing = None
    page.colour, page.weight = np.zeros((2, 2, 3), np.float32), np.zeros((2, 2), np.float32)


def reduced(page: PageFit, by: int) -> PageFit:
    """The page as pictures `by` times smaller show it, with the same texture; `put_back` takes
    over what is done to it."""
    if by == 1:
        return page
    grids = {n: smaller(grid, by) for n, grid in page.grids.items()}
    origin = page.origin[0] // by, page.origin[1] // by
    return replace(page, grids=grids, step=page.step // by, scale=page.scale * by, origin=origin)


def put_back(page: PageFit, small: PageFit, by: int) -> None:
    """Take over a page of pictures that are `by` times smaller, its texture too."""
    page.grids = {n: enlarged(grid, by) for n, grid in small.grids.items()}
    page.step, page.scale, page.growing = small.step * by, small.scale / by, None
    page.origin = small.origin[0] * by, small.origin[1] * by
    page.colour, page.weight = small.colour, small.weight


def without_texture(page: PageFit, scale: float) -> PageFit:
    """The page before it is painted, `scale` texture pixels a frame pixel."""
    return replace(
        page, scale=scale, colour=np.zeros((2, 2, 3), np.float32), weight=np.zeros((2, 2), np.float32)
    )


def paint(views: Views, page: PageFit, passes: int, chosen: tuple[int, ...] | None = None) -> Iterator[int]:
    """Make the page's texture from its mapped frames: mean (once), robust mean, `passes` back-projections.

    chosen: from these frames only.

    The page gets it when it is whole: until then, and when the work is given up on the way, it keeps the one it has.
    """
    made, frames = replace(page), page.mapped if chosen is None else chosen
    canvas = _canvas_of(made)
    if not made.painted:
        yield from _splat(views, made, canvas, frames, robust=False)
    elif canvas.origin != made.origin or canvas.shape != made.weight.shape:
        _move_texture(made, canvas)
    yield from _splat(views, made, canvas, frames, robust=True)
    for _ in range(passes):
        gathered = canvas.planes()
        for n in frames:
            view, uv = made.view(views, n), made.grids[n].map()
            rest = view.picture - sample(made, uv)
            weight = view.mask * trust_of(rest)
            canvas.spread(gathered, weighed(rest, weight), uv)
            yield n
        step = gathered[:3] / np.maximum(gathered[3], np.float32(0.05))
        made.colour = np.asarray(made.colour + cv2.merge(list(step)), np.float32)
    page.scale, page.origin, page.colour, page.weight = made.scale, made.origin, made.colour, made.weight


def _splat(
    views: Views, page: PageFit, canvas: Canvas, frames: tuple[int, ...], robust: bool
) -> Iterator[int]:
    """The mean of the frames; robust: of what agrees with the texture so far."""
    planes = canvas.planes()
    for n in frames:
        view, uv = page.view(views, n), page.grids[n].map()
        weight: Array32 = view.mask
        if robust:
            known = known_at(page, uv)
            agrees = trust_of(view.picture - sample(page, uv))
            weight = np.asarray(weight * (1 - known + known * agrees), np.float32)
        canvas.spread(planes, weighed(view.picture, weight), uv)
        yield n
    canvas.total = np.asarray(cv2.merge(list(planes)), np.float32)
    page.origin, (page.colour, page.weight) = canvas.origin, canvas.picture()


def _canvas_of(page: PageFit) -> Canvas:
    """An empty canvas that holds all of the page's frames, at the page's scale or as fine as there is room."""
    low, high = np.full(2, np.inf), np.full(2, -np.inf)
    for grid in page.grids.values():
        uv = grid.map()[:: grid.step // 2, :: grid.step // 2].reshape(-1, 2)
        low, high = np.minimum(low, uv.min(0)), np.maximum(high, uv.max(0))
    middle = page.grids[page.key].map().reshape(-1, 2).mean(0)
    low, high = np.maximum(low, middle - 8000), np.minimum(high, middle + 8000)
    origin = int(np.floor(low[0])) - 1, int(np.floor(low[1])) - 1
    size = int(np.ceil(high[0])) + 2 - origin[0], int(np.ceil(high[1])) + 2 - origin[1]
    while page.scale > 0.5 and size[0] * size[1] * page.scale**2 > LARGEST_CANVAS:
        page.scale -= 0.5
    return Canvas(origin, size, page.scale)


Reach = tuple[float, float, float, float]
"""Left, top, right, bottom of what a frame's map covers, key-frame pixels."""


def reach_of(page: PageFit, n: int) -> Reach:
    """How far the map of a frame reaches, about."""
    uv = page.grids[n].map()[::LOOSE, ::LOOSE].reshape(-1, 2)
    (left, top), (right, bottom) = uv.min(0).tolist(), (uv.max(0) + LOOSE).tolist()
    return left, top, right, bottom


def texture_bytes(reaches: Iterable[Reach], scale: float) -> float:
    """Memory of one texture of what all of these cover, about."""
    found = list(reaches)
    if not found:
        return 0.0
    left, top, right, bottom = zip(*found, strict=True)
    area = (max(right) - min(left)) * (max(bottom) - min(top))
    return TEXTURE_BYTES * min(area * scale**2, LARGEST_CANVAS)


def _move_texture(page: PageFit, canvas: Canvas) -> None:
    """Bring the texture to the place of another canvas of the same scale."""
    shift = [(canvas.origin[k] - page.origin[k]) * page.scale for k in (0, 1)]
    matrix = np.array([[1, 0, -shift[0]], [0, 1, -shift[1]]], np.float32)
    size = canvas.shape[1], canvas.shape[0]
    page.colour = np.asarray(cv2.warpAffine(page.colour, matrix, size), np.float32)
    page.weight = np.asarray(cv2.warpAffine(page.weight, matrix, size), np.float32)
    page.origin = canvas.origin


def trust_of(rest: Array32) -> Array32:
    """What a pixel counts whose colour differs by `rest` (h, w, 3)."""
    return np.asarray(1 / np.square(1 + total(rest * rest) / np.float32(3 * ROBUST**2)), np.float32)


def known_at(page: PageFit, uv: Array32) -> Array32:
    """Where the texture is known at a map's places, float32 (h, w), 0 or 1."""
    known = np.asarray(page.weight > KNOWN, np.float32)
    where = to_canvas(uv, page.origin, page.scale)
    return np.asarray(cv2.remap(known, where, None, cv2.INTER_NEAREST, borderValue=0), np.float32)


def sample(page: PageFit, uv: Array32) -> Array32:
    """The texture at a map's places, float32 (h, w, 3); beyond it its border goes on."""
    where = to_canvas(uv, page.origin, page.scale)
    found = cv2.remap(page.colour, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)


def target_of(page: PageFit, sigma: float) -> Target:
    """The texture blurred by `sigma` frame pixels, to register frames to."""
    known = np.clip(page.weight * np.float32(page.scale * page.scale), 0, 1)
    return make_target(weighed(page.colour, known), page.origin, page.scale, sigma)
