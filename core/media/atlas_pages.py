"""Pages of an unrolled object and its one atlas: where each pixel of a page lies in the atlas.

A page (core.media.atlas_files.Page) holds the object of a few frames in a sharper picture of its own; edits lie on
the one atlas of the whole clip. Both know where the pixels of these frames lie, so a page's pixel is led to the atlas
by a frame that shows it: the one nearest to the page's key frame. What is painted on a page thereby follows through
the whole clip, and comes back on every other page. It is never drawn on the atlas for that, whose pixels may be few
there: the map of a frame to the atlas is led on to the page (`led_on`), so that paint moves as the atlas says and is
as sharp as its page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from core.arrays import Array32
from core.media.atlas_files import AtlasObject, GridTrack, Page, to_atlas
from core.media.atlas_paint import splat
from core.media.matte import Matte
from core.motion.control_grid import ControlGrid

FAR = np.float32(-1e6)
"""Where a map leads that leads nowhere."""


@dataclass(frozen=True, eq=False)
class PageTracks:
    """What page and atlas are known by: maps of the frames to the page, to the atlas, and how much of each pixel of a
    frame shows the object, float32 (H, W)."""

    page: Page
    entry: AtlasObject
    leaves: GridTrack
    grids: GridTrack
    matte: Callable[[int], Matte]


def page_map(tracks: PageTracks) -> Array32:
    """The atlas's pixel for each pixel of a page, float32 (h, w, 2) of the page's size; FAR where no frame shows it."""
    out = _nowhere(tracks.page.size)
    for on_page, on_atlas, shown in _both(tracks):
        _fill(out, on_page, on_atlas, shown, tracks.page.scale)
    return out


def page_places(tracks: PageTracks) -> Array32:
    """The page's pixel for each pixel of the atlas: float32 (h, w, 3) of the atlas's size.

    The last value is 1 where the page shows that place, else 0; the places are 0 there. Of several places of the page
    that lie on one of the atlas, that of the frame nearest to the key frame counts.
    """
    out = _nowhere(tracks.entry.size)
    for on_page, on_atlas, shown in _both(tracks):
        _fill(out, on_atlas, on_page, shown, tracks.entry.scale)
    known = out[..., :1] != FAR
    return np.asarray(np.dstack([np.where(known, out, 0), known]), np.float32)


def led_on(where: Array32, places: Array32) -> Array32:
    """A map to the atlas (H, W, 2) led on to a page by `page_places`: float32 (H, W, 2); FAR where the page does not
    show it."""
    found = cv2.remap(places, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    known = found[..., 2:]
    out = np.asarray(np.where(known > 0.5, found[..., :2] / np.maximum(known, 0.5), FAR), np.float32)
    out.setflags(write=False)
    return out


def _nowhere(size: tuple[int, int]) -> Array32:
    return np.full((size[1], size[0], 2), FAR, np.float32)


def _both(tracks: PageTracks) -> Iterator[tuple[Array32, Array32, np.ndarray]]:
    """Of the page's frames, the nearest to its key frame first: where the pixels of the object's box lie on the
    page and on the atlas (h, w, 2), and which of them show the object, uint8 (h, w)."""
    page = tracks.page
    order = sorted(range(page.first, page.last + 1), key=lambda n: abs(n - page.key))
    for n in order:
        leaf, grid = tracks.leaves.grid(n), tracks.grids.grid(n)
        if leaf is not None and grid is not None:
            yield (*_places(tracks, leaf, grid), _cut(tracks.matte(n), leaf))
    leaf, grid = tracks.leaves.grid(page.key), tracks.grids.grid(page.key)
    if leaf is not None and grid is not None:
        # Around the object in its key frame both maps go on: a stroke may reach over its edge.
        yield (*_places(tracks, leaf, grid), np.ones((leaf.height, leaf.width), np.uint8))


def _places(tracks: PageTracks, leaf: ControlGrid, grid: ControlGrid) -> tuple[Array32, Array32]:
    """Where the pixels of a leaf's box lie on the page and on the atlas, float32 (h, w, 2) each."""
    x = np.arange(leaf.left, leaf.left + leaf.width, dtype=np.float32)
    y = np.arange(leaf.top, leaf.top + leaf.height, dtype=np.float32)
    there = grid.at(x, y)
    there[..., 0] += x
    there[..., 1] += y[:, None]
    return to_atlas(leaf.map(), tracks.page), to_atlas(there, tracks.entry)


def _fill(out: Array32, here: Array32, there: Array32, shown: np.ndarray, scale: float) -> None:
    """Fill what is FAR in a map by places `there` that lie at `here` of it, where they are shown. scale: of the map."""
    open_places = cv2.dilate((out[..., 0] == FAR).astype(np.uint8), np.ones((5, 5), np.uint8))
    chosen = cv2.remap(open_places, here, None, cv2.INTER_NEAREST) & shown
    if not chosen.any():
        return
    fine = int(np.ceil(2 * scale))
    grown = (here.shape[1] * fine, here.shape[0] * fine)
    wanted = cv2.resize(chosen, grown, interpolation=cv2.INTER_NEAREST) > 0
    values = np.dstack([there, np.ones(there.shape[:2], np.float32)])
    found = splat(
        cv2.resize(values, grown, interpolation=cv2.INTER_LINEAR)[wanted],
        cv2.resize(here, grown, interpolation=cv2.INTER_LINEAR)[wanted],
        (out.shape[1], out.shape[0]),
    )
    if found is not None:
        place, total = found
        new = (out[place][..., 0] == FAR) & (total[..., 2] > 0)
        out[place][new] = (total[..., :2] / np.maximum(total[..., 2:], 1))[new]


def _cut(matte: Matte, grid: ControlGrid) -> np.ndarray:
    """Where a matte shows the object in a grid's box, uint8 0 or 1 (h, w); outside the frame 0."""
    out = np.zeros((grid.height, grid.width), np.uint8)
    rows, columns = matte.shape
    x0, y0 = max(0, grid.left), max(0, grid.top)
    x1, y1 = min(columns, grid.left + grid.width), min(rows, grid.top + grid.height)
    if x0 < x1 and y0 < y1:
        out[y0 - grid.top : y1 - grid.top, x0 - grid.left : x1 - grid.left] = matte[y0:y1, x0:x1] > 0.5
    return out
