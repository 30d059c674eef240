"""What is left out for lack of time: a canvas from smaller pictures is the same canvas, and limits are kept in that
order."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.arrays import to_bytes
from core.layers.background import find_camera
from core.layers.budget import Budget, Smaller, enlarged, smaller_camera
from core.layers.clock import Clock
from core.layers.footage import open_footage
from core.layers.paged import Room
from core.layers.painting import paint_plane
from tests.core.layers.scenes import walker, write_clip
from tests.core.layers.test_plane import last_of, psnr


@pytest.mark.parametrize("pan", [0.0, 2.5])
def test_a_canvas_from_smaller_pictures_lies_where_the_whole_one_does(tmp_path: Path, pan: float) -> None:
    frames, labels, _, plates = walker(pan=pan)
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        camera = last_of(find_camera(footage))
        small = Smaller(footage, 2)
        assert small.frame(0).shape == (48, 80, 3) and small.labels(0).shape == (48, 80) and small.known(0)
        plane = last_of(paint_plane(small, smaller_camera(camera, small.size)))
        large = enlarged(plane, camera, Room())
        whole = last_of(paint_plane(footage, camera))
    assert large.canvas.shape == whole.canvas.shape and large.bends.shape == whole.bends.shape
    for n in (0, 6, 11):
        coarse = to_bytes(large.render(n))
        off = [psnr(coarse[8:-8, 8 + step : 152 + step], plates[n][8:-8, 8:152]) for step in (0, 2)]
        assert off[0] > 25 and off[0] > off[1] + 1  # blurred, in its place
        assert np.isfinite(large.noise(n)).all() and large.known(n).max() > 0


def test_less_time_leaves_out_more() -> None:
    found = []
    for most in (1000.0, 60.0, 45.0, 20.0, 3.0):
        clock = Clock(
            most, began=Clock().began - 10.0, cpu=Clock().cpu - 10.0
        )  # ten seconds were worked so far
        budget = Budget(clock, 100, (854, 480), whole=6e-7, least=3e-7)
        found.append((budget.small_camera(), budget.reduction(), budget.effects(), budget.neighbours(6)))
    assert found[0] == (False, 1, True, True) and found[-1] == (True, 4, False, False)
    assert [each[1] for each in found] == sorted(each[1] for each in found)
    assert [each[2] for each in found] == sorted((each[2] for each in found), reverse=True)
    assert Budget(Clock(), 10**6, (4096, 2160), 1.0, 1.0).reduction() == 1  # no limit


def test_the_pace_is_what_other_programs_leave() -> None:
    assert Clock(began=Clock().began - 40.0, cpu=Clock().cpu - 10.0).pace == pytest.approx(4, rel=0.05)
