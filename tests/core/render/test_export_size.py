"""A film exported at another size than its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import ProjectError
from core.media.probe import probe
from core.render.presets import export_size
from core.timeline.model import Clip, Title
from tests.core.render.exporting import TICK, Desk, psnr, video
from tests.media_files import frames_of, write_clip


def test_sizes_keep_the_shape_and_are_even() -> None:
    assert export_size(1920, 1080) == (1920, 1080)
    assert export_size(853, 479) == (853, 479), "the film's own size is nobody's to change"
    assert export_size(1920, 1080, 720) == (1280, 720)
    assert export_size(854, 480, 361) == (640, 360), "meant to be 16:9"
    assert [export_size(854, 480, lines)[0] for lines in (720, 1080, 2160)] == [1280, 1920, 3840]
    assert export_size(1440, 1080, 721) == (960, 720)
    assert export_size(1080, 1920, 1280) == (720, 1280)
    for height in (13, 9000):
        with pytest.raises(ProjectError, match="out of reach"):
            export_size(1920, 1080, height)


@pytest.mark.parametrize("preset", ["h264-master", "ffv1"])
def test_the_film_is_the_same_picture_in_another_size(tmp_path: Path, preset: str) -> None:
    desk = Desk(tmp_path, (640, 480))
    clip = desk.use(write_clip(tmp_path / "a.mkv", frames=3, size=(640, 480)), 3)
    tracks = video(clip), video(Clip("t", "Title", Title("Hello", size=0.3), 3 * TICK))
    own = frames_of(desk.export("own.mkv", preset, *tracks))
    small = desk.export("small.mkv", preset, *tracks, height=240)
    info = probe(small).video
    assert info is not None and (info.width, info.height, info.frames) == (320, 240, 3)
    for whole, half in zip(own, frames_of(small), strict=True):
        shrunk = whole[..., :3].reshape(240, 2, 320, 2, 3).mean((1, 3)).round().astype(np.uint8)
        assert psnr(shrunk, half[..., :3]) > 24


def test_untouched_clips_are_scaled_as_well(tmp_path: Path) -> None:
    desk = Desk(tmp_path, (128, 96))
    clip = desk.use(write_clip(tmp_path / "a.mkv", frames=4, size=(128, 96)), 4)
    large = desk.export("large.mkv", "h264-master", video(clip), height=192)
    info = probe(large).video
    assert info is not None and (info.width, info.height, info.frames) == (256, 192, 4)
