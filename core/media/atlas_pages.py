"""Pages of an unrolled object and its one atlas: where each pixel of a page lies in the atlas.

A page (core.media.atlas_files.Page) holds the object of a few frames in a sharper picture of its own; edits lie on the one
atlas of the whole clip. Both know where the pixels of these frames lie, so a page's pixel is led to the atlas by a frame
that shows it: the one nearest to the page's key frame. What is painted on a page thereby follows through the whole clip,
and comes back on every other page.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from core.media.atlas_files import AtlasObject, GridTrack, Page, to_atlas
from core.media.atlas_paint import splat
from core.media.matte import Matte
from core.motion.control_grid import Array32, ControlGrid

FAR = np.float32(-1e6)
"""Where a map leads that leads nowhere."""


def page_map(
    page: Page, entry: AtlasObject, leaves: GridTrack, grids: GridTrack, matte: Callable[[int], Matte]
) -> Array32:
    """The atlas's pixel for each pixel of a page, float32 (h, w, 2) of the page's size; FAR where no frame shows it.

    Args:
        leaves, grids: maps of the frames to the page and to the atlas.
        matte: how much of each pixel of a frame shows the object, float32 (H, W).
    """
    width, height = page.size
    out = np.full((height, width, 2), FAR, np.float32)
    order = sorted(range(page.first, page.last + 1), key=lambda n: abs(n - page.key))
    for n in order:
        _lead(out, page, entry, leaves.grid(n), grids.grid(n), matte(n))
    # Around the object in its key frame both maps go on: a stroke may reach over its edge.
    _lead(out, page, entry, leaves.grid(page.key), grids.grid(page.key), None)
    return out


def _lead(
    out: Array32, page: Page, entry: AtlasObject, leaf: ControlGrid | None, grid: ControlGrid | None, matte: Matte | None
) -> None:  # fmt: skip
    """Fill what is FAR in a page's map by a frame's two maps, where its matte shows the object (None: everywhere)."""
    if leaf is None or grid is None:
        return
    x = np.arange(leaf.left, leaf.left + leaf.width, dtype=np.float32)
    y = np.arange(leaf.top, leaf.top + leaf.height, dtype=np.float32)
    shown = leaf.map()
    here = to_atlas(shown, page)
    there = grid.at(x, y)
    there[..., 0] += x
    there[..., 1] += y[:, None]
    there = to_atlas(there, entry)
    open_places = cv2.dilate((out[..., 0] == FAR).astype(np.uint8), np.ones((5, 5), np.uint8))
    chosen = cv2.remap(open_places, here, None, cv2.INTER_NEAREST)
    if matte is not None:
        chosen &= _cut(matte, leaf)
    if not chosen.any():
        return
    fine = int(np.ceil(2 * page.scale))
    grown = (leaf.width * fine, leaf.height * fine)
    wanted = cv2.resize(chosen, grown, interpolation=cv2.INTER_NEAREST) > 0
    values = np.dstack([there, np.ones(there.shape[:2], np.float32)])
    found = splat(
        cv2.resize(values, grown, interpolation=cv2.INTER_LINEAR)[wanted],
        cv2.resize(here, grown, interpolation=cv2.INTER_LINEAR)[wanted],
        page.size,
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
