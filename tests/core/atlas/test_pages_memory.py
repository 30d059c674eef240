"""Pages of a background do not take more memory the further its camera pans, or the longer the clip is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from core.atlas import fit as fits
from core.atlas.fit import within_memory
from core.atlas.page import LARGEST_CANVAS, TEXTURE_BYTES, PageFit, reach_of, texture_bytes
from core.motion.control_grid import ControlGrid

WIDTH, HEIGHT, STEP = 192, 96, 16


def panning(frames: int, by: float) -> PageFit:
    """A background whose camera goes to the right by so many pixels a frame."""
    page = PageFit(0, tuple(range(frames)), 0, STEP, 2.0)
    for n in range(frames):
        nodes = np.zeros((HEIGHT // STEP + 1, WIDTH // STEP + 1, 2), np.float32)
        nodes[..., 0] = n * by
        page.grids[n] = ControlGrid(0, 0, STEP, nodes)
    return page


def bytes_of(page: PageFit, frames: Iterable[int]) -> float:
    return texture_bytes((reach_of(page, n) for n in frames), page.scale)


def test_a_texture_reaches_as_far_as_its_maps() -> None:
    page = panning(50, 10.0)
    one, all_ = bytes_of(page, [0]), bytes_of(page, range(50))
    assert one == pytest.approx(WIDTH * HEIGHT * 4 * TEXTURE_BYTES, rel=0.15)
    assert all_ == pytest.approx((WIDTH + 490) * HEIGHT * 4 * TEXTURE_BYTES, rel=0.1)
    assert bytes_of(panning(50, 900.0), range(50)) <= LARGEST_CANVAS * TEXTURE_BYTES
    assert bytes_of(page, []) == 0


def test_fewer_pages_where_all_would_not_find_room(monkeypatch: pytest.MonkeyPatch) -> None:
    page = panning(60, 10.0)
    stretch = (tuple(range(60)),)
    roots = dict.fromkeys(range(60), 1.0)
    pieces = within_memory(page, stretch, roots, 12)
    assert len(pieces) == 12
    room = sum(bytes_of(page, each) for each in pieces) * 0.6
    monkeypatch.setattr(fits, "PAGES_BYTES", room)
    fewer = within_memory(page, stretch, roots, 12)
    assert 1 <= len(fewer) < 12
    assert sum(bytes_of(page, each) for each in fewer) <= room
    assert sorted(n for each in fewer for n in each) == list(range(60)), "every frame has a page"
