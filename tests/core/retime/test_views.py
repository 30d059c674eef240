"""Looking into the network's pictures: the job that writes the views which the window cannot make."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.job import drain
from core.media.made import look_path, made_folder, read_look
from core.motion.between import Betweens
from core.render.slow_views import LARGEST, LOOKS, Moment, look_size, untouched, view
from core.retime import interpolate
from core.retime.looks import looks
from core.retime.synthesis import NetBetweens
from core.retime.views import views_of
from tests.core.motion.drawn import frame


def test_the_job_leaves_what_the_network_did(clip: Path, tmp_path: Path) -> None:
    moments = [(1, 0.5), (0, 0.0)]
    drain(looks(tmp_path, clip=str(clip), seen="f" * 8, data=str(tmp_path), moments=moments))
    folder = made_folder(tmp_path, "f" * 8)
    pictures = [frame(n, pan=2) for n in range(3)]
    between = interpolate.betweens(pictures.__getitem__, 3)
    assert isinstance(between, NetBetweens)
    pair = between.neighbours(1)
    truth = views_of(pair, between.synthesizer.look(pair, 0.5), 0.5)
    for look in LOOKS:
        found = read_look(folder, 1, 0.5, look)
        assert found is not None and np.array_equal(found, truth[look])
        real = read_look(folder, 0, 0.0, look)
        assert real is not None and np.array_equal(real, untouched(between.neighbours(0), 0.0))
    assert read_look(folder, 1, 0.25, "motion") is None


def test_it_is_not_what_a_splat_does(clip: Path, tmp_path: Path) -> None:
    drain(looks(tmp_path, clip=str(clip), seen="f", data=str(tmp_path), moments=[(1, 0.5)]))
    splats = Betweens([frame(n, pan=2) for n in range(3)].__getitem__, 3)
    for look in LOOKS:
        found = read_look(made_folder(tmp_path, "f"), 1, 0.5, look)
        assert found is not None
        assert not np.array_equal(found, view(splats, Moment(1, 0.5, 0, 1), look))


def test_a_damaged_view_is_as_none(tmp_path: Path) -> None:
    path = look_path(tmp_path, 3, 0.5, "unsure")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no picture")
    assert read_look(tmp_path, 3, 0.5, "unsure") is None


def test_large_frames_are_looked_into_smaller() -> None:
    assert look_size(854, 480) == (854, 480)
    assert look_size(3840, 2160) == (LARGEST, 720)
    assert look_size(1, 1) == (2, 2)
