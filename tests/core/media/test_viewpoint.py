"""Where the camera looked: read from a folder of layers, and asked for the way from one frame to another."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.media.viewpoint import Viewpoints, read_viewpoints
from core.motion.homography import apply

SIZE = (64, 48)


def zoom(frames: int) -> np.ndarray:
    """A camera that pans and comes nearer."""
    found = np.tile(np.eye(3), (frames, 1, 1))
    for number, matrix in enumerate(found):
        matrix[0, 0] = matrix[1, 1] = 1 - 0.01 * number
        matrix[0, 2] = 2.0 * number
    return found


def test_there_and_back_is_where_one_was() -> None:
    viewpoints = Viewpoints(SIZE, zoom(12), (0,))
    there, back = viewpoints.carry(2, 9), viewpoints.carry(9, 2)
    assert there is not None and back is not None
    points = np.array([[0.0, 0], [63, 47], [20, 30]])
    assert apply(back, apply(there, points)) == pytest.approx(points, abs=1e-9)


def test_parts_of_frames_lie_between() -> None:
    viewpoints = Viewpoints(SIZE, zoom(12), (0,))
    shifts = []
    for shown in (3.0, 3.5, 4.0):
        carry = viewpoints.carry(shown, 1)
        assert carry is not None
        shifts.append(apply(carry, np.zeros((1, 2)))[0, 0])
    assert shifts == sorted(shifts) and shifts[1] == pytest.approx((shifts[0] + shifts[2]) / 2)


@pytest.mark.parametrize(("shown", "seen"), [(3, 3), (3, 8), (-1, 3), (3, 12), (5.5, 6)])
def test_nothing_moves_where_nothing_is_known(shown: float, seen: float) -> None:
    """The same frame, another take, frames that are not there, and a picture across a cut."""
    assert Viewpoints(SIZE, zoom(12), (0, 6)).carry(shown, seen) is None


def folder(path: Path, **fields: object) -> Path:
    said = {"width": 64, "height": 48, "world": zoom(4).reshape(4, 9).tolist(), "takes": [0], **fields}
    (path / "layers.json").write_text(json.dumps(said))
    return path


def test_what_a_folder_says(tmp_path: Path) -> None:
    found = read_viewpoints(folder(tmp_path, more="ignored"))
    assert found is not None
    assert (found.size, found.takes) == (SIZE, (0,))
    assert found.world == pytest.approx(zoom(4))


@pytest.mark.parametrize(
    "fields",
    [
        {"world": []}, {"world": [[1, 0, 0]]}, {"world": [[0] * 9]}, {"world": [[1, 0, 0, 0, 1, 0, 0, 0, 0]]},
        {"world": "far"}, {"takes": []}, {"takes": [1]}, {"takes": [0, 3, 2]}, {"width": 0}, {"height": None},
    ],
)  # fmt: skip
def test_a_folder_that_says_nothing_of_use(tmp_path: Path, fields: dict[str, object]) -> None:
    assert read_viewpoints(folder(tmp_path, **fields)) is None


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert read_viewpoints(tmp_path) is None
    (tmp_path / "layers.json").write_text('{"width": 1')
    assert read_viewpoints(tmp_path) is None
