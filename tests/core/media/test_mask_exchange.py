"""Masks of other programs in, masks for other programs out: each way there and back."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import MediaError
from core.media import matte
from core.media.mask_exchange import export_pngs, export_video, import_labels, import_object
from core.media.matte_video import read_matte_video
from core.time import FrameRate

SIZE = (48, 32)
RATE = FrameRate(24, 1)


def write_result(folder: Path, frames: int = 4) -> list[np.ndarray]:
    """A tracking result with objects 1 and 3, the first of them soft."""
    (folder / "masks").mkdir(parents=True)
    (folder / "soft/1").mkdir(parents=True)
    truth = []
    for frame in range(frames):
        labels = np.zeros(SIZE[::-1], np.uint8)
        labels[4:20, 3 + frame : 20 + frame] = 1
        labels[22:30, 30:44] = 3
        soft = cv2.GaussianBlur((labels == 1).astype(np.float32), (0, 0), 1.5)
        matte.write_labels(folder / "masks" / matte.mask_name(frame), labels)
        matte.write_soft(folder / "soft/1" / matte.mask_name(frame), soft)
        truth.append(labels)
    return truth


def test_palette_out_and_in(tmp_path: Path) -> None:
    truth = write_result(tmp_path / "result")
    list(export_pngs(tmp_path / "result", tmp_path / "davis", "palette"))
    steps = list(import_labels(tmp_path / "davis", tmp_path / "back", size=SIZE, frames=4))
    assert steps[-1].part == 1
    for frame, labels in enumerate(truth):
        np.testing.assert_array_equal(matte.MaskFolder(tmp_path / "back").labels(frame), labels)


def test_binary_and_soft_out_and_in(tmp_path: Path) -> None:
    truth = write_result(tmp_path / "result")
    before = matte.MaskFolder(tmp_path / "result")
    list(export_pngs(tmp_path / "result", tmp_path / "soft", "soft", 1))
    list(export_pngs(tmp_path / "result", tmp_path / "binary", "binary", 3))
    out = tmp_path / "back"
    list(import_object(tmp_path / "soft", out, 1, size=SIZE, frames=4))
    list(import_object(tmp_path / "binary", out, 2, size=SIZE, frames=4))
    after = matte.MaskFolder(out)
    for frame, labels in enumerate(truth):
        np.testing.assert_array_equal(after.labels(frame) == 1, before.soft(frame, 1) >= 0.5)
        np.testing.assert_array_equal(after.labels(frame) == 2, labels == 3)
        np.testing.assert_array_equal(after.soft(frame, 1), before.soft(frame, 1))


def test_matte_video_out_and_in(tmp_path: Path) -> None:
    write_result(tmp_path / "result")
    before = matte.MaskFolder(tmp_path / "result")
    list(export_video(tmp_path / "result", tmp_path / "m.mkv", rate=RATE, frames=6, label=1))
    mattes = dict(read_matte_video(tmp_path / "m.mkv", size=SIZE, frames=6))
    assert not mattes[5].any()
    list(import_object(tmp_path / "m.mkv", tmp_path / "back", 7, size=SIZE, frames=6))
    after = matte.MaskFolder(tmp_path / "back")
    assert after.frames() == list(range(6))
    for frame in range(4):
        np.testing.assert_array_equal(after.soft(frame, 7), before.soft(frame, 1))


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    write_result(tmp_path / "result")
    out = tmp_path / "out"
    with pytest.raises(MediaError, match="48x32, the clip is 20x10"):
        list(import_labels(tmp_path / "result", out, size=(20, 10), frames=4))
    with pytest.raises(MediaError, match=r"00003\.png is for frame 3, the clip ends at 1"):
        list(import_labels(tmp_path / "result", out, size=SIZE, frames=2))
    (tmp_path / "nothing").mkdir()
    with pytest.raises(MediaError, match="holds no PNG masks"):
        list(import_object(tmp_path / "nothing", out, 1, size=SIZE, frames=2))
    with pytest.raises(MediaError, match="objects 1, 3") as caught:
        list(export_video(tmp_path / "result", tmp_path / "m.mkv", rate=RATE))
    assert "--object" in caught.value.hint
    with pytest.raises(MediaError, match="no object 9"):
        list(export_pngs(tmp_path / "result", out, "binary", 9))
    list(import_labels(tmp_path / "result", out, size=(24, 16), frames=4, resize=True))
    assert matte.MaskFolder(out).labels(0).shape == (16, 24)
