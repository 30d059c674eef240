"""A long pan whose canvas is parted without a cut: what lies under an object does not leap there."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core.arrays import to_bytes
from core.layers.background import find_camera
from core.layers.footage import open_footage
from core.layers.ground_flow import GroundFlow
from core.layers.painting import paint_plane
from core.layers.parting import FADE, step, views_at
from core.layers.plane import Plane, grid_of
from core.layers.unseen import complete
from core.motion import camera as cameras
from tests.core.layers.scenes import Stack, wall, write_clip
from tests.core.layers.test_plane import last_of

SIZE = 160, 96
FRAMES, PAN = 24, 4
PARKED = slice(104, 150), slice(30, 66)
"""Columns and rows of the wall that something stands before in all frames."""


@pytest.fixture
def small_canvas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cameras, "LARGEST_CANVAS", 1.35)


def pan(cut: int = 0) -> tuple[Stack, Stack]:
    """The camera goes along a wall before which a box is parked; from frame `cut` on there is another wall."""
    whole = SIZE[0] + PAN * FRAMES + 8, SIZE[1]
    walls = [wall(whole), cv2.flip(0.5 * wall(whole, 5)[..., ::-1], 0)]
    mask = np.zeros(walls[0].shape[:2], np.uint8)
    mask[PARKED[1], PARKED[0]] = 1
    frames, labels = [], []
    for n in range(FRAMES):
        here = np.s_[:, PAN * n : PAN * n + SIZE[0]]
        picture = np.where(
            mask[here][..., None], np.float32([0.8, 0.2, 0.15]), walls[bool(cut and n >= cut)][here]
        )
        frames.append((picture * 255 + 0.5).astype(np.uint8))
        labels.append(mask[here])
    return np.stack(frames), np.stack(labels)


def painted(folder: Path, frames: Stack, labels: Stack) -> Plane:
    with closing(open_footage(*write_clip(folder, frames, labels))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        drained(complete(plane, footage))
    return plane


def drained(steps: Generator[float, None, Any]) -> None:
    for _ in steps:
        pass


def leaps(plane: Plane, labels: Stack) -> np.ndarray:
    """Levels by which what lies under the box changes from frame to frame, carried along by the pan, (FRAMES - 1,)."""
    shown = [to_bytes(plane.render(n)).astype(np.float32) for n in range(FRAMES)]
    inside = [cv2.erode(each, np.ones((3, 3), np.uint8)) > 0 for each in labels]
    found = []
    for n in range(FRAMES - 1):
        before, after = shown[n][:, PAN:], shown[n + 1][:, :-PAN]
        both = inside[n][:, PAN:] & inside[n + 1][:, :-PAN]
        found.append(np.abs(before - after)[both].mean() if both.any() else 0.0)
    return np.array(found)


def test_what_no_frame_shows_does_not_leap_where_the_canvas_is_parted(
    tmp_path: Path, small_canvas: None
) -> None:
    frames, labels = pan()
    plane = painted(tmp_path, frames, labels)
    assert len(plane.camera.shots) > 1
    assert leaps(plane, labels).max() < 3


def test_one_part_goes_over_to_the_next(tmp_path: Path, small_canvas: None) -> None:
    frames, labels = pan()
    camera = painted(tmp_path, frames, labels).camera
    first = camera.shots[1].first
    shares = [views_at(camera, n) for n in range(len(frames))]
    assert all(abs(sum(each.values()) - 1) < 1e-9 for each in shares)
    assert all(camera.frame_of(view) == n for n, each in enumerate(shares) for view in each)
    later = [sum(each[v] for v in each if camera.shot_of(v) == camera.shots[1]) for each in shares]
    near = later[max(0, first - FADE) : first + 2]
    assert sorted(near) == near and 0 < near[-3] < 0.5 < near[-2] < 1
    assert max(abs(a - b) for a, b in pairwise(later[: first + 2])) <= 0.5


def test_neighbours_are_found_beyond_a_parting_but_not_beyond_a_cut(
    tmp_path: Path, small_canvas: None
) -> None:
    for cut in (0, 12):
        frames, labels = pan(cut)
        with closing(open_footage(*write_clip(tmp_path / str(cut), frames, labels))) as footage:
            camera = last_of(find_camera(footage))
            parting = cut or camera.shots[1].first
            assert parting in [shot.first for shot in camera.shots]
            places = GroundFlow(footage, camera, 4).places(parting - 1, 1, (2, 4))
        assert (step(camera, parting - 1, parting) is None) == bool(cut)
        assert sorted(places) == ([] if cut else [parting + 1, parting + 3])
        for m, where in places.items():
            moved = np.median(where - grid_of(SIZE), axis=(0, 1))
            assert np.abs(moved - (-PAN * (m - parting + 1), 0)).max() < 0.5
