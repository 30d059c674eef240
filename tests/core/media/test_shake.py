"""The job that follows the camera: a shaken film on disk, cuts, masks, interruption, damage."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import MediaError
from core.job import drain
from core.media import shake
from core.media.matte import write_labels
from core.media.shake import PATH, find_camera, read_camera
from tests.core.motion.test_steady import SIZE, ground, places_of, steps_of, view


def filmed(path: Path, frames: list[np.ndarray]) -> Path:
    """A lossless grey film."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = *frames[0].shape[::-1], "gray"
        for n, grey in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(grey), "gray")
            picture.pts = n
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return steps_of(24, 3.0, pan=1.0)


@pytest.fixture(scope="module")
def clip(truth: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shots of different grounds, the second from frame 14 on."""
    scenes = ground(0), 255 - ground(9)
    frames = [view(scenes[n >= 14], place) for n, place in enumerate(places_of(truth))]
    return filmed(tmp_path_factory.mktemp("film") / "shaken.mkv", frames)


def test_the_path_is_found_and_a_cut_in_it(clip: Path, truth: np.ndarray, tmp_path: Path) -> None:
    steps = list(find_camera(tmp_path, clip=str(clip)))
    assert steps[-1].done == steps[-1].total == 24
    found = read_camera(tmp_path)
    assert found is not None and (found.size, found.fps, found.cuts) == (SIZE, 25.0, (14,))
    same = [n for n in range(1, 24) if n != 14]
    assert np.abs(found.steps - truth)[same, :2].max() < 0.3
    np.testing.assert_array_equal(found.steps[[0, 14]], np.zeros((2, 4)))


def test_an_interrupted_run_ends_as_an_unbroken_one(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shake, "PIECE", 8)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    drain(find_camera(whole, clip=str(clip)))
    run = find_camera(broken, clip=str(clip))
    for step in run:
        if step.done == 19:
            run.close()
    looked: list[int] = []
    real = shake.step_between
    monkeypatch.setattr(shake, "step_between", lambda *given: looked.append(1) or real(*given))
    drain(find_camera(broken, clip=str(clip)))
    assert len(looked) == 8  # frames 16 to 23
    a, b = read_camera(whole), read_camera(broken)
    assert a is not None and b is not None and a.cuts == b.cuts
    np.testing.assert_array_equal(a.steps, b.steps)


def test_objects_of_a_tracking_are_looked_past(tmp_path: Path) -> None:
    truth = steps_of(4, 3.0)
    frames = [view(ground(), place) for place in places_of(truth)]
    labels = np.zeros(SIZE[::-1], np.uint8)
    labels[:, 70:] = 1
    (tmp_path / "masks").mkdir()
    for n, frame in enumerate(frames):
        frame[:, 70:] = ground(7)[: SIZE[1], 100 + 6 * n : 100 + 6 * n + SIZE[0] - 70]
        write_labels(tmp_path / "masks" / f"{n:05}.png", labels)
    clip = filmed(tmp_path / "walk.mkv", frames)
    drain(find_camera(tmp_path, clip=str(clip), masks=str(tmp_path)))
    found = read_camera(tmp_path)
    assert found is not None and np.abs(found.steps - truth)[1:, :2].max() < 0.5


def test_a_single_picture_has_no_camera(tmp_path: Path) -> None:
    clip = filmed(tmp_path / "one.mkv", [ground()[: SIZE[1], : SIZE[0]]])
    with pytest.raises(MediaError, match="single picture"):
        drain(find_camera(tmp_path, clip=str(clip)))


def test_what_is_no_path_is_not_believed(clip: Path, tmp_path: Path) -> None:
    assert read_camera(tmp_path) is None
    drain(find_camera(tmp_path, clip=str(clip)))
    with np.load(tmp_path / PATH) as stored:
        good = {name: stored[name] for name in stored.files}
    wrong: list[dict[str, np.ndarray]] = [
        {"steps": np.full((24, 4), np.nan)}, {"steps": np.zeros((24, 3))}, {"steps": np.zeros((0, 4))},
        {"size": np.array([0, 5])}, {"size": np.array([5])}, {"fps": np.array(0.0)}, {"steps": np.ones((4, 4)) * 9},
        {"steps": np.array(["a"])},
    ]  # fmt: skip
    for change in wrong:
        np.savez(tmp_path / PATH, **{**good, **change})
        assert read_camera(tmp_path) is None, change
    np.savez(tmp_path / PATH, **{**good, "cuts": np.array([-3, 0, 99, 5, 5])})
    found = read_camera(tmp_path)
    assert found is not None and found.cuts == (5,)
    (tmp_path / PATH).write_bytes(b"PK\x03\x04 no")
    assert read_camera(tmp_path) is None
