"""Masks that take in background: the part that plainly shows it goes, everything else stays."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.layers.effects import evidence, slopes
from core.layers.mask_leaks import leaked
from core.layers.result import read_layers
from core.layers.split import split
from core.layers.tracks import halved
from core.media.reader import open_source
from tests.core.layers.scenes import walker, wall, write_clip

SIGMA = np.full((120, 200), 0.004, np.float32)


def steep_of(plate: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.resize(slopes(plate), (100, 60), interpolation=cv2.INTER_AREA), np.float32)


def found(frame: np.ndarray, plate: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return leaked(evidence(frame, plate, SIGMA), halved(labels), steep_of(plate))


def test_a_piece_of_the_wall_goes_and_the_object_stays() -> None:
    plate = wall()
    frame, labels = plate.copy(), np.zeros((120, 200), np.uint8)
    frame[30:90, 60:100] = (0.9, 0.1, 0.1)
    labels[30:90, 60:130] = 1
    gone = found(frame, plate, labels)
    assert not gone[16:44, 31:48].any()
    assert gone[17:43, 53:65].mean() > 0.95
    apart = np.zeros_like(labels)
    apart[30:90, 60:100] = apart[20:50, 140:160] = 1
    assert found(frame, plate, apart)[11:24, 71:79].all()
    apart[20:50, 140:160] = 0
    apart[20:70, 150:154] = 1  # thin
    assert found(frame, plate, apart)[10:35, 75:77].all()


def test_right_masks_camouflage_and_blank_walls_are_left_alone() -> None:
    plate = wall()
    frame, labels = plate.copy(), np.zeros((120, 200), np.uint8)
    frame[30:90, 60:100] = (0.9, 0.1, 0.1)
    labels[30:90, 60:100] = 1
    assert not found(frame, plate, labels).any()
    assert not found(
        plate, plate, labels
    ).any()  # all of it is like the background: the background is to blame
    blank = np.full_like(plate, 0.7)
    white = blank.copy()
    white[30:90, 60:80] = (0.9, 0.1, 0.1)
    assert not found(white, blank, labels).any()
    inside = frame.copy()
    inside[50:70, 75:90] = plate[50:70, 75:90]  # a hole in the middle is no leak
    assert not found(inside, plate, labels).any()


def test_a_split_clip_has_its_object_without_what_the_mask_took_in(tmp_path: Path) -> None:
    frames, labels, _, _ = walker()
    late = labels.copy()
    for n in range(4, 9):
        left = int(np.flatnonzero(labels[n].any(axis=0))[0])
        late[n, 34:58, max(0, left - 14) : left] = 1
    clip, masks = write_clip(tmp_path, frames, late)
    (tmp_path / "out").mkdir()
    for _ in split(tmp_path / "out", clip=str(clip), masks=str(masks)):
        pass
    result = read_layers(tmp_path / "out")
    source = open_source(tmp_path / "out" / result.objects[0].object)
    for n in range(4, 9):
        alpha = source.frame(n)[..., 3]
        taken = (late[n] > 0) & (cv2.dilate(labels[n], np.ones((5, 5), np.uint8)) == 0)
        assert (alpha[taken] > 25).mean() < 0.05
        assert (alpha[cv2.erode(labels[n], np.ones((3, 3), np.uint8)) > 0] > 230).mean() > 0.97
    source.close()
