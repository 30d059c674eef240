"""The files of speediness: what is written is read; what is damaged is told by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.retime import pace_files
from core.time import TICKS_PER_SECOND


def test_the_curve_comes_back(tmp_path: Path) -> None:
    times = np.arange(4) * TICKS_PER_SECOND // 25
    pace_files.write_curve(tmp_path / pace_files.CURVE, times, np.array([0, 0.25, 1, 0.5]))
    assert (tmp_path / "curve.csv").read_text().splitlines()[:2] == [
        "frame,seconds,speediness",
        "0,0.000000,0.0000",
    ]
    for path in (tmp_path, tmp_path / "curve.csv"):
        seconds, values = pace_files.read_speediness(path)
        assert seconds == pytest.approx([0, 0.04, 0.08, 0.12])
        assert values.tolist() == [0, 0.25, 1, 0.5]


@pytest.mark.parametrize(
    "text", ["", "frame,seconds,speediness\n", "a,b\n1,2\n", "frame,seconds,speediness\n0,0,2\n",
             "frame,seconds,speediness\n0,x,0.5\n", "frame,seconds,speediness\n0,0,nan\n"],
)  # fmt: skip
def test_a_damaged_curve_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "curve.csv").write_text(text)
    with pytest.raises(MediaError, match=r"curve\.csv"):
        pace_files.read_speediness(tmp_path)


def test_moments_weigh_motion_and_look(tmp_path: Path) -> None:
    motion, look = np.eye(3, 5, dtype=np.float16), np.ones((3, 4), np.float16)
    np.savez(
        tmp_path / "embedding.npz", seconds=np.arange(3.0), frames=np.arange(3), motion=motion, look=look
    )
    got = pace_files.read_moments(tmp_path, motion=0.25)
    assert np.linalg.norm(got.vectors, axis=1) == pytest.approx(1, abs=1e-3)
    assert got.vectors[0] @ got.vectors[1] == pytest.approx(0.75, abs=1e-3)


def test_motion_is_there_or_not(tmp_path: Path) -> None:
    assert pace_files.read_motion(tmp_path, 9) is None
    np.savez(tmp_path / pace_files.MOTION, frames=np.array([2, 6]), motion=np.array([1, 3], np.float32))
    got = pace_files.read_motion(tmp_path, 9)
    assert got is not None
    assert got.tolist() == [1, 1, 1, 1.5, 2, 2.5, 3, 3, 3]
    np.savez(tmp_path / pace_files.MOTION, frames=np.array([2]), motion=np.array([-1], np.float32))
    with pytest.raises(MediaError, match=r"motion\.npz"):
        pace_files.read_motion(tmp_path, 9)


def test_damaged_arrays_are_told(tmp_path: Path) -> None:
    (tmp_path / "embedding.npz").write_bytes(b"PK\x03\x04 nothing")
    np.savez(tmp_path / "activation.npz", frames=np.arange(3), maps=np.zeros((2, 4, 4), np.uint8))
    with pytest.raises(MediaError, match=r"embedding\.npz"):
        pace_files.read_moments(tmp_path)
    with pytest.raises(MediaError, match=r"activation\.npz"):
        pace_files.read_activation(tmp_path)
    with pytest.raises(MediaError):
        pace_files.read_activation(tmp_path / "nowhere")
