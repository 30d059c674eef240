"""The speediness job: files, truth on a drawn clip whose pace is known, resuming, and clips that are hard to judge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.retime import pace_files
from core.retime.speediness import speediness
from tests.core.retime.paced import write_paced
from tests.media_files import write_clip, write_pictures

COUNT = 100
"""Each half must be longer than a window at natural speed, 33 frames, to be judged by itself."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at half the pace, two at twice and a half."""
    pace = np.repeat([0.5, 2.5], COUNT // 2)
    return write_paced(tmp_path_factory.mktemp("paced") / "paced.mp4", pace, size=(214, 120))


@pytest.fixture(scope="module")
def result(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("result")
    steps = list(speediness(out, clip=str(clip)))
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].part == 1
    assert {"frame", "speediness"} <= set(steps[3].fields)
    return out


def test_every_frame_has_its_row(result: Path) -> None:
    seconds, values = pace_files.read_speediness(result)
    assert len(values) == COUNT
    assert seconds[:3] == pytest.approx([0, 0.04, 0.08])
    assert not list(result.glob("part-*"))


def test_what_goes_faster_is_judged_faster(result: Path) -> None:
    _, values = pace_files.read_speediness(result)
    assert values[60:95].mean() > values[5:40].mean() + 0.15


def test_the_motion_of_every_frame_is_told(result: Path) -> None:
    ways = pace_files.read_motion(result, COUNT)
    assert ways is not None
    assert ways.shape == (COUNT,)
    assert ways[60:95].mean() > 1.5 * ways[5:40].mean() > 0


def test_maps_and_moments_belong_to_frames(result: Path) -> None:
    frames, maps = pace_files.read_activation(result)
    assert len(frames) == COUNT // 4
    assert maps.shape[2] > maps.shape[1] >= 4
    moments = pace_files.read_moments(result)
    assert moments.frames.tolist() == frames.tolist()
    assert np.linalg.norm(moments.vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_a_damaged_part_is_made_again(tmp_path: Path) -> None:
    pictures = write_pictures(tmp_path / "clip", 5)
    tables = []
    for name in ("whole", "damaged"):
        out = tmp_path / name
        out.mkdir()
        if name == "damaged":
            (out / "part-0000000.npz").write_bytes(b"no part")
        for _ in speediness(out, clip=str(pictures)):
            pass
        tables.append((out / "curve.csv").read_bytes())
    assert tables[0] == tables[1]


def test_finished_parts_are_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = write_pictures(tmp_path / "clip", 24)
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr("core.retime.speediness.CHUNK", 8)
    steps = speediness(out, clip=str(pictures))
    while not (out / "part-0000008.npz").exists():
        next(steps)
    steps.close()
    assert (out / "curve.csv").exists()
    judged: list[int] = []
    from core.retime import speediness as module

    real = module._judge
    monkeypatch.setattr(module, "_judge", lambda net, ahead, a, b: judged.append(a) or real(net, ahead, a, b))
    for _ in module.speediness(out, clip=str(pictures)):
        pass
    assert judged == [16]
    assert len(pace_files.read_speediness(out)[1]) == 24


@pytest.mark.parametrize("frames", [2, 3, 7])
def test_very_short_clips_are_judged(tmp_path: Path, frames: int) -> None:
    clip = write_clip(tmp_path / "short.mp4", frames=frames, size=(32, 18))
    for _ in speediness(tmp_path, clip=str(clip)):
        pass
    assert len(pace_files.read_speediness(tmp_path)[1]) == frames


def test_what_stands_still_could_go_faster(tmp_path: Path) -> None:
    from PIL import Image

    for n in range(6):
        Image.new("RGB", (97, 61)).save(tmp_path / f"{n:05}.png")
    out = tmp_path / "out"
    out.mkdir()
    for _ in speediness(out, clip=str(tmp_path)):
        pass
    assert (pace_files.read_speediness(out)[1] < 0.5).all()


def test_one_picture_has_no_speed(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "one.mp4", frames=1)
    with pytest.raises(MediaError, match=r"one\.mp4"):
        list(speediness(tmp_path, clip=str(clip)))
