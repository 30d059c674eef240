"""Small atlas results made by hand: an object that slides over a background that stands still, with exact maps."""

from __future__ import annotations

from pathlib import Path

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from core.files import write_atomic
from core.media.atlas_files import INDEX, AtlasIndex, AtlasObject, Page, alpha_file, pack
from core.media.matte import write_soft
from core.media.writer import write_png
from core.motion.control_grid import ControlGrid
from core.time import FrameRate

WIDTH, HEIGHT, FRAMES, SPEED = 96, 64, 6, 3
BOX = 20, 16, 52, 48
"""Where the object is in frame 0: left, top, right, bottom."""
SCALE = 1.5


def texture(width: int, height: int, seed: int) -> npt.NDArray[np.uint8]:
    """Soft coloured noise, uint8 (height, width, 3)."""
    noise = (
        np.random.default_rng(seed).uniform(40, 215, (height // 8 + 2, width // 8 + 2, 3)).astype(np.float32)
    )
    return np.asarray(
        cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC).clip(20, 235), np.uint8
    )


def box_at(n: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = BOX
    return left + SPEED * n, top, right + SPEED * n, bottom


def frame_at(n: int) -> npt.NDArray[np.uint8]:
    """Frame n, uint8 RGB (HEIGHT, WIDTH, 3)."""
    picture = texture(WIDTH, HEIGHT, 1)
    left, top, right, bottom = box_at(n)
    picture[top:bottom, left:right] = texture(right - left, bottom - top, 2)
    return picture


PAGES = ((0, 2, 1), (3, 5, 4))
"""First, last and key frame of the object's pages, where there are any."""
PAGE_SCALE = 2.0


def write_atlas(folder: Path, pages: bool = False) -> Path:
    """Write the result; returns its folder. pages: the object has two."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {0: (0, 0, WIDTH, HEIGHT), 1: BOX}
    entries = []
    for label, (left, top, right, bottom) in shapes.items():
        grids = {}
        for n in range(FRAMES):
            shift = -SPEED * n * label
            nodes = np.zeros(((bottom - top) // 8 + 1, (right - left) // 8 + 1, 2), np.float32)
            nodes[..., 0] = shift
            grids[n] = ControlGrid(left - shift, top, 8, nodes)
        np.savez(folder / f"mapping_{label:02d}.npz", **pack(grids, 0, FRAMES - 1, 8))
        size = round((right - left) * SCALE), round((bottom - top) * SCALE)
        shown = frame_at(0)[top:bottom, left:right]
        known = np.full((size[1], size[0], 4), 255, np.uint8)
        known[..., :3] = cv2.resize(shown, size, interpolation=cv2.INTER_LINEAR)
        name = f"atlas_{label:02d}.png"
        write_png(folder / name, known)
        mapping = f"mapping_{label:02d}.npz"
        parts = write_pages(folder) if label and pages else ()
        entries.append(
            AtlasObject(label, f"Object {label}", name, mapping, size, SCALE, (left, top), pages=parts)
        )
    for n in range(FRAMES):
        matte = np.zeros((HEIGHT, WIDTH), np.float32)
        left, top, right, bottom = box_at(n)
        matte[top:bottom, left:right] = 1
        path = folder / alpha_file(1, n)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_soft(path, matte)
    index = AtlasIndex(WIDTH, HEIGHT, FRAMES, FrameRate(25), tuple(entries))
    write_atomic(folder / INDEX, msgspec.json.encode(index))
    return folder


def write_pages(folder: Path) -> tuple[Page, ...]:
    """The object's pages: each the object as its key frame shows it, twice as fine."""
    pages = []
    for number, (first, last, key) in enumerate(PAGES, 1):
        left, top, right, bottom = box_at(key)
        nodes = np.zeros(((bottom - top) // 8 + 1, (right - left) // 8 + 1, 2), np.float32)
        grids = {}
        for n in range(first, last + 1):
            moved = nodes.copy()
            moved[..., 0] = -SPEED * (n - key)
            grids[n] = ControlGrid(box_at(n)[0], top, 8, moved)
        picture, mapping = f"atlas_01_p{number:02d}.png", f"mapping_01_p{number:02d}.npz"
        np.savez(folder / mapping, **pack(grids, first, last, 8))
        size = round((right - left) * PAGE_SCALE), round((bottom - top) * PAGE_SCALE)
        shown = cv2.resize(frame_at(key)[top:bottom, left:right], size, interpolation=cv2.INTER_LINEAR)
        write_png(folder / picture, np.dstack([shown, np.full(shown.shape[:2], 255, np.uint8)]))
        pages.append(Page(first, last, key, picture, mapping, size, PAGE_SCALE, (left, top)))
    return tuple(pages)
