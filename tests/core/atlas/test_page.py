"""The texture of a page."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from core.arrays import to_bytes, to_float
from core.atlas.align import still
from core.atlas.footage import Views
from core.atlas.page import PageFit, paint, sample
from core.layers.footage import open_footage
from tests.core.layers.scenes import wall, write_clip

COUNT, SIZE, STEP = 5, (96, 64), 8


def test_what_passes_by_in_one_frame_is_not_in_the_texture(tmp_path: Path) -> None:
    frames = np.stack([to_bytes(wall(SIZE))] * COUNT)
    frames[2, 20:40, 30:50] = (255, 0, 0)  # somebody without a mask
    labels = np.zeros((COUNT, *SIZE[::-1]), np.uint8)
    labels[:, 4:12, 70:78] = 1
    page = PageFit(0, tuple(range(COUNT)), 0, STEP, 1.0)
    page.grids = {n: still((0, 0, *SIZE), STEP) for n in range(COUNT)}
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        list(paint(Views(footage), page, 0))
    off = np.abs(sample(page, page.grids[0].map()) - to_float(frames[0]))
    passed, beside = off[24:36, 34:46].mean(), off[44:60, 10:60].mean()
    assert passed < beside + 0.02  # a mean of all frames would be off by a tenth
    assert np.abs(to_float(frames[2]) - to_float(frames[0]))[24:36, 34:46].mean() / COUNT > 0.08
