"""Backgrounds at several depths, put together from neighbouring frames."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from core.layers.background import find_camera, needs_warping
from core.layers.footage import open_footage
from core.layers.plane import paint_plane, to_bytes
from core.layers.warped import paint_warped
from tests.core.layers.scenes import wall, write_clip
from tests.core.layers.test_plane import last_of, psnr

SIZE = 200, 120


def deep_clip(frames: int = 13) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A far wall, and the ground before it that passes three times as fast; a box goes over both.

    Returns:
        frames and clean plates uint8 (N, 120, 200, 3), labels uint8 (N, 120, 200).
    """
    far, near = wall((300, 120), seed=1), wall((400, 120), seed=2)[..., ::-1]
    pictures, plates, labels = [], [], []
    for n in range(frames):
        plate = cv2.warpAffine(far, np.array([[1, 0, -1.5 * n], [0, 1, 0.0]]), SIZE, flags=cv2.INTER_CUBIC)
        ground = cv2.warpAffine(near, np.array([[1, 0, -5.0 * n], [0, 1, 0.0]]), SIZE, flags=cv2.INTER_CUBIC)
        plate[74:] = ground[74:]
        label = np.zeros((120, 200), np.uint8)
        label[40:66, 20 + 11 * n : 40 + 11 * n] = 1
        plates.append(to_bytes(plate))
        pictures.append(np.where(label[..., None] > 0, np.uint8([200, 60, 40]), plates[-1]))
        labels.append(label)
    return np.stack(pictures), np.stack(plates), np.stack(labels)


def test_two_depths_stay_sharp_where_one_canvas_smears(tmp_path: Path) -> None:
    frames, plates, labels = deep_clip()
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        assert needs_warping(footage, plane)
        warped = last_of(paint_warped(footage, plane, tmp_path))
    for n in (3, 6, 9):
        inner = np.s_[4:-4, 24:-24]
        near, flat = to_bytes(warped.render(n))[inner], to_bytes(plane.render(n))[inner]
        assert psnr(near, plates[n][inner]) > psnr(flat, plates[n][inner]) + 2
        hidden = labels[n] > 0
        removed, before = to_bytes(warped.render(n))[hidden], frames[n][hidden]
        assert psnr(removed, plates[n][hidden]) > psnr(before, plates[n][hidden]) + 8
        assert np.isfinite(warped.noise(n)).all() and warped.known(n).max() <= 1
