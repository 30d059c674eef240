"""Reading atlases: where each pixel of a film lies in the atlas of its object, and paint from there back to frames.

A folder that the job "atlas" made (core.atlas.job) holds, per object with label LL (00 is the background):
`atlas_LL.png` (RGBA, alpha where the atlas is known), `mapping_LL.npz` (a control grid a frame, packed), `alpha/LL/`
(a grey PNG a frame of how much of the pixel shows the object) and `atlas.json`, which names them. `open_atlas` reads a
folder that is still being filled, too.

An edit is an RGBA layer of the atlas's size with straight alpha; it is laid over the original frames, so what no edit
touches stays bit for bit. Method: layered neural atlases (Kasten et al. 2021), with images and grids for networks.
Coordinates are pixels, x first; integers are centres of pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from core.arrays import Array32
from core.errors import MediaError
from core.media.atlas_files import BACKGROUND, AtlasObject, Page, alpha_file, read_index, read_track, to_atlas
from core.media.atlas_pages import PageTracks, led_on, page_map, page_places
from core.media.atlas_paint import reached, sample, sample_paint, splat_paint
from core.media.images import read_picture
from core.media.info import Frame
from core.media.matte import Matte, blur, read_matte
from core.motion.control_grid import ControlGrid

LIGHT_RANGE = 0.35, 2.2
"""Paint is never darkened or brightened by more."""
PAGES_KEPT = 8
"""Pages whose maps stay at hand."""
LIGHT_BLUR = 0.008
"""Light is looked at over this part of the frame's height: finer differences are texture."""


class AtlasClip:
    """An atlas result: mappings, mattes and pictures of every object, read when asked for and kept a while.

    Frames count from the clip's first (0). Sizes are (width, height); None is the clip's own.
    """

    def __init__(self, folder: Path) -> None:
        """Raises MediaError when the folder holds no atlas."""
        self.folder = folder
        self.index = read_index(folder)
        self._entries = {entry.label: entry for entry in self.index.objects}
        self._track = lru_cache(maxsize=64)(lambda name: read_track(self.folder / name))
        self._atlas = lru_cache(maxsize=16)(self._read_atlas)
        self._uv = lru_cache(maxsize=6)(self._map)  # of object, page (0: its atlas), frame, size
        self._matte = lru_cache(maxsize=12)(self._read_alpha)
        self._page_map = lru_cache(maxsize=PAGES_KEPT)(self._lead_page)
        self._page_places = lru_cache(maxsize=PAGES_KEPT)(self._find_places)

    @property
    def objects(self) -> tuple[AtlasObject, ...]:
        """Back to front, the background first."""
        return self.index.objects

    @property
    def size(self) -> tuple[int, int]:
        """The clip's (width, height)."""
        return self.index.width, self.index.height

    def entry(self, label: int) -> AtlasObject:
        """Raises MediaError when there is no such object."""
        if label not in self._entries:
            known = ", ".join(str(each) for each in self._entries)
            raise MediaError(f"{self.folder} has no atlas of object {label}", f"It has {known}")
        return self._entries[label]

    def atlas(self, label: int) -> Frame:
        """The object's atlas, uint8 (h, w, 4) RGBA. Raises MediaError."""
        return self._atlas(self.entry(label).picture)

    def uv(self, label: int, n: int, size: tuple[int, int] | None = None, page: int = 0) -> Array32:
        """Where each pixel of frame n lies in the atlas, float32 (H, W, 2); far outside where the object is not.

        page: in this page of the object instead, counted from 1; far outside, too, where that does not show it.

        Raises:
            MediaError: when there is no such object, or its mapping cannot be read.
        """
        width, height = size or self.size
        whole = np.full((height, width, 2), -1e6, np.float32)
        found = self._uv(label, page, n, (width, height))
        if found is not None:
            (left, top), part = found
            whole[top : top + part.shape[0], left : left + part.shape[1]] = part
        return whole

    def alpha(self, label: int, n: int, size: tuple[int, int] | None = None) -> Matte:
        """How much of each pixel of frame n shows the object, float32 (H, W) in [0, 1]; what hides it is taken off.

        Raises:
            MediaError: when there is no such object, or its matte cannot be read.
        """
        return self._matte(self.entry(label).label, n, size or self.size)

    def grid(self, label: int, n: int) -> ControlGrid | None:
        """The control grid of frame n into the atlas's frame pixels; None where the object is not. MediaError."""
        return self._track(self.entry(label).mapping).grid(n)

    def part(self, label: int, n: int, size: tuple[int, int]) -> tuple[tuple[int, int], Array32] | None:
        """The map of the object's box only: ((left, top), float32 (h, w, 2)); None where the object is not."""
        return self._uv(label, 0, n, size)

    def composite(
        self,
        frame: Frame,
        n: int,
        painted: Mapping[int, Frame],
        size: tuple[int, int] | None = None,
        shading: bool = True,
        page: int = 0,
    ) -> Frame:
        """Lay edits over frame n.

        Args:
            frame: uint8 (H, W, 3 | 4), the original at the size wanted.
            painted: object to its edit, uint8 (h, w, 4) of the atlas's size, straight alpha.
            size: (width, height) wanted; the frame's own when None, else the frame is brought to it.
            shading: light falls on the paint as it fell on what it covers.
            page: the edits are of the size of this page of their object, counted from 1; 0: of the atlas.

        Returns:
            uint8 of the frame's shape; a pixel without paint is the original bit for bit.

        Raises:
            MediaError: when an edit has another size than its atlas, or the result cannot be read.
        """
        if size is not None and (frame.shape[1], frame.shape[0]) != size:
            frame = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
        result = frame
        for entry in self.objects:
            if entry.label not in painted:
                continue
            sheet = self.page(entry.label, page) if page else entry
            require_size(painted[entry.label], sheet)
            found = self._uv(entry.label, page, n, (frame.shape[1], frame.shape[0]))
            if found is not None:
                result = self._paint(
                    result, frame, n, entry.label, sheet, found, painted[entry.label], shading
                )
        return result

    def push(self, label: int, n: int, rgba: Frame, page: int = 0) -> Frame:
        """Carry what was painted on frame n to the atlas.

        Args:
            rgba: uint8 (H, W, 4) straight alpha, of the clip's or of a preview's size.
            page: to this page of the object, counted from 1; 0: to the atlas.

        Returns:
            uint8 (h, w, 4) of the atlas's size, or the page's, straight alpha: an edit for `composite`.
        """
        found = self._uv(label, page, n, (rgba.shape[1], rgba.shape[0]))
        width, height = self.page(label, page).size if page else self.entry(label).size
        if found is None:
            return np.zeros((height, width, 4), np.uint8)
        (left, top), uv = found
        part = rgba[top : top + uv.shape[0], left : left + uv.shape[1]]
        return splat_paint(part, uv, (width, height))

    def page(self, label: int, number: int) -> Page:
        """A page of an object, counted from 1. Raises MediaError when there is none."""
        pages = self.entry(label).pages
        if not 1 <= number <= len(pages):
            raise MediaError(f"object {label} has no page {number}", f"It has {len(pages)}")
        return pages[number - 1]

    def page_picture(self, label: int, number: int) -> Frame:
        """A page's texture, uint8 (h, w, 4) RGBA. Raises MediaError."""
        return self._atlas(self.page(label, number).picture)

    def page_map(self, label: int, number: int) -> Array32:
        """The atlas's pixel for each pixel of a page, float32 (h, w, 2); far outside where it is not known.
        MediaError."""
        return self._page_map(label, number)

    def prepare_page(self, label: int, number: int) -> None:
        """Find what carrying paint from and to a page needs, so that the first stroke on it does
        not wait. Raises MediaError when there is no such page, or it cannot be read."""
        self.page_map(label, number)
        self._page_places(label, number)

    def push_page(self, label: int, number: int, rgba: Frame) -> Frame:
        """Carry what was painted on a page to the atlas, and thereby to all frames and all other pages.

        Args:
            rgba: uint8 (h, w, 4) straight alpha, of the page's size.

        Returns:
            uint8 of the atlas's size, as `push`.
        """
        return splat_paint(rgba, self.page_map(label, number), self.entry(label).size)

    def onto_page(self, label: int, number: int, paint: Frame, page: int = 0) -> Frame:
        """Paint of the atlas, or of another page, as it lies on a page: straight RGBA, uint8 (h, w, 4) of its size.

        Raises:
            MediaError: when there is no such page, or it cannot be read.
        """
        where = self.page_map(label, number)
        if page:
            where = led_on(where, self._page_places(label, page))
        seen = sample_paint(paint, where)
        if seen is None:
            return np.zeros((*where.shape[:2], 4), np.uint8)
        seen[..., 3] *= 255
        return np.asarray(np.clip(np.rint(seen), 0, 255), np.uint8)

    def page_at(self, label: int, n: int) -> int:
        """The page that shows frame n, counted from 1; 0 where none does. Raises MediaError."""
        pages = self.entry(label).pages
        return next((k for k, page in enumerate(pages, 1) if page.first <= n <= page.last), 0)

    def _tracks(self, label: int, number: int) -> PageTracks:
        entry, page = self.entry(label), self.page(label, number)
        leaves, grids = self._track(page.mapping), self._track(entry.mapping)
        return PageTracks(page, entry, leaves, grids, lambda n: self._matte(label, n, self.size))

    def _find_places(self, label: int, number: int) -> Array32:
        return page_places(self._tracks(label, number))

    def _lead_page(self, label: int, number: int) -> Array32:
        out = page_map(self._tracks(label, number))
        out.setflags(write=False)
        return out

    def _map(
        self, label: int, page: int, n: int, size: tuple[int, int]
    ) -> tuple[tuple[int, int], Array32] | None:
        if page:
            found = self._uv(label, 0, n, size)
            return None if found is None else (found[0], led_on(found[1], self._page_places(label, page)))
        entry = self.entry(label)
        grid = self._track(entry.mapping).grid(n)
        if grid is None:
            return None
        by_x, by_y = self.size[0] / size[0], self.size[1] / size[1]
        x = (np.arange(size[0], dtype=np.float32) + 0.5) * by_x - 0.5
        y = (np.arange(size[1], dtype=np.float32) + 0.5) * by_y - 0.5
        x0, x1 = np.searchsorted(x, (grid.left - 0.5, grid.left + grid.width - 0.5))
        y0, y1 = np.searchsorted(y, (grid.top - 0.5, grid.top + grid.height - 0.5))
        if x0 == x1 or y0 == y1:
            return None
        x, y = x[x0:x1].astype(np.float32), y[y0:y1].astype(np.float32)
        uv = grid.at(x, y)
        uv[..., 0] += x
        uv[..., 1] += y[:, None]
        uv = to_atlas(uv, entry)
        uv.setflags(write=False)
        return (int(x0), int(y0)), uv

    def _paint(
        self, result: Frame, frame: Frame, n: int, label: int, sheet: AtlasObject | Page,
        found: tuple[tuple[int, int], Array32], paint: Frame, shading: bool,
    ) -> Frame:  # fmt: skip
        size = (frame.shape[1], frame.shape[0])
        (left, top), uv = found
        part = reached(paint, uv)
        if part is None:
            return result
        left, top = left + part[1].start, top + part[0].start
        uv = np.ascontiguousarray(uv[part])
        layer = sample_paint(paint, uv)
        if layer is None:
            return result
        place = np.s_[top : top + uv.shape[0], left : left + uv.shape[1]]
        alpha = layer[..., 3] * self.alpha(label, n, size)[place]
        touched = alpha > 1 / 512
        if not touched.any():
            return result
        colour = layer[..., :3]
        if shading:
            shown = frame[place][..., :3].astype(np.float32)
            visible = self.alpha(label, n, size)[place]
            colour = colour * self._light(shown, sheet, uv, visible, size[1])[..., None]
        under = result[place][..., :3].astype(np.float32)
        mixed = under + (np.clip(colour, 0, 255) - under) * alpha[..., None]
        if result is frame:
            result = frame.copy()
        result[place][..., :3][touched] = np.rint(mixed[touched]).astype(np.uint8)
        return result

    def _light(
        self, shown: Array32, sheet: AtlasObject | Page, uv: Array32, alpha: Matte, height: int
    ) -> Array32:
        """How much brighter the frame is than its atlas, float32 (h, w): the light of the moment."""
        atlas = sample(self._atlas(sheet.picture), uv)
        weight = alpha * (atlas[..., 3] > 127)
        here = cv2.transform(shown, _LUMA)
        there = cv2.transform(np.ascontiguousarray(atlas[..., :3]), _LUMA)
        sigma = max(0.8, LIGHT_BLUR * height)
        bright, dark = blur(here * weight, sigma), blur(there * weight, sigma)
        weights = blur(weight, sigma)
        # A little of "no change" keeps black and empty places from deciding.
        ratio = (bright + 8 * weights + 0.05) / (dark + 8 * weights + 0.05)
        return np.clip(ratio, *LIGHT_RANGE)

    def _read_atlas(self, name: str) -> Frame:
        picture = read_picture(self.folder / name, alpha=True)
        picture.setflags(write=False)
        return picture

    def _read_alpha(self, label: int, n: int, size: tuple[int, int]) -> Matte:
        if label == BACKGROUND:
            matte = np.ones((size[1], size[0]), np.float32)
            for entry in self.objects:
                if entry.label != BACKGROUND:
                    matte = matte - self._matte(entry.label, n, size)
            matte = np.clip(matte, 0, 1)
        else:
            path = self.folder / alpha_file(label, n)
            if not path.is_file():
                return np.zeros((size[1], size[0]), np.float32)
            matte = read_matte(path)
            if (matte.shape[1], matte.shape[0]) != size:
                matte = np.asarray(cv2.resize(matte, size, interpolation=cv2.INTER_AREA), np.float32)
        matte.setflags(write=False)
        return matte


_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)


def open_atlas(folder: Path) -> AtlasClip:
    """Raises MediaError when the folder holds no atlas."""
    return AtlasClip(folder)


def require_size(edit: Frame, entry: AtlasObject | Page) -> None:
    """Raises MediaError when an edit is no RGBA picture of its atlas's size."""
    width, height = entry.size
    if edit.ndim != 3 or edit.shape[2] != 4:
        raise MediaError(f"the edit of {entry.picture} has no alpha channel", "Give an RGBA picture")
    if edit.shape[:2] != (height, width):
        raise MediaError(
            f"the edit of {entry.picture} is {edit.shape[1]}x{edit.shape[0]}, the atlas is {width}x{height}",
            f"Save it at {width}x{height}, neither cropped nor scaled",
        )


def edit_of(original: Frame, changed: Frame, tolerance: int = 2) -> Frame:
    """What a painter changed in an atlas, as an edit layer.

    Takes the whole picture painted over as well as a transparent layer: an edit is what is opaque and differs.

    Args:
        original: uint8 (h, w, 4), the atlas as it was.
        changed: uint8 (h, w, 3 | 4) as it came back; without alpha all of it is opaque.
        tolerance: differences of so many levels come from colour conversions and are none.

    Returns:
        uint8 (h, w, 4) straight alpha.
    """
    if changed.shape[2] == 3:
        changed = np.asarray(cv2.cvtColor(changed, cv2.COLOR_RGB2RGBA), np.uint8)
    apart = cv2.absdiff(original[..., :3], changed[..., :3]).max(2)
    differs = (apart > tolerance) | (original[..., 3] == 0)
    edit = changed.copy()
    edit[..., 3] = np.where(differs, changed[..., 3], 0)
    return edit
