"""Frames put together again from atlases: the background with its light, over it the objects by their mattes.

The light of a frame is a coarse grid of gains (a cell about a fourteenth of the frame) that the background's
texture is multiplied with, in closed form. An object's matte is its mask with the edge found anew: in a narrow
band, how much of the object's texture over the background's explains the frame. Pictures are float32 RGB in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32, to_bytes, to_float
from core.atlas.footage import Views
from core.atlas.page import PageFit, sample, trust_of
from core.layers.channels import mean, total
from core.layers.score import Errors
from core.media.info import Frame
from core.media.writer import write_png
from core.motion.control_grid import ControlGrid

LIGHT_CELLS = (14, 8)
"""Columns and rows of the light's grid."""
BAND = 6
"""Pixels on either side of the mask's edge in which the matte is found anew."""
WIDE = 960
"""Pixels that the preview picture is wide."""
UNSURE = 0.05
"""Squared colour difference of object and background below which the mask decides on its edge."""
NEAR = 1.5
"""Pixels from the edge at which the mask counts twice as much, and ever more further on: colours alone take
a shadow or a like-coloured thing for the object."""


@dataclass
class Film:
    """What a frame is put together from.

    pages: of each object, ascending in time.
    light: frame to (8, 14, 3).
    background_pages: of a background that is no plane, instead of its one page.
    """

    background: PageFit
    pages: dict[int, list[PageFit]] = field(default_factory=dict)
    light: dict[int, Array32] = field(default_factory=dict)
    background_pages: list[PageFit] = field(default_factory=list)

    def behind(self, n: int) -> PageFit:
        """The page that shows the background of frame n."""
        return next((page for page in self.background_pages if n in page.grids), self.background)

    def page(self, label: int, n: int) -> PageFit | None:
        """The page of an object that shows frame n."""
        for page in self.pages.get(label, ()):
            if n in page.grids and page.painted:
                return page
        return None


def backdrop(film: Film, views: Views, n: int, light: bool = True) -> Array32:
    """The background of frame n, float32 (H, W, 3)."""
    page = film.behind(n)
    grid = page.grids[n] if n in page.grids else _nearest(page, n)
    picture = sample(page, grid.map())[: views.height, : views.width]
    if light and n in film.light:
        gain = cv2.resize(film.light[n], (views.width, views.height), interpolation=cv2.INTER_LINEAR)
        picture = picture * gain
    return picture


def rebuild(film: Film, views: Views, n: int) -> tuple[Array32, dict[int, Array32]]:
    """Frame n, float32 (H, W, 3), and the matte of every object in it, float32 (H, W)."""
    picture = backdrop(film, views, n)
    shown = views.frame(n)
    mattes: dict[int, Array32] = {}
    for label in film.pages:
        page = film.page(label, n)
        if page is None:
            continue
        grid = page.grids[n]
        place, inner = _inside(grid, views)
        texture = sample(page, grid.map())[inner]
        mask = np.asarray(views.mask(label, n), np.float32)
        here = to_float(shown[place])
        matte = np.zeros(mask.shape, np.float32)
        matte[place] = edge(here, texture, picture[place], mask[place])
        mattes[label] = matte
        picture[place] += (texture - picture[place]) * matte[place][..., None]
    return np.clip(picture, 0, 1), mattes


def edge(frame: Array32, front: Array32, behind: Array32, mask: Array32) -> Array32:
    """The matte of a mask (h, w): 0 and 1 away from its edge, found from the colours in a band around it."""
    band = _grown(mask, BAND) - (1 - _grown(1 - mask, BAND))
    soft = cv2.GaussianBlur(mask, (0, 0), 0.7)
    across = front - behind
    away = _from_edge(mask) / np.float32(NEAR)
    unsure = UNSURE * (1 + away * away)
    share = total((frame - behind) * across) + unsure * soft
    share /= total(across * across) + unsure
    return np.asarray(np.clip(np.where(band > 0.5, share, mask), 0, 1), np.float32)


def _from_edge(mask: Array32) -> Array32:
    """Pixels from each pixel to the edge of a mask of 0 and 1 (h, w); about BAND at most, without an edge as well."""
    inside = np.asarray(mask > 0.5, np.uint8)
    away = cv2.distanceTransform(inside, cv2.DIST_L2, 3) + cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    return np.asarray(np.minimum(away, BAND + 1) - np.float32(0.5), np.float32)


def find_light(film: Film, views: Views, frames: Sequence[int]) -> Iterator[int]:
    """The gains of the background in some frames, in closed form from pixels that agree; yields after each."""
    for n in frames:
        if n not in film.behind(n).grids:
            continue
        texture = backdrop(film, views, n, light=False)
        shown = to_float(views.frame(n))
        weight = views.mask(0, n) * trust_of(shown - texture)
        both = cv2.resize(shown * texture * weight[..., None], LIGHT_CELLS, interpolation=cv2.INTER_AREA)
        own = cv2.resize(texture * texture * weight[..., None], LIGHT_CELLS, interpolation=cv2.INTER_AREA)
        film.light[n] = np.clip((both + 1e-3) / (own + 1e-3), 0.25, 4).astype(np.float32)
        yield n


def errors_of(film: Film, views: Views, frames: Sequence[int]) -> Errors:
    """How far the film put together is from some of its frames."""
    errors = Errors()
    for n in frames:
        errors.add(*apart(views, n, to_bytes(rebuild(film, views, n)[0])))
    return errors


def apart(views: Views, n: int, shown: Frame) -> tuple[Array32, npt.NDArray[np.bool_]]:
    """The squared errors (H, W) of a picture of frame n, uint8 (H, W, 3), and where its objects are."""
    off = (shown.astype(np.float32) - views.frame(n)) / np.float32(255)
    return mean(off * off), views.labels(n) > 0


def residual(rest: Array32, step: int) -> Array32:
    """What is left of a colour difference (H, W, 3) on a grid of nodes `step` pixels apart, as (H, W, 3)."""
    height, width = rest.shape[:2]
    size = max(1, round(width / step)), max(1, round(height / step))
    nodes = cv2.resize(rest, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(nodes, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def page_error(page: PageFit, views: Views, frames: Sequence[int]) -> dict[int, float]:
    """Mean squared error of a page in its mask, in some of its mapped frames."""
    costs = {}
    for n in frames:
        view = page.view(views, n)
        error = mean(np.square(view.picture - sample(page, page.grids[n].map()))) * view.mask
        costs[n] = float(error.sum() / max(1.0, float(view.mask.sum())))
    return costs


def _inside(grid: ControlGrid, views: Views) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """The part of the frame under a grid's box, and the same part of the box."""
    x0, y0 = max(0, grid.left), max(0, grid.top)
    x1, y1 = min(views.width, grid.left + grid.width), min(views.height, grid.top + grid.height)
    inner = np.s_[y0 - grid.top : y1 - grid.top, x0 - grid.left : x1 - grid.left]
    return np.s_[y0:y1, x0:x1], inner


def _nearest(page: PageFit, n: int) -> ControlGrid:
    return page.grids[min(page.grids, key=lambda other: abs(other - n))]


def _grown(mask: Array32, by: int) -> Array32:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    return np.asarray(cv2.dilate(mask, disc), np.float32)


def write_preview(path: Path, film: Film, views: Views, n: int) -> None:
    """A picture of frame n beside what the atlases make of it."""
    made = np.asarray(rebuild(film, views, n)[0] * 255 + 0.5, np.uint8)
    both = np.hstack([views.frame(n), made])
    size = WIDE, max(1, round(both.shape[0] * WIDE / both.shape[1]))
    write_png(path, np.asarray(cv2.resize(both, size, interpolation=cv2.INTER_AREA), np.uint8))
